"""How widgets stand: below or beside each other, with a handle between them, and in dialogs that all look alike."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from hvtree.ui.theme import colours

Part = QWidget | QLayout | None
"""What stands in a row or a column; None is a gap that takes what room is left."""
Margins = tuple[int, int, int, int]
"""Pixels to the left, above, to the right and below."""
_NONE = (0, 0, 0, 0)
_OF_DIALOG = (18, 16, 18, 14)


def in_column(
    parent: QWidget | None, *parts: Part, margins: Margins = _NONE, spacing: int = -1
) -> QBoxLayout:
    """Put parts below each other, in a widget or for another layout; the spacing is Qt's unless given in pixels."""
    return _filled(QVBoxLayout(), parent, parts, margins, spacing)


def in_row(parent: QWidget | None, *parts: Part, margins: Margins = _NONE, spacing: int = -1) -> QBoxLayout:
    """Put parts beside each other, as `in_column`."""
    return _filled(QHBoxLayout(), parent, parts, margins, spacing)


def in_form(parent: QWidget | None, *rows: tuple[str, QWidget]) -> QFormLayout:
    """Put fields below each other, each behind its caption and as wide as there is room."""
    form = QFormLayout()
    form.setContentsMargins(*_NONE)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    for caption, field in rows:
        form.addRow(caption, field)
    if parent is not None:
        parent.setLayout(form)
    return form


def in_dialog(dialog: QDialog, *parts: Part) -> QBoxLayout:
    """Put parts below each other in a dialog, its buttons last."""
    return in_column(dialog, *parts, margins=_OF_DIALOG, spacing=10)


def dialog_buttons(
    dialog: QDialog,
    reject: QPushButton,
    accept: QPushButton | None = None,
    *actions: QPushButton,
    on_accept: Callable[[], object] | None = None,
    is_grave: bool = False,
) -> QDialogButtonBox:
    """Return the buttons of a dialog; `actions` leave it open, and `on_accept` may accept it or not.

    Enter presses what accepts it, if that is not grave and the dialog has one, else what rejects it.
    """
    row = QDialogButtonBox()
    if accept is not None:
        row.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        row.accepted.connect(on_accept or dialog.accept)
        accept.setAutoDefault(not is_grave)
    for button in actions:
        row.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        button.setAutoDefault(False)
    row.addButton(reject, QDialogButtonBox.ButtonRole.RejectRole)
    row.rejected.connect(dialog.reject)
    (reject if accept is None or is_grave else accept).setDefault(True)
    return row


def paint_as_danger(button: QPushButton) -> None:
    """Let a button say in the colour of danger what it does."""
    inks = button.palette()
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        inks.setColor(group, QPalette.ColorRole.ButtonText, QColor(colours(button).danger))
    button.setPalette(inks)


def fit_to_width(dialog: QDialog, width: int) -> None:
    """Make a dialog this wide, and as high as its layout then asks for: texts that wrap need more than Qt guesses."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    dialog.resize(width, max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))


def splitter(orientation: Qt.Orientation, *parts: tuple[QWidget, int, int]) -> QSplitter:
    """Return widgets with a handle between them: each with its first size, and its share of what is gained or lost."""
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    for position, (widget, _, share) in enumerate(parts):
        made.addWidget(widget)
        made.setStretchFactor(position, share)
    made.setSizes([size for _, size, _ in parts])
    return made


def _filled(
    layout: QBoxLayout, parent: QWidget | None, parts: tuple[Part, ...], margins: Margins, spacing: int
) -> QBoxLayout:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addStretch(1)
    if parent is not None:
        parent.setLayout(layout)
    return layout
