"""How to reach and to log in to one host over WinRM."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

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
    """PEM files of the user, for the transport certificate."""

    @property
    def is_tls(self) -> bool:
        """The endpoint is https."""
        return urlsplit(self.endpoint).scheme == "https"

    @property
    def mode(self) -> str:
        """How the host is reached, in words: "NTLM, encrypted, one persistent PowerShell"."""
        name = _NAMES.get(self.transport, self.transport)
        return f"{name}, {'TLS' if self.is_tls else 'encrypted'}, one persistent PowerShell"

    @property
    def address(self) -> tuple[str, int]:
        """Host and TCP port of the endpoint."""
        parts = urlsplit(self.endpoint)
        return parts.hostname or "", parts.port or (5986 if self.is_tls else 5985)


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
