"""What the screen and the terminal may see of a host: a frozen value, replaced at each change."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hvtree.app.credentials import PasswordNeeded
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState


class ConnectionPhase(StrEnum):
    """How things stand with a host. An error is never an empty tree: each phase looks different."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    STALE = "stale"
    """The connection is lost; `state` is what was last read."""
    FAILED = "failed"
    """Never connected, or credentials refused; `error` says why."""
    CLOSED = "closed"


class HostView(Struct, frozen=True):
    """One host as the window shows it."""

    id: str
    """Key within this run of the program: the profile's name or the endpoint."""
    name: str
    phase: ConnectionPhase
    state: HostState | None = None
    """The last reading. Its `taken_at_utc` is by the host's clock."""
    error: HVTreeError | None = None
    retry_at_utc: datetime | None = None
    """When it connects again by itself; None if it does not."""
    mode: str = ""
    """How the host is reached, in words: "NTLM, encrypted, one persistent PowerShell"."""

    confirmed_utc: datetime | None = None
    """When `state` was last known to be so, by this computer's clock: read then, or confirmed since.

    It moves on with each answer of a host that has nothing new, without an event."""

    silent_since_utc: datetime | None = None
    """Since when a host that counts as connected has not answered; None if it has. The connection may come back."""

    is_partial: bool = False
    """The host is being read for the first time, and `state` is what has come of it so far: more VMs will follow."""

    @property
    def read_utc(self) -> datetime | None:
        """The time to show for the last reading; None before the first."""
        return self.confirmed_utc or (self.state.taken_at_utc if self.state is not None else None)

    @property
    def wants_password(self) -> bool:
        """Nothing is wrong with it: it waits for its password, and nothing has been tried."""
        return self.phase is ConnectionPhase.FAILED and isinstance(self.error, PasswordNeeded)

    @property
    def is_in_trouble(self) -> bool:
        """Something has gone wrong with it."""
        return self.error is not None and not isinstance(self.error, PasswordNeeded)

    @property
    def is_being_read(self) -> bool:
        """It is being read for the first time, and shows what has come so far."""
        return self.is_partial and self.phase is ConnectionPhase.CONNECTING

    @property
    def is_connected(self) -> bool:
        """What it shows is current."""
        return self.phase is ConnectionPhase.CONNECTED


class HostChanged(Struct, frozen=True):
    """Event: the view of a host is new (its state, its phase, or its freshness)."""

    host_id: str


class HostRemoved(Struct, frozen=True):
    """Event: a host has left the workspace."""

    host_id: str


class JobChanged(Struct, frozen=True):
    """Event: the view of a job is new."""

    job_id: int


class GroupsChanged(Struct, frozen=True):
    """Event: groups, or what is remembered of group checkpoints, are others than before."""


class SettingsUnreadable(Struct, frozen=True):
    """Event: the settings cannot be read any more, and the usual ones stand for them."""

    error: HVTreeError


Event = HostChanged | HostRemoved | JobChanged | GroupsChanged | SettingsUnreadable
