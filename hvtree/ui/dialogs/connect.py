"""The dialog of "Connect to Host…": address, user, password. The password stays in memory."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hvtree.app.credentials import Secret
from hvtree.app.settings import HostProfile, checked_profile
from hvtree.domain.errors import HVTreeError
from hvtree.ui.theme import colours
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.fitting import fit_to_width
from hvtree.ui.widgets.wrap_label import WrapLabel


class ConnectDialog(QDialog):
    """Asks how to reach a host. `profile` and `secret` are set once it is accepted.

    What a given profile says beyond address and user (transport, certificates) is kept.
    """

    def __init__(
        self, parent: QWidget | None = None, *, profile: HostProfile | None = None, problem: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect to Host")
        self._given = profile or HostProfile("", "", "")
        self.profile: HostProfile | None = None
        self.secret: Secret | None = None
        self._address = QLineEdit(self._given.endpoint)
        self._address.setPlaceholderText("hv01, or https://hv01:5986/wsman")
        self._user = QLineEdit(self._given.user)
        self._user.setPlaceholderText(r"DOMAIN\user, or .\Administrator")
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._problem = Banner(Tone.WARNING, problem)
        self._problem.setVisible(bool(problem))
        self._connect = QPushButton("&Connect")
        self._build()
        self._check()
        self._first_empty().setFocus()

    def _build(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for caption, field in (
            ("&Host", self._address),
            ("&User", self._user),
            ("&Password", self._password),
        ):
            form.addRow(caption, field)
            field.textChanged.connect(self._check)
        hint = WrapLabel(
            "HVTree speaks WinRM: NTLM with encrypted messages over http, or anything over https. "
            "The password stays in memory and is never written anywhere.",
            colour=colours(self).muted,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self._problem)
        column.addLayout(form)
        column.addWidget(hint)
        column.addStretch(1)
        column.addWidget(self._buttons())
        fit_to_width(self, 520)

    def _buttons(self) -> QDialogButtonBox:
        row = QDialogButtonBox()
        row.addButton(self._connect, QDialogButtonBox.ButtonRole.AcceptRole)
        row.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._connect.setDefault(True)
        self._connect.clicked.connect(self._on_connect)
        row.rejected.connect(self.reject)
        return row

    def _first_empty(self) -> QLineEdit:
        fields = (self._address, self._user, self._password)
        return next((field for field in fields if not field.text()), self._password)

    def _check(self) -> None:
        """Enable the button once everything is filled in."""
        missing = [
            name
            for name, field in (("host", self._address), ("user", self._user), ("password", self._password))
            if not field.text().strip()
        ]
        self._connect.setEnabled(not missing)
        self._connect.setToolTip(f"Enter the {' and the '.join(missing)} first." if missing else "")

    def _on_connect(self) -> None:
        named = with_address(self._given, self._address.text())
        try:
            self.profile = checked_profile(replace(named, user=self._user.text().strip()))
        except HVTreeError as error:
            self._problem.show_text(
                Tone.WARNING, error.what, " ".join(p for p in (error.why, error.now) if p)
            )
            self._problem.show()
            fit_to_width(self, self.width())
            return
        self.secret = Secret(self._password.text())
        self.accept()


def with_address(profile: HostProfile, address: str) -> HostProfile:
    """Give a profile with an address as people write it, `hv01` or a whole URL, and the host's name from it."""
    address = address.strip()
    has_scheme = "://" in address
    name = address.partition("://")[2].partition("/")[0] if has_scheme else address
    return replace(profile, name=name, endpoint=address if has_scheme else f"http://{address}")
