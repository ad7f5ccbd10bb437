"""One step on one host: the only place where a host is asked to change something."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from enum import Enum
from typing import TypeVar

from msgspec import Struct

from hvtree.domain.catalogue import told
from hvtree.domain.edits import Create, Edit, vm_ids_of
from hvtree.domain.errors import ConnectionFailure, HVTreeError, OutcomeUnknown
from hvtree.domain.lease import Lease
from hvtree.domain.receipt import Outcome, Progress, Receipt
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.job import StepPhase
from hvtree.jobs.journal import Answer, Journal, JournalFailure
from hvtree.jobs.leases import JobLeases
from hvtree.jobs.made import MadeCheckpoints
from hvtree.jobs.ports import WatchedHost
from hvtree.jobs.reconnect import Reconnection
from hvtree.jobs.record import JobRecord
from hvtree.jobs.summary import name_of, targets_of
from hvtree.operations.base import Plan, Step

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Cause(Enum):
    """Why not all steps were taken on a host."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    NOT_ASKED = "not asked"
    """The connection was lost before the step was asked for."""
    CUT = "cut"
    """The connection went while a step was under way: it may or may not have been carried out."""
    OTHER_HOST = "other host"
    """Nothing went wrong here, but on another host of a plan that is all or nothing."""


class Interruption(Struct, frozen=True):
    """What came between a plan and its end on one host."""

    cause: Cause
    sentences: tuple[str, ...]
    """Facts only: what they mean is for the verdict, which has seen the host afterwards."""
    details: str = ""
    edit: Edit | None = None
    """What the host had been asked for; None if nothing was under way."""
    codes: tuple[str, ...] = ()
    """The short names of the errors, as the catalogues in `resources/errors` have them; empty for one without a name."""


class JobHost(Struct, frozen=True):
    """A host that a job works on, and the wait for it when its connection is lost."""

    host: WatchedHost
    reconnection: Reconnection


