"""That jobs were not finished, because HVTree ended before they did: a strip above the tree until somebody has seen to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from hvtree.domain.errors import HVTreeError
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import in_row

if TYPE_CHECKING:
    from hvtree.app.unfinished import Unfinished

_SENTENCES = 3
"""How many VMs are spoken of; the dialog speaks of all."""


class RecoveryStrip(QWidget):
    """Hidden as long as every job has come to its end."""

    look_wanted = Signal()
    """The user wants to see what can be done."""

    def __init__(self) -> None:
        super().__init__()
        self._banner = Banner()
        self.button = QPushButton("&See to It…")
        self.button.clicked.connect(self.look_wanted)
        in_row(self, self._banner, self.button, margins=(6, 4, 6, 4), spacing=8).setStretch(0, 1)
        self.hide()

    def text(self) -> str:
        """Return what it says; empty if it is hidden."""
        return "" if self.isHidden() else self._banner.text()

    def show_problem(self, error: HVTreeError) -> None:
        """Say why it cannot be found out."""
        self._banner.show_text(Tone.DANGER, error.what, f"{error.why} {error.now}".strip())
        self.button.hide()
        self.show()

    def show_found(self, found: tuple[Unfinished, ...]) -> None:
        """Say which jobs were not finished."""
        self.button.show()
        self.setVisible(bool(found))
        if not found:
            return
        titles = [each.recovery.title for each in found]
        vms = [vm for each in found for vm in each.recovery.vms]
        what = f"A job was not finished: {titles[0]}"
        if len(found) > 1:
            what = f"{len(found)} jobs were not finished; the last one: {titles[-1]}"
        more = " ".join(vm.sentence for vm in vms[:_SENTENCES])
        if len(vms) > _SENTENCES:
            more += f" {len(vms) - _SENTENCES} more VMs."
        self._banner.show_text(Tone.WARNING, f"{what}.", more)
