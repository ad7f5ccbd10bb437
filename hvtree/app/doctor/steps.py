"""What the doctor says, as values: steps with their outcomes, remedies, and the report of a whole examination."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class StepId(StrEnum):
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


TITLES: Mapping[StepId, str] = MappingProxyType(
    {
        StepId.NAME: "Name resolution",
        StepId.PORT: "TCP port",
        StepId.ISSUER: "Certificate: who issued it",
        StepId.CERTIFICATE_NAME: "Certificate: name",
        StepId.VALIDITY: "Certificate: validity",
        StepId.PIN: "Certificate: pin",
        StepId.SERVICE: "WinRM service",
        StepId.LOGIN: "Authentication",
        StepId.SHELL: "Remote shell and its quota",
        StepId.POWERSHELL: "PowerShell and its language mode",
        StepId.AGENT: "HVTree's agent",
        StepId.MODULE: "Hyper-V module",
        StepId.RIGHTS: "Rights",
        StepId.VMS: "List of VMs",
        StepId.SECOND_HOP: "Second hop",
        StepId.CLOCK: "Clock",
        StepId.LATENCY: "Latency",
        StepId.ENVELOPE: "Size of messages",
    }
)


class Outcome(StrEnum):
    """How a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINE = "fine"
    WARNING = "warning"
    """It works, but not as well as it could."""
    FAILED = "failed"
    NOT_NEEDED = "not needed"
    """This connection has no such step."""
    NOT_REACHED = "not reached"
    """An earlier failure makes it meaningless."""


GOOD = frozenset({Outcome.FINE, Outcome.WARNING, Outcome.NOT_NEEDED})
"""The outcomes after which it goes on."""


class Place(StrEnum):
    """Where a remedy is to be pasted."""

    HOST = "on the host, in Windows PowerShell as administrator"
    CLIENT = "on this computer"
    DOMAIN = "on a computer with the Active Directory module, as domain administrator"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that may put it right."""

    what: str
    """What it does, in one sentence."""
    place: Place
    command: str
    exposes: str
    """What becomes possible, or breaks, through it; a remedy that only looks says so."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was tried, what came back, what it means, what to do."""

    id: StepId
    outcome: Outcome = Outcome.WAITING
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


@dataclass(frozen=True, slots=True)
class Report:
    """A whole examination."""

    name: str
    endpoint: str
    user: str
    transport: str
    began_utc: datetime
    steps: tuple[Step, ...]

    @property
    def is_healthy(self) -> bool:
        """No step has failed."""
        return not any(step.outcome is Outcome.FAILED for step in self.steps)

    @property
    def verdict(self) -> str:
        """The whole in one sentence."""
        failed = [step for step in self.steps if step.outcome is Outcome.FAILED]
        if failed:
            return f"{_titles(failed)} failed. {failed[0].means}".strip()
        warnings = [step for step in self.steps if step.outcome is Outcome.WARNING]
        if warnings:
            return f"The connection works; look at: {_titles(warnings)}."
        return "The connection works."

    def step(self, step_id: StepId) -> Step:
        """Return one step."""
        return next(step for step in self.steps if step.id is step_id)


def waiting() -> tuple[Step, ...]:
    """Return all steps before the first is tried."""
    return tuple(Step(step_id) for step_id in StepId)


def _titles(steps: Iterable[Step]) -> str:
    return ", ".join(step.title for step in steps)
