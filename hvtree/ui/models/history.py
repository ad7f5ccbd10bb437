"""The jobs of the history as a table, newest first, with exact row operations."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hvtree.app.memory.entries import Entry, Standing, names_of
from hvtree.ui.format import local_time, shown_name, tool_tip
from hvtree.ui.models.activity import SIGN_ROLE, VERDICTS
from hvtree.ui.widgets.signs import Sign

Index = QModelIndex | QPersistentModelIndex

STANDINGS: dict[str, tuple[Sign, str]] = {
    **{verdict.value: words for verdict, words in VERDICTS.items()},
    Standing.RUNNING.value: (Sign.RUNNING, "Running"),
    Standing.LOST.value: (Sign.WARNING, "Unfinished"),
    Standing.SETTLED.value: (Sign.SKIPPED, "Interrupted"),
}
"""Each verdict, and how a job without one stands, with its sign and its words."""
_ODD = (Sign.UNKNOWN, "Unknown verdict")


class HistoryColumn(IntEnum):
    """The columns."""

    WHAT = 0
    WHEN = 1
    VERDICT = 2
    HOST = 3
    VMS = 4
    BY = 5


CAPTIONS = ("Job", "When", "Verdict", "Host", "VMs", "By")


def standing(entry: Entry) -> tuple[Sign, str]:
    """Return the sign and the words for how a job ended, or how it stands."""
    return STANDINGS.get(entry.standing, _ODD)


def person(entry: Entry) -> str:
    """Return who did it, and where: `anna on PC17`."""
    return f"{shown_name(entry.user)} on {shown_name(entry.computer)}"


class HistoryModel(QAbstractTableModel):
    """A part of the history. What is new comes in at the top; rows that stay are never reset."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is shown, newest first."""
        return tuple(self._entries)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show another list."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def show_newest(self, entries: Sequence[Entry]) -> None:
        """Show the newest of the same list again: rows that are new come in at the top, those that differ are changed."""
        known = {entry.uuid for entry in self._entries}
        new = next((row for row, each in enumerate(entries) if each.uuid in known), len(entries))
        rest = [entry.uuid for entry in entries[new:]]
        if rest != [entry.uuid for entry in self._entries[: len(rest)]]:  # some were forgotten meanwhile
            self.show_entries(entries)
            return
        if new:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self._entries[:0] = entries[:new]
            self.endInsertRows()
        for row in range(new, len(entries)):
            if self._entries[row] != entries[row]:
                self._entries[row] = entries[row]
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(CAPTIONS) - 1))

    def add_older(self, entries: Sequence[Entry]) -> None:
        """Show more at the end."""
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()

    def entry_at(self, index: Index) -> Entry | None:
        """Return the job of a row."""
        return self._entries[index.row()] if index.isValid() else None

    # Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(CAPTIONS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return CAPTIONS[section]
        return None

    def data(self, index: Index, role: int = 0) -> object:
        entry = self.entry_at(index)
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(entry, HistoryColumn(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(_text(entry, HistoryColumn(index.column())))
        if role == SIGN_ROLE:
            return standing(entry)[0]
        return None


def _text(entry: Entry, column: HistoryColumn) -> str:
    match column:
        case HistoryColumn.WHAT:
            return entry.title
        case HistoryColumn.WHEN:
            return local_time(entry.queued_utc, with_seconds=True)
        case HistoryColumn.VERDICT:
            return standing(entry)[1]
        case HistoryColumn.HOST:
            return ", ".join(shown_name(each.host) for each in entry.hosts)
        case HistoryColumn.VMS:
            return shown_name(names_of(entry.vms))
        case HistoryColumn.BY:
            return person(entry)
