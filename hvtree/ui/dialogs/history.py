"""The history's window: every job of this user, newest first, narrowed by host, VM, verb, verdict and words.

It stands beside the main window and holds up nothing: whatever is read is read on a thread. What is done meanwhile comes in at
the top; Activity shows the same jobs while they run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTreeView,
    QWidget,
)

from hvtree.app.memory.entries import Entry, EntryInFull
from hvtree.app.memory.query import Choices, Query
from hvtree.app.memory.reader import HistoryReader
from hvtree.domain.errors import HVTreeError
from hvtree.operations.base import Operation
from hvtree.ui.format import plain_tip, shown_name
from hvtree.ui.models.history import STANDINGS, HistoryColumn, HistoryModel
from hvtree.ui.views.entry_pane import EntryPane
from hvtree.ui.views.sign_delegate import SignDelegate
from hvtree.ui.widgets.layouts import dialog_buttons, in_column, in_dialog, in_row, splitter
from hvtree.ui.widgets.screens import resize_on_screen
from hvtree.ui.widgets.wrap_label import WrapLabel
from hvtree.values import replace

OPERATIONS = {
    "checkpoint": "Checkpoint",
    "checkpoint-group": "Checkpoint a group",
    "apply": "Apply",
    "revert": "Revert",
    "rename": "Rename",
    "notes": "Notes",
    "lock": "Lock",
    "unlock": "Unlock",
    "export": "Export",
    "delete": "Delete",
    "delete-subtree": "Delete subtree",
    "delete-expired": "Delete expired",
    "delete-all": "Delete all of VMs",
    "apply-group": "Apply a group",
    "rename-group": "Rename a group",
    "notes-group": "Notes of a group",
    "export-group": "Export a group",
    "delete-group": "Delete a group",
    "start-group": "Start a group",
    "save-group": "Save a group",
    "shut-down-group": "Shut down a group",
    "bring-back": "Bring back",
}
"""The operations by the journal's words for them."""
PAGE = 200
"""So many jobs are read at a time."""
_SIZE = QSize(1040, 680)
_TYPING_S = 0.25
_WIDTHS = {
    HistoryColumn.WHEN: 155,
    HistoryColumn.VERDICT: 120,
    HistoryColumn.HOST: 95,
    HistoryColumn.VMS: 120,
    HistoryColumn.BY: 105,
}
_EMPTY = (
    "Nothing has been done yet. Every job of the windows and command lines of this user will be listed here."
)
_NONE_LIKE_IT = "No job is like that."


