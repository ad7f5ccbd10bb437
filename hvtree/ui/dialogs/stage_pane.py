"""The stages of a test while it runs: what was tried, what came back, what it means, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from hvtree.app.doctor.stage_report import Remedy, StageId, StageReport, StageStatus
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import in_column
from hvtree.ui.widgets.signs import Sign, SignMark
from hvtree.ui.widgets.wrap_label import WrapLabel

SIGNS = {
    StageStatus.WAITING: Sign.WAITING,
    StageStatus.RUNNING: Sign.RUNNING,
    StageStatus.FINE: Sign.DONE,
    StageStatus.WARNING: Sign.WARNING,
    StageStatus.FAILED: Sign.FAILED,
    StageStatus.NOT_NEEDED: Sign.SKIPPED,
    StageStatus.NOT_REACHED: Sign.SKIPPED,
}
"""Each status with its sign."""
_HEIGHT = 220
_SILENT = {StageStatus.WAITING: "Not tried yet.", StageStatus.NOT_REACHED: "Not reached."}
"""What is shown for a stage without words of its own."""


class StagePane(QScrollArea):
    """Shows stages in the order in which they are told.

    The last one is always in sight; with `shows_all` also those that do not matter here are shown, and nothing moves
    but by `bring_into_view`.
    """

    def __init__(self, *, shows_all: bool = False) -> None:
        super().__init__()
        self._shows_all = shows_all
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_HEIGHT)
        self._rows: dict[StageId, _Row] = {}
        self.clear()
        if not shows_all:
            bar = self.verticalScrollBar()
            bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))

    def clear(self) -> None:
        """Show nothing."""
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.addStretch(1)
        self._rows = {}
        self.setWidget(content)

    def show_stage(self, stage: StageReport) -> None:
        """Show a stage, or its new state. Stages that do not matter here are left out."""
        if stage.status in (StageStatus.NOT_NEEDED, StageStatus.NOT_REACHED) and not self._shows_all:
            return
        row = self._rows.get(stage.id)
        if row is None:
            row = self._rows[stage.id] = _Row()
            self._column.insertWidget(self._column.count() - 1, row)
        row.show_stage(stage)

    def bring_into_view(self, stage_id: StageId) -> None:
        """Scroll so that a stage can be seen, once it has its place."""
        row = self._rows[stage_id]
        QTimer.singleShot(0, row, lambda: self.ensureWidgetVisible(row, 0, 24))

    def texts(self) -> list[str]:
        """Return what is shown, stage by stage."""
        return [row.text() for row in self._rows.values()]


class _Row(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._sign = Sign.WAITING
        self._mark = SignMark(self._sign)
        self._title = WrapLabel(is_bold=True)
        self._words = WrapLabel(is_muted=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(4, 2, 4, 2)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self._title, 0, 1)
        self._grid.addWidget(self._words, 1, 1)

    def show_stage(self, stage: StageReport) -> None:
        self._sign = SIGNS[stage.status]
        self._mark.set_sign(self._sign)
        self._title.setText(stage.title)
        said = stage.tried if stage.status is StageStatus.RUNNING else stage.came_back
        self._words.setText(
            " ".join(part for part in (said, stage.means) if part) or _SILENT.get(stage.status, "")
        )
        for remedy in stage.remedies:
            self._grid.addWidget(_remedy(remedy), self._grid.rowCount(), 1)
        if stage.details:
            raw = Disclosure("Show details", "Hide details", CodeBox(stage.details))
            self._grid.addWidget(raw, self._grid.rowCount(), 1)

    def text(self) -> str:
        return f"{self._sign.name}: {self._title.text()}: {self._words.text()}"


def _remedy(remedy: Remedy) -> QWidget:
    box = QWidget()
    what = WrapLabel(f"{remedy.what} ({remedy.place})")
    exposes = WrapLabel(f"What this exposes: {remedy.exposes}", is_muted=True)
    in_column(box, what, CodeBox(remedy.command), exposes)
    return Disclosure(remedy.what, remedy.what, box)
