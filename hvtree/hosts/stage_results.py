"""What the stages of a connection find, as facts."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from hvtree.domain.certificate import Certificate


class Addresses(Struct, frozen=True):
    """What a name stands for."""

    addresses: tuple[str, ...]
    is_literal: bool = False
    """The name is an IP address itself, so nothing had to be looked up."""


class Reached(Struct, frozen=True):
    """A TCP connection that was made and closed again."""

    address: str
    took_s: float


class TlsFinding(Struct, frozen=True):
    """A certificate, checked in four independent ways."""

    certificate: Certificate
    sha1: str
    """What Windows shows as the Thumbprint, in upper-case hexadecimal digits."""
    protocol: str
    """Such as `TLSv1.3`."""
    chain_problem: int = 0
    """OpenSSL's number for what is wrong with who issued it, whatever its name and dates; 0 for nothing."""
    chain_words: str = ""
    fits_name: bool = True
    is_pinned: bool | None = None
    """It is the one whose fingerprint is trusted; None if none is."""


class Service(Struct, frozen=True):
    """What answers at the address before anybody has logged in."""

    status: int
    product: str = ""
    """Such as `Microsoft Corporation, OS: 0.0.0 SP: 0.0 Stack: 3.0`."""
    mechanisms: tuple[str, ...] = ()
    """The ways to log in that it offers, such as `Negotiate` and `Basic`."""
    date_utc: datetime | None = None
    """The host's clock, to the second, from the `Date` of its answer."""
    server: str = ""
    took_s: float = 0.0

    @property
    def is_winrm(self) -> bool:
        """It speaks WS-Management."""
        return bool(self.product) or self.status == 401


class LoginResult(Struct, frozen=True):
    """A login that was accepted."""

    is_sealed: bool
    """The messages themselves are encrypted (always over plain http)."""
    is_tls: bool
    product: str = ""
    """Who answers, as `Service.product`; hosts tell their version only to those who are logged in."""


class ShellResult(Struct, frozen=True):
    """A shell that was opened."""

    id: str
    took_s: float
    envelope_bytes: int
    """Size of the messages that the host accepted."""


class PowerShellFacts(Struct, frozen=True):
    """What PowerShell said of itself; empty where it said nothing."""

    version: str = ""
    edition: str = ""
    language: str = ""
    culture: str = ""
    exit_code: int = 0
    took_s: float = 0.0
    output: str = ""
    """What it printed instead of an answer, on both streams."""

    @property
    def has_answered(self) -> bool:
        """There was an answer in it."""
        return bool(self.version)


class AgentStart(Struct, frozen=True):
    """An agent that greeted, and sent everything back unharmed."""

    agent: str
    powershell: str
    took_s: float
    mode: str = ""
    """How it is reached, in words."""
    failures: tuple[str, ...] = ()
    """The quicker modes that did not work, and why."""


class Pulse(Struct, frozen=True):
    """How fast the connection is, and what time it is there."""

    trips_s: tuple[float, ...]
    """How long each ping took, there and back."""
    ahead_s: float
    """How much the host's clock is ahead of ours; negative if it is behind. The half of a trip is taken into account."""
    skew_error_s: float
    """How wrong that may be."""

    @property
    def median_s(self) -> float:
        """The middle one of the trips."""
        return sorted(self.trips_s)[len(self.trips_s) // 2]
