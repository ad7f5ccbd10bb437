"""Sentences of a plan below each other, each behind a mark: a few as labels, many in a list that is scrolled by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from hvtree.domain.plain_text import plain, plain_lines
from hvtree.operations.base import Plan
from hvtree.operations.consequence import Consequence, File
from hvtree.ui.format import plain_tip, shown_name
from hvtree.ui.theme import colours
from hvtree.ui.widgets.on_demand import OnDemand
from hvtree.ui.widgets.wrap_label import WrapLabel, laid_out

FEW = 24
"""So many sentences may each have a label; more of them are laid out when they come into sight."""
_LINES_SEEN = 9
"""Height of the list in lines of text."""
_BETWEEN = 4
_AFTER_MARK = 8
_NOWHERE = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


class Line(Struct, frozen=True):
    """A sentence behind its mark; `short` and `tip` if it is shown shorter than it is, and the rest in a tool tip."""

    mark: str
    text: str
    short: str = ""
    tip: str = ""

    def label(self) -> WrapLabel:
        """Return the sentence to look at; it is read aloud in full."""
        made = WrapLabel(self.short or self.text)
        if self.short:
            made.setToolTip(plain_tip(self.tip))
            made.setAccessibleName(self.text)
        return made


class PlanLines(QFrame):
    """Sentences behind a bullet, a number, or nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.lines: Sequence[Line] = ()
        self._list = _LineList(name)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_AFTER_MARK)
        self._grid.setVerticalSpacing(_BETWEEN)
        self._grid.setColumnStretch(1, 1)
        frame = QGridLayout(self)
        frame.setContentsMargins(2, 0, 0, 0)
        frame.addLayout(self._grid, 0, 0)
        frame.addWidget(self._list, 1, 0)
        self._list.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other sentences, each with its mark before it."""
        is_many = len(lines) > FEW
        few = () if is_many else tuple(lines)
        if not is_many and few == self.lines:
            return
        self.lines = lines if is_many else few
        self._list.setVisible(is_many)
        self._list.show_lines(lines if is_many else ())
        self._show_few(few)

    def spoken(self) -> Iterator[str]:
        """Yield what a screen reader is told of them at once: the first, and how many more there are."""
        yield from (line.text for line in self.lines[:FEW])
        if len(self.lines) > FEW:
            yield f"And {len(self.lines) - FEW:,} more, in a list."

    def _show_few(self, lines: Sequence[Line]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        widest = _widest_mark(lines)
        for row, line in enumerate(lines):
            mark = WrapLabel(line.mark, is_muted=True)
            mark.setFixedWidth(mark.fontMetrics().horizontalAdvance(widest) + 2)
            self._grid.addWidget(mark, row, 0)
            self._grid.addWidget(line.label(), row, 1)


class _LineList(QListView):
    """Any number of sentences; they are laid out some at a time."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._model = _LineModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_LineDelegate(self._model, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(FEW)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFixedHeight(_LINES_SEEN * (self.fontMetrics().lineSpacing() + _BETWEEN))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other sentences; as many as before keep their places."""
        self._model.show_lines(lines)


class _LineModel(QAbstractListModel):
    """Sentences that are made when they are painted."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.lines: Sequence[Line] = ()
        self.widest_mark = ""

    def show_lines(self, lines: Sequence[Line]) -> None:
        if len(lines) == len(self.lines):
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.widest_mark = _widest_mark(lines[:FEW])
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return plain_lines(f"{line.mark} {line.text}" if line.mark != "•" else line.text)
        return plain_tip(line.tip) or None if role == Qt.ItemDataRole.ToolTipRole else None


class _LineDelegate(QStyledItemDelegate):
    """Wraps each sentence to the width of the list, as the labels do."""

    def __init__(self, model: _LineModel, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        line = self._model.lines[index.row()]
        _, height = laid_out(_shown(line), self._view.font(), width - self._indent())
        return QSize(width, height + _BETWEEN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, area = self._model.lines[index.row()], option.rect
        left, top = area.left(), area.top()
        painter.setPen(QColor(colours(self._view).muted))
        for layout, _ in laid_out(line.mark, self._view.font(), self._indent())[0]:
            layout.draw(painter, QPointF(left, top))
        painter.setPen(self._view.palette().color(QPalette.ColorRole.WindowText))
        paragraphs, _ = laid_out(_shown(line), self._view.font(), area.width() - self._indent())
        for layout, height in paragraphs:
            layout.draw(painter, QPointF(left + self._indent(), top))
            top += height

    def _indent(self) -> int:
        return self._view.fontMetrics().horizontalAdvance(self._model.widest_mark) + 2 + _AFTER_MARK


def _shown(line: Line) -> str:
    return plain_lines(line.short or line.text)


def _widest_mark(lines: Sequence[Line]) -> str:
    return "•" if all(line.mark == "•" for line in lines) else f"{'0' * max(2, len(str(len(lines))))}."


def consequence_lines(plan: Plan) -> Sequence[Line]:
    """Return what a plan leads to; each sentence is made when it is looked at."""
    return OnDemand(plan.consequences, _consequence_line)


def _consequence_line(consequence: Consequence) -> Line:
    """Return a consequence; where the names of disk files are cut short, their whole paths are in the tool tip."""
    whole = consequence.sentence
    paths = "\n".join(plain(each.path) for each in consequence.about.values() if isinstance(each, File))
    return Line("•", whole, consequence.short_sentence, paths) if paths else Line("•", whole)


def step_lines(plan: Plan) -> Iterator[Line]:
    """Yield each step behind its number; steps on several hosts at the same time share one, and name their host."""
    names = plan.host_names if len(plan.host_ids) > 1 else {}
    phases = (
        *((phase, "") for phase in plan.phases),
        *((phase, " (also if something above fails)") for phase in plan.bring_back),
    )
    for number, (phase, always) in enumerate(phases, start=1):
        for position, step in enumerate(phase):
            host = f"{shown_name(names[step.host_id])}: " if names else ""
            note = "" if step.writes_notes else always
            yield Line("" if position else f"{number}.", f"{host}{step.title}{step.later}{note}")
