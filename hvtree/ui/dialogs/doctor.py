"""The connection doctor's window: each stage while it is tried, what it means, what to paste where, and a report to copy.

It stands beside the main window and holds up nothing: a host that does not answer can be examined while others are used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from hvtree.app.doctor.report_text import report_text
from hvtree.app.doctor.stage_report import Report, StageReport, StageStatus, waiting
from hvtree.ui.dialogs.stage_pane import StagePane
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, in_dialog
from hvtree.ui.widgets.screens import resize_on_screen
from hvtree.ui.widgets.wrap_label import WrapLabel

Examine = Callable[[Callable[[StageReport], None]], Awaitable[Report]]
"""Examines the connection and tells each stage."""
_SIZE = QSize(720, 680)
_TRYING = "Each step builds on those before it; the password is sent once at most."


class DoctorDialog(QDialog):
    """Shows one examination, and others of the same host on demand. It is shown, never executed, and deletes itself."""

    again_wanted = Signal()
    """The user wants another examination: `run` is to be started once more."""
    examined = Signal()
    """The examination has come to its end, and `report` is there."""

    def __init__(self, host_id: str, host_name: str, examine: Examine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.host_id = host_id
        self.setWindowTitle(f"Connection Doctor – {host_name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._examine = examine
        self._examination: asyncio.Future[Report] | None = None
        self._is_over = False
        self.report: Report | None = None
        """What was found; None while the examination runs."""
        self._verdict = Banner()
        self._pane = StagePane(shows_all=True)
        self._copy = QPushButton("&Copy Report")
        self._again = QPushButton("&Run Again")
        self._build(host_name)
        self._begin()

    @property
    def pane(self) -> StagePane:
        """The stages."""
        return self._pane

    def verdict(self) -> str:
        """Return what stands above the stages."""
        return self._verdict.text()

    async def run(self) -> None:
        """Examine the connection until all is known, or until the window is closed."""
        self._begin()
        self._examination = asyncio.ensure_future(self._examine(self._tell))
        try:
            report = await self._examination
        except asyncio.CancelledError:
            if not self._is_over:
                raise
            return
        if not self._is_over:
            self._finish(report)

    def done(self, code: int) -> None:
        """Close, and cancel the examination."""
        self._is_over = True
        if self._examination is not None:
            self._examination.cancel()
        super().done(code)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        if self.report is not None:
            QGuiApplication.clipboard().setText(report_text(self.report))

    def _begin(self) -> None:
        self.report = None
        self._copy.setEnabled(False)
        self._again.setEnabled(False)
        self._verdict.show_text(Tone.INFO, "Trying the way to the host…", _TRYING)
        self._pane.clear()
        for stage in waiting():
            self._pane.show_stage(stage)

    def _tell(self, stage: StageReport) -> None:
        if not self._is_over:
            self._pane.show_stage(stage)
            if stage.status is StageStatus.RUNNING:
                self._pane.bring_into_view(stage.id)

    def _finish(self, report: Report) -> None:
        self.report = report
        first_bad = next(
            (stage for stage in report.stages if stage.remedies or stage.status is StageStatus.FAILED), None
        )
        if not report.is_healthy:
            tone = Tone.DANGER
        else:
            tone = Tone.WARNING if first_bad is not None else Tone.CALM
        self._verdict.show_text(tone, report.verdict)
        self._copy.setEnabled(True)
        self._again.setEnabled(True)
        if first_bad is not None:
            self._pane.bring_into_view(first_bad.id)
        self.examined.emit()

    def _build(self, host_name: str) -> None:
        self._copy.setToolTip("The whole report as text. It holds no password and can be passed on.")
        self._copy.clicked.connect(self.copy)
        self._again.clicked.connect(self.again_wanted)
        heading = WrapLabel(f"The way to ‘{host_name}’", is_bold=True, scale=1.2)
        buttons = dialog_buttons(self, QPushButton("Close"), None, self._copy, self._again)
        in_dialog(self, heading, self._verdict, self._pane, buttons).setStretchFactor(self._pane, 1)
        resize_on_screen(self, _SIZE)