class StepTaker:
    """Takes single steps for one job, and records how they go."""

    def __init__(
        self,
        hosts: Mapping[str, JobHost],
        record: JobRecord,
        canceller: Canceller,
        *,
        journal: Journal,
        leases: JobLeases,
    ) -> None:
        self._hosts = hosts
        self._record = record
        self._canceller = canceller
        self._journal = journal
        self.made = MadeCheckpoints()
        """The checkpoints that the job has taken."""
        self._leases = leases
        self.warnings: dict[str, list[str]] = {host_id: [] for host_id in hosts}
        """What each host remarked on its way; it does not change the verdict."""

    async def make_ready(self, steps: Iterable[Step]) -> None:
        """Let the hosts load what they need for steps that are to begin at one moment; where that fails, the steps tell.

        Cancelling ends it, and is left to the steps, too.
        """

        async def on_host(step: Step) -> None:
            with suppress(HVTreeError, Stopped):
                work = self._hosts[step.host_id].host.make_ready(vm_ids_of(step.edit))
                await self._canceller.run(work, step.host_id)

        await at_once(map(on_host, steps))

    async def take(
        self, index: int, step: Step, edit: Edit, plan: Plan, *, is_way_back: bool = False
    ) -> Interruption | None:
        """Take one step, which has this index in the record, with an edit that may be only a part of the step's own.

        Checkpoints that the job has taken itself are meant by their ids from here on. It is written down before it is asked for. What cannot be written down is not done, unless it brings VMs back.
        """
        edit = self.made.resolved(edit, step.host_id)
        try:
            await self._journal.asking(self._record.view, index, edit)
        except JournalFailure as error:
            if not is_way_back:
                self._record.step(index, StepPhase.FAILED, error.sentence)
                return Interruption(Cause.FAILED, (error.sentence,), error.details)
        _log.info("job %d, step %d: asking %r: %r", self._record.view.id, index + 1, step.host_id, edit)
        self._record.step(index, StepPhase.RUNNING)
        lease = None if is_way_back else self._leases.lease_of(step, edit, plan)
        answer = await self._ask(index, step, edit, lease)
        try:
            await self._journal.answered(self._record.view, index, answer)
        except JournalFailure as error:
            missing = f"The answer to ‘{step.title}’ is missing in the history."
            self.warnings[step.host_id].append(f"{missing} {error.what} {error.why}")
        return self._judged(index, step, edit, answer, plan)

    async def _ask(self, index: int, step: Step, edit: Edit, lease: Lease | None) -> Answer:
        try:
            return await self._perform(index, step, edit, lease)
        except Stopped:
            return None
        except HVTreeError as error:
            return error

    def _judged(self, index: int, step: Step, edit: Edit, answer: Answer, plan: Plan) -> Interruption | None:
        match answer:
            case None:
                self._record.step(index, StepPhase.SKIPPED, "Cancelled.")
                return Interruption(Cause.CANCELLED, (f"The step ‘{step.title}’ was cancelled.",), edit=edit)
            case OutcomeUnknown():
                if isinstance(edit, Create):
                    self.made.lose(step.host_id)
                self._record.step(index, StepPhase.UNKNOWN, answer.sentence)
                sentences = (f"{answer.what} {answer.why}".strip(),)
                return Interruption(Cause.CUT, sentences, answer.details, edit, (answer.code,))
            case ConnectionFailure():
                self._record.step(index, StepPhase.FAILED, answer.sentence)
                return Interruption(Cause.NOT_ASKED, (answer.sentence,), answer.details, codes=(answer.code,))
            case HVTreeError():
                self._record.step(index, StepPhase.FAILED, answer.sentence)
                return Interruption(Cause.FAILED, (answer.sentence,), answer.details, edit, (answer.code,))
            case Receipt():
                for outcome in answer.outcomes:
                    _log.info("job %d, step %d: answered %r", self._record.view.id, index + 1, outcome)
                self.warnings[step.host_id].extend(answer.warnings)
                return self._judge(index, edit, answer, plan, step.host_id)

    async def _perform(self, index: int, step: Step, edit: Edit, lease: Lease | None) -> Receipt:
        targets = len(targets_of(edit))

        def report(progress: Progress) -> None:
            self._record.progress(index, targets, progress)

        work = self._hosts[step.host_id].host.perform(edit, report, lease)
        return await (self._canceller.run(work, step.host_id) if step.can_cancel else work)

    def _judge(
        self, index: int, edit: Edit, receipt: Receipt, plan: Plan, host_id: str
    ) -> Interruption | None:
        self.made.add(host_id, receipt.taken)
        if not receipt.failures:
            self._record.step(index, StepPhase.DONE, receipt=receipt)
            return None
        sentences = tuple(self._failure(outcome, plan, host_id) for outcome in receipt.failures)
        self._record.step(index, StepPhase.FAILED, " ".join(sentences), receipt)
        errors = [outcome.error for outcome in receipt.failures if outcome.error]
        records = "\n\n".join(each.as_text() for each in errors)
        return Interruption(Cause.FAILED, sentences, records, edit, tuple(told(each).code for each in errors))

    def _failure(self, outcome: Outcome, plan: Plan, host_id: str) -> str:
        """Return a sentence; it names a checkpoint that the job has taken as its plan does."""
        assert outcome.error is not None
        known = self.made.as_planned(outcome.target_id, host_id)
        is_new = known != outcome.target_id
        state = (plan.expected if is_new else plan.before).hosts[host_id]
        return f"{name_of(known, state)}: {told(outcome.error).sentence}"


async def at_once(works: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """Return the results of some coroutines that run at the same time; all of them end before an error is raised."""
    waiting = list(works)
    if len(waiting) == 1:
        return [await waiting[0]]
    done = await asyncio.gather(*waiting, return_exceptions=True)
    results: list[T] = []
    for each in done:
        if isinstance(each, BaseException):
            raise each
        results.append(each)
    return results
