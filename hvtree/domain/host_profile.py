"""How to reach and to log in to one host, without its password: what is saved, filled in, checked and connected by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from hvtree.domain.certificate import fingerprint_of
from hvtree.domain.errors import BadInput
from hvtree.values import replace

LOCAL = "local"
"""The transport of this computer: a PowerShell of its own, without WinRM and without a login."""
THIS_COMPUTER = "This computer"
"""What it is called among the hosts unless it is saved under a name."""
LOGIN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ntlm": "NTLM",
        "kerberos": "Kerberos",
        "credssp": "CredSSP",
        "basic": "Basic",
        "certificate": "a certificate",
    }
)
"""The ways to log in over WinRM, each as a sentence names it."""
TRANSPORTS = (*LOGIN_NAMES, LOCAL)
"""What a profile may name as its transport."""
_WITH_PASSWORD = ("ntlm", "credssp", "basic")
TLS_ONLY = ("basic", "certificate")
"""The transports that need https: over plain http everything could be read on the way."""
HTTP_PORT, HTTPS_PORT = 5985, 5986


class HostProfile(Struct, frozen=True):
    """How to reach one host, without its password."""

    name: str
    """What people call the host."""
    endpoint: str
    """URL of its WinRM endpoint, such as `http://hv01:5985/wsman`."""
    user: str = ""
    transport: str = "ntlm"
    """One of `TRANSPORTS`; basic and certificate over https only."""
    ca_file: str | None = None
    """PEM file with the certificates to trust instead of the system's, for https."""
    certificate_file: str | None = None
    key_file: str | None = None
    """PEM files of the user, for the transport certificate."""
    fingerprint: str | None = None
    """SHA-256 of the one certificate to trust, for https; None: whatever the authorities vouch for."""
    in_keyring: bool = False
    """The user has had the password kept in the operating system's keyring."""
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What a settings file says beyond this; kept as it is."""

    def __hash__(self) -> int:
        return hash((self.name, self.endpoint, self.user))  # what it is beyond this need not be hashable

    @property
    def is_local(self) -> bool:
        """It is this computer, reached without WinRM."""
        return self.transport == LOCAL

    @property
    def is_tls(self) -> bool:
        """The endpoint is https."""
        return address_of(self.endpoint)[1]

    @property
    def host(self) -> str:
        """Name or IP address of the host, as the endpoint says it."""
        return address_of(self.endpoint)[0]

    @property
    def port(self) -> int:
        """TCP port of the endpoint."""
        return address_of(self.endpoint)[2]

    @property
    def needs_password(self) -> bool:
        """Nobody gets in without a password; Kerberos has its ticket, a certificate its key."""
        return self.transport in _WITH_PASSWORD


def checked_profile(profile: HostProfile) -> HostProfile:
    """Return a profile with its endpoint written out in full; raise `BadInput` for one that cannot work."""
    if profile.transport not in TRANSPORTS:
        raise BadInput(
            f"HVTree does not know the transport ‘{profile.transport}’ of the host ‘{profile.name}’.",
            now=f"Use one of {', '.join(TRANSPORTS)}.",
        )
    if profile.is_local:
        return replace(profile, endpoint="", user="", fingerprint=None, in_keyring=False)
    if not profile.user.strip() and profile.needs_password:
        raise BadInput(f"No user is given for the host ‘{profile.name}’.", now="Name one with --user.")
    endpoint = full_endpoint(profile.endpoint)
    if profile.transport in TLS_ONLY and not endpoint.startswith("https:"):
        raise BadInput(
            f"HVTree does not log in to the host ‘{profile.name}’ by {LOGIN_NAMES[profile.transport]} without TLS.",
            why="Over plain http everything, the password included, could be read on the way.",
            now="Use TLS (an address that begins with https://), or log in by NTLM.",
        )
    return replace(profile, endpoint=endpoint, fingerprint=_checked_fingerprint(profile, endpoint))


def _checked_fingerprint(profile: HostProfile, endpoint: str) -> str | None:
    if not profile.fingerprint:
        return None
    fingerprint = fingerprint_of(profile.fingerprint)
    if fingerprint is None or not endpoint.startswith("https:"):
        raise BadInput(
            f"The fingerprint ‘{profile.fingerprint}’ for the host ‘{profile.name}’ cannot be used.",
            now="Give the SHA-256 of its certificate, 64 hexadecimal digits, and an address that begins with https://.",
        )
    return fingerprint


def full_endpoint(text: str) -> str:
    """Return an endpoint's URL with port and path; raise `BadInput` for anything that is not one.

    Missing parts become WinRM's own: 5985 for http, 5986 for https, and `/wsman`.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise _bad_endpoint(text, f"{error}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _bad_endpoint(text, "It must begin with http:// or https:// and name a host.")
    if "@" in parts.netloc:
        raise _bad_endpoint("(hidden)", "It holds a user or a password; these are given apart from it.")
    if any(character.isspace() or not character.isprintable() for character in text.strip()):
        raise _bad_endpoint(text, "It holds blanks or control characters.")
    number = port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)
    return f"{parts.scheme}://{in_url(parts.hostname)}:{number}{parts.path.rstrip('/') or '/wsman'}"


