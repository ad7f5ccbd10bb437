"""The lines of a plan's picture: the VMs now at the left, afterwards at the right, and runs that can be opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hvtree.domain.model import VirtualMachine
from hvtree.domain.side_by_side import NOW, VM, FoldId, Line, Mark, Pair, Spot, folded, lines_of
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words
from hvtree.ui.format import checkpoint_name, plain_tip, shown_name
from hvtree.ui.models.tree_icons import checkpoint_icon, vm_icon

TITLES = ("Now", "Afterwards")
_MADE_AT_ONCE = 80
"""Lines; what is below them is made when somebody scrolls there: a plan may touch thousands of VMs."""
_NOTHING = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


class ShownVm(Struct, frozen=True):
    """A VM before and after."""

    pair: Pair
    read_utc: datetime
    """When its host was read."""
    host: str = ""
    """The name of its host, where there are several."""


class PreviewModel(QAbstractTableModel):
    """A table of two columns, one line of which may stand for many."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        """What is shown, in order."""
        self.path_lines: tuple[dict[int, int], dict[int, int]] = ({}, {})
        """For each side: by the line of a parent, the line of its child on the way to Now."""
        self.deepest = 0
        """The greatest level of both sides, as far as they are made."""
        self._vms: Sequence[ShownVm] = ()
        self._made: list[Line] = []
        self._vms_made = 0
        self._opened: set[FoldId] = set()

    def show(self, vms: Sequence[ShownVm]) -> None:
        """Show other VMs, everything folded that can be; of many the first, the others when they are scrolled to."""
        self._vms = vms
        self._opened.clear()
        self.beginResetModel()
        self._made, self._vms_made = [], 0
        while self._vms_made < len(vms) and len(self._made) < _MADE_AT_ONCE:
            self._made += self._next_vm()
        self._place(folded(self._made, is_all=self._vms_made == len(vms)))
        self.endResetModel()

    def open_fold(self, row: int) -> bool:
        """Show the lines that one line stands for; return False for a line that stands for itself."""
        line = self.lines[row]
        if not line.folded:
            return False
        self._opened.add(line.fold_id)
        self.beginResetModel()
        self._place(folded(self._made, self._opened, is_all=self._vms_made == len(self._vms)))
        self.endResetModel()
        return True

    def changes(self) -> list[int]:
        """Return the lines in which something changes; those of whole VMs only if there are no others."""
        found = [number for number, line in enumerate(self.lines) if line.is_change]
        inner = [number for number in found if _key(self.lines[number]) != VM]
        return inner or found

    def icon_name(self, line: Line, side: int) -> str:
        """Return the icon in front of one side of a line; empty for a fold."""
        spot = line.sides[side]
        if spot is None or line.folded:
            return ""
        vm = self._vm(line, side)
        if spot.key == VM:
            return vm_icon(vm)
        if spot.key == NOW:
            return "now"
        checkpoint = vm.by_id[spot.key]
        return checkpoint_icon(checkpoint, vm.origin_of(checkpoint))

    def text(self, line: Line, side: int) -> str:
        """Return what one side of a line says; empty for a gap."""
        spot = line.sides[side]
        if spot is None:
            return ""
        if line.folded:
            return f"… {line.folded:,} unchanged …"
        vm = self._vm(line, side)
        if spot.key == VM:
            host = self._vms[line.vm].host
            return (
                f"{shown_name(vm.name)}{f' on {shown_name(host)}' if host else ''} ({state_words(vm.state)})"
            )
        return (
            "Now" if spot.key == NOW else checkpoint_name(vm, vm.by_id[spot.key], self._vms[line.vm].read_utc)
        )

    # Qt's questions

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._vms_made < len(self._vms)

    def fetchMore(self, parent: Index) -> None:
        """Add the lines of the VMs that follow."""
        fresh: list[Line] = []
        while self._vms_made < len(self._vms) and len(fresh) < _MADE_AT_ONCE:
            fresh += self._next_vm()
        first = len(self.lines)
        more = folded(fresh, first=first, is_all=False)
        self.beginInsertRows(_NOTHING, first, first + len(more) - 1)
        self._made += fresh
        self._place((*self.lines, *more), first)
        self.endInsertRows()

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return TITLES[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, side = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(line, side)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(line, side)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _said(self.text(line, side), line, line.sides[side])
        return None

    def _tip(self, line: Line, side: int) -> str:
        """Return the whole of what one side of a line stands for."""
        spot = line.sides[side]
        if line.folded:
            return "Click to see them."
        if spot is None or spot.key in (VM, NOW):
            return self.text(line, side)
        return shown_name(self._vm(line, side).by_id[spot.key].name)

    def _vm(self, line: Line, side: int) -> VirtualMachine:
        pair = self._vms[line.vm].pair
        return (pair.before, pair.after)[side]

    def _next_vm(self) -> Iterator[Line]:
        vm = self._vms_made
        self._vms_made += 1
        return lines_of(vm, self._vms[vm].pair)

    def _place(self, lines: tuple[Line, ...], first: int = 0) -> None:
        """Take lines to be shown, of which those before `first` have been shown already."""
        self.lines = lines
        if not first:
            self.path_lines, self.deepest = ({}, {}), 0
        for number in range(first, len(lines)):
            for path_lines, spot in zip(self.path_lines, lines[number].sides, strict=True):
                if spot is not None:
                    self.deepest = max(self.deepest, spot.level)
                    if spot.is_on_path and spot.parent is not None:
                        path_lines[spot.parent] = number


def _key(line: Line) -> str | None:
    return next((spot.key for spot in line.sides if spot is not None), None)


def _said(text: str, line: Line, spot: Spot | None) -> str:
    """Return what a screen reader says of one side of a line."""
    if spot is None:
        return "nothing here"
    if line.folded:
        return f"{count_words(line.folded, 'row')} without changes, Enter shows them"
    changed = {Mark.GONE: ", goes", Mark.NEW: ", is new", Mark.CHANGED: ", changes"}.get(spot.mark, "")
    return f"{text}, level {spot.level + 1}{changed}"