class HistoryDialog(QDialog):
    """Shows the history. It is shown, never executed, and deletes itself."""

    undo_wanted = Signal(object, object)
    """The `Operation` that undoes the selected job, and the job's `Entry`."""

    def __init__(
        self,
        reader: HistoryReader,
        start: Callable[[Coroutine[object, object, None]], None],
        undo: Callable[[EntryInFull], Operation],
        parent: QWidget | None = None,
    ) -> None:
        """`start` runs coroutines; errors are its business. `undo` raises `HVTreeError` for what cannot be undone."""
        super().__init__(parent)
        self.setWindowTitle("History – HVTree")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._reader = reader
        self._start = start
        self._undo = undo
        self._offered: tuple[Operation, Entry] | None = None
        self._asked = 0
        self._is_closed = False
        self._shown: Query | None = None
        self._has_all = False
        self.model = HistoryModel(self)
        self.search = QLineEdit(placeholderText="Search jobs, VMs, hosts, people", clearButtonEnabled=True)
        self.host = _choice("All hosts", "Host")
        self.vm = _choice("All VMs", "VM")
        self.operation = _choice("All operations", "Operation")
        self.verdict = _choice("All verdicts", "Verdict")
        self.table = QTreeView()
        self.pane = EntryPane()
        self.undo_button = QPushButton("&Undo…")
        self.note = WrapLabel(is_muted=True)
        self._pages = QStackedWidget()
        self._due: asyncio.TimerHandle | None = None
        """The next reading that waits for the typing to end."""
        self._build()
        self._connect()
        self._offer_undo(None)
        self.refresh()

    def show_only(self, vm_id: str, name: str) -> None:
        """Narrow the list to a VM."""
        _select(self.vm, vm_id, name)
        self._search_again()

    def job_changed(self, _job_id: int) -> None:
        """Read again soon: a job has begun, gone on or ended."""
        self._read_soon()

    def refresh(self) -> None:
        """Read the newest jobs again, for instance because one has begun or ended."""
        if not self._is_closed:
            self._start(self._show_newest())

    @property
    def query(self) -> Query:
        """What the fields ask for."""
        return Query(
            host_id=self.host.currentData() or "",
            vm=self.vm.currentData() or "",
            operation=self.operation.currentData() or "",
            standing=self.verdict.currentData() or "",
            text=self.search.text(),
            most=PAGE,
        )

    def done(self, code: int) -> None:
        self._is_closed = True
        self._wait_no_more()
        super().done(code)

    async def _show_newest(self) -> None:
        self._asked += 1
        number, query = self._asked, self.query
        try:
            choices, entries = await self._reader.choices(), await self._reader.find(query)
        except HVTreeError as error:
            if not self._is_closed:
                self._say(error.sentence)
            return
        if self._is_closed or number != self._asked:
            return
        self._offer(choices)
        if query == self._shown:
            self.model.show_newest(entries)
        else:
            self._shown, self._has_all = query, len(entries) < PAGE
            self.model.show_entries(entries)
        self._say(self._reader.take_notice())
        self._turn_page(query)

    async def _show_older(self) -> None:
        shown = self.model.entries
        older = await self._reader.find(replace(self.query, before_number=shown[-1].number))
        if not self._is_closed and self.model.entries[-1:] == shown[-1:]:
            self._has_all = len(older) < PAGE
            self.model.add_older(older)

    async def _show_selected(self, uuid: str) -> None:
        try:
            job = await self._reader.entry(uuid)
        except HVTreeError as error:
            if not self._is_closed:
                self.pane.show_nothing(error.sentence)
            return
        selected = self.model.entry_at(self.table.currentIndex())
        if not self._is_closed and selected is not None and selected.uuid == uuid:
            self.pane.show_job(job)
            self._offer_undo(job)

    def _offer_undo(self, job: EntryInFull | None) -> None:
        """Offer to undo a job, or say why it cannot be."""
        self._offered, why = None, "No job is selected."
        if job is not None:
            try:
                self._offered = (self._undo(job), job.entry)
                why = "Show the plan that leads back."
            except HVTreeError as error:
                why = f"{error.why} {error.now}".strip() or error.what
        self.undo_button.setEnabled(self._offered is not None)
        self.undo_button.setToolTip(plain_tip(why))

    def _offer(self, choices: Choices) -> None:
        _offer_names(self.host, choices.hosts)
        _offer_names(self.vm, choices.vms)

    def _turn_page(self, query: Query) -> None:
        """Show the table, or why it is empty; the first job is selected if none is."""
        is_empty = self.model.rowCount() == 0
        words = _EMPTY if query == Query(most=PAGE) else _NONE_LIKE_IT
        self._nothing.setText(words if is_empty else "")
        self._pages.setCurrentIndex(1 if is_empty else 0)
        current = self.model.entry_at(self.table.currentIndex())
        if is_empty:
            self.pane.show_nothing("")
            self._offer_undo(None)
        elif current is None:
            self.table.setCurrentIndex(self.model.index(0, 0))
        else:
            self._start(self._show_selected(current.uuid))

    def _say(self, words: str) -> None:
        if words:
            self.note.setText(words)
            self.note.show()

    def _search_again(self) -> None:
        self._wait_no_more()
        self.refresh()

    def _read_soon(self) -> None:
        """Read again when nothing more has been typed, or has happened, for a moment."""
        self._wait_no_more()
        self._due = asyncio.get_running_loop().call_later(_TYPING_S, self.refresh)

    def _wait_no_more(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _on_current_changed(self) -> None:
        entry = self.model.entry_at(self.table.currentIndex())
        if entry is not None:
            self._start(self._show_selected(entry.uuid))

    def _on_scrolled(self, value: int) -> None:
        if value == self.table.verticalScrollBar().maximum() and not self._has_all and self.model.entries:
            self._has_all = True  # until the answer says otherwise: it is asked once
            self._start(self._show_older())

    def _on_undo_clicked(self) -> None:
        if self._offered is not None:
            self.undo_wanted.emit(*self._offered)

    def _connect(self) -> None:
        self.undo_button.clicked.connect(self._on_undo_clicked)
        self.search.textChanged.connect(self._read_soon)
        self.search.returnPressed.connect(self._search_again)
        for choice in (self.host, self.vm, self.operation, self.verdict):
            choice.activated.connect(self._search_again)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.table.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def _build(self) -> None:
        for word, words in OPERATIONS.items():
            self.operation.addItem(words, word)
        for word, (_sign, words) in STANDINGS.items():
            self.verdict.addItem(words, word)
        self.table.setModel(self.model)
        names = (HistoryColumn.WHAT, HistoryColumn.HOST, HistoryColumn.VMS)
        self.table.setItemDelegate(
            SignDelegate(self.table, title=HistoryColumn.WHAT, outcome=HistoryColumn.VERDICT, names=names)
        )
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAlternatingRowColors(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAccessibleName("Jobs")
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(HistoryColumn.WHAT, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        self._nothing = WrapLabel(is_muted=True)
        self._pages.addWidget(self.table)
        empty = QWidget()
        in_column(empty, self._nothing, None, margins=(12, 24, 12, 12))
        self._pages.addWidget(empty)
        self.note.hide()
        fields = in_row(None, self.search, self.host, self.vm, self.operation, self.verdict, spacing=8)
        fields.setStretchFactor(self.search, 1)
        parts = splitter(Qt.Orientation.Vertical, (self._pages, 330, 1), (self.pane, 270, 1))
        buttons = dialog_buttons(self, QPushButton("Close"), None, self.undo_button, self.pane.copy_button)
        in_dialog(self, fields, self.note, parts, buttons).setStretchFactor(parts, 1)
        resize_on_screen(self, _SIZE)
        self.search.setFocus()


def _choice(everything: str, name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.addItem(everything, "")
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.setMaximumWidth(200)
    return made


def _offer_names(choice: QComboBox, named: tuple[tuple[str, str], ...]) -> None:
    """Offer these names behind the first entry; what was chosen stays chosen."""
    offered = [(choice.itemData(row), choice.itemText(row)) for row in range(1, choice.count())]
    wanted = [(each_id, shown_name(name)) for each_id, name in named]
    if offered == wanted:
        return
    chosen = (choice.currentData(), choice.currentText())
    while choice.count() > 1:
        choice.removeItem(1)
    for each_id, name in wanted:
        choice.addItem(name, each_id)
    _select(choice, *chosen)


def _select(choice: QComboBox, wanted_id: str, name: str) -> None:
    if choice.findData(wanted_id) < 0:
        choice.addItem(shown_name(name), wanted_id)
    choice.setCurrentIndex(choice.findData(wanted_id))
