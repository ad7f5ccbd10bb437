"""Jobs that were not finished: how their VMs are now, and what can be done about each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QScrollArea, QWidget

from hvtree.app.unfinished import Unfinished
from hvtree.jobs.offers import Offer
from hvtree.ui.format import local_time, shown_name
from hvtree.ui.models.history import person
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, in_column, in_dialog, in_row
from hvtree.ui.widgets.screens import resize_on_screen
from hvtree.ui.widgets.wrap_label import WrapLabel

_SIZE = QSize(640, 400)
_WHAT = "HVTree ended before these jobs did."
_MORE = "Their VMs were compared with the plans. Whatever you choose shows its own plan first."
LEAVE = "&Leave It as It Is"


class RecoveryDialog(QDialog):
    """Shows unfinished jobs, the newest first. It asks for things and does none."""

    offer_chosen = Signal(object, object)
    """The `Unfinished` and the `Offer` that the user wants for it."""
    leave_chosen = Signal(object)
    """The `Unfinished` with whose state the user is content."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unfinished Jobs – HVTree")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setAccessibleName("Unfinished jobs")
        buttons = dialog_buttons(self, QPushButton("Close"))
        in_dialog(self, Banner(Tone.WARNING, _WHAT, _MORE), self._area, buttons).setStretchFactor(
            self._area, 1
        )
        resize_on_screen(self, _SIZE)

    def show_found(self, found: tuple[Unfinished, ...]) -> None:
        """Show these jobs; the dialog closes if there are none left."""
        if not found:
            self.accept()
            return
        content = QWidget()
        in_column(content, *map(self._section, reversed(found)), None, margins=(2, 2, 8, 2), spacing=18)
        self._area.setWidget(content)

    def _section(self, job: Unfinished) -> QWidget:
        section = QWidget()
        hosts = ", ".join(shown_name(each.host) for each in job.entry.hosts)
        when = (
            f"Job {job.entry.number} · {hosts} · begun {local_time(job.entry.queued_utc, with_seconds=True)}"
        )
        by = f"by {person(job.entry)}"
        vms = "\n".join(f"•  {each.sentence}" for each in job.recovery.vms)
        leave = QPushButton(LEAVE)
        leave.setToolTip("Nothing is done. The job counts as seen to, and stays in the history.")
        leave.clicked.connect(lambda: self.leave_chosen.emit(job))
        offers = [self._button(job, offer) for offer in job.recovery.offers]
        for button in (*offers, leave):
            button.setAutoDefault(False)
        in_column(
            section,
            WrapLabel(job.recovery.title, is_bold=True),
            WrapLabel(f"{when} {by}", is_muted=True),
            WrapLabel(vms),
            *(in_row(None, button, None) for button in (*offers, leave)),
            spacing=6,
        )
        return section

    def _button(self, job: Unfinished, offer: Offer) -> QPushButton:
        button = QPushButton(f"{offer.words}…".replace("&", "&&"))
        button.clicked.connect(partial(self.offer_chosen.emit, job, offer))
        return button
