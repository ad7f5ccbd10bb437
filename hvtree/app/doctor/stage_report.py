"""What the doctor says, as values: stages with their statuses, remedies, and the report of a whole examination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from hvtree.domain.host_profile import HostProfile


class StageId(StrEnum):
    """One thing that is tried. The order is the order of the way."""

    NAME = "name"
    PORT = "port"
    ISSUER = "certificate-issuer"
    CERTIFICATE_NAME = "certificate-name"
    VALIDITY = "certificate-validity"
    PIN = "certificate-pin"
    SERVICE = "service"
    LOGIN = "login"
    SHELL = "shell"
    POWERSHELL = "powershell"
    AGENT = "agent"
    MODULE = "module"
    RIGHTS = "rights"
    VMS = "vms"
    SECOND_HOP = "second-hop"
    CLOCK = "clock"
    LATENCY = "latency"
    ENVELOPE = "envelope"


TITLES: Mapping[StageId, str] = MappingProxyType(
    {
        StageId.NAME: "Name resolution",
        StageId.PORT: "TCP port",
        StageId.ISSUER: "Certificate: who issued it",
        StageId.CERTIFICATE_NAME: "Certificate: name",
        StageId.VALIDITY: "Certificate: validity",
        StageId.PIN: "Certificate: pin",
        StageId.SERVICE: "WinRM service",
        StageId.LOGIN: "Authentication",
        StageId.SHELL: "Remote shell and its quota",
        StageId.POWERSHELL: "PowerShell and its language mode",
        StageId.AGENT: "HVTree's agent",
        StageId.MODULE: "Hyper-V module",
        StageId.RIGHTS: "Rights",
        StageId.VMS: "List of VMs",
        StageId.SECOND_HOP: "Second hop",
        StageId.CLOCK: "Clock",
        StageId.LATENCY: "Latency",
        StageId.ENVELOPE: "Size of messages",
    }
)


class StageStatus(StrEnum):
    """How a stage stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINE = "fine"
    WARNING = "warning"
    """It works, but not as well as it could."""
    FAILED = "failed"
    NOT_NEEDED = "not needed"
    """This connection has no such stage."""
    NOT_REACHED = "not reached"
    """An earlier failure makes it meaningless."""


GOOD = frozenset({StageStatus.FINE, StageStatus.WARNING, StageStatus.NOT_NEEDED})
"""The statuses after which it goes on."""


class Place(StrEnum):
    """Where a remedy is to be pasted."""

    HOST = "on the host, in Windows PowerShell as administrator"
    CLIENT = "on this computer"
    DOMAIN = "on a computer with the Active Directory module, as domain administrator"


class Remedy(Struct, frozen=True):
    """Something that may put it right."""

    what: str
    """What it does, in one sentence."""
    place: Place
    command: str
    exposes: str
    """What becomes possible, or breaks, through it; a remedy that only looks says so."""


class StageReport(Struct, frozen=True):
    """One stage: what was tried, what came back, what it means, what to do."""

    id: StageId
    status: StageStatus = StageStatus.WAITING
    tried: str = ""
    came_back: str = ""
    means: str = ""
    remedies: tuple[Remedy, ...] = ()
    details: str = ""
    """Raw words and records, as they came."""

    @property
    def title(self) -> str:
        """What it is called."""
        return TITLES[self.id]


Tell = Callable[[StageReport], None]
"""Called for each stage when it begins and when it is explained."""


class Report(Struct, frozen=True):
    """A whole examination."""

    profile: HostProfile
    """The connection that was examined: never with its password."""
    began_utc: datetime
    stages: tuple[StageReport, ...]

    @property
    def is_healthy(self) -> bool:
        """No stage has failed."""
        return not any(stage.status is StageStatus.FAILED for stage in self.stages)

    @property
    def verdict(self) -> str:
        """The whole in one sentence."""
        failed = [stage for stage in self.stages if stage.status is StageStatus.FAILED]
        if failed:
            return f"{_titles(failed)} failed. {failed[0].means}".strip()
        warnings = [stage for stage in self.stages if stage.status is StageStatus.WARNING]
        if warnings:
            return f"The connection works; look at: {_titles(warnings)}."
        return "The connection works."

    def stage(self, stage_id: StageId) -> StageReport:
        """Return one stage."""
        return next(stage for stage in self.stages if stage.id is stage_id)


def waiting() -> tuple[StageReport, ...]:
    """Return all stages before the first is tried."""
    return tuple(StageReport(stage_id) for stage_id in StageId)


def not_reached(stage_id: StageId) -> StageReport:
    """Return a stage for which there was no reason any more."""
    return StageReport(stage_id, StageStatus.NOT_REACHED)


def _titles(stages: Iterable[StageReport]) -> str:
    return ", ".join(stage.title for stage in stages)
