"""The fields for TLS: whose certificates to trust, and the user's own certificate."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget

from hvtree.domain.host_profile import HostProfile
from hvtree.ui.widgets.layouts import in_form, in_row
from hvtree.values import replace

SYSTEM, AUTHORITIES, PINNED = range(3)
TRUSTS = (
    "Certificates that this computer trusts",
    "Authorities in a file",
    "Only the certificate with this fingerprint",
)
"""The ways to trust, in the order of the constants above."""


class FileField(QWidget):
    """A path to type or to choose."""

    changed = Signal()

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self._purpose = purpose
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("PEM file")
        self.edit.setAccessibleName(purpose)
        self.edit.textChanged.connect(self.changed)
        browse = QPushButton("&Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._on_browse)
        in_row(self, self.edit, browse).setStretch(0, 1)

    def path(self) -> str | None:
        """Return the path; None if there is none."""
        return self.edit.text().strip() or None

    def _on_browse(self) -> None:
        chooser = QFileDialog(self, self._purpose, self.edit.text())
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.edit.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()


class TrustFields(QWidget):
    """Shown for https: whom to trust. The user's own certificate is asked for where that is the login."""

    changed = Signal()

    def __init__(self, profile: HostProfile) -> None:
        super().__init__()
        self._trust = QComboBox()
        self._trust.addItems(TRUSTS)
        self._authorities = FileField("Certificates to trust")
        self._fingerprint = QLineEdit()
        self._fingerprint.setPlaceholderText("SHA-256: shown, and asked about, when the host is connected")
        self._certificate = FileField("Your certificate")
        self._key = FileField("Your key")
        self._form = in_form(
            self,
            ("Trus&t", self._trust),
            ("Authorities", self._authorities),
            ("Finger&print", self._fingerprint),
            ("Certificate", self._certificate),
            ("Key", self._key),
        )
        self.show_profile(profile)
        self._trust.currentIndexChanged.connect(self.changed)
        self._fingerprint.textChanged.connect(self.changed)
        for file in (self._authorities, self._certificate, self._key):
            file.changed.connect(self.changed)

    def show_profile(self, profile: HostProfile) -> None:
        """Show a profile."""
        self._trust.setCurrentIndex(
            PINNED if profile.fingerprint else AUTHORITIES if profile.ca_file else SYSTEM
        )
        self._authorities.edit.setText(profile.ca_file or "")
        self._fingerprint.setText(profile.fingerprint or "")
        self._certificate.edit.setText(profile.certificate_file or "")
        self._key.edit.setText(profile.key_file or "")

    def fit(self, *, is_tls: bool, has_own: bool) -> None:
        """Show the fields that matter."""
        trust = self._trust.currentIndex()
        rows = (is_tls, is_tls and trust == AUTHORITIES, is_tls and trust == PINNED, has_own, has_own)
        for row, is_shown in enumerate(rows):
            self._form.setRowVisible(row, is_shown)
        self.setVisible(any(rows))

    def applied(self, profile: HostProfile, *, is_tls: bool, has_own: bool) -> HostProfile:
        """Return a profile with what the fields say."""
        trust = self._trust.currentIndex()
        is_pinned, has_authorities = trust == PINNED, trust == AUTHORITIES
        return replace(
            profile,
            ca_file=self._authorities.path() if is_tls and has_authorities else None,
            fingerprint=(self._fingerprint.text().strip() or None) if is_tls and is_pinned else None,
            certificate_file=self._certificate.path() if has_own else None,
            key_file=self._key.path() if has_own else None,
        )
