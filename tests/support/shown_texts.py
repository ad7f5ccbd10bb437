"""Everything that a window shows, says or reads aloud, as a user meets it: to look for words that do more than be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtGui import QAction, Qt, QTextBlock, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QStatusBar,
    QTextEdit,
    QWidget,
)

from hvtree.ui.widgets.wrap_label import WrapLabel
from tests.support.hostile_names import FORGED

_INTERPRETED = re.compile(r"(?<!<b>)bold|bold(?!</b>|…|<…|</…|</b…)|(?<!&amp;&)File")
"""Words of the markup without what stands beside them, which somebody has taken for tags or marks."""
_OWN_LINKS = ("path:", "intent:", "copy:", "fold:")
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066\u2067\u2028\u2029\ufeff]")
_ROLES = {
    "text": Qt.ItemDataRole.DisplayRole,
    "tool tip": Qt.ItemDataRole.ToolTipRole,
    "status tip": Qt.ItemDataRole.StatusTipRole,
    "what's this": Qt.ItemDataRole.WhatsThisRole,
    "read aloud": Qt.ItemDataRole.AccessibleTextRole,
    "described": Qt.ItemDataRole.AccessibleDescriptionRole,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A text somewhere in a window."""

    place: str
    text: str
    """As it is read: without markup, with the marks of letters for Alt as they are seen."""
    links: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    def leaks(self) -> list[str]:
        """Return what the names of `hostile_names` achieve here: a mark that acts, markup that works, a line of its own."""
        found = [f"{self.place}: {mark!r} acts" for mark in sorted(set(_ACTING.findall(self.text)))]
        found += [f"{self.place}: shows the picture {name}" for name in self.pictures]
        found += [f"{self.place}: leads to {link}" for link in self.links if not link.startswith(_OWN_LINKS)]
        if any(line.strip() == FORGED for line in self.text.splitlines()):
            found.append(f"{self.place}: has the line {FORGED!r}")
        if _INTERPRETED.search(self.text):
            found.append(f"{self.place}: not as it is written: {self.text[:400]!r}")
        return found


def leaks() -> set[str]:
    """Return what a hostile name achieves anywhere in the windows that are open."""
    return {leak for shown in everything() for leak in shown.leaks()}


def everything() -> Iterator[Shown]:
    """Yield all texts of all windows that are open, also those that show on demand, such as tool tips."""
    for window in QApplication.topLevelWidgets():
        yield Shown(f"title of {_kind(window)}", window.windowTitle())
        for widget in (window, *window.findChildren(QWidget)):
            yield from _of_widget(widget)
        for action in window.findChildren(QAction):
            yield from _of_action(action)


def _of_widget(widget: QWidget) -> Iterator[Shown]:
    kind = _kind(widget)
    yield maybe_rich(f"tool tip of {kind}", widget.toolTip())
    yield maybe_rich(f"what's this of {kind}", widget.whatsThis())
    yield Shown(f"status tip of {kind}", widget.statusTip())
    yield Shown(f"name of {kind}, read aloud", widget.accessibleName())
    yield Shown(f"description of {kind}, read aloud", widget.accessibleDescription())
    match widget:
        case WrapLabel():
            yield Shown(kind, widget.text())
        case QLabel() if widget.textFormat() is Qt.TextFormat.PlainText and widget.buddy() is None:
            yield Shown(kind, widget.text())
        case QLabel():
            yield maybe_rich(kind, widget.text())
        case QAbstractButton() | QGroupBox():
            yield Shown(kind, without_mnemonics(_caption(widget)))
        case QLineEdit():
            yield Shown(f"placeholder of {kind}", widget.placeholderText())
        case QTextEdit():
            yield of_document(kind, widget.document())
        case QStatusBar():
            yield Shown(kind, widget.currentMessage())
        case QComboBox():
            yield from (Shown(kind, widget.itemText(row)) for row in range(widget.count()))
        case QMenu():
            yield Shown(f"title of {kind}", without_mnemonics(widget.title()))
        case QAbstractItemView() if widget.model() is not None:
            yield from _of_model(kind, widget.model(), QModelIndex())
        case _:
            pass


def _of_action(action: QAction) -> Iterator[Shown]:
    yield Shown(f"menu entry {action.text()[:20]!r}", without_mnemonics(action.text().partition("\t")[0]))
    yield maybe_rich(f"tool tip of the menu entry {action.text()[:20]!r}", action.toolTip())
    yield Shown(f"status tip of the menu entry {action.text()[:20]!r}", action.statusTip())


def _of_model(view: str, model: QAbstractItemModel, parent: QModelIndex) -> Iterator[Shown]:
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            for what, role in _ROLES.items():
                text = index.data(role)
                if isinstance(text, str):
                    place = f"{what} of a cell in column {column} of {view}"
                    yield (
                        maybe_rich(place, text) if what in ("tool tip", "what's this") else Shown(place, text)
                    )
        yield from _of_model(view, model, model.index(row, 0, parent))


def maybe_rich(place: str, text: str) -> Shown:
    """Return a text as Qt shows it where it guesses whether it is rich."""
    if not Qt.mightBeRichText(text):
        return Shown(place, text)
    document = QTextDocument()
    document.setHtml(text)
    return of_document(place, document)


def of_document(place: str, document: QTextDocument) -> Shown:
    """Return what stands in a document, with everything in it that is a link or a picture."""
    links: list[str] = []
    pictures: list[str] = []
    block: QTextBlock = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            look = pieces.fragment().charFormat()
            if look.isAnchor():
                links.append(look.anchorHref())
            if look.isImageFormat():
                pictures.append(look.toImageFormat().name())
            pieces += 1
        block = block.next()
    return Shown(place, document.toPlainText(), tuple(links), tuple(pictures))


def without_mnemonics(text: str) -> str:
    """Return a text of a button or an entry as it is seen: `&&` is one &, and a single one marks a letter for Alt."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _caption(widget: QAbstractButton | QGroupBox) -> str:
    return widget.title() if isinstance(widget, QGroupBox) else widget.text()


def _kind(widget: QWidget) -> str:
    return type(widget).__name__
