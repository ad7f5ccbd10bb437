"""Asked when a host needs a password, or has refused one. It is tried once, when the user says so."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPushButton, QWidget

from hvtree.app.credentials import PasswordNeeded, Secret
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog, in_form
from hvtree.ui.widgets.wrap_label import WrapLabel
from hvtree.values import replace

KEEP = "&Keep the password in the keyring"


class PasswordDialog(QDialog):
    """`profile` and `secret` are set once it is accepted. `keyring_problem` says why no password can be kept here."""

    def __init__(
        self, profile: HostProfile, problem: HVTreeError, keyring_problem: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Password")
        self._given = profile
        self.profile: HostProfile | None = None
        self.secret: Secret | None = None
        self._user = QLineEdit(profile.user)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._keep = QCheckBox(KEEP)
        self._keep.setChecked(profile.in_keyring)
        self._connect = QPushButton("&Connect")
        for field in (self._user, self._password):
            field.textChanged.connect(self._check)
        host = WrapLabel(shown_name(profile.name))
        memory = WrapLabel(f"{keyring_problem} The password stays in memory.", is_muted=True)
        tone = Tone.INFO if isinstance(problem, PasswordNeeded) else Tone.WARNING
        in_dialog(
            self,
            Banner(tone, problem.what, problem.why),
            in_form(None, ("Host", host), ("&User", self._user), ("&Password", self._password)),
            self._keep,
            memory,
            None,
            dialog_buttons(self, QPushButton("Cancel"), self._connect, on_accept=self._on_connect),
        )
        self._keep.setVisible(not keyring_problem)
        memory.setVisible(bool(keyring_problem))
        self._check()
        (self._password if profile.user else self._user).setFocus()
        fit_to_width(self, 480)

    def _check(self) -> None:
        is_user_missing = self._given.needs_password and not self._user.text().strip()
        missing = "user" if is_user_missing else "" if self._password.text() else "password"
        self._connect.setEnabled(not missing)
        self._connect.setToolTip(f"Enter the {missing} first." if missing else "")

    def _on_connect(self) -> None:
        keeps = self._keep.isChecked() and self._keep.isVisible()
        self.profile = replace(self._given, user=self._user.text().strip(), in_keyring=keeps)
        self.secret = Secret(self._password.text())
        self._password.clear()
        self.accept()
