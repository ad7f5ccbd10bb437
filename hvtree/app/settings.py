"""What HVTree remembers between two runs: the hosts' profiles and how the window was left. Never a password."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from msgspec import Struct, field

from hvtree.domain.host_profile import HostProfile
from hvtree.domain.lease import LEASE_S
from hvtree.hosts.mode_memory import SlowerMode
from hvtree.values import replace


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


SAFETY_DAYS = 7
"""How long a safety checkpoint is wanted unless the user says otherwise."""
KEPT_DAYS = 730
"""How long the history is kept unless the user says otherwise: two years."""


class Settings(Struct, frozen=True):
    """Everything that is remembered. `window` belongs to the screen, which alone knows what is in it."""

    hosts: tuple[HostProfile, ...] = ()
    window: Mapping[str, Any] = field(default_factory=_nothing)
    open_hosts: tuple[str, ...] = ()
    """Names of the hosts that were open last, in their order."""
    modes: Mapping[str, SlowerMode] = field(default_factory=_nothing)
    """By endpoint, which slower mode is needed there."""
    keep_history_days: int = KEPT_DAYS
    """After how many days a job leaves the history; 0 for never."""
    keep_safety_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = SAFETY_DAYS
    """After how many days a safety checkpoint counts as expired, at most ten years; 0 for never."""
    sign_checkpoints: bool = True
    """Whether the notes of checkpoints say who took them, and those of all new ones when."""
    bring_back_after_s: int = LEASE_S
    """After how many seconds without a word of HVTree a host brings back the VMs that a job has stopped."""
    extra: Mapping[str, Any] = field(default_factory=_nothing)
    """What the file says beyond this, for instance from a newer version; kept as it is."""

    def profile(self, name: str) -> HostProfile | None:
        """Return the profile of that name, whatever its letter case, or None."""
        wanted = name.casefold()
        return next((host for host in self.hosts if host.name.casefold() == wanted), None)

    def with_profile(self, profile: HostProfile) -> Settings:
        """Return the settings with this profile added, or in place of the one of its name."""
        others = tuple(host for host in self.hosts if host.name.casefold() != profile.name.casefold())
        return replace(self, hosts=(*others, profile))

    def without_profile(self, name: str) -> Settings:
        """Return the settings without the profile of that name."""
        gone = name.casefold()
        return replace(
            self,
            hosts=tuple(host for host in self.hosts if host.name.casefold() != gone),
            open_hosts=tuple(each for each in self.open_hosts if each.casefold() != gone),
        )
