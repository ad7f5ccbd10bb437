"""The dialog of "Connect to Host…" and "Edit Host…": how to reach a host, a test, and what is remembered of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QPushButton, QWidget

from hvtree.app.credentials import Secret
from hvtree.app.doctor.stage_report import Report, StageId, StageReport, StageStatus
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.dialogs.host_choice import HostChoice
from hvtree.ui.dialogs.host_form import HostForm
from hvtree.ui.dialogs.password import KEEP
from hvtree.ui.dialogs.stage_pane import StagePane
from hvtree.ui.format import plain_tip
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog
from hvtree.ui.widgets.wrap_label import WrapLabel
from hvtree.values import replace

TryOut = Callable[[HostProfile, Secret | None, Callable[[StageReport], None]], Awaitable[Report]]
"""Tests a connection and tells each stage, without a password (None) as far as the login; `app.connection_test.ConnectionTester.run` does."""
TO_TRUST = "Connect shows the certificate, and asks whether to trust it; nothing is sent to the host before."
_WIDTH = 560


class ConnectDialog(QDialog):
    """Asks how to reach a host. `profile` and `secret` are set once it is accepted.

    What a given profile says beyond the fields is kept. `saved` are offered to choose from; `keyring_problem` says why
    no password can be kept. Without `try_out` there is no button for a test.
    """

    forget_wanted = Signal(object)
    """The profile of a saved host; `drop` it once it is forgotten."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        profile: HostProfile | None = None,
        problem: str = "",
        saved: tuple[HostProfile, ...] = (),
        remembers: bool = True,
        keyring_problem: str = "",
        try_out: TryOut | None = None,
        button: str = "&Connect",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect to Host")
        self.profile: HostProfile | None = None
        self.secret: Secret | None = None
        self.is_remembered = False
        """The host is to be saved; set, like the others, when it is accepted."""
        self._keyring_problem = keyring_problem
        self._try_out = try_out
        self._test_task: asyncio.Task[None] | None = None
        self._is_over = False
        given = profile or HostProfile("", "", "")
        self._choice = HostChoice(saved)
        self._form = HostForm(given)
        self._remember = QCheckBox("&Remember this host")
        self._keep = QCheckBox(KEEP)
        self._problem = Banner(Tone.WARNING, problem)
        self._pane = StagePane()
        self._pane.hide()
        self._test = QPushButton("&Test")
        self._connect = QPushButton(button)
        self._remember.setChecked(remembers)
        self._remember.setToolTip("It is remembered once it has been reached.")
        self._keep.setChecked(given.in_keyring)
        self._build()
        self._problem.setVisible(bool(problem))
        self._choice.setVisible(profile is None)
        self._remember.setVisible(remembers)
        self._test.setVisible(try_out is not None)
        self._check()
        fit_to_width(self, _WIDTH)
        self._form.first_empty().setFocus()

    @property
    def stage_pane(self) -> StagePane:
        """The stages of the test."""
        return self._pane

    def drop(self, saved: HostProfile, note: str) -> None:
        """Remove a saved host from the choice, with a note; does nothing once the dialog has been answered."""
        if self._is_over:
            return
        self._choice.drop(saved)
        self._problem.show_text(Tone.CALM, note, "")
        self._problem.show()
        fit_to_width(self, max(_WIDTH, self.width()))

    async def end_test(self) -> None:
        """End a test that is still going on, and wait for its end."""
        if self._test_task is not None:
            self._test_task.cancel()
            await asyncio.wait((self._test_task,))

    def done(self, code: int) -> None:
        self._is_over = True
        if self._test_task is not None:
            self._test_task.cancel()
        self._form.password.clear()
        super().done(code)

    def _build(self) -> None:
        self._choice.chosen.connect(self._on_chosen)
        self._choice.forget_wanted.connect(self.forget_wanted)
        self._form.changed.connect(self._check)
        self._form.more.toggled.connect(lambda _: fit_to_width(self, max(_WIDTH, self.width())))
        self._remember.toggled.connect(self._check)
        hint = WrapLabel(self._hint(), is_muted=True)
        fields = (self._choice, self._form, self._remember, self._keep)
        column = in_dialog(self, self._problem, *fields, hint, self._pane, self._buttons())
        column.setStretchFactor(self._pane, 1)
        column.insertStretch(column.count() - 1)  # takes what room is left while the pane is hidden

    def _hint(self) -> str:
        memory = (
            "The password stays in memory and is never written anywhere, except in the keyring if you say so."
        )
        if self._keyring_problem:
            memory = f"The password stays in memory and is never written anywhere. {self._keyring_problem}"
        return (
            f"HVTree speaks WinRM: NTLM with encrypted messages over http, or anything over https. {memory}"
        )

    def _buttons(self) -> QDialogButtonBox:
        self._test.clicked.connect(self._on_test)
        cancel = QPushButton("Cancel")
        return dialog_buttons(self, cancel, self._connect, self._test, on_accept=self._on_connect)

    def _check(self) -> None:
        """Enable the buttons once everything is filled in."""
        missing = self._form.missing()
        is_trying = self._test_task is not None and not self._test_task.done()
        tip = f"Enter the {' and the '.join(missing)} first." if missing else ""
        self._connect.setEnabled(not missing)
        self._connect.setToolTip(plain_tip(tip))
        self._test.setEnabled(not missing and not is_trying)
        self._test.setToolTip(plain_tip(tip))
        can_keep = self._remember.isVisible() or not self.isVisible()
        self._keep.setVisible(not self._keyring_problem and can_keep)
        self._keep.setEnabled(self._remember.isChecked())

    def _on_chosen(self, chosen: HostProfile | None) -> None:
        if chosen is None:
            self._form.show_this_computer()
        else:
            self._form.show_profile(chosen)
            self._keep.setChecked(chosen.in_keyring)
        self._check()
        fit_to_width(self, max(_WIDTH, self.width()))
        self._form.first_empty().setFocus()

    def _wanted(self) -> HostProfile | None:
        """Return the profile that the fields say; None, with a note, if it cannot work."""
        try:
            profile = self._form.profile()
        except HVTreeError as error:
            self._problem.show_text(
                Tone.WARNING, error.what, " ".join(p for p in (error.why, error.now) if p)
            )
            self._problem.show()
            fit_to_width(self, self.width())
            return None
        keeps = self._keep.isChecked() and self._remember.isChecked() and not self._keyring_problem
        return replace(profile, in_keyring=keeps and not profile.is_local)

    def _on_connect(self) -> None:
        self.profile = self._wanted()
        if self.profile is not None:
            self.secret = self._form.secret()
            self.is_remembered = self._remember.isChecked()
            self.accept()

    def _on_test(self) -> None:
        profile = self._wanted()
        if profile is None or self._try_out is None:
            return
        self._problem.hide()
        self._pane.clear()
        self._pane.show()
        fit_to_width(self, max(_WIDTH, self.width()))
        test = self._try(self._try_out(profile, self._form.secret(), self._show_stage))
        self._test_task = asyncio.get_running_loop().create_task(test)
        self._test_task.add_done_callback(self._on_tried)
        self._check()

    async def _try(self, trying: Awaitable[Report]) -> None:
        report = await trying
        tone = Tone.CALM if report.is_healthy else Tone.DANGER
        is_untrusted = any(
            stage.id in (StageId.ISSUER, StageId.PIN) and stage.status is StageStatus.FAILED
            for stage in report.stages
        )
        self._problem.show_text(tone, report.verdict, TO_TRUST if is_untrusted else "")
        self._problem.show()
        fit_to_width(self, self.width())

    def _show_stage(self, stage: StageReport) -> None:
        if not self._is_over:
            self._pane.show_stage(stage)

    def _on_tried(self, test: asyncio.Task[None]) -> None:
        if not self._is_over:
            self._check()
        if not test.cancelled():
            test.result()  # an error in HVTree itself goes to the exception hook
