"""The verdict on a job: from what happened on the way and from what the hosts look like afterwards, never from "OK"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hvtree.domain.agreement import disagreements
from hvtree.domain.edits import SetPower
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState
from hvtree.domain.names import quoted
from hvtree.jobs.job import HostVerdict, Verdict
from hvtree.jobs.record import Ending
from hvtree.jobs.step_taker import Cause, Interruption
from hvtree.jobs.summary import what_is_where
from hvtree.jobs.way_back import differs
from hvtree.operations.base import Plan

_FROM_BAD_TO_GOOD = (
    Verdict.UNKNOWN,
    Verdict.DIFFERS,
    Verdict.FAILED,
    Verdict.CANCELLED,
    Verdict.AS_PLANNED,
)
_OVER_ALL = {
    Verdict.AS_PLANNED: "done, and checked on all hosts.",
    Verdict.CANCELLED: "cancelled.",
    Verdict.FAILED: "failed.",
    Verdict.DIFFERS: "not as planned on all hosts.",
    Verdict.UNKNOWN: "HVTree did not find out how it ended on all hosts.",
}


@dataclass(frozen=True, slots=True)
class Execution:
    """How the steps of a plan went on one host."""

    interruption: Interruption | None = None
    """What ended the steps early."""
    way_back: tuple[Interruption, ...] = ()
    """What went wrong while VMs were brought back."""
    warnings: tuple[str, ...] = ()

    @property
    def interruptions(self) -> tuple[Interruption, ...]:
        """All that went wrong."""
        return (*((self.interruption,) if self.interruption else ()), *self.way_back)

    @property
    def is_cut(self) -> bool:
        """A step may or may not have been carried out."""
        return any(each.cause is Cause.CUT for each in self.interruptions)

    @property
    def details(self) -> str:
        """All raw error records."""
        return "\n\n".join(each.details for each in self.interruptions if each.details)


NOT_READ = None
"""Stands for the reading of a host that nobody waited for."""
After = HostState | HVTreeError | None
"""A host as it was read after the job, the error if it could not be, or `NOT_READ`."""


def judge(plan: Plan, after: Mapping[str, After], executions: Mapping[str, Execution]) -> Ending:
    """Return the verdict once the hosts have been read again, or could not be."""
    parts = {
        host_id: _judge_host(plan, host_id, after[host_id], executions[host_id]) for host_id in plan.host_ids
    }
    verdict = min((each.verdict for each in parts.values()), key=_FROM_BAD_TO_GOOD.index)
    messages = [each.message for each in parts.values()]
    if len(parts) > 1:
        messages.insert(0, f"{plan.title}: {_OVER_ALL[verdict]}")
    details = [executions[host_id].details or _details(after[host_id]) for host_id in plan.host_ids]
    return Ending(verdict, "\n".join(messages), "\n\n".join(filter(None, details)), tuple(parts.values()))


def left(plan: Plan) -> Ending:
    """Return the verdict on a job that was left while its steps were under way."""
    sentences = [f"{plan.title}: HVTree was closed before it came to its end."]
    for host_id in plan.host_ids:
        sentences += _where_to_look(plan, host_id)
    return Ending(Verdict.UNKNOWN, "\n".join(sentences))


def _judge_host(plan: Plan, host_id: str, after: After, execution: Execution) -> HostVerdict:
    name = plan.host_names[host_id]
    about = plan.title if len(plan.host_ids) == 1 else f"On {quoted(name)}"
    part = _Part(plan, host_id, about, execution)
    if isinstance(after, HostState):
        verdict, sentences = part.judge(after)
    else:
        verdict, sentences = Verdict.UNKNOWN, part.unread(after)
    return HostVerdict(host_id, name, verdict, "\n".join(sentences))


def _details(after: After) -> str:
    return after.details if isinstance(after, HVTreeError) else ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a plan did on one host."""

    plan: Plan
    host_id: str
    about: str
    """What its first sentence is about."""
    execution: Execution

    @property
    def before(self) -> HostState:
        return self.plan.before.hosts[self.host_id]

    @property
    def expected(self) -> HostState:
        return self.plan.expected.hosts[self.host_id]

    @property
    def vm_ids(self) -> tuple[str, ...]:
        return self.plan.vm_ids(self.host_id)

    def judge(self, after: HostState) -> tuple[Verdict, Sequence[str]]:
        """Return the verdict on a host that was read again, and its sentences."""
        off_plan = disagreements(self.expected, after, self.vm_ids)
        verdict, words = self._verdict(after, is_as_planned=not off_plan)
        sentences = [f"{self.about}: {words}", *self._reasons()]
        if verdict is Verdict.DIFFERS:
            sentences += off_plan
        if verdict is not Verdict.AS_PLANNED:
            sentences += what_is_where(self.before, after, self.vm_ids)
        return verdict, [*sentences, *self.execution.warnings]

    def unread(self, error: HVTreeError | None) -> Sequence[str]:
        """Return the sentences for a host that was not read again."""
        sentences = [
            f"{self.about}: HVTree did not find out how it ended.",
            *self._reasons(),
            error.sentence if error else "The check was cancelled.",
            *_where_to_look(self.plan, self.host_id),
        ]
        return list(dict.fromkeys(sentences))

    def _verdict(self, after: HostState, *, is_as_planned: bool) -> tuple[Verdict, str]:
        is_untouched = not differs(self.before, after, self.vm_ids)
        untouched = self._as_before() if is_untouched else ""
        interruption = self.execution.interruption
        if interruption is None:
            return self._when_all_answered_ok(is_as_planned=is_as_planned)
        if interruption.cause in (Cause.FAILED, Cause.NOT_ASKED):
            return Verdict.FAILED, "failed." + untouched
        if self._changes_something and is_as_planned:
            return Verdict.AS_PLANNED, "it was interrupted, but the host is as planned."
        if interruption.cause is Cause.CANCELLED:
            return Verdict.CANCELLED, "cancelled." + untouched
        if interruption.cause is Cause.OTHER_HOST:
            return Verdict.FAILED, "not carried out to its end." + untouched
        return self._when_cut(is_untouched=is_untouched)

    @property
    def _changes_something(self) -> bool:
        """The plan leaves a trace in what is compared; an export does not."""
        return differs(self.before, self.expected, self.vm_ids)

    def _as_before(self) -> str:
        return f" {'The VM is as it was' if len(self.vm_ids) == 1 else 'The VMs are as they were'} before."

    def _when_all_answered_ok(self, *, is_as_planned: bool) -> tuple[Verdict, str]:
        if is_as_planned:
            return Verdict.AS_PLANNED, "done, and checked on the host."
        if self.execution.way_back:
            return Verdict.FAILED, "done, but not every VM could be brought back."
        return Verdict.DIFFERS, "the host answered OK, but it is not as planned."

    def _when_cut(self, *, is_untouched: bool) -> tuple[Verdict, str]:
        if not self._changes_something:
            return Verdict.UNKNOWN, "the connection was cut, and the VMs do not show whether it was done."
        if is_untouched:
            return Verdict.FAILED, "the connection was cut, and nothing has changed on the host."
        return Verdict.DIFFERS, "the connection was cut, and not everything was done."

    def _reasons(self) -> list[str]:
        reasons = [sentence for each in self.execution.interruptions for sentence in each.sentences]
        return list(dict.fromkeys(reasons))


def _where_to_look(plan: Plan, host_id: str) -> Iterator[str]:
    vms = plan.before.hosts[host_id].vms
    names = ", ".join(quoted(vm.name) for vm in vms.values())
    yield f"Look at {names or 'the host'} when the host can be reached."
    if any(isinstance(step.edit, SetPower) for step in plan.steps if step.host_id == host_id):
        yield f"{'It' if len(vms) == 1 else 'Some of them'} may still be paused, saved or off."
