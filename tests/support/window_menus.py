"""The menus of the window, as its user meets them: by their words, with what can be chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolBar

from hvtree.ui.intents.intent import Intent
from hvtree.ui.main_window import MainWindow


class MenuUser:
    """The user of the menus of one window."""

    window: MainWindow

    def choose(self, text: str) -> None:
        """Choose from the context menu of what is selected."""
        self.window.tree.context_menu_wanted.emit(QPoint(10, 10))
        menu = self._open_menu()
        try:
            _trigger(menu, text)
        finally:
            menu.close()

    def context_menu(self) -> list[str]:
        """Return what the context menu offers and can be chosen."""
        self.window.tree.context_menu_wanted.emit(QPoint(10, 10))
        menu = self._open_menu()
        entries = [_text(entry.text()) for entry in menu.actions() if entry.text() and entry.isEnabled()]
        menu.close()
        return entries

    def tool_bar(self) -> QToolBar:
        bar = self.window.findChild(QToolBar)
        assert bar is not None
        return bar

    def choose_from(self, menu_title: str, text: str) -> None:
        """Choose from the menu bar."""
        bar = self.window.menuBar()
        menu = next(entry.menu() for entry in bar.actions() if _text(entry.text()) == menu_title)
        assert isinstance(menu, QMenu)
        _trigger(menu, text)

    def reason(self, intent: Intent) -> str:
        """Return the tool tip of an intention, in one line."""
        return " ".join(self.window.menus.entry(intent).toolTip().split())

    def can(self, intent: Intent) -> bool:
        return self.window.menus.entry(intent).isEnabled()

    def press_menu_key(self) -> None:
        """Press the key that opens the context menu."""
        tree = self.window.tree
        place = tree.visualRect(tree.currentIndex()).center()
        reason = QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, place, tree.viewport().mapToGlobal(place))
        QApplication.sendEvent(tree.viewport(), event)

    def menu_is_open(self) -> bool:
        return isinstance(QApplication.activePopupWidget(), QMenu)

    def close_menu(self) -> None:
        self._open_menu().close()

    def _open_menu(self) -> QMenu:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), "no menu is open"
        return menu


def _trigger(menu: QMenu, text: str) -> None:
    entry = next((each for each in menu.actions() if _text(each.text()) == text), None)
    assert entry is not None, f"{text!r} is none of {[_text(each.text()) for each in menu.actions()]}"
    assert entry.isEnabled(), f"{text!r} is disabled: {entry.toolTip()}"
    entry.trigger()


def _text(shown: str) -> str:
    return shown.partition("\t")[0].replace("&", "")
