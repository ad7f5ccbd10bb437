"""The trees that a plan touches, now and afterwards, line by line beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTreeView

from hvtree.domain.difference import compare_vms
from hvtree.domain.side_by_side import Pair
from hvtree.operations.base import Plan
from hvtree.ui.models.preview_model import TITLES, PreviewModel, ShownVm
from hvtree.ui.views.preview_delegate import PreviewDelegate

_ROWS_AT_LEAST = 5
_ROWS_AT_FIRST = 12
"""As many rows are shown without scrolling if there is no more room; with more room, all of them."""
_OPENING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Plus)


class TreePreview(QTreeView):
    """What a plan does to the trees that it touches. Both sides are one list and so are scrolled together."""

    def __init__(self) -> None:
        super().__init__()
        self.has_content = False
        """There is a difference worth showing."""
        self._vms: tuple[ShownVm, ...] = ()
        self._is_centred = True
        """The user has not scrolled yet."""
        self._model = PreviewModel(self)
        self.setModel(self._model)
        self._delegate = PreviewDelegate(self._model, self)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self.verticalScrollBar().actionTriggered.connect(self._on_scrolled)

    def show_plan(self, plan: Plan) -> None:
        """Show the trees of a plan's VMs; the same ones stay as they are, with what was opened in them."""
        vms = tuple(_vms(plan))
        self.has_content = any(_differs(each.pair) for each in vms)
        is_new = len(vms) != len(self._vms) or not all(map(_looks_like, vms, self._vms))
        if self.has_content and is_new:
            self._vms = vms
            self._model.show(vms)
            self._is_centred = True
            self._fit()
            self._centre()

    def rows(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the texts of both sides, row by row from the top, without the gaps, as far as they are made."""
        lines = self._model.lines
        now, afterwards = (
            tuple(self._model.text(line, side) for line in lines if line.sides[side] is not None)
            for side in range(len(TITLES))
        )
        return now, afterwards

    # Qt's events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._centre)  # only after its first layout does it know where rows are

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()
        self._centre()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._delegate.begin()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING_KEYS:
            self._open(self.currentIndex().row())
            event.accept()  # Enter must not go on to the button of the dialog
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self.indexAt(event.position().toPoint()).row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        is_fold = row >= 0 and self._model.lines[row].folded > 0
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if is_fold else Qt.CursorShape.ArrowCursor
        )

    def sizeHint(self) -> QSize:
        return QSize(200, self._height_of(min(self._model.rowCount(), _ROWS_AT_FIRST)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height_of(min(self._model.rowCount(), _ROWS_AT_LEAST)))

    # Inner workings

    def _set_up(self) -> None:
        self.setAccessibleName("Checkpoints now and afterwards")
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _height_of(self, rows: int) -> int:
        row = max(self.sizeHintForRow(0), 16)
        return rows * row + self.header().sizeHint().height() + 2 * self.frameWidth()

    def _fit(self) -> None:
        """Take no more room than there are rows."""
        self.setMaximumHeight(self._height_of(self._model.rowCount()))
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.updateGeometry()

    def _fill(self) -> None:
        """Have lines made for all the room there is; Qt itself asks for more only when it is scrolled."""
        nowhere = self.rootIndex()
        while self._model.canFetchMore(nowhere) and self._height_of(self._model.rowCount()) <= self.height():
            self._model.fetchMore(nowhere)
            self._fit()

    def _centre(self) -> None:
        """Scroll to what changes: all of it in the middle if there is room, else from its beginning."""
        changes = self._model.changes()
        if not self._is_centred or not changes:
            return
        row = max(self.sizeHintForRow(0), 1)
        height, first, last = self.viewport().height(), changes[0] * row, (changes[-1] + 1) * row
        top = (first + last - height) // 2 if last - first <= height else first - row
        self.verticalScrollBar().setValue(max(0, top))

    def _open(self, row: int) -> None:
        """Open a run; what is above it stays where it is, and the first line of the run gets the focus."""
        if row < 0:
            return
        place = self.verticalScrollBar().value()
        if self._model.open_fold(row):
            self._is_centred = False
            self._fit()
            self.setCurrentIndex(self._model.index(row, 0))
            self.verticalScrollBar().setValue(place)

    def _on_scrolled(self) -> None:
        self._is_centred = False


def _vms(plan: Plan) -> Iterator[ShownVm]:
    names = plan.host_names if len(plan.host_ids) > 1 else {}
    for address in plan.vms:
        before, after = plan.before.find_vm(address), plan.expected.find_vm(address)
        if before is not None and after is not None:
            read_utc = plan.before.hosts[address.host_id].taken_at_utc
            yield ShownVm(Pair(before, after), read_utc, names.get(address.host_id, ""))


def _differs(pair: Pair) -> bool:
    """Return whether there is something to see."""
    difference = pair.difference
    return difference is not None and difference.is_substantial


def _looks_like(one: ShownVm, other: ShownVm) -> bool:
    """Return whether two are drawn alike; what changes by itself, such as sizes, is not drawn."""
    if (one.host, one.pair.before.id, one.pair.before.name) != (
        other.host,
        other.pair.before.id,
        other.pair.before.name,
    ):
        return False
    both = (one.pair.before, other.pair.before), (one.pair.after, other.pair.after)
    differences = (compare_vms(mine, others) for mine, others in both)
    return not any(each is not None and (each.is_substantial or each.has_other_locks) for each in differences)
