"""The field in which a name is changed in place: it says what is wrong with a name while it is typed, and keeps it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeView, QWidget

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import NAME_LIMIT
from hvtree.domain.errors import BadInput
from hvtree.domain.names import check_name, name_length
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.theme import colours
from hvtree.ui.views.tree_selection import rows_of

COUNT_FROM = NAME_LIMIT - 20
"""The number of characters is shown from this length on."""
_LEAVING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_WIDTH = 380
"""Pixels of the sentence below the field at most."""
_DISTANCE = 2
_AROUND_NOTE = 18
"""Pixels of its frame and margins."""


class NameEditor(QLineEdit):
    """One line for a name. As long as `problem` says something, only Escape leaves it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.problem = ""
        """Why what is typed cannot be a name; empty if it can."""
        self._note = _note(parent)
        self.setFrame(False)
        self.setAccessibleName("New name")
        self.textChanged.connect(self._on_changed)
        self.destroyed.connect(self._note.deleteLater)

    @property
    def note(self) -> str:
        """What is said below the field; empty if there is nothing to say."""
        return "" if self._note.isHidden() else self._note.text()

    def keeps(self, event: QEvent) -> bool:
        """Return whether an event that would end the editing must not, since the name cannot be used.

        A field that was emptied may be left with the mouse: nothing that was typed is lost then.
        """
        if not self.problem:
            return False
        if event.type() is QEvent.Type.FocusOut:
            return bool(self.text().strip())
        return isinstance(event, QKeyEvent) and event.key() in _LEAVING_KEYS and _is_press(event)

    # Qt's events: the sentence goes where the field goes

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._place_note()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_note()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._note.hide()

    def _on_changed(self) -> None:
        name = self.text().strip()
        self.problem = _problem(name)
        length = name_length(name)
        count = f"{length} of {NAME_LIMIT} characters" if length >= COUNT_FROM else ""
        palette = colours(self)
        self.setStyleSheet(f"QLineEdit {{ color: {palette.danger} }}" if self.problem else "")
        line, back = (
            (palette.danger, palette.danger_back) if self.problem else (palette.line, palette.palette["Base"])
        )
        look = f"color: {palette.text}; background: {back}; border: 1px solid {line}; padding: 3px 6px"
        self._note.setStyleSheet(look)
        self._note.setText(self.problem or count)
        self.setAccessibleDescription(self._note.text())
        self._note.setVisible(bool(self._note.text()))
        self._place_note()

    def _place_note(self) -> None:
        """Put the sentence below the field, or above it where there is no room."""
        around = self.parentWidget()
        if around is None or not self._note.text():
            return
        one_line = self._note.fontMetrics().horizontalAdvance(self._note.text()) + _AROUND_NOTE
        width = min(one_line, _WIDTH, around.width())
        height = self._note.heightForWidth(width)
        left = max(0, min(self.x(), around.width() - width))
        below = self.geometry().bottom() + _DISTANCE
        top = below if below + height <= around.height() else self.y() - height - _DISTANCE
        self._note.setGeometry(left, top, width, height)
        self._note.raise_()


class NamesInPlace:
    """Begins and holds the editing of names in one tree."""

    def __init__(self, model: TreeModel, view: QTreeView) -> None:
        self._model = model
        self._view = view
        self.refusal: Callable[[Selection], str] = lambda _selection: ""
        """Return why what is selected cannot be renamed; empty if it can."""

    def begin(self, selection: Selection) -> bool:
        """Begin to change the name of the only selected checkpoint; return whether it could be done."""
        return not self.refusal(selection) and self._edit(selection)

    def begin_again(self, checkpoint: CheckpointAddress, begun: str) -> None:
        """Select a checkpoint and go on with a name that was typed before, if it is still there."""
        selection = Selection(checkpoints=(checkpoint,))
        for row in rows_of(self._model, selection):
            only = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self._view.selectionModel().setCurrentIndex(row, only)
            self._edit(selection)  # what was typed is not lost, although it cannot be done just now
        editor = self._editor()
        if editor is not None:
            editor.setText(begun)

    def must_go_on(self) -> bool:
        """Return whether a name is being typed that cannot be; the field then has the focus again."""
        editor = self._editor()
        if editor is None or not editor.keeps(QEvent(QEvent.Type.FocusOut)):
            return False
        editor.setFocus()
        return True

    def _edit(self, selection: Selection) -> bool:
        rows = rows_of(self._model, selection) if selection.only_checkpoint is not None else []
        if not rows or not rows[0].flags() & Qt.ItemFlag.ItemIsEditable:
            return False
        choice = self._view.selectionModel()
        choice.setCurrentIndex(rows[0], QItemSelectionModel.SelectionFlag.NoUpdate)
        self._view.scrollTo(rows[0])
        self._view.edit(rows[0])
        return True

    def _editor(self) -> NameEditor | None:
        fields = self._view.viewport().findChildren(NameEditor)
        return next((each for each in fields if each.isVisible()), None)


def _problem(name: str) -> str:
    """Return why Hyper-V or HVTree does not take a name, in sentences."""
    try:
        check_name(name)
    except BadInput as error:
        return error.sentence
    return ""


def _is_press(event: QKeyEvent) -> bool:
    return event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


def _note(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.hide()
    return label
