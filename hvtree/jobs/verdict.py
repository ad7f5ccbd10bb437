"""The verdict on a job: from what happened on the way and from what the host looks like afterwards, never from "OK"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hvtree.domain.agreement import differences
from hvtree.domain.edits import SetPower
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState
from hvtree.domain.names import quoted
from hvtree.jobs.facts import what_is_where
from hvtree.jobs.job import Verdict
from hvtree.jobs.performing import Kind, Trouble
from hvtree.jobs.tracker import Ending
from hvtree.operations.base import Plan


@dataclass(frozen=True, slots=True)
class Course:
    """How the steps of a plan went."""

    trouble: Trouble | None = None
    """What ended the steps early."""
    way_back: tuple[Trouble, ...] = ()
    """What went wrong while VMs were brought back."""
    warnings: tuple[str, ...] = ()

    @property
    def is_cut(self) -> bool:
        """A step may or may not have been carried out."""
        return any(each.kind is Kind.CUT for each in (self.trouble, *self.way_back) if each is not None)

    @property
    def details(self) -> str:
        """All raw error records."""
        troubles = (*((self.trouble,) if self.trouble else ()), *self.way_back)
        return "\n\n".join(trouble.details for trouble in troubles if trouble.details)


def judge(plan: Plan, after: HostState, course: Course) -> Ending:
    """Return the verdict once the host has been read again."""
    off_plan = differences(plan.expected, after, plan.vm_ids)
    verdict, first = _verdict(plan, after, course, off_plan)
    sentences = [first, *_reasons(course)]
    if verdict is Verdict.DIFFERS:
        sentences += off_plan
    if verdict is not Verdict.AS_PLANNED:
        sentences += what_is_where(plan.before, after, plan.vm_ids)
    return Ending(verdict, "\n".join([*sentences, *course.warnings]), course.details)


def unread(plan: Plan, course: Course, error: HVTreeError | None) -> Ending:
    """Return the verdict when the host was not read again: because of an error, or (None) because nobody waited."""
    sentences = [
        f"{plan.title}: HVTree did not find out how it ended.",
        *_reasons(course),
        error.sentence if error else "The check was cancelled.",
        *_where_to_look(plan),
    ]
    return Ending(
        Verdict.UNKNOWN,
        "\n".join(dict.fromkeys(sentences)),
        course.details or (error.details if error else ""),
    )


def left(plan: Plan | None) -> Ending:
    """Return the verdict on a job that was left while its steps were under way; None if it had no plan yet."""
    what = f"{plan.title}: " if plan else ""
    sentences = [
        f"{what}HVTree was closed before it came to its end.",
        *(_where_to_look(plan) if plan else ()),
    ]
    return Ending(Verdict.UNKNOWN, "\n".join(sentences))


def _verdict(plan: Plan, after: HostState, course: Course, off_plan: tuple[str, ...]) -> tuple[Verdict, str]:
    untouched = "" if differences(plan.before, after, plan.vm_ids) else _as_before(plan)
    if course.trouble is None:
        verdict, words = _when_all_answered_ok(course, off_plan)
    elif course.trouble.kind is Kind.FAILED:
        verdict, words = Verdict.FAILED, "failed." + untouched
    elif differences(plan.before, plan.expected, plan.vm_ids) and not off_plan:
        verdict, words = Verdict.AS_PLANNED, "it was interrupted, but the host is as planned."
    elif course.trouble.kind is Kind.CANCELLED:
        verdict, words = Verdict.CANCELLED, "cancelled." + untouched
    else:
        verdict, words = _when_cut(plan, bool(untouched))
    return verdict, f"{plan.title}: {words}"


def _as_before(plan: Plan) -> str:
    return f" {'The VM is as it was' if len(plan.vm_ids) == 1 else 'The VMs are as they were'} before."


def _when_all_answered_ok(course: Course, off_plan: tuple[str, ...]) -> tuple[Verdict, str]:
    if not off_plan:
        return Verdict.AS_PLANNED, "done, and checked on the host."
    if course.way_back:
        return Verdict.FAILED, "done, but not every VM could be brought back."
    return Verdict.DIFFERS, "the host answered OK, but it is not as planned."


def _when_cut(plan: Plan, is_untouched: bool) -> tuple[Verdict, str]:
    if not differences(plan.before, plan.expected, plan.vm_ids):
        return Verdict.UNKNOWN, "the connection was cut, and the VMs do not show whether it was done."
    if is_untouched:
        return Verdict.FAILED, "the connection was cut, and nothing has changed on the host."
    return Verdict.DIFFERS, "the connection was cut, and not everything was done."


def _reasons(course: Course) -> list[str]:
    reasons = list(course.trouble.sentences) if course.trouble else []
    for trouble in course.way_back:
        reasons += trouble.sentences
    return list(dict.fromkeys(reasons))


def _where_to_look(plan: Plan) -> Iterator[str]:
    yield f"Look at {_names(plan)} when the host can be reached."
    if any(isinstance(step.edit, SetPower) for step in plan.steps):
        yield f"{'It' if len(plan.vm_ids) == 1 else 'Some of them'} may still be paused, saved or off."


def _names(plan: Plan) -> str:
    names = [quoted(plan.before.vms[vm_id].name) for vm_id in plan.vm_ids if vm_id in plan.before.vms]
    return ", ".join(names) if names else "the host"
