"""The history as values: jobs, their parts on hosts, what was asked and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hvtree.domain.edits import Edit
from hvtree.domain.receipt import Outcome
from hvtree.jobs.kept import KeptPlan


class Standing(StrEnum):
    """How a job stands that has no verdict."""

    RUNNING = "running"
    LOST = "unfinished"
    """Its program ended before it did: killed, or the computer went off."""
    SETTLED = "interrupted"
    """The same, and somebody has seen to it since."""


class HostPart(Struct, frozen=True):
    """A job's part on one host."""

    host_id: str
    host: str
    """The host's own name."""
    address: str
    login: str
    """As whom HVTree was logged in there."""
    read_at_utc: datetime
    """When the plan's reading was taken, by the host's clock."""
    verdict: str = ""
    message: str = ""


class VmPart(Struct, frozen=True):
    """A VM that a job touched, by the name that it had."""

    host_id: str
    vm_id: str
    name: str


class Entry(Struct, frozen=True):
    """One job in the history."""

    number: int
    """Rises from job to job."""
    uuid: str
    operation: str
    """In the words of the command line: `delete-subtree`."""
    title: str
    risk: str
    queued_utc: datetime
    began_utc: datetime | None
    """When it began to act; None if it never did."""
    ended_utc: datetime | None
    standing: str
    """The value of its `jobs.job.Verdict`, or of a `Standing` while it has none."""
    message: str
    user: str
    """Who was logged in on the computer on which HVTree ran."""
    computer: str
    process: int
    version: str
    """Of HVTree."""
    undoes: int | None = None
    """The number of the job that it leads back."""
    undone_by: int | None = None
    """The number of the job that led it back, as planned."""
    hosts: tuple[HostPart, ...] = ()
    vms: tuple[VmPart, ...] = ()


class Request(Struct, frozen=True):
    """What a host was asked in a step, and what it answered."""

    edit: Edit | None
    """None if it is of a kind that this version does not know."""
    asked_utc: datetime
    """By this computer's clock, as `answered_utc`; the outcomes have the host's times."""
    answered_utc: datetime | None
    outcomes: tuple[Outcome, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    details: str = ""


class EntryStep(Struct, frozen=True):
    """A step of a job, with all that was asked for it."""

    number: int
    """Beginning with 0."""
    host_id: str
    title: str
    phase: str
    text: str
    requests: tuple[Request, ...] = ()


class EntryInFull(Struct, frozen=True):
    """Everything that is kept of one job."""

    entry: Entry
    steps: tuple[EntryStep, ...]
    consequences: tuple[str, ...]
    powershell: str
    details: str
    plan: KeptPlan | None
    """None if it cannot be read any more."""

    @property
    def made(self) -> tuple[str, ...]:
        """The ids of the checkpoints that hosts have said to have taken for it."""
        outcomes = (each for step in self.steps for request in step.requests for each in request.outcomes)
        return tuple(each.result_id for each in outcomes if each.result_id)


def names_of(entries: Iterable[VmPart]) -> str:
    """Return the names of VMs, with commas."""
    return ", ".join(each.name for each in entries)
