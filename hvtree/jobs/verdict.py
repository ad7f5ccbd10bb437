"""The verdict on a job: from what happened on the way and from what the hosts look like afterwards, never from "OK"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from hvtree.domain.agreement import disagreements
from hvtree.domain.edits import Export, SetNotes, SetPower
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState
from hvtree.domain.names import quoted
from hvtree.domain.power import Power
from hvtree.jobs.job import HostVerdict, StepPhase, Verdict
from hvtree.jobs.record import Ending
from hvtree.jobs.step_taker import Cause, Interruption
from hvtree.jobs.summary import what_came_by_itself, what_is_where
from hvtree.jobs.traces import Traces, export_folders
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


class Execution(Struct, frozen=True):
    """How the steps of a plan went on one host."""

    interruption: Interruption | None = None
    """What ended the steps early."""
    back: tuple[Interruption, ...] = ()
    """What went wrong while VMs were brought back and notes of new checkpoints written."""
    warnings: tuple[str, ...] = ()

    @property
    def way_back(self) -> tuple[Interruption, ...]:
        """What went wrong while VMs were brought back."""
        return tuple(each for each in self.back if not isinstance(each.edit, SetNotes))

    @property
    def unwritten(self) -> tuple[Interruption, ...]:
        """Why new checkpoints are without their notes."""
        return tuple(each for each in self.back if isinstance(each.edit, SetNotes))

    @property
    def interruptions(self) -> tuple[Interruption, ...]:
        """All that went wrong."""
        return (*((self.interruption,) if self.interruption else ()), *self.way_back)

    @property
    def is_cut(self) -> bool:
        """A step may or may not have been carried out."""
        return any(each.cause is Cause.CUT for each in self.interruptions)

    @property
    def codes(self) -> tuple[str, ...]:
        """The short names of all errors."""
        return tuple(code for each in (*self.interruptions, *self.unwritten) for code in each.codes)

    @property
    def details(self) -> str:
        """All raw error records."""
        found = (*self.interruptions, *self.unwritten)
        return "\n\n".join(each.details for each in found if each.details)


_WROTE_NOTHING = frozenset({"file-exists", "export-denied"})
"""After these errors nothing of an export is there: it never began, and what is in its folder is another's."""

UNWRITTEN = "The notes of new checkpoints could not be written."
_IN_PART = "the connection was cut, and not everything was done."
NOT_READ = None
"""Stands for the reading of a host that nobody waited for."""
After = HostState | HVTreeError | None
"""A host as it was read after the job, the error if it could not be, or `NOT_READ`."""


def judge(plan: Plan, after: Mapping[str, After], executions: Mapping[str, Execution]) -> Ending:
    """Return the verdict once the hosts have been read again, or could not be."""
    parts = [_part(plan, host_id, executions[host_id]) for host_id in plan.host_ids]
    verdicts = tuple(_judge_host(part, after[part.host_id]) for part in parts)
    verdict = min((each.verdict for each in verdicts), key=_FROM_BAD_TO_GOOD.index)
    messages = [each.message for each in verdicts]
    if len(parts) > 1:
        messages.insert(0, f"{plan.title}: {_OVER_ALL[verdict]}")
    details = [executions[host_id].details or _details(after[host_id]) for host_id in plan.host_ids]
    settled = {
        part.host_id: part.settled(state, each.verdict)
        for part, each in zip(parts, verdicts, strict=True)
        if isinstance(state := after[part.host_id], HostState)
    }
    errors = dict.fromkeys(
        code
        for host_id in plan.host_ids
        for code in (*executions[host_id].codes, _code(after[host_id]))
        if code
    )
    return Ending(
        verdict, "\n".join(messages), "\n\n".join(filter(None, details)), verdicts, settled, tuple(errors)
    )


def left(plan: Plan) -> Ending:
    """Return the verdict on a job that was left while its steps were under way."""
    sentences = [f"{plan.title}: HVTree was closed before it came to its end."]
    for host_id in plan.host_ids:
        sentences += _where_to_look(plan, host_id)
        sentences += (
            f"If it was begun, files of it are in {quoted(each)}." for each in export_folders(plan, host_id)
        )
    return Ending(Verdict.UNKNOWN, "\n".join(sentences))


