"""A host's TLS certificate as people see it when they decide whether to trust it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from hvtree.domain.errors import ConnectionFailure

_DIGITS = 64
"""Hexadecimal digits of a SHA-256."""


class Certificate(Struct, frozen=True):
    """What a host has shown. Names and dates are its own claims; only the fingerprint tells it from any other."""

    fingerprint: str
    """SHA-256 of the whole certificate: upper-case hexadecimal bytes with colons between them."""
    subject: str
    issuer: str
    names: tuple[str, ...]
    """The DNS names and addresses that it is for."""
    not_before_utc: datetime
    not_after_utc: datetime


class CertificateFailure(ConnectionFailure):
    """A host whose certificate is not trusted, or is not the one that was trusted before; nothing was sent to it.

    `certificate` is what it has shown, `trusted` the fingerprint that was expected instead, if there was one.
    """

    def __init__(
        self,
        what: str,
        certificate: Certificate,
        *,
        trusted: str | None = None,
        why: str = "",
        now: str = "",
        details: str = "",
        code: str = "",
    ) -> None:
        super().__init__(what, why=why, now=now, details=details, code=code)
        self.certificate = certificate
        self.trusted = trusted


def fingerprint_of(text: str) -> str | None:
    """Return a SHA-256 fingerprint in its one form, `AB:CD:…`, however it was written; None for anything else."""
    digits = "".join(character for character in text if character not in ": -\t\n\r").upper()
    if len(digits) != _DIGITS or any(digit not in "0123456789ABCDEF" for digit in digits):
        return None
    return ":".join(digits[at : at + 2] for at in range(0, _DIGITS, 2))
