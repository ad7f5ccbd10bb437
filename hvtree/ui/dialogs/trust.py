"""Asked when a host shows a certificate that is not trusted, or another one than before."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from hvtree.domain.certificate import CertificateFailure
from hvtree.ui.format import local_time, shown_name
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog, in_form
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
        form = in_form(None)
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
        tone = Tone.DANGER if failure.trusted else Tone.WARNING
        banner = Banner(tone, failure.what, _short(failure))
        how = "How to see it on the host", "Hide how to see it on the host"
        cancel = QPushButton("Cancel")
        buttons = dialog_buttons(self, cancel, QPushButton("&Trust This Certificate"), is_grave=True)
        in_dialog(
            self, banner, form, WrapLabel(failure.now), Disclosure(*how, CodeBox(COMPARE)), None, buttons
        )
        cancel.setFocus()
        fit_to_width(self, 640)

    def rows(self) -> list[tuple[str, str]]:
        """Return what is said of the certificate, line by line."""
        return self._rows


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
