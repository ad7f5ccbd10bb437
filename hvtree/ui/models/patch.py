"""Turning the present rows into the wanted ones by exact row operations.

First the wanted tree is built from the root down (insert, move), then what is no longer wanted is removed. So a row
that stays has moved before its old parent goes, and a new parent is in place before rows move under it. Everything is computed
from the rows as they are at that moment, so a patch may be abandoned after any operation and another one started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from hvtree.domain.order import longest_rising
from hvtree.ui.models.nodes import Node


class RowOperations(Protocol):
    """The three ways to change rows, each with one begin/end pair: the model."""

    def insert(self, parent: Node, row: int, nodes: Sequence[Node]) -> None:
        """Insert nodes, with everything under them, in front of `row`."""
        ...

    def move(self, node: Node, parent: Node, row: int) -> None:
        """Move a node, with everything under it, in front of `row` of a parent, counted before the move."""
        ...

    def remove(self, parent: Node, first: int, last: int) -> None:
        """Remove rows, both ends included, with everything under them."""
        ...


def arrange(
    operations: RowOperations,
    parent: Node,
    wanted: Sequence[str],
    rows: Mapping[str, Node],
    make: Callable[[str], Node],
    *,
    chunk: int = 256,
) -> Iterator[None]:
    """Insert and move until `wanted` stand under a parent in this order; other rows may stand between them.

    `rows` finds the nodes that exist, under whatever parent; `make` makes one that does not and enters it in `rows`.
    Yields after each operation; at most `chunk` rows are inserted at once.
    """
    staying = _staying(parent, [rows[key] for key in wanted if key in rows])
    row = 0
    position = 0
    while position < len(wanted):
        node = rows.get(wanted[position])
        if node is None:
            fresh = [make(key) for key in _run_of_new(wanted, position, chunk, rows)]
            operations.insert(parent, row, fresh)
            position += len(fresh)
            row += len(fresh)
            yield
            continue
        if node.serial not in staying:
            operations.move(node, parent, row)
            yield
        row = node.row + 1
        position += 1


def remove_others(
    operations: RowOperations, parents: Sequence[Node], is_wanted: Callable[[Node], bool]
) -> Iterator[None]:
    """Remove the unwanted rows of these parents, neighbours in one piece, from the last row up."""
    for parent in parents:
        row = len(parent.children) - 1
        while row >= 0:
            last = row
            while row >= 0 and not is_wanted(parent.children[row]):
                row -= 1
            if row < last:
                operations.remove(parent, row + 1, last)
                yield
            row -= 1


def _run_of_new(wanted: Sequence[str], start: int, chunk: int, rows: Mapping[str, Node]) -> Sequence[str]:
    end = start
    while end < len(wanted) and end - start < chunk and wanted[end] not in rows:
        end += 1
    return wanted[start:end]


def _staying(parent: Node, nodes: Sequence[Node]) -> set[int]:
    """Return the serials of the most rows that can keep their places."""
    children = [node for node in nodes if node.parent is parent]
    return {children[index].serial for index in longest_rising([node.row for node in children])}
