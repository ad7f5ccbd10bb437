"""How the jobs of a trial have ended, and why: by the hosts' error records and the names of errors, never by sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hvtree.domain.address import VmAddress
from hvtree.jobs.job import JobView, Verdict
from tests.endurance.troubled_hosts import INJECTED

EXPLAINED = INJECTED_FAULT, ANOTHERS_ACT = "an injected fault", "what others did to its VMs"
_BY_OTHERS = frozenset({"gone", "wrong-state", "subtree-changed"})
"""What a host says where others have been at work: the checkpoint is gone, or the VM busy with something else."""


@dataclass(frozen=True)
class _Unplanned:
    """A job that did not end as planned, and nothing that would keep it in memory."""

    verdict: Verdict
    errors: tuple[str, ...]
    has_met_a_fault: bool
    vms: tuple[VmAddress, ...]

    def reason(self, acted_on: Collection[VmAddress]) -> str:
        """Return why, where others have done something to these VMs; the verdict and its errors where nothing explains it."""
        if self.has_met_a_fault:
            return INJECTED_FAULT
        may_be_others = self.verdict is Verdict.REFUSED or _BY_OTHERS.issuperset(self.errors)
        if may_be_others and any(vm in acted_on for vm in self.vms):
            return ANOTHERS_ACT
        return f"{self.verdict} ({', '.join(self.errors) or 'no error'})"


class Outcomes:
    """Counts each job once, when it has ended."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self._unplanned: list[_Unplanned] = []
        self._counted: set[int] = set()

    @property
    def jobs(self) -> int:
        """How many have ended."""
        return self.verdicts.total()

    def take_in(self, jobs: Iterable[JobView]) -> None:
        """Count those that have ended since the last time."""
        for job in jobs:
            if job.verdict is not None and job.id not in self._counted:
                self._counted.add(job.id)
                self._count(job, job.verdict)

    def reasons(self, acted_on: Collection[VmAddress]) -> Counter[str]:
        """Return why jobs did not end as planned, where others have done something to these VMs."""
        return Counter(each.reason(acted_on) for each in self._unplanned)

    def _count(self, job: JobView, verdict: Verdict) -> None:
        self.verdicts[verdict] += 1
        if verdict is not Verdict.AS_PLANNED:
            self._unplanned.append(_Unplanned(verdict, job.errors, _has_met_a_fault(job), job.plan.vms))


def _has_met_a_fault(job: JobView) -> bool:
    """Return whether a host has answered one of the job's requests with an error that the trial has put there."""
    outcomes = (outcome for step in job.steps for outcome in step.outcomes)
    return any(each.error is not None and each.error.message == INJECTED for each in outcomes)
