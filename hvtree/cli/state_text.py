"""A reading of a host as a tree of text: VMs, their checkpoints, and where each VM stands now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from datetime import datetime

from hvtree.cli.graph_text import ASCII_INK, Ink, graph_rows
from hvtree.cli.text import columns, shown
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.words import age_words, count_words, size_words

NAME_LIMIT = 60
"""Letters of a name that a row shows."""


@dataclass(frozen=True, slots=True)
class _Strokes:
    """What the lines of the tree are drawn with, each as wide as the others."""

    branch: str = "├─ "
    last: str = "└─ "
    through: str = "│  "
    blank: str = "   "
    ink: Ink = field(default_factory=Ink)


_ASCII = _Strokes("|- ", "`- ", "|  ", "   ", ASCII_INK)


def state_lines(
    state: HostState, now_utc: datetime, *, encoding: str | None = "utf-8", as_graph: bool = False
) -> list[str]:
    """Give the lines for a terminal of that encoding; ages are counted until `now_utc`, times are local.

    `as_graph` draws the checkpoints in order of time with lines beside them, instead of a tree.
    """
    strokes = _strokes_for(encoding)
    count = sum(len(vm.checkpoints) for vm in state.vms.values())
    taken = f"{state.taken_at_utc.astimezone():%Y-%m-%d %H:%M:%S}"
    head = f"{shown(state.host)}: {count_words(len(state.vms), 'VM')}, {count_words(count, 'checkpoint')}, read {taken}"
    rows: list[tuple[str, ...]] = []
    for vm in state.vms.values():
        rows.append(_vm_row(vm))
        drawn = graph_rows(vm, strokes.ink) if as_graph else _tree_rows(vm, strokes)
        rows.extend(_checkpoint_row(vm, node, drawing, now_utc) for drawing, node in drawn)
    return [head, "", *columns(rows)]


def _vm_row(vm: VirtualMachine) -> tuple[str, ...]:
    status = shown(vm.status, NAME_LIMIT)
    if vm.activity is not None and vm.percent is not None:
        status += f" ({vm.percent} %)"
    return (
        shown(vm.name, NAME_LIMIT),
        vm.state.value,
        count_words(len(vm.checkpoints), "checkpoint"),
        "",
        status,
    )


def _tree_rows(vm: VirtualMachine, strokes: _Strokes) -> Iterator[tuple[str, str | None]]:
    """Give the drawing for each checkpoint and for Now (None), each branch in one piece, without recursion."""
    waiting = [(child, "", is_last) for child, is_last in _children(vm, None)]
    while waiting:
        node, indent, is_last = waiting.pop()
        stroke = strokes.last if is_last else strokes.branch
        if node is None:
            yield f"{indent}{stroke}{strokes.ink.now} ", None
            continue
        yield indent + stroke, node
        below = indent + (strokes.blank if is_last else strokes.through)
        waiting += [(child, below, last) for child, last in _children(vm, node)]


def _children(vm: VirtualMachine, parent_id: str | None) -> list[tuple[str | None, bool]]:
    """Give the children for the stack, last one first; None stands for Now, which comes after the checkpoints."""
    children: list[str | None] = [*vm.tree.children(parent_id)]
    if vm.now_id == parent_id:
        children.append(None)
    return [(child, place == len(children)) for place, child in enumerate(children, start=1)][::-1]


def _checkpoint_row(
    vm: VirtualMachine, checkpoint_id: str | None, drawing: str, now_utc: datetime
) -> tuple[str, ...]:
    if checkpoint_id is None:
        return f"{drawing}Now", "", "", "", ""
    checkpoint = vm.by_id[checkpoint_id]
    created = f"{checkpoint.created_utc.astimezone():%Y-%m-%d %H:%M:%S} ({age_words(checkpoint.created_utc, now_utc)})"
    kind = checkpoint.kind.value + (", automatic" if checkpoint.is_automatic else "")
    name = drawing + shown(checkpoint.name, NAME_LIMIT)
    return name, kind, created, size_words(checkpoint.size_bytes), shown(checkpoint.notes, NAME_LIMIT)


def _strokes_for(encoding: str | None) -> _Strokes:
    fine = _Strokes()
    try:
        "".join((fine.branch, fine.last, *astuple(fine.ink))).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return _ASCII
    return fine
