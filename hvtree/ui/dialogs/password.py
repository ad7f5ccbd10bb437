"""Asked when a host needs a password, or has refused one. It is tried once, when the user says so."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hvtree.app.credentials import Secret
from hvtree.app.settings import HostProfile
from hvtree.domain.errors import HVTreeError
from hvtree.ui.format import shown_name
from hvtree.ui.theme import colours
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import fit_to_width
from hvtree.ui.widgets.wrap_label import WrapLabel

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
        self._keep.setVisible(not keyring_problem)
        self._connect = QPushButton("&Connect")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(Banner(Tone.WARNING, problem.what, problem.why))
        column.addLayout(self._form())
        column.addWidget(self._keep)
        if keyring_problem:
            column.addWidget(
                WrapLabel(f"{keyring_problem} The password stays in memory.", colour=colours(self).muted)
            )
        column.addStretch(1)
        column.addWidget(self._buttons())
        self._check()
        (self._password if profile.user else self._user).setFocus()
        fit_to_width(self, 480)

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Host", WrapLabel(shown_name(self._given.name)))
        form.addRow("&User", self._user)
        form.addRow("&Password", self._password)
        for field in (self._user, self._password):
            field.textChanged.connect(self._check)
        return form

    def _buttons(self) -> QDialogButtonBox:
        row = QDialogButtonBox()
        row.addButton(self._connect, QDialogButtonBox.ButtonRole.AcceptRole)
        row.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self._connect.setDefault(True)
        self._connect.clicked.connect(self._on_connect)
        row.rejected.connect(self.reject)
        return row

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
