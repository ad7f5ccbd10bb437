"""From the table of actions to menus, tool bar and context menus, in Hyper-V Manager's words and order."""

from __future__ import annotations

from textwrap import fill

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QToolButton, QWidget

from hvtree.ui.actions import ACTIONS, Action, Desk, refusal
from hvtree.ui.icons import icon
from hvtree.ui.selection import Selection

SEPARATOR = ""
_TIP_CHARACTERS = 80
"""So long is a line of a tool tip; Qt itself breaks none."""

MENU_BAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&Host",
        (
            "host.connect",
            "host.demo",
            SEPARATOR,
            "host.refresh",
            "host.reconnect",
            "host.edit",
            "host.remove",
            SEPARATOR,
            "window.close",
        ),
    ),
    ("&VM", ("vm.checkpoint", "vm.checkpoint_at_once", "vm.checkpoint_group", SEPARATOR, "vm.revert")),
    (
        "&Checkpoint",
        (
            "checkpoint.apply",
            "checkpoint.export",
            "checkpoint.rename",
            SEPARATOR,
            "checkpoint.delete",
            "checkpoint.delete_subtree",
        ),
    ),
    (
        "Vie&w",
        (
            "view.find",
            "view.now",
            SEPARATOR,
            "view.expand",
            "view.collapse",
            SEPARATOR,
            "view.details",
            "view.activity",
        ),
    ),
    ("H&elp", ("host.doctor", SEPARATOR, "help.about")),
)
"""The menus of the menu bar with the ids of their entries."""

TOOL_BAR = (
    "host.connect",
    SEPARATOR,
    "vm.checkpoint",
    "vm.checkpoint_group",
    "vm.revert",
    SEPARATOR,
    "checkpoint.apply",
    "checkpoint.delete",
    SEPARATOR,
    "view.now",
    "host.refresh",
)
"""The ids of the tool bar's buttons."""

_OF_CHECKPOINT = (*MENU_BAR[2][1], SEPARATOR, "view.now", "view.details")
_OF_VM = (*MENU_BAR[1][1], SEPARATOR, "view.now", "view.details")
_OF_HOST = (
    *("host.refresh", "host.reconnect", "host.edit", "host.remove"),
    *(SEPARATOR, "host.doctor", "view.details"),
)
_OF_NOTHING = ("host.connect", "host.demo")
_OF_BOTH = ("vm.checkpoint", "vm.checkpoint_group", SEPARATOR, "checkpoint.delete", SEPARATOR, "view.details")


class Menus(QObject):
    """Holds one QAction for each action of the table, and keeps them true to the selection."""

    triggered = Signal(str)
    """Id of the action that was chosen, by whatever way."""

    def __init__(self, window: QWidget, tree: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._entries: dict[str, QAction] = {}
        for each in ACTIONS:
            entry = self._make(each)
            self._entries[each.id] = entry
            (tree if each.is_of_tree else window).addAction(entry)
        self.retint()

    def entry(self, action_id: str) -> QAction:
        """Return the QAction of an action."""
        return self._entries[action_id]

    def entries(self) -> tuple[QAction, ...]:
        """Return the QActions of all actions, in the order of the table."""
        return tuple(self._entries.values())

    def refresh(self, selection: Selection) -> None:
        """Enable what can be planned on a selection; what cannot says why."""
        for each in ACTIONS:
            reason = refusal(each, selection, self._desk)
            entry = self._entries[each.id]
            entry.setEnabled(not reason)
            entry.setToolTip(_tool_tip(each, reason))
            entry.setStatusTip(reason or each.tip)

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Put all menus into the menu bar."""
        for title, ids in MENU_BAR:
            self._fill(bar.addMenu(title), ids)

    def fill_tool_bar(self, bar: QToolBar) -> None:
        """Put the buttons into the tool bar."""
        for action_id in TOOL_BAR:
            if action_id == SEPARATOR:
                bar.addSeparator()
                continue
            bar.addAction(self._entries[action_id])
            button = bar.widgetForAction(self._entries[action_id])
            if isinstance(button, QToolButton):
                button.setAccessibleName(self._entries[action_id].iconText())

    def context_menu(self, selection: Selection) -> QMenu:
        """Return the menu for a selection; it deletes itself when it closes."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, _context_ids(selection))
        return menu

    def retint(self) -> None:
        """Take the icons in the colours of the present theme."""
        for each in ACTIONS:
            if each.icon:
                self._entries[each.id].setIcon(icon(each.icon))

    def _make(self, each: Action) -> QAction:
        shown = f"{each.text}\t{each.shown_key}" if each.shown_key else each.text
        entry = QAction(shown, self._window)
        entry.setObjectName(each.id)
        entry.setIconText(_plain(each.text))
        entry.setShortcuts([QKeySequence(key) for key in each.keys])
        scope = (
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if each.is_of_tree
            else Qt.ShortcutContext.WindowShortcut
        )
        entry.setShortcutContext(scope)
        entry.triggered.connect(lambda: self.triggered.emit(each.id))
        return entry

    def _fill(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        menu.setToolTipsVisible(True)
        for action_id in ids:
            if action_id == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._entries[action_id])


def _context_ids(selection: Selection) -> tuple[str, ...]:
    if selection.is_empty or selection.host_id is None:
        return _OF_NOTHING
    if selection.has_only_checkpoints:
        return _OF_CHECKPOINT
    if selection.refs:
        return _OF_BOTH
    return _OF_VM if selection.targets else _OF_HOST


def _tool_tip(each: Action, reason: str) -> str:
    """Return name, key and purpose of an action, and why it cannot be done now."""
    keys = (each.shown_key,) if each.shown_key else each.keys
    shown = ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
    first = f"{_plain(each.text)} ({shown})" if shown else _plain(each.text)
    parts = (first, each.tip, reason and f"Not now: {reason}")
    return "\n".join(fill(part, _TIP_CHARACTERS) for part in parts if part)


def _plain(text: str) -> str:
    return text.replace("&", "")
