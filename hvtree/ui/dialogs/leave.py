"""The question before the program ends while jobs are running."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from hvtree.jobs.job import JobView
from hvtree.ui.format import count_words
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import fit_to_width
from hvtree.ui.widgets.wrap_label import WrapLabel

_SHOWN = 5


class LeaveDialog(QDialog):
    """Accepted if the user wants to cancel the jobs and quit."""

    def __init__(self, jobs: tuple[JobView, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quit HVTree")
        stay, leave = QPushButton("Keep Running"), QPushButton("Cancel Jobs and Quit")
        buttons = QDialogButtonBox()
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(stay, QDialogButtonBox.ButtonRole.RejectRole)
        leave.setAutoDefault(False)
        stay.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        is_one = len(jobs) == 1
        what = f"{count_words(len(jobs), 'job')} {'is' if is_one else 'are'} not finished yet."
        more = (
            "Quitting cancels what can be cancelled and brings VMs back to their former states, "
            "which may take half a minute."
        )
        column.addWidget(Banner(Tone.WARNING, what, more))
        for job in jobs[:_SHOWN]:
            column.addWidget(WrapLabel(f"•  {job.title}"))
        column.addStretch(1)
        column.addWidget(buttons)
        stay.setFocus()  # not the first button: the space bar must not end anything
        fit_to_width(self, 540)