def endpoint_for(address: str, *, is_tls: bool = False, port: int | None = None) -> str:
    """Return the URL for what a person calls a host: `hv01`, `hv01:5986`, `10.0.0.1`, `fe80::1%eth0`, `[::1]:5985`, a URL.

    What the address itself says goes before `is_tls` and `port`. Raise `BadInput` for anything that names no host.
    """
    plain = address.strip()
    if "://" in plain:
        return full_endpoint(plain)
    if plain.count(":") > 1 and not plain.startswith("["):
        plain = f"[{plain}]"
    url = f"{'https' if is_tls else 'http'}://{plain.replace('%25', '%').replace('%', '%25')}"
    try:
        has_port = urlsplit(url).port is not None
    except ValueError as error:
        raise _bad_endpoint(address, f"{error}.") from error
    if any(mark in plain for mark in "/?#\\"):
        raise _bad_endpoint(address, "It is neither the name or address of a host nor a URL.")
    return full_endpoint(url if has_port or port is None else f"{url}:{port}")


def address_of(endpoint: str) -> tuple[str, bool, int]:
    """Return host, whether it is TLS, and port of a full endpoint, as `endpoint_for` takes them.

    One that no settings file should hold, such as `http://[::1`, has no host; what connects refuses it with a sentence.
    """
    is_tls = endpoint.strip().lower().startswith("https:")
    usual = HTTPS_PORT if is_tls else HTTP_PORT
    try:
        parts = urlsplit(endpoint)
        return unquote(parts.hostname or ""), is_tls, parts.port or usual
    except ValueError:
        return "", is_tls, usual


def name_in(address: str) -> str:
    """Return what a host is called if no name is given: its address as typed, without what belongs to a URL."""
    typed = address.strip()
    return typed.partition("://")[2].partition("/")[0] if "://" in typed else typed


def with_address(profile: HostProfile, address: str) -> HostProfile:
    """Return a profile with an address as people write it, `hv01` or a whole URL, and the host's name from it."""
    url = address.strip()
    return replace(profile, name=name_in(url), endpoint=url if "://" in url else f"http://{url}")


def in_url(host: str) -> str:
    """Return a host as it stands in a URL: IPv6 in brackets, its zone escaped."""
    return f"[{unquote(host).replace('%', '%25')}]" if ":" in host else host


def _bad_endpoint(text: str, why: str) -> BadInput:
    return BadInput(
        f"The address ‘{text}’ of a host cannot be used.",
        why=why,
        now="Write it like http://hv01:5985/wsman or https://hv01:5986/wsman.",
    )
