"""Keyboard: a page with every key, made from the intentions and from the keys of tree and filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from hvtree.ui.intents.intent import Context, Intent, WindowIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.views.filter_field import FILTER_KEYS
from hvtree.ui.views.tree_keys import TREE_KEYS
from hvtree.ui.widgets.layouts import dialog_buttons, in_dialog
from hvtree.ui.widgets.screens import resize_on_screen

_SIZE = QSize(680, 620)
_WIDTH_OF_KEYS = 190
_AIR = 6
"""Pixels between two lines."""


class KeyRow(Struct, frozen=True):
    """One line of the page."""

    section: str
    keys: str
    """As this system spells them."""
    does: str


def key_rows(intents: Iterable[Intent]) -> Iterator[KeyRow]:
    """Return a line for each intention that has a key, then for the keys of the tree and of the filter."""
    for menu in Menu:
        for each in intents:
            if each.menu is menu and (each.keys or each.tree_keys):
                keys = spelled((*each.keys, *each.tree_keys))
                yield KeyRow(f"{menu.value.replace('&', '')} menu", keys, each.plain_text)
    yield from (KeyRow("In the tree", spelled(each.keys), each.does) for each in TREE_KEYS if each.does)
    yield from (KeyRow("In the filter", spelled(keys), does) for keys, does in FILTER_KEYS)


def spelled(keys: Iterable[str]) -> str:
    """Return keys as this system spells them; Enter and Return are one word for the user."""
    native = (QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key for key in keys)
    return ", ".join(dict.fromkeys(key.replace("Return", "Enter") for key in native))


class KeyboardDialog(QDialog):
    """The page. It deletes itself."""

    def __init__(self, intents: tuple[Intent, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = tuple(key_rows(intents))
        close = QPushButton("Close")
        in_dialog(self, _table(self.rows), dialog_buttons(self, close))
        close.setFocus()
        resize_on_screen(self, _SIZE)


def _table(rows: Iterable[KeyRow]) -> QTreeWidget:
    """Return the lines under a heading for each section."""
    table = QTreeWidget()
    table.setAccessibleName("Keys")
    table.setHeaderLabels(["Keys", "What they do"])
    table.setRootIsDecorated(False)
    table.setItemsExpandable(False)
    table.setIndentation(14)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    height = table.fontMetrics().height() + _AIR
    headings: dict[str, QTreeWidgetItem] = {}
    for row in rows:
        if row.section not in headings:
            headings[row.section] = _heading(table, row.section, 2 * height - _AIR)
        item = QTreeWidgetItem([row.keys, row.does])
        item.setSizeHint(0, QSize(0, height))
        headings[row.section].addChild(item)
    table.expandAll()
    table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
    table.header().resizeSection(0, _WIDTH_OF_KEYS)
    return table


def _heading(table: QTreeWidget, text: str, height: int) -> QTreeWidgetItem:
    item = QTreeWidgetItem(table, [text])
    item.setSizeHint(0, QSize(0, height))
    item.setTextAlignment(0, Qt.AlignmentFlag.AlignBottom)
    item.setFirstColumnSpanned(True)
    font = item.font(0)
    font.setBold(True)
    item.setFont(0, font)
    return item


def _open(context: Context) -> None:
    KeyboardDialog(context.intents, context.window).open()


KEYBOARD = WindowIntent(
    id="help.keyboard",
    text="&Keyboard",
    tip="Show every key and what it does.",
    keys=("F1",),
    menu=Menu.HELP,
    do=_open,
)
