"""The question before the program ends while jobs are running."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from hvtree.domain.words import count_words
from hvtree.jobs.job import JobView
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog
from hvtree.ui.widgets.wrap_label import WrapLabel

_SHOWN = 5


class LeaveDialog(QDialog):
    """Accepted if the user wants to cancel the jobs and quit."""

    def __init__(self, jobs: tuple[JobView, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quit HVTree")
        stay, leave = QPushButton("Keep Running"), QPushButton("Cancel Jobs and Quit")
        is_one = len(jobs) == 1
        what = f"{count_words(len(jobs), 'job')} {'is' if is_one else 'are'} not finished yet."
        more = (
            "Quitting cancels what can be cancelled and brings VMs back to their former states, "
            "which may take half a minute."
        )
        titles = (WrapLabel(f"•  {job.title}") for job in jobs[:_SHOWN])
        buttons = dialog_buttons(self, stay, leave, is_grave=True)
        in_dialog(self, Banner(Tone.WARNING, what, more), *titles, None, buttons)
        stay.setFocus()  # not the first button: the space bar must not end anything
        fit_to_width(self, 540)
