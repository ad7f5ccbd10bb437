"""The fields that say how to reach a host: a name for it, its address, the login, TLS. Their values are one profile."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from hvtree.app.credentials import Secret, wants_password
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import (
    HTTP_PORT,
    HTTPS_PORT,
    LOCAL,
    THIS_COMPUTER,
    TLS_ONLY,
    HostProfile,
    address_of,
    checked_profile,
    endpoint_for,
    name_in,
)
from hvtree.ui.dialogs.trust_fields import TrustFields
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import in_column, in_form
from hvtree.ui.widgets.wrap_label import WrapLabel
from hvtree.values import replace

LOGINS = (
    ("ntlm", "NTLM: Windows and domain accounts, always encrypted"),
    ("kerberos", "Kerberos: with the ticket that you have"),
    ("credssp", "CredSSP: hands your password on to the host"),
    ("certificate", "Certificate: with a file instead of a password (TLS)"),
    ("basic", "Basic: local accounts (TLS only)"),
)
"""Each transport with what it is called here."""
_PASSWORDS = {
    "kerberos": "not needed: your ticket logs in (kinit)",
    "certificate": "only if the key is locked",
}
"""What the password is for, where it is not the login."""


class HostForm(QWidget):
    """Address, user and password; everything else is folded away."""

    changed = Signal()

    def __init__(self, profile: HostProfile) -> None:
        super().__init__()
        self._base = profile
        self.address = QLineEdit()
        self.user = QLineEdit()
        self.password = QLineEdit()
        self._name = QLineEdit()
        self._login = QComboBox()
        self._is_tls = QCheckBox("T&LS (https)")
        self._port = QLineEdit()
        self._trust = TrustFields(profile)
        self._endpoint = WrapLabel(is_muted=True)
        self._is_local = False
        self._dress()
        main = (("&Host", self.address), ("&User", self.user), ("&Password", self.password))
        self._main = in_form(None, *main)
        self._more = Disclosure("More options", "Fewer options", self._more_form())
        in_column(self, self._main, self._more)
        self.show_profile(profile)
        self._wire()
        self._fit()

    @property
    def more(self) -> Disclosure:
        """What opens and closes the further fields."""
        return self._more

    def show_profile(self, profile: HostProfile) -> None:
        """Show a profile; what has no field is kept."""
        self._base = profile
        self._is_local = profile.is_local
        address, is_tls, port = address_of(profile.endpoint) if "://" in profile.endpoint else ("", False, 0)
        usual = HTTPS_PORT if is_tls else HTTP_PORT
        self.address.setText(address)
        self.user.setText(profile.user)
        self.password.clear()
        self._name.setText("" if profile.name == address else profile.name)
        self._login.setCurrentIndex(max(0, self._login.findData(profile.transport)))
        self._is_tls.setChecked(is_tls)
        self._port.setText("" if port in (0, usual) else str(port))
        self._trust.show_profile(profile)
        if is_tls or port not in (0, usual) or profile.transport not in ("ntlm", LOCAL):
            self._more.open()
        self._fit()

    def show_this_computer(self) -> None:
        """Show this computer, for which nothing has to be filled in."""
        self.show_profile(HostProfile(THIS_COMPUTER, "", "", LOCAL))

    def profile(self) -> HostProfile:
        """Return what the fields say; raise `BadInput` if that cannot work."""
        if self._is_local:
            return checked_profile(replace(self._base, name=self._name.text().strip() or THIS_COMPUTER))
        is_tls, has_own = self._is_tls.isChecked(), self._transport == "certificate"
        port = int(self._port.text()) if self._port.text() else None
        endpoint = endpoint_for(self.address.text(), is_tls=is_tls, port=port)
        named = replace(
            self._base,
            name=self._name.text().strip() or name_in(self.address.text()) or endpoint,
            endpoint=endpoint,
            user=self.user.text().strip(),
            transport=self._transport,
        )
        is_https = endpoint.startswith("https:")
        return checked_profile(self._trust.applied(named, is_tls=is_https, has_own=has_own))

    def secret(self) -> Secret:
        """Return the password."""
        return Secret(self.password.text())

    def missing(self) -> list[str]:
        """Return what has to be filled in."""
        if self._is_local:
            return []
        needs = {"host": self.address, "user": self.user}
        if not replace(self._base, transport=self._transport).needs_password:
            del needs["user"]
        found = [name for name, field in needs.items() if not field.text().strip()]
        if self._wants_password() and not self.password.text():
            found.append("password")
        return found

    def first_empty(self) -> QLineEdit:
        """Return the field to fill in first."""
        fields = (self.address, self.user, self.password)
        return next((field for field in fields if not field.text()), self.password)

    @property
    def _transport(self) -> str:
        return str(self._login.currentData())

    def _wants_password(self) -> bool:
        return wants_password(
            self._trust.applied(
                replace(self._base, transport=self._transport),
                is_tls=True,
                has_own=self._transport == "certificate",
            )
        )

    def _dress(self) -> None:
        self.address.setPlaceholderText("hv01, 10.0.0.1, fe80::1, or https://hv01:5986/wsman")
        self.user.setPlaceholderText(r"DOMAIN\user, or .\Administrator")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._name.setPlaceholderText("what to call it here")
        self._port.setValidator(QIntValidator(1, 65535, self))
        for transport, text in LOGINS:
            self._login.addItem(text, transport)

    def _more_form(self) -> QWidget:
        box = QWidget()
        rows = (("&Name", self._name), ("Lo&gin", self._login), ("", self._is_tls), ("P&ort", self._port))
        self._rows = in_form(box, *rows)
        self._rows.addRow(self._trust)
        self._rows.addRow(self._endpoint)
        return box

    def _wire(self) -> None:
        for edit in (self.address, self.user, self.password, self._name, self._port):
            edit.textChanged.connect(self._on_change)
        self._login.currentIndexChanged.connect(self._on_change)
        self._is_tls.toggled.connect(self._on_change)
        self._trust.changed.connect(self._on_change)

    def _on_change(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        """Show the fields that matter for what is chosen, and the address that results."""
        if self._transport in TLS_ONLY and not self._is_tls.isChecked():
            self._is_tls.setChecked(True)
            return  # this comes back here
        is_tls = self._is_tls.isChecked() or self.address.text().strip().startswith("https://")
        for row in range(3):
            self._main.setRowVisible(row, not self._is_local)
        for row in range(1, self._rows.rowCount()):
            self._rows.setRowVisible(row, not self._is_local)
        self._is_tls.setEnabled(self._transport not in TLS_ONLY and "://" not in self.address.text())
        self._port.setEnabled("://" not in self.address.text())
        self.password.setPlaceholderText(_PASSWORDS.get(self._transport, ""))
        self._port.setPlaceholderText(str(HTTPS_PORT if is_tls else HTTP_PORT))
        if not self._is_local:
            self._trust.fit(is_tls=is_tls, has_own=self._transport == "certificate")
        self._endpoint.setText(self._outcome())

    def _outcome(self) -> str:
        if self._is_local or not self.address.text().strip():
            return ""
        try:
            return f"HVTree will connect to {self.profile().endpoint}"
        except HVTreeError as error:
            return error.what
