"""Asked when a host shows a certificate that is not trusted, or another one than before."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QPushButton, QVBoxLayout, QWidget

from hvtree.domain.certificate import CertificateFailure
from hvtree.ui.format import local_time, shown_name
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import fit_to_width
from hvtree.ui.widgets.wrap_label import WrapLabel

COMPARE = (
    "$sha256 = [Security.Cryptography.SHA256]::Create()\n"
    "Get-ChildItem Cert:\\LocalMachine\\My | ForEach-Object {\n"
    "    $_.Subject\n"
    "    [BitConverter]::ToString($sha256.ComputeHash($_.RawData)) -replace '-', ':'\n"
    "}"
)
"""What shows the fingerprints on the host itself."""
_SHOWN_NAMES = 8


class TrustDialog(QDialog):
    """Accepted if the certificate is to be trusted from now on. Enter presses Cancel."""

    def __init__(self, host_name: str, failure: CertificateFailure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Certificate")
        shown = failure.certificate
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        names = ", ".join(shown_name(name) for name in shown.names[:_SHOWN_NAMES])
        self._rows = [
            ("Host", shown_name(host_name)),
            ("Made for", f"{shown_name(shown.subject)} {f'({names})' if names else ''}".rstrip()),
            ("Issued by", shown_name(shown.issuer)),
            ("Valid", f"{local_time(shown.not_before_utc)} to {local_time(shown.not_after_utc)}"),
            ("SHA-256", shown.fingerprint),
        ]
        if failure.trusted:
            self._rows.append(("Trusted so far", failure.trusted))
        for caption, text in self._rows:
            is_fingerprint = text in (shown.fingerprint, failure.trusted)
            label = WrapLabel(_in_two_lines(text) if is_fingerprint else text)
            if is_fingerprint:
                label.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            form.addRow(caption, label)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        tone = Tone.DANGER if failure.trusted else Tone.WARNING
        column.addWidget(Banner(tone, failure.what, _short(failure)))
        column.addLayout(form)
        column.addWidget(WrapLabel(failure.now))
        column.addWidget(
            Disclosure("How to see it on the host", "Hide how to see it on the host", CodeBox(COMPARE))
        )
        column.addStretch(1)
        column.addWidget(self._buttons())
        fit_to_width(self, 640)

    def rows(self) -> list[tuple[str, str]]:
        """Return what is said of the certificate, line by line."""
        return self._rows

    def _buttons(self) -> QDialogButtonBox:
        row = QDialogButtonBox()
        trust, cancel = QPushButton("&Trust This Certificate"), QPushButton("Cancel")
        row.addButton(trust, QDialogButtonBox.ButtonRole.AcceptRole)
        row.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        trust.setAutoDefault(False)
        cancel.setDefault(True)
        cancel.setFocus()
        row.accepted.connect(self.accept)
        row.rejected.connect(self.reject)
        return row


def _in_two_lines(fingerprint: str) -> str:
    half = len(fingerprint) // 2 + 1
    return f"{fingerprint[:half]}\n{fingerprint[half:]}"


def _short(failure: CertificateFailure) -> str:
    """Return why it is asked, without the fingerprints that stand below."""
    if failure.trusted:
        return (
            "Either the host has got a new certificate, or something between here and there pretends to be the host. "
            "Nothing was sent to it."
        )
    return f"{failure.why.partition(' Its SHA-256')[0]} Nothing was sent to it yet."
