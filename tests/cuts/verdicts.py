"""What must hold after every cut: exactly one effect, a true verdict, nothing left stopped."""

from __future__ import annotations

from hvtree.jobs.job import Verdict
from hvtree.jobs.verdict import UNWRITTEN
from tests.cuts.cases import Lasting
from tests.cuts.cut_job import Outcome
from tests.support.http_relay import Harm
from tests.support.independent_reading import Machines, left_stopped

MANY = frozenset({"create", "delete", "delete-all", "apply", "revert", "undo", "group", "apply-group"})
"""Operations of several edits, or of one on several things: a part of them may have been done."""
SILENT = frozenset({"export", "export-group"})
"""Operations that change nothing on the host by which one could see whether they were carried out."""
NOTED = frozenset({"notes", "lock", "unlock"})
"""Operations that are about notes."""


def complaints(outcome: Outcome) -> list[str]:
    """Return what is wrong; empty if all is well."""
    said = [*_effects(outcome), *_verdict(outcome), *_notes(outcome)]
    if outcome.case.lasting is not Lasting.GOOD or outcome.case.holds_leases:
        left = left_stopped(outcome.before, outcome.expected, outcome.after)
        said += [f"{name} is left stopped" for name in left]
    return said


def _effects(outcome: Outcome) -> list[str]:
    said = []
    for vm_id, machine in outcome.after.items():
        name = machine.name
        names = [each for each, _parent, _is_now in machine.tree]
        if len(set(names)) != len(names):
            said.append(f"{name} has something twice")
        whole = (outcome.before[vm_id].tree, outcome.expected[vm_id].tree)
        if machine.tree not in whole and outcome.case.kind not in MANY:
            said.append(f"{name} is neither as before nor as planned")
    if outcome.case.lasting is not Lasting.GOOD and outcome.after != outcome.at_verdict:
        said.append("something happened after the verdict")
    return said


def _notes(outcome: Outcome) -> list[str]:
    """A checkpoint without its author is none the less as planned, but then that is said."""
    is_silent = outcome.job.verdict is Verdict.AS_PLANNED and UNWRITTEN not in outcome.job.message
    return [f"nobody says that {each} is unsigned" for each in outcome.unsigned if is_silent]


def _is_as(those: Machines, outcome: Outcome) -> bool:
    """Return whether the host is as it was, or should be; in its notes too, where a job was about them."""
    if outcome.case.operation in NOTED and any(
        machine.notes != outcome.after[vm_id].notes for vm_id, machine in those.items()
    ):
        return False
    return outcome.after == those


def _verdict(outcome: Outcome) -> list[str]:
    is_before, is_planned = _is_as(outcome.before, outcome), _is_as(outcome.expected, outcome)
    verdict, case = outcome.job.verdict, outcome.case
    # A login that comes twice is refused, and HVTree tries no refused login again: then nobody reads the host afterwards.
    is_locked_out = case.harm is Harm.REPEAT and (is_before or is_planned)
    may_be_unknown = case.lasting is Lasting.GOOD or case.operation in SILENT or is_locked_out
    is_true = {
        Verdict.AS_PLANNED: is_planned,
        Verdict.FAILED: is_before,
        Verdict.DIFFERS: not is_planned and not is_before,
        Verdict.UNKNOWN: may_be_unknown,
    }
    if not outcome.has_struck and verdict is not Verdict.AS_PLANNED:
        return [f"nothing was cut, and it ended as {verdict}"]
    return [] if verdict and is_true.get(verdict, False) else [f"the verdict ‘{verdict}’ is not true"]
