"""Menus, tool bar and context menus, made from the intentions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from textwrap import fill

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolBar, QToolButton, QWidget

from hvtree.app.workspace import Workspace
from hvtree.ui.format import plain_tip
from hvtree.ui.icons import icon
from hvtree.ui.intents.intent import Intent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.views.details_values import Offer

_TIP_CHARACTERS = 80
"""The longest line of a tool tip; Qt does not wrap them."""
_SHOWING = (Menu.VIEW, Menu.HELP)
"""What these menus offer stands together at the end of a context menu."""


class Menus(QObject):
    """Holds one QAction for each intention, and keeps them in step with the selection."""

    triggered = Signal(object)
    """The `Intent` that was chosen, from a menu, a button or a key."""

    def __init__(
        self, window: QWidget, tree: QWidget, workspace: Workspace, intents: tuple[Intent, ...]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._entries: dict[Intent, QAction] = {}
        self._with_icon: set[Intent] = set()
        """Those that have been shown: drawing all icons takes as long as the rest of the window."""
        self._shown_for: tuple[Selection, tuple[object, ...]] | None = None
        self._refresh = 0
        """The number of the last refresh."""
        self._reasons: dict[str, str] = {}
        """Why each cannot be chosen, by its id, as it is shown."""
        for each in intents:
            entry = self._make(each)
            self._entries[each] = entry
            (tree if each.is_of_tree else window).addAction(entry)
        if isinstance(application := QApplication.instance(), QApplication):
            application.screenAdded.connect(self.retint)

    def entry(self, intent: Intent) -> QAction:
        """Return the QAction of an intention."""
        return self._entries[intent]

    def entries(self) -> tuple[QAction, ...]:
        """Return the QActions of all intentions, in their order."""
        return tuple(self._entries.values())

    def refresh(self, selection: Selection) -> None:
        """Enable what can be done with a selection; the rest says why not. The same readings are not planned on twice."""
        for _ in self.refreshing(selection):
            pass

    def refreshing(self, selection: Selection) -> Iterator[None]:
        """Do so one intention after the other, since each looks at all that is selected; a later refresh ends this one."""
        groups = self._workspace.groups
        known = (*self._workspace.hosts, groups.definitions, groups.records)
        if self._is_shown_for(selection, known):
            return
        self._shown_for, self._refresh = None, self._refresh + 1
        this, has_changed = self._refresh, False
        for each, entry in self._entries.items():
            yield
            if self._refresh != this:
                return
            reason = self._reasons[each.like.id] if each.like else each.refusal(selection, self._workspace)
            if self._reasons.get(each.id) == reason:
                continue
            self._reasons[each.id] = reason
            entry.setEnabled(not reason)
            entry.setToolTip(plain_tip(_tool_tip(each, reason)))
            has_changed |= entry.statusTip() != (reason or each.tip)
            entry.setStatusTip(reason or each.tip)
        self._shown_for = selection, known
        if has_changed:
            self._drop_tip()

    def fill_menus(self, menus: Mapping[Menu, QMenu]) -> None:
        """Fill the menus of the menu bar, one that is open already, too."""
        for menu, shown in menus.items():
            shown.clear()
            wanted = [each for each in self._entries if each.menu is menu]
            wanted.sort(key=lambda each: each.section)
            self._fill(shown, wanted, lambda each: each.section)

    def fill_tool_bar(self, bar: QToolBar) -> None:
        """Put the buttons into the tool bar."""
        places = {each.tool_bar: each for each in self._entries if each.tool_bar is not None}
        self._show_icons(places.values())
        for section, members in groupby(sorted(places), key=lambda place: place[0]):
            if section:
                bar.addSeparator()
            for place in members:
                entry = self._entries[places[place]]
                bar.addAction(entry)
                button = bar.widgetForAction(entry)
                if isinstance(button, QToolButton):
                    button.setAccessibleName(entry.iconText())

    def context_menu(self, kind: Kind) -> QMenu:
        """Return the menu for a kind of selection; it deletes itself when it closes."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wanted = [each for each in self._entries if kind in each.context]
        self._fill(
            menu, wanted, lambda each: None if each.menu in _SHOWING else (each.menu.value, each.section)
        )
        return menu

    def offers(self, selection: Selection) -> tuple[Offer, ...]:
        """Return what the context menu of a selection holds, and why not; the selection is that of the last refresh."""
        return tuple(
            Offer(each.id, each.plain_text, "" if entry.isEnabled() else entry.statusTip())
            for each, entry in self._entries.items()
            if selection.kind in each.context and each.menu not in _SHOWING
        )

    def retint(self, *_screen: object) -> None:
        """Load the icons again in the colours of the present theme, for the screens that there are."""
        shown, self._with_icon = self._with_icon, set()
        self._show_icons(shown)

    def _show_icons(self, wanted: Iterable[Intent]) -> None:
        """Give entries that are about to be shown their icons, unless they have them."""
        for each in wanted:
            if each.icon and each not in self._with_icon:
                self._entries[each].setIcon(icon(each.icon))
                self._with_icon.add(each)

    def _is_shown_for(self, selection: Selection, known: tuple[object, ...]) -> bool:
        """Return whether the entries were last refreshed for this selection and the very same views and groups."""
        if self._shown_for is None or self._shown_for[0] != selection:
            return False
        before = self._shown_for[1]
        return len(before) == len(known) and all(a is b for a, b in zip(before, known, strict=True))

    def _make(self, each: Intent) -> QAction:
        is_answered_by_tree = bool(each.tree_keys) and not each.keys
        entry = QAction(f"{each.text}\t{each.shown_key}" if is_answered_by_tree else each.text, self._window)
        entry.setObjectName(each.id)
        entry.setIconText(each.plain_text)
        entry.setAutoRepeat(False)  # a key that is held down must not take one checkpoint after the other
        entry.setShortcuts([QKeySequence(key) for key in each.keys])
        scope = (
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if each.is_of_tree
            else Qt.ShortcutContext.WindowShortcut
        )
        entry.setShortcutContext(scope)
        entry.triggered.connect(self._drop_tip)
        entry.triggered.connect(lambda: self.triggered.emit(each))
        return entry

    def _drop_tip(self) -> None:
        """Take back the tip that the window shows: it was true before something happened."""
        QApplication.sendEvent(self._window, QStatusTipEvent(""))

    def _fill(self, menu: QMenu, wanted: Iterable[Intent], section: Callable[[Intent], object]) -> None:
        menu.setToolTipsVisible(True)
        wanted = tuple(wanted)
        menu.aboutToShow.connect(lambda: self._show_icons(wanted))
        for number, (_, members) in enumerate(groupby(wanted, key=section)):
            if number:
                menu.addSeparator()
            for each in members:
                menu.addAction(self._entries[each])
        if menu.isVisible():
            self._show_icons(wanted)


def _tool_tip(each: Intent, reason: str) -> str:
    """Return name, key and purpose of an intention, and why it cannot be done now."""
    shown = QKeySequence(each.shown_key).toString(QKeySequence.SequenceFormat.NativeText)
    first = f"{each.plain_text} ({shown})" if shown else each.plain_text
    parts = (first, each.tip, reason and f"Not now: {reason}")
    return "\n".join(_wrapped(part) for part in parts if part)


@lru_cache(maxsize=256)
def _wrapped(text: str) -> str:
    """Return a text in lines; most are the same for one selection as for the next."""
    return fill(text, _TIP_CHARACTERS)
