"""A VM's checkpoints as a graph to draw: a row and a column for each, as version control shows its history.

Rows are in order of time, each parent above its children, Now last. The way from the root to Now runs in column 0; every
other branch takes the leftmost column that is free from the row of its parent down to its own end.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from msgspec import Struct

from hvtree.domain.model import VirtualMachine

NOW = "now"
"""Stands for the Now leaf among the ids of checkpoints, which are GUIDs."""


class Spot(Struct, frozen=True):
    """Where one checkpoint, or Now, is drawn."""

    id: str
    row: int
    column: int
    parent_row: int | None
    """Where its line comes from: down its own column, starting at its parent. None for a root."""
    parent_column: int | None


def lay_out(vm: VirtualMachine) -> tuple[Spot, ...]:
    """Return the spots from the top row to the last one; the time is that of a sort."""
    return tuple(_Layout(vm).run())


class _Layout:
    """The work of `lay_out`: which columns are free, and which one is kept for whom."""

    def __init__(self, vm: VirtualMachine) -> None:
        self.vm = vm
        self.main = frozenset(vm.tree.now_path)
        self.free: list[int] = []
        self.used = 1  # column 0 is kept for the way to Now
        self.columns: dict[str, int] = {}
        self.rows: dict[str, int] = {}

    def run(self) -> Iterator[Spot]:
        for row, (node, parent) in enumerate(self._in_time()):
            if node not in self.columns:
                self.columns[node] = 0 if node == NOW or node in self.main else self._leftmost()
            self.rows[node] = row
            parent_row = self.rows[parent] if parent is not None else None
            parent_column = self.columns[parent] if parent is not None else None
            yield Spot(node, row, self.columns[node], parent_row, parent_column)
            self._hand_on(node)

    def _in_time(self) -> Iterator[tuple[str, str | None]]:
        """Return each checkpoint with its parent, the oldest first among those whose parent has had its turn."""
        tree = self.vm.tree
        waiting: list[tuple[object, str]] = []

        def admit(parent: str | None) -> None:
            for child in tree.children(parent):
                heappush(waiting, (tree[child].created_utc, child))

        admit(None)
        while waiting:
            node = heappop(waiting)[1]
            yield node, tree.parent(node)
            admit(node)
        yield NOW, self.vm.now_id

    def _hand_on(self, node: str) -> None:
        """Pass the column on to one child and give each other child one of its own; without children it is free again.

        The columns of the children are taken now, not when their rows come: their lines begin here.
        """
        if node == NOW:
            return
        children = self.vm.tree.children(node)
        heir = next((child for child in children if child in self.main), children[-1] if children else None)
        if node in self.main:
            heir = heir if heir in self.main else NOW
        elif heir is None:
            heappush(self.free, self.columns[node])
            return
        for child in children:
            self.columns[child] = self.columns[node] if child == heir else self._leftmost()

    def _leftmost(self) -> int:
        if self.free:
            return heappop(self.free)
        self.used += 1
        return self.used - 1
