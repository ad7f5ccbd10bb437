"""The checkpoints of a VM as a tree of text, a row each, every branch in one piece."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from hvtree.domain.model import VirtualMachine


class TreeGlyphs(Struct, frozen=True):
    """What the lines of a tree are drawn with, each as wide as the others."""

    branch: str = "├─ "
    last: str = "└─ "
    through: str = "│  "
    blank: str = "   "
    onwards: str = "↓  "
    """Before the only child of the checkpoint in the row above."""
    now: str = "▶ "


ASCII_TREE = TreeGlyphs("|- ", "`- ", "|  ", "   ", "v  ", "> ")


class _Row(Struct, frozen=True):
    node: str | None
    """The checkpoint's id; None for Now."""
    indent: str
    branch: str
    is_only: bool
    """No sibling comes before or after it."""


def tree_rows(vm: VirtualMachine, glyphs: TreeGlyphs, deep: int) -> Iterator[tuple[str, str | None]]:
    """Return for each row the drawing to its left and the checkpoint's id, None for Now; without recursion.

    From the depth `deep` on, the only child of an only child is drawn right below its parent instead of further to the
    right: a chain of 48 would leave the screen.
    """
    waiting = _below(vm, None, "", glyphs)
    while waiting:
        row = waiting.pop()
        drawing = row.indent + row.branch
        yield (drawing if row.node is not None else drawing + glyphs.now), row.node
        if row.node is None:
            continue
        through = glyphs.through if row.branch == glyphs.branch else glyphs.blank
        below = _below(vm, row.node, row.indent + through, glyphs)
        if row.is_only and len(below) == 1 and len(row.indent) >= deep * len(glyphs.blank):
            below = [_Row(below[0].node, row.indent, glyphs.onwards, is_only=True)]
        waiting += below


def _below(vm: VirtualMachine, parent_id: str | None, indent: str, glyphs: TreeGlyphs) -> list[_Row]:
    """Return the rows of the children for the stack, last one first; Now comes after the checkpoints."""
    children: list[str | None] = [*vm.tree.children(parent_id)]
    if vm.now_id == parent_id:
        children.append(None)
    last = len(children) - 1
    return [
        _Row(child, indent, glyphs.last if place == last else glyphs.branch, is_only=not last)
        for place, child in enumerate(children)
    ][::-1]
