"""How to reach and to log in to one host over WinRM."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from winrm import transport as pywinrm

from hvtree.domain.certificate import fingerprint_of
from hvtree.domain.errors import BadInput

_NAMES = {
    "ntlm": "NTLM",
    "kerberos": "Kerberos",
    "credssp": "CredSSP",
    "basic": "Basic",
    "certificate": "Certificate",
}


@dataclass(frozen=True, slots=True)
class WinRmSettings:
    """Everything that a connection needs. The password never shows in its text."""

    name: str
    """What people call the host, for sentences."""
    endpoint: str
    """URL with port and path, such as `http://hv01:5985/wsman` or `https://[fe80::1]:5986/wsman`."""
    user: str
    password: str = field(repr=False)
    transport: str = "ntlm"
    """One of ntlm, kerberos, credssp, basic (over https only), certificate (over https only)."""
    ca_file: str | None = None
    """PEM file with the certificates to trust instead of the system's, for https."""
    certificate_file: str | None = None
    key_file: str | None = None
    """PEM files of the user, for the transport certificate; the password opens the key if it is locked."""
    fingerprint: str | None = None
    """SHA-256 of the one certificate to trust, whoever issued it to whatever name; for https."""

    @property
    def is_tls(self) -> bool:
        """The endpoint is https."""
        return urlsplit(self.endpoint).scheme == "https"

    @property
    def login(self) -> str:
        """How one logs in, in words: "NTLM, encrypted"."""
        name = _NAMES.get(self.transport, self.transport)
        tls = "TLS with a pinned certificate" if self.fingerprint else "TLS"
        return f"{name}, {tls if self.is_tls else 'encrypted'}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and TCP port of the endpoint."""
        parts = urlsplit(self.endpoint)
        return unquote(parts.hostname or ""), parts.port or (5986 if self.is_tls else 5985)


def check(settings: WinRmSettings) -> None:
    """Raise `BadInput` for settings that cannot work, or that would send a password or commands in the clear."""
    if settings.transport not in _NAMES:
        raise BadInput(
            f"HVTree does not know the way ‘{settings.transport}’ to log in to the host ‘{settings.name}’.",
            now=f"Use one of {', '.join(_NAMES)}.",
        )
    try:
        has_address = bool(settings.address[0]) and urlsplit(settings.endpoint).scheme in ("http", "https")
    except ValueError:
        has_address = False
    if not has_address:
        raise BadInput(
            f"The address ‘{settings.endpoint}’ of the host ‘{settings.name}’ cannot be used.",
            now="Write it like http://hv01:5985/wsman or https://hv01:5986/wsman.",
        )
    if settings.transport in ("basic", "certificate") and not settings.is_tls:
        raise BadInput(
            f"HVTree does not log in to the host ‘{settings.name}’ by {_NAMES[settings.transport]} without TLS.",
            why="Over plain http everything, the password included, could be read on the way.",
            now="Use an address that begins with https://, or log in by NTLM.",
        )
    _check_library(settings)
    _check_basic(settings)
    if settings.fingerprint is not None and (
        not settings.is_tls or fingerprint_of(settings.fingerprint) is None
    ):
        raise BadInput(
            f"The fingerprint ‘{settings.fingerprint}’ for the host ‘{settings.name}’ cannot be used.",
            now="Give the SHA-256 of its certificate, 64 hexadecimal digits, for an address that begins with https://.",
        )


def _check_library(settings: WinRmSettings) -> None:
    """Raise `BadInput` when pywinrm lacks the library for a way to log in; it comes with an extra of ours."""
    is_missing = {"kerberos": not pywinrm.HAVE_KERBEROS, "credssp": not pywinrm.HAVE_CREDSSP}
    if is_missing.get(settings.transport):
        name = _NAMES[settings.transport]
        raise BadInput(
            f"HVTree cannot log in to the host ‘{settings.name}’ by {name}: a library for it is not installed.",
            now=f"Install it with: pip install 'hvtree[{settings.transport}]', or log in by NTLM.",
        )


def _check_basic(settings: WinRmSettings) -> None:
    """Raise `BadInput` for a login that Basic cannot carry, before anything could hold the password in an error."""
    try:
        f"{settings.user}:{settings.password}".encode("latin-1")
    except UnicodeEncodeError:
        is_carried = False
    else:
        is_carried = True
    if settings.transport == "basic" and not is_carried:
        raise BadInput(
            "The user name or the password has characters that Basic cannot carry.",
            now="Log in by NTLM, which can.",
        )
