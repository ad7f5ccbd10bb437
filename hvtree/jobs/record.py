"""The record of one job while it runs; each change of it is published as a new frozen view."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct, field

from hvtree.domain.receipt import Progress, Receipt
from hvtree.jobs.job import HostVerdict, JobView, StepPhase, StepView, Verdict
from hvtree.operations.base import Plan, Step
from hvtree.values import replace

_log = logging.getLogger(__name__)
UNTOUCHED = "Nothing has been touched yet."
_SETTLED = {
    StepPhase.DONE: "No answer came back, but it is done.",
    StepPhase.FAILED: "No answer came back, and it was not done.",
    StepPhase.UNKNOWN: "No answer came back.",
}


class Ending(Struct, frozen=True):
    """How a job ended, in a word and in sentences."""

    verdict: Verdict
    message: str
    details: str = ""
    host_verdicts: tuple[HostVerdict, ...] = ()
    settled: Mapping[str, StepPhase] = field(default_factory=dict)
    """By host, what became of the steps whose answers were lost, where the check has shown that."""
    errors: tuple[str, ...] = ()
    """As those of the job's view."""


def waiting_steps(plan: Plan) -> tuple[StepView, ...]:
    """Return the steps of a plan before any of them is taken."""
    return tuple(map(_waiting, (*plan.steps, *plan.bring_back_steps)))


def _waiting(step: Step) -> StepView:
    return StepView(step.title, step.host_id, StepPhase.WAITING, edit=step.edit, wait_s=step.wait_s)


def new_record(
    job_id: int,
    plan: Plan,
    publish: Callable[[JobView], None],
    now: Callable[[], datetime],
    *,
    undoes: str = "",
) -> JobRecord:
    """Return the record of a job that has not begun yet."""
    view = JobView(
        job_id,
        plan,
        waiting_steps(plan),
        now(),
        uuid=str(uuid.uuid4()),
        undoes=undoes,
        can_cancel=True,
        cancel_note=UNTOUCHED,
    )
    return JobRecord(view, publish, now)


