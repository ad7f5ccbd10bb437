"""The cases: which group does what, when something goes wrong, with whom, and what that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hvtree.domain.model import HostState, VmState
from tests.support.trees import lab, vm


class Failure(StrEnum):
    """What goes wrong at the moment when the host begins a cmdlet on a member."""

    ERROR = "an error"
    TIME_OUT = "a time-out"
    CUT = "a cut connection"
    REBOOT = "a host that reboots"
    KILLED = "a client that is killed"


class Doing(StrEnum):
    """What is done with the group."""

    CHECKPOINT = "checkpoint"
    APPLY = "apply"


STATES = {
    "web": VmState.RUNNING,
    "db": VmState.RUNNING,
    "paused": VmState.PAUSED,
    "saved": VmState.SAVED,
    "off": VmState.OFF,
    "last": VmState.RUNNING,
}
_RAN = tuple(name for name, state in STATES.items() if state is VmState.RUNNING)
_ON = (*_RAN, "paused")
_PHASES: dict[Doing, dict[str, tuple[str, int, tuple[str, ...]]]] = {
    Doing.CHECKPOINT: {
        "pause": ("Suspend-VM", 1, _RAN),
        "save": ("Save-VM", 1, _ON),
        "checkpoint": ("Checkpoint-VM", 1, tuple(STATES)),
        "start": ("Start-VM", 1, _ON),
        "pause again": ("Suspend-VM", 1, ("paused",)),
        "notes": ("ModifySystemSettings", 1, tuple(STATES)),
    },
    Doing.APPLY: {
        "pause": ("Suspend-VM", 1, _RAN),
        "save": ("Save-VM", 1, _ON),
        "safety": ("Checkpoint-VM", 1, tuple(STATES)),
        "apply": ("Restore-VMSnapshot", 1, tuple(STATES)),
        "start": ("Start-VM", 1, _ON),
        "pause again": ("Suspend-VM", 1, ("paused",)),
    },
}
"""Of each phase the cmdlet, at which call of it on the member, and the members that it is about."""
_PLACES = {1: ("near",), 3: ("near", "far", "away")}


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which one job goes wrong."""

    doing: Doing
    hosts: int
    phase: str
    member: str
    failure: Failure

    @property
    def moment(self) -> tuple[str, int]:
        """The cmdlet, and which call of it on the member."""
        cmdlet, times, _members = _PHASES[self.doing][self.phase]
        return cmdlet, times

    def __str__(self) -> str:
        return f"{self.doing}-{self.hosts}-{self.phase}-{self.member}-{self.failure}"


def host_of(member: str, hosts: int) -> str:
    """Return the host of a member: they are spread over all."""
    places = _PLACES[hosts]
    return places[list(STATES).index(member) % len(places)]


def labs(hosts: int) -> tuple[HostState, ...]:
    """Return the hosts with their members, each with a checkpoint."""
    return tuple(
        lab(
            place,
            **{
                name: vm("a*", name, state=state)
                for name, state in STATES.items()
                if host_of(name, hosts) == place
            },
        )
        for place in _PLACES[hosts]
    )


def _all() -> Iterator[Case]:
    for doing, phases in _PHASES.items():
        for hosts in _PLACES:
            for phase, (_cmdlet, _times, members) in phases.items():
                for member in members:
                    for failure in Failure:
                        yield Case(doing, hosts, phase, member, failure)


CASES = tuple(_all())
