"""A job as others may see it: frozen views of its steps, its stage and its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
    """How a job ended."""

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


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a job."""

    title: str
    phase: StepPhase
    percent: int | None = None
    text: str = ""
    """What the step is at, or what went wrong with it."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as the activity panel shows it."""

    id: int
    host_id: str
    title: str
    steps: tuple[StepView, ...]
    queued_utc: datetime
    started_utc: datetime | None = None
    ended_utc: datetime | None = None
    stage: str = "waiting"
    """One of: waiting, planning, asking, checking, performing, verifying, ended."""
    plan: Plan | None = None
    verdict: Verdict | None = None
    message: str = ""
    """The verdict in sentences: what exists where."""
    details: str = ""
    """Raw error records, on demand."""
    can_cancel: bool = False
    cancel_note: str = ""
    """Why it cannot be cancelled now, or what cancelling will do."""
