"""A job as others may see it: frozen views of its steps, its stage and its verdict."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Edit
from hvtree.domain.receipt import Outcome
from hvtree.operations.base import Plan


class StepPhase(StrEnum):
    """How things stand with one step of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """How a job ended, or its part on one host."""

    AS_PLANNED = "as planned"
    FAILED = "failed"
    REFUSED = "refused"
    DECLINED = "declined"
    """Somebody said no to the plan; nothing was touched."""
    CANCELLED = "cancelled"
    DIFFERS = "differs"
    """Everything answered OK, but the host is not as the plan said."""
    UNKNOWN = "unknown"
    """The connection was cut and the outcome could not be found out."""


class StepView(Struct, frozen=True):
    """One step of a job."""

    title: str
    host_id: str
    phase: StepPhase
    percent: int | None = None
    text: str = ""
    """What the step is at, or what went wrong with it."""
    edit: Edit | None = None
    """What it asks of the host."""
    taken: tuple[CheckpointRef, ...] = ()
    """The checkpoints that came into being by it, as the host answered."""
    wait_s: int = 0
    """As that of the plan's step."""
    outcomes: tuple[Outcome, ...] = ()
    """What the host has answered for each VM or checkpoint, with its own times."""
    asked_utc: datetime | None = None
    """When it was asked for first, by this computer's clock."""
    answered_utc: datetime | None = None
    """When the last answer came."""


class HostVerdict(Struct, frozen=True):
    """How a job's part on one host ended."""

    host_id: str
    host: str
    """The host's own name."""
    verdict: Verdict
    message: str
    """In sentences: what exists where."""
    left_in: tuple[str, ...] = ()
    """Folders on the host in which files of an export may be left that did not come to its end."""


class JobView(Struct, frozen=True):
    """One job as the activity panel shows it."""

    id: int
    """Its number in this run of the program."""
    plan: Plan
    steps: tuple[StepView, ...]
    queued_utc: datetime
    started_utc: datetime | None = None
    ended_utc: datetime | None = None
    stage: str = "waiting"
    """One of: waiting, checking, asking, performing, verifying, ended."""
    verdict: Verdict | None = None
    message: str = ""
    """The verdict in sentences: what exists where."""
    details: str = ""
    """Raw error records, on demand."""
    errors: tuple[str, ...] = ()
    """The short names of the errors in its way, each once, as the catalogues in `resources/errors` have them."""
    host_verdicts: tuple[HostVerdict, ...] = ()
    """How it ended on each of its hosts, if it touched them."""
    uuid: str = ""
    """What the journal calls it."""
    undoes: str = ""
    """What the journal calls the job that it leads back."""
    can_cancel: bool = False
    cancel_note: str = ""
    """Why it cannot be cancelled now, or what cancelling will do."""

    @property
    def title(self) -> str:
        """What it is called: the plan's title."""
        return self.plan.title

    @property
    def host_ids(self) -> tuple[str, ...]:
        """The hosts that it is about."""
        return self.plan.host_ids
