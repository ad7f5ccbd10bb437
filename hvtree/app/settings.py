"""What HVTree remembers between two runs: the hosts' profiles and how the window was left. Never a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from hvtree.domain.errors import BadInput

TRANSPORTS = ("ntlm", "kerberos", "credssp", "basic", "certificate")
"""The ways to log in that a profile may name."""


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HostProfile:
    """How to reach one host, without its password."""

    name: str
    endpoint: str
    """URL of its WinRM endpoint, such as `http://hv01:5985/wsman`."""
    user: str
    transport: str = "ntlm"
    ca_file: str | None = None
    """PEM file with the certificates to trust instead of the system's, for https."""
    certificate_file: str | None = None
    key_file: str | None = None
    """PEM files of the user, for the transport certificate."""
    extra: Mapping[str, Any] = field(default_factory=_nothing, hash=False)
    """What a settings file says beyond this; kept as it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is remembered. `window` belongs to the screen, which alone knows what is in it."""

    hosts: tuple[HostProfile, ...] = ()
    window: Mapping[str, Any] = field(default_factory=_nothing, hash=False)
    extra: Mapping[str, Any] = field(default_factory=_nothing, hash=False)
    """What the file says beyond this, for instance from a newer version; kept as it is."""

    def profile(self, name: str) -> HostProfile | None:
        """Give the profile of that name, whatever its letter case, or None."""
        wanted = name.casefold()
        return next((host for host in self.hosts if host.name.casefold() == wanted), None)

    def with_profile(self, profile: HostProfile) -> Settings:
        """Give the settings with this profile added, or in place of the one of its name."""
        others = tuple(host for host in self.hosts if host.name.casefold() != profile.name.casefold())
        return replace(self, hosts=(*others, profile))

    def without_profile(self, name: str) -> Settings:
        """Give the settings without the profile of that name."""
        return replace(self, hosts=tuple(h for h in self.hosts if h.name.casefold() != name.casefold()))


def checked_profile(profile: HostProfile) -> HostProfile:
    """Give a profile with its endpoint written out in full; raise `BadInput` for one that cannot work."""
    if not profile.user.strip():
        raise BadInput(f"No user is given for the host ‘{profile.name}’.", now="Name one with --user.")
    if profile.transport not in TRANSPORTS:
        raise BadInput(
            f"HVTree does not know the transport ‘{profile.transport}’ of the host ‘{profile.name}’.",
            now=f"Use one of {', '.join(TRANSPORTS)}.",
        )
    return replace(profile, endpoint=full_endpoint(profile.endpoint))


def full_endpoint(text: str) -> str:
    """Give an endpoint's URL with port and path; raise `BadInput` for anything that is not one.

    Missing parts become WinRM's own: 5985 for http, 5986 for https, and `/wsman`.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise _bad_endpoint(text, str(error)) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _bad_endpoint(text, "It must begin with http:// or https:// and name a host.")
    if "@" in parts.netloc:
        raise _bad_endpoint("(hidden)", "It holds a user or a password; these are given apart from it.")
    if any(character.isspace() or not character.isprintable() for character in text.strip()):
        raise _bad_endpoint(text, "It holds blanks or control characters.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    number = port or (5986 if parts.scheme == "https" else 5985)
    return f"{parts.scheme}://{host}:{number}{parts.path.rstrip('/') or '/wsman'}"


def _bad_endpoint(text: str, why: str) -> BadInput:
    return BadInput(
        f"The address ‘{text}’ of a host cannot be used.",
        why=why,
        now="Write it like http://hv01:5985/wsman or https://hv01:5986/wsman.",
    )