def _judge_host(part: _Part, after: After) -> HostVerdict:
    if isinstance(after, HostState):
        verdict, sentences = part.judge(after)
    else:
        verdict, sentences = Verdict.UNKNOWN, part.unread(after)
    name = part.plan.host_names[part.host_id]
    return HostVerdict(part.host_id, name, verdict, "\n".join(sentences), part.left_in)


def _part(plan: Plan, host_id: str, execution: Execution) -> _Part:
    name = plan.host_names[host_id]
    about = plan.title if len(plan.host_ids) == 1 else f"On {quoted(name)}"
    return _Part(plan, host_id, about, execution)


def _details(after: After) -> str:
    return after.details if isinstance(after, HVTreeError) else ""


def _code(after: After) -> str:
    return after.code if isinstance(after, HVTreeError) else ""


class _Part(Struct, frozen=True):
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

    @property
    def seen(self) -> Traces:
        return Traces(self.plan, self.host_id)

    def judge(self, after: HostState) -> tuple[Verdict, Sequence[str]]:
        """Return the verdict on a host that was read again, and its sentences."""
        off_plan = disagreements(self.expected, after, self.vm_ids, self.plan.noted(self.host_id))
        verdict, words = self._verdict(after, is_as_planned=not off_plan)
        sentences = [f"{self.about}: {words}", *self._reasons()]
        if verdict is Verdict.DIFFERS:
            sentences += off_plan or ("What the VM held before is still there.",)
        if verdict is not Verdict.AS_PLANNED:
            sentences += what_is_where(self.before, after, self.vm_ids)
        return verdict, [
            *sentences,
            *self._about_files(),
            *self._about_notes(after),
            *what_came_by_itself(self.before, after, self.vm_ids),
            *self.execution.warnings,
        ]

    def unread(self, error: HVTreeError | None) -> Sequence[str]:
        """Return the sentences for a host that was not read again."""
        is_cut = bool(self.execution.interruptions)
        words = (
            "HVTree did not find out how it ended."
            if is_cut
            else "the host answered OK, but it was not checked."
        )
        sentences = [
            f"{self.about}: {words}",
            *self._reasons(),
            error.sentence if error else "The check was cancelled.",
            *((UNWRITTEN,) if self.execution.unwritten else ()),
            *_where_to_look(self.plan, self.host_id),
            *self._about_files(),
        ]
        return list(dict.fromkeys(sentences))

    def settled(self, after: HostState, verdict: Verdict) -> StepPhase:
        """Return what became of the steps whose answers were lost."""
        if verdict is Verdict.AS_PLANNED:
            return StepPhase.DONE
        interruption = self.execution.interruption
        is_power = (
            interruption is None or interruption.edit is None or isinstance(interruption.edit, SetPower)
        )
        is_seen = self.seen.are_expected and self.seen.are_missing(after)
        return StepPhase.FAILED if is_seen and not is_power else StepPhase.UNKNOWN

    def _verdict(self, after: HostState, *, is_as_planned: bool) -> tuple[Verdict, str]:
        untouched = self._as_before() if self.seen.are_missing(after) else ""
        interruption = self.execution.interruption
        if interruption is None:
            return self._when_all_answered_ok(is_as_planned=is_as_planned)
        if interruption.cause is Cause.FAILED or (interruption.cause is Cause.NOT_ASKED and untouched):
            return Verdict.FAILED, "failed." + untouched
        if is_as_planned and self.seen.are_there(after):
            return Verdict.AS_PLANNED, "it was interrupted, but the host is as planned."
        if interruption.cause is Cause.CANCELLED:
            return Verdict.CANCELLED, "cancelled." + untouched
        if interruption.cause is Cause.OTHER_HOST:
            return Verdict.FAILED, "not carried out to its end." + untouched
        return self._when_cut(after, is_as_planned=is_as_planned)

    def _as_before(self) -> str:
        is_one = len(self.vm_ids) == 1
        same = f" {'The VM is as it was' if is_one else 'The VMs are as they were'} before."
        return (
            f"{same} {'It was' if is_one else 'Some were'} turned off on the way."
            if self._has_turned_off
            else same
        )

    @property
    def _has_turned_off(self) -> bool:
        """A VM that ran was turned off, and what its programs had in memory is lost."""
        edits = [step.edit for step in self.plan.steps if step.host_id == self.host_id]
        last = self.execution.interruption.edit if self.execution.interruption else None
        asked = edits[: edits.index(last)] if last in edits else []
        return any(isinstance(each, SetPower) and each.power is Power.TURN_OFF for each in asked)

    def _when_all_answered_ok(self, *, is_as_planned: bool) -> tuple[Verdict, str]:
        if is_as_planned and self.execution.way_back:
            return Verdict.AS_PLANNED, "it was interrupted, but the host is as planned."
        if is_as_planned:
            is_visible = self.seen.are_expected
            return (
                Verdict.AS_PLANNED,
                "done, and checked on the host." if is_visible else "done, as the host says.",
            )
        if self.execution.way_back:
            return Verdict.FAILED, "done, but not every VM could be brought back."
        return Verdict.DIFFERS, "the host answered OK, but it is not as planned."

    def _when_cut(self, after: HostState, *, is_as_planned: bool) -> tuple[Verdict, str]:
        if not self.seen.are_expected or (is_as_planned and not self.seen.can_tell):
            return Verdict.UNKNOWN, "the connection was cut, and the VMs do not show whether it was done."
        if not self.seen.are_missing(after):
            return Verdict.DIFFERS, _IN_PART
        if any(isinstance(step.edit, SetPower) for step in self.plan.steps if step.host_id == self.host_id):
            return Verdict.FAILED, "the connection was cut." + self._as_before()
        return Verdict.FAILED, "the connection was cut, and nothing has changed on the host."

    def _about_notes(self, after: HostState) -> Iterator[str]:
        """Yield what became of the notes of new checkpoints, if they are not as planned: that is no failure of the plan."""
        if self.execution.unwritten:
            yield UNWRITTEN
            yield from dict.fromkeys(
                sentence for each in self.execution.unwritten for sentence in each.sentences
            )
            return
        late = self.plan.noted(self.host_id) | self.plan.noted_at_last(self.host_id)
        with_notes = disagreements(self.expected, after, self.vm_ids, late)
        without = disagreements(self.expected, after, self.vm_ids, self.plan.noted(self.host_id))
        yield from (each for each in with_notes if each not in without)

    def _about_files(self) -> Iterator[str]:
        """Yield where the files of an export are, or what may be left of them."""
        host = quoted(self.plan.host_names[self.host_id])
        interruption = self.execution.interruption
        if interruption is None:
            for folder in export_folders(self.plan, self.host_id):
                yield f"Its files are in {quoted(folder)} on host {host}."
        for folder in self.left_in:
            where = f"{quoted(folder)} on host {host}"
            if interruption is not None and interruption.cause is Cause.CUT:
                yield f"If it was begun, its files are in {where}: look there whether any is missing."
            else:
                yield f"Files that it has written may be left in {where}; delete them before you export there again."

    @property
    def left_in(self) -> tuple[str, ...]:
        """The folders with what may be left of an export."""
        interruption = self.execution.interruption
        if interruption is None or not isinstance(interruption.edit, Export):
            return ()
        has_written = not _WROTE_NOTHING & set(interruption.codes)
        return export_folders(self.plan, self.host_id) if has_written else ()

    def _reasons(self) -> list[str]:
        reasons = [sentence for each in self.execution.interruptions for sentence in each.sentences]
        return list(dict.fromkeys(reasons))


def _where_to_look(plan: Plan, host_id: str) -> Iterator[str]:
    vms = plan.before.hosts[host_id].vms
    names = ", ".join(quoted(vm.name) for vm in vms.values())
    yield f"Look at {names or 'the host'} when the host can be reached."
    if any(isinstance(step.edit, SetPower) for step in plan.steps if step.host_id == host_id):
        yield f"{'It' if len(vms) == 1 else 'Some of them'} may still be paused, saved or off."
