"""The VMs that may be members of a group, as rows that can be ticked: the members first, each with when it starts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from msgspec import Struct
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import LAST_ORDER, LONGEST_DELAY_S, Member
from hvtree.domain.group_members import SeenMember, seen_members
from hvtree.domain.group_words import member_words, place_words
from hvtree.domain.state_words import state_words
from hvtree.ui.format import plain_tip, shown_name
from hvtree.values import replace

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class MemberColumn(IntEnum):
    """The columns."""

    VM = 0
    HOST = 1
    STATE = 2
    ORDER = 3
    DELAY = 4


CAPTIONS = ("VM", "Host", "State", "Starts", "Then wait (s)")
LIMITS = {MemberColumn.ORDER: (1, LAST_ORDER), MemberColumn.DELAY: (0, LONGEST_DELAY_S)}
"""The least and the greatest number in a column of numbers."""
_TIPS = {
    MemberColumn.ORDER: "Those of the same number start together, after those of lower ones.",
    MemberColumn.DELAY: "How long the next ones wait after it has been started, in seconds.",
}


class _Row(Struct):
    seen: SeenMember
    member: Member
    is_member: bool


class MembersModel(QAbstractTableModel):
    """Members first, in their order, then every other VM by its name."""

    edited = Signal()
    """Who is a member, or when one starts, is no longer what it was."""

    def __init__(self, members: Iterable[Member], fleet: Fleet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fleet = fleet
        self._rows: list[_Row] = []
        self._twins: frozenset[str] = frozenset()
        """The ids of VMs that are called like another one of the same host."""
        self.begin(members)

    def begin(self, members: Iterable[Member]) -> None:
        """Begin anew with these members; whatever was ticked or typed before is gone."""
        self.beginResetModel()
        seen = seen_members(members, self._fleet)
        taken = {each.place or each.member.vm for each in seen}
        others = [
            Member(VmAddress(host_id, vm.id), vm.name)
            for host_id, state in self._fleet.hosts.items()
            for vm in state.vms.values()
            if VmAddress(host_id, vm.id) not in taken
        ]
        others.sort(key=lambda each: each.name.casefold())
        self._rows = [_Row(each, each.member, True) for each in seen]
        self._rows += [_Row(each, each.member, False) for each in seen_members(others, self._fleet)]
        self._twins = _twins(each.seen for each in self._rows)
        self.endResetModel()
        self.edited.emit()

    def members(self) -> tuple[Member, ...]:
        """Return the members as they are ticked, each as it is and where it is now."""
        return tuple(_present(each) for each in self._rows if each.is_member)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == MemberColumn.VM:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        if index.column() in LIMITS and self._rows[index.row()].is_member:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(MemberColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return CAPTIONS[section]
        is_tip = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole
        return _TIPS.get(MemberColumn(section)) if is_tip else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == MemberColumn.VM:
            return Qt.CheckState.Checked if row.is_member else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.EditRole and column in LIMITS:
            return row.member.start_order if column == MemberColumn.ORDER else row.member.delay_s
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._text(row, column))
        return self._text(row, column) if role == Qt.ItemDataRole.DisplayRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole:
            row.is_member = Qt.CheckState(value) == Qt.CheckState.Checked
        elif column == MemberColumn.ORDER and isinstance(value, int):
            row.member = replace(row.member, start_order=value)
        elif column == MemberColumn.DELAY and isinstance(value, int):
            row.member = replace(row.member, delay_s=value)
        else:
            return False
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), MemberColumn.DELAY))
        self.edited.emit()
        return True

    def _text(self, row: _Row, column: int) -> str:
        if column != MemberColumn.VM:
            return _text(row, column)
        vm_id = row.member.vm.vm_id
        return f"{shown_name(row.seen.name)} ({vm_id})" if vm_id in self._twins else shown_name(row.seen.name)


def _present(row: _Row) -> Member:
    """Return a member with where it is now and what it is called there."""
    place, vm = row.seen.place, row.seen.vm
    if place is None or vm is None:
        return row.member
    return replace(row.member, vm=place, name=vm.name, host=row.seen.host)


def _text(row: _Row, column: int) -> str:
    if column == MemberColumn.HOST:
        return place_words(row.seen)
    if column == MemberColumn.STATE:
        return state_words(row.seen.vm.state) if row.seen.vm is not None else member_words(row.seen)
    if not row.is_member:
        return ""
    return str(row.member.start_order if column == MemberColumn.ORDER else row.member.delay_s)


def _twins(rows: Iterable[SeenMember]) -> frozenset[str]:
    by_name: dict[tuple[str, str], list[str]] = {}
    for each in rows:
        by_name.setdefault((each.host, each.name.casefold()), []).append(each.member.vm.vm_id)
    return frozenset(vm_id for ids in by_name.values() if len(ids) > 1 for vm_id in ids)
