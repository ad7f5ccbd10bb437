"""A model and a view that do nothing but have rows: what stands beside the tree of the window."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTreeView

from hvtree.domain.model import HostState

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_CHUNK = 256


@dataclass(eq=False)
class _Row:
    above: _Row | None
    row: int
    rows: list[_Row] = field(default_factory=list)


class BareModel(QAbstractItemModel):
    """A row for a host with one for each of its VMs, and one for each of their checkpoints: no texts, no changes."""

    def __init__(self) -> None:
        super().__init__()
        self._root = _Row(None, 0)
        self._root.rows.append(_Row(self._root, 0))
        self._known: dict[int, _Row] = {}

    def fill(self, state: HostState) -> None:
        """Insert all rows, the VMs some at a time."""
        host = self._root.rows[0]
        vms = list(state.vms.values())
        for first in range(0, len(vms), _CHUNK):
            some = vms[first : first + _CHUNK]
            self.beginInsertRows(self.index(0, 0), first, first + len(some) - 1)
            for number, vm in enumerate(some, start=first):
                row = _Row(host, number)
                row.rows = [_Row(row, place) for place in range(len(vm.checkpoints))]
                host.rows.append(row)
            self.endInsertRows()

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        found = self._of(parent).rows[row]
        self._known[id(found)] = found
        return self.createIndex(row, column, id(found))

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override] # shares its name with QObject's
        above = self._of(index).above
        return _NOWHERE if above is None or above.above is None else self.createIndex(above.row, 0, id(above))

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return len(self._of(parent).rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 5

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return None

    def _of(self, index: Index) -> _Row:
        return self._known.get(index.internalId(), self._root)


async def bare_fill_s(state: HostState) -> float:
    """Return the processor time of showing the same rows in a bare view, to the first painting with all of them."""
    view, model = QTreeView(), BareModel()
    view.setUniformRowHeights(True)
    view.setModel(model)
    view.resize(1000, 700)
    view.show()
    view.expand(model.index(0, 0))
    await asyncio.sleep(0.2)
    used_s = time.process_time()
    model.fill(state)
    for _ in range(3):
        await asyncio.sleep(0)
    view.viewport().repaint()
    used_s = time.process_time() - used_s
    view.close()
    view.deleteLater()
    return used_s