class JobRecord:
    """Keeps the view of one job up to date. `publish` is called after each change, on the loop's thread."""

    def __init__(
        self, view: JobView, publish: Callable[[JobView], None], now: Callable[[], datetime]
    ) -> None:
        self.view = view
        self._publish = publish
        self._now = now
        self._remarks: dict[str, str] = {}
        self._cancelling: dict[str, tuple[bool, str]] = {}
        """By host, and for the whole job under an empty id: whether it can be cancelled, and a note on that."""
        self._percents: dict[int, dict[str, int]] = {}
        """By the index of a step, how far each of its targets is."""

    def enter(self, stage: str, *, can_cancel: bool, note: str = "") -> None:
        """Begin a stage, and set whether the job can be cancelled in it."""
        _log.info("job %d: %s", self.view.id, stage)
        self._cancelling = {"": (can_cancel, note)}
        self._change(stage=stage, can_cancel=can_cancel, cancel_note=note)

    def show_plan(self, plan: Plan, message: str = "") -> None:
        """Show a plan with all its steps waiting."""
        _log.info("job %d: another plan: %r %r", self.view.id, plan.title, plan.steps)
        self._change(plan=plan, steps=waiting_steps(plan), message=message)

    def add_steps(self, steps: Iterable[Step]) -> int:
        """Add steps that nobody expected to need; return the index of the first."""
        first = len(self.view.steps)
        self._change(steps=(*self.view.steps, *map(_waiting, steps)))
        return first

    def begin_performing(self) -> None:
        """Note the time at which the first step is taken; from here on the job's time runs."""
        _log.info("job %d: performing", self.view.id)
        self._remarks.clear()
        self._cancelling.clear()
        self._change(stage="performing", started_utc=self._now(), message="")

    def remark(self, text: str, about: str = "") -> None:
        """Say how the job stands, or what it is `about`; empty takes that back."""
        self._remarks[about] = text
        self._change(message="\n".join(dict.fromkeys(filter(None, self._remarks.values()))))

    def allow_cancel(self, can_cancel: bool, note: str, host_id: str = "") -> None:
        """Set whether the job can be cancelled now, and what that would do or why not.

        With a host it is about the part on that host, until `withdraw_cancel`; without one it replaces all of these.
        """
        self._cancelling = {**(self._cancelling if host_id else {}), host_id: (can_cancel, note)}
        self._show_cancel()

    @contextmanager
    def cancellable(self, note: str, host_id: str) -> Iterator[None]:
        """Let the part on one host be cancelled for a while; afterwards it is as before."""
        before = self._cancelling.get(host_id)
        self.allow_cancel(True, note, host_id)
        try:
            yield
        finally:
            if before is None:
                self.withdraw_cancel(host_id)
            else:
                self.allow_cancel(*before, host_id)

    def withdraw_cancel(self, host_id: str) -> None:
        """Let what was set for one host no longer count."""
        if self._cancelling.pop(host_id, None) is not None and self._cancelling:
            self._show_cancel()

    def step(self, index: int, phase: StepPhase, text: str = "", receipt: Receipt | None = None) -> None:
        """Put one step into a phase; a receipt is added to what its host has answered before."""
        self._percents.pop(index, None)
        percent = 100 if phase is StepPhase.DONE else None
        was = self.view.steps[index]
        _log.info("job %d, step %d: %s %r %r", self.view.id, index + 1, phase, was.title, text)
        changes: dict[str, object] = {"phase": phase, "percent": percent, "text": text}
        if phase is StepPhase.RUNNING and was.asked_utc is None:
            changes["asked_utc"] = self._now()
        if receipt is not None:
            changes["taken"] = (*was.taken, *receipt.taken)
            changes["outcomes"] = (*was.outcomes, *receipt.outcomes)
            changes["answered_utc"] = self._now()
        self._change_step(index, **changes)

    def progress(self, index: int, targets: int, report: Progress) -> None:
        """Take in how far one of a step's `targets` is; the step's percent is the mean over all of them."""
        if self.view.steps[index].phase is not StepPhase.RUNNING:
            return  # a late report of a step that is over
        percents = self._percents.setdefault(index, {})
        if report.percent is not None:
            percents[report.target_id] = max(0, min(100, report.percent))
        percent = sum(percents.values()) // max(targets, 1) if percents else None
        self._change_step(index, percent=percent, text=report.text)

    def skip_waiting(self) -> None:
        """Mark the steps that were never begun as skipped."""
        for index, step in enumerate(self.view.steps):
            if step.phase is StepPhase.WAITING:
                self._change_step(index, phase=StepPhase.SKIPPED)

    def ended(self, ending: Ending) -> JobView:
        """Return the job as it is when it ends like this; nobody is told."""
        return replace(
            self.view,
            steps=tuple(_settled(step, ending.settled) for step in self.view.steps),
            stage="ended",
            ended_utc=self._now(),
            verdict=ending.verdict,
            message=ending.message,
            details=ending.details,
            errors=ending.errors,
            host_verdicts=ending.host_verdicts,
            can_cancel=False,
            cancel_note="",
        )

    def end(self, ending: Ending) -> None:
        """End the job with its verdict."""
        _log.info("job %d: ended %s: %r", self.view.id, ending.verdict, ending.message)
        for each in ending.host_verdicts:
            _log.info("job %d on %r: %s: %r", self.view.id, each.host_id, each.verdict, each.message)
        self.view = self.ended(ending)
        self._publish(self.view)

    def _show_cancel(self) -> None:
        can_cancel = any(can for can, _note in self._cancelling.values())
        notes = dict.fromkeys(note for can, note in self._cancelling.values() if can is can_cancel)
        self._change(can_cancel=can_cancel, cancel_note=" ".join(notes))

    def _change_step(self, index: int, **changes: object) -> None:
        steps = list(self.view.steps)
        steps[index] = replace(steps[index], **changes)  # type: ignore[arg-type]  # names are checked at run time
        self._change(steps=tuple(steps))

    def _change(self, **changes: object) -> None:
        if self.view.verdict is not None:
            return  # steps that were under way when the job was let go of come to their end later
        view = replace(self.view, **changes)  # type: ignore[arg-type]  # names are checked at run time
        if view != self.view:
            self.view = view
            self._publish(view)


def _settled(step: StepView, settled: Mapping[str, StepPhase]) -> StepView:
    """Return a step at the end of its job: skipped if it was never begun; if its answer was lost, as the check has found it."""
    if step.phase is StepPhase.WAITING:
        return replace(step, phase=StepPhase.SKIPPED)
    phase = settled.get(step.host_id)
    if step.phase is not StepPhase.UNKNOWN or phase is None:
        return step
    return replace(
        step, phase=phase, percent=100 if phase is StepPhase.DONE else None, text=_SETTLED[phase], taken=()
    )
