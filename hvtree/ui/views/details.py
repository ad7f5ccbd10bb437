"""The details of what is selected: one page of text that can be selected and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import QElapsedTimer, QEvent, QMimeData, QRect, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.paths import file_name
from hvtree.domain.plain_text import plain
from hvtree.ui.format import bare_name, without_marks
from hvtree.ui.theme import colours
from hvtree.ui.views.details_html import COPY_LINK, FOLD_LINK, GROUP_LINK, INTENT_LINK, PATH_LINK, page
from hvtree.ui.views.details_values import NOTHING, Details, FileRow
from hvtree.ui.views.password_bar import PasswordBar, PasswordWish
from hvtree.ui.widgets.layouts import in_column

_FOCUS_LINE = 3
_AFTER_MS = 15
"""How long other details wait, so that whatever was chosen is painted before them: a page is as much work as all of a tree."""
_EVERY_MS = 200
"""How long a page stays at least: somebody who holds a key down reads none of what comes more often."""


class _Page(QTextBrowser):
    """A page that copies text as it is pasted into PowerShell: without invisible marks, disk files by their whole paths.

    It shows its focus.
    """

    def __init__(self) -> None:
        super().__init__()
        self._files: Mapping[str, FileRow] = {}

    def exchange(self, html: str) -> None:
        """Show other text, with the scroll bar in its place meanwhile.

        Qt hides it with the old text and shows it with the new one, and for each of that lays the page out again: three times
        in all.
        """
        if self.verticalScrollBar().isVisible():
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHtml(html)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def show_files(self, files: Sequence[FileRow]) -> None:
        """Note which disk files the page shows; a screen reader is told those in full whose names are short there."""
        self._files = {file.tip: file for file in files}
        full = [
            name for file in files if (name := bare_name(file_name(file.path))) != without_marks(file.name)
        ]
        self.setAccessibleDescription(f"Disk files in full: {', '.join(full)}" if full else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            area = QRect(0, 0, _FOCUS_LINE, self.viewport().height())
            QPainter(self.viewport()).fillRect(area, QColor(colours(self).accent))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def createMimeDataFromSelection(self) -> QMimeData:
        copied = QTextDocument()
        QTextCursor(copied).insertFragment(self.textCursor().selection())
        for start, end, path in reversed(list(self._files_in(copied))):
            cursor = QTextCursor(copied)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(path)
        data = QMimeData()
        data.setText(without_marks(copied.toPlainText()))
        return data

    def _files_in(self, document: QTextDocument) -> Iterator[tuple[int, int, str]]:
        """Yield where names of disk files stand that are whole, or of which the shortened part is there, and the path."""
        block = document.begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                part = fragments.fragment()
                file = self._files.get(part.charFormat().toolTip())
                if file is not None and ("…" in part.text() or part.text() == file.name):
                    yield part.position(), part.position() + part.length(), plain(file.path)
                fragments += 1
            block = block.next()


def _layout() -> QTextOption:
    """Return the text layout: lines start at the left even if they begin with a Hebrew name, and may break anywhere."""
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


_Place = tuple[int, int]
"""The number of a line, and where in it: other lines may grow and shrink."""


def _place_of(document: QTextDocument, position: int) -> _Place:
    block = document.findBlock(position)
    return block.blockNumber(), position - block.position()


def _position_at(document: QTextDocument, place: _Place) -> int:
    """Return the position of a place, or the nearest one that there is."""
    line, column = place
    block = document.findBlockByNumber(min(line, document.blockCount() - 1))
    return block.position() + min(column, block.length() - 1)


class DetailsView(QWidget):
    """Shows details; a refresh keeps scroll position and selected text, as long as it is about the same thing.

    Those of a user who goes on quickly, as with a key held down, are neither all described nor all shown.
    """

    checkpoint_wanted = Signal(CheckpointAddress)
    """A checkpoint of the path was clicked."""
    intent_wanted = Signal(str)
    """Id of an intention whose link was clicked."""
    group_wanted = Signal(str)
    """The key of a row among the groups that is to be shown."""
    password_given = Signal(object)
    """The `PasswordGiven` for a host that waits for it."""
    copied = Signal()
    """The PowerShell is on the clipboard."""

    def __init__(self) -> None:
        super().__init__()
        self._details = NOTHING
        self._describe: Callable[[], Details] = lambda: NOTHING
        self._since_shown = QElapsedTimer()
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._show_due)
        self._shows_powershell = False
        self._page = _Page()
        self._page.setOpenLinks(False)
        self._page.setAccessibleName("Details")
        self._page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._page.document().setDocumentMargin(14)
        self._page.document().setDefaultTextOption(_layout())
        self._page.anchorClicked.connect(self._on_link)
        self._password = PasswordBar()
        self._password.given.connect(self.password_given)
        in_column(self, self._password, self._page)
        self._render(keeps_place=False)

    @property
    def details(self) -> Details:
        """What is shown."""
        self.catch_up()
        return self._details

    def show_details(self, details: Details) -> None:
        """Show other details; the page stays where it is if they are of the same thing."""
        self._due.stop()
        if details == self._details:
            return
        keeps_place = details.title == self._details.title
        self._details = details
        self._render(keeps_place=keeps_place)

    def show_soon(self, describe: Callable[[], Details]) -> None:
        """Show what will be described in a moment."""
        self._describe = describe
        if not self._due.isActive():
            self._due.start(max(_AFTER_MS, _EVERY_MS - self._since_shown.elapsed()))

    def show_wish(self, wish: PasswordWish | None) -> None:
        """Ask for the password of the host that is shown; None to ask for none."""
        self._password.show_wish(wish)

    def text(self) -> str:
        """Return the page as plain text."""
        self.catch_up()
        return self._page.toPlainText()

    def catch_up(self) -> None:
        """Show now what would be shown in a moment."""
        if self._due.isActive():
            self._show_due()

    def rest(self) -> None:
        """Show nothing more by itself."""
        self._due.stop()

    def take_focus(self) -> None:
        """Take the keyboard focus: into the password field, if the host that is shown waits for its password."""
        if self._password.is_wanted:
            self._password.take_focus()
        else:
            self._page.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._render(keeps_place=True)

    def _show_due(self) -> None:
        self.show_details(self._describe())

    def _render(self, *, keeps_place: bool) -> None:
        self._since_shown.start()
        bar = self._page.verticalScrollBar()
        place = bar.value()
        html = page(self._details, colours(self), shows_powershell=self._shows_powershell)
        selected = self._selected() if keeps_place else None
        self._page.exchange(html)
        self._page.show_files([row for rows in self._details.chains for row in rows if row.path])
        if selected is not None:
            self._select(*selected)
        bar.setValue(place if keeps_place else 0)

    def _selected(self) -> tuple[_Place, _Place] | None:
        """Return where the selected text begins and ends; None if there is none."""
        cursor, document = self._page.textCursor(), self._page.document()
        if not cursor.hasSelection():
            return None
        return _place_of(document, cursor.anchor()), _place_of(document, cursor.position())

    def _select(self, anchor: _Place, end: _Place) -> None:
        cursor, document = self._page.textCursor(), self._page.document()
        cursor.setPosition(_position_at(document, anchor))
        cursor.setPosition(_position_at(document, end), QTextCursor.MoveMode.KeepAnchor)
        self._page.setTextCursor(cursor)

    def _on_link(self, url: QUrl) -> None:
        address = url.toString()
        if address == COPY_LINK:
            QGuiApplication.clipboard().setText(self._details.powershell)
            self.copied.emit()
        elif address == FOLD_LINK:
            self._shows_powershell = not self._shows_powershell
            self._render(keeps_place=True)
        elif address.startswith(INTENT_LINK):
            self.intent_wanted.emit(address.removeprefix(INTENT_LINK))
        elif address.startswith(GROUP_LINK):
            self.group_wanted.emit(self._details.belonging[int(address.removeprefix(GROUP_LINK))].row_key)
        elif address.startswith(PATH_LINK):
            self.checkpoint_wanted.emit(self._details.path[int(address.removeprefix(PATH_LINK))].checkpoint)
