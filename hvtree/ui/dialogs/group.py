"""The dialog that makes a group or changes one: its name, its members with when they start, how it is checkpointed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.words import count_words
from hvtree.ui.dialogs.member_source import MemberSource
from hvtree.ui.dialogs.method_field import MethodField
from hvtree.ui.models.group_members import LIMITS, MemberColumn, MembersModel
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, in_dialog, in_form, in_row
from hvtree.ui.widgets.screens import resize_on_screen
from hvtree.ui.widgets.wrap_label import WrapLabel
from hvtree.values import replace

_SIZE = QSize(720, 600)
_WIDTHS = {MemberColumn.HOST: 150, MemberColumn.STATE: 120, MemberColumn.ORDER: 70, MemberColumn.DELAY: 110}
_ROW_HEIGHT = 24
_MANY = 12
"""VMs from which on they can be searched."""


class GroupDialog(QDialog):
    """Asks for a group, and says what is wrong with it; whoever keeps it accepts the dialog."""

    save_wanted = Signal(object)
    """The `Group` as it stands is to be kept."""

    def __init__(
        self,
        caption: str,
        button: str,
        group: Group,
        fleet: Fleet,
        parent: QWidget,
        *,
        source: MemberSource | None = None,
    ) -> None:
        """`source` proposes the members of a new group, which are ticked then; it sees the same fleet."""
        super().__init__(parent)
        self._group = group
        self._problem = Banner(Tone.DANGER)
        self._problem.hide()
        self.name = QLineEdit(group.name)
        self.name.setPlaceholderText("SharePoint farm")
        self.members = MembersModel(group.members, fleet, self)
        self._found = _Found(self)
        self._found.setSourceModel(self.members)
        self.table = _table(self._found)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a VM or a host")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a VM or a host")
        self.search.setVisible(self.members.rowCount() >= _MANY)
        self.search.textChanged.connect(self._found.find)
        self.method = MethodField(group.method)
        self.source = source
        self._count = QLabel()
        self.save_button = QPushButton(button)
        self._build(caption)
        self.members.edited.connect(self._bring_up_to_date)
        self._bring_up_to_date()
        if source is not None:
            source.proposed.connect(self.members.begin)
            self.finished.connect(source.end)
            source.begin()
        self.name.setFocus()

    def group(self) -> Group:
        """Return the group as the fields say."""
        name = self.name.text().strip()
        return replace(self._group, name=name, members=self.members.members(), method=self.method.method())

    def show_problem(self, problem: HVTreeError) -> None:
        """Say what is wrong with it; the dialog stays."""
        self._problem.show_text(Tone.DANGER, problem.what, " ".join(filter(None, (problem.why, problem.now))))
        self._problem.show()

    def _bring_up_to_date(self) -> None:
        count = len(self.members.members())
        self._count.setText(
            f"{count_words(count, 'member')} ticked" if count else "Tick the VMs that belong together."
        )

    def _build(self, caption: str) -> None:
        self.setWindowTitle(caption)
        self.setModal(True)
        cancel = QPushButton("Cancel")
        buttons = dialog_buttons(
            self, cancel, self.save_button, on_accept=lambda: self.save_wanted.emit(self.group())
        )
        above = in_row(None, self._count, None, self.search, spacing=10)
        fields = in_form(None, ("&Name", self.name))
        heading = WrapLabel(caption, is_bold=True, scale=1.2)
        source = (self.source,) if self.source is not None else ()
        column = in_dialog(
            self, heading, self._problem, fields, *source, above, self.table, self.method, buttons
        )
        column.setStretchFactor(self.table, 1)
        resize_on_screen(self, _SIZE)


def _table(rows: QSortFilterProxyModel) -> QTreeView:
    view = QTreeView()
    view.setModel(rows)
    view.setAccessibleName("Members")
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(True)
    view.setAlternatingRowColors(True)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)  # one click on a number is enough
    view.setItemDelegate(_Numbers(view))
    header = view.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(MemberColumn.VM, QHeaderView.ResizeMode.Stretch)
    for column, width in _WIDTHS.items():
        header.resizeSection(column, width)
    return view


class _Found(QSortFilterProxyModel):
    """The members, and of the others those in whose name or host a text is."""

    _wanted = ""

    def find(self, text: str) -> None:
        """Look for a text."""
        self._wanted = text.strip().casefold()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        vm, host = (self.sourceModel().index(row, column) for column in (MemberColumn.VM, MemberColumn.HOST))
        if vm.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked:
            return True
        return any(self._wanted in str(each.data()).casefold() for each in (vm, host))


class _Numbers(QStyledItemDelegate):
    """Asks for numbers within their limits."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        box = QSpinBox(parent)
        box.setFrame(False)
        box.setRange(*LIMITS[MemberColumn(index.column())])
        return box

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, _ROW_HEIGHT))
