"""How the jobs of a trial have ended, and why: by the hosts' error records and the names of errors, never by sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hvtree.domain.address import VmAddress
from hvtree.jobs.job import JobView, Verdict
from tests.endurance.troubled_hosts import INJECTED

EXPLAINED = INJECTED_FAULT, ANOTHERS_ACT, EARLIER_JOB = (
    "an injected fault",
    "what others did to its VMs",
    "an earlier job on its VMs that ended after it was planned",
)
_BY_OTHERS = frozenset({"gone", "wrong-state", "subtree-changed"})
"""What a host says where others have been at work: the checkpoint is gone, or the VM busy with something else."""


@dataclass(frozen=True)
class _Unplanned:
    """A job that did not end as planned, and nothing that would keep it in memory."""

    verdict: Verdict
    errors: tuple[str, ...]
    has_met_a_fault: bool
    has_waited: bool
    """It was planned before an earlier job on one of its VMs had ended."""
    vms: tuple[VmAddress, ...]

    def reason(self, acted_on: Collection[VmAddress]) -> str:
        """Return why, where others have done something to these VMs; the verdict and its errors where nothing explains it."""
        if self.has_met_a_fault:
            return INJECTED_FAULT
        may_be_others = self.verdict is Verdict.REFUSED or _BY_OTHERS.issuperset(self.errors)
        if may_be_others and any(vm in acted_on for vm in self.vms):
            return ANOTHERS_ACT
        if self.has_waited and self.verdict is Verdict.REFUSED:
            return EARLIER_JOB
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

    def take_in(self, jobs: Sequence[JobView]) -> None:
        """Count those that have ended since the last time."""
        for job in jobs:
            if job.verdict is not None and job.id not in self._counted:
                self._counted.add(job.id)
                self._count(job, job.verdict, jobs)

    def reasons(self, acted_on: Collection[VmAddress]) -> Counter[str]:
        """Return why jobs did not end as planned, where others have done something to these VMs."""
        return Counter(each.reason(acted_on) for each in self._unplanned)

    def _count(self, job: JobView, verdict: Verdict, jobs: Sequence[JobView]) -> None:
        self.verdicts[verdict] += 1
        if verdict is not Verdict.AS_PLANNED:
            self._unplanned.append(
                _Unplanned(verdict, job.errors, _has_met_a_fault(job), _has_waited(job, jobs), job.plan.vms)
            )


def _has_met_a_fault(job: JobView) -> bool:
    """Return whether a host has answered one of the job's requests with an error that the trial has put there."""
    outcomes = (outcome for step in job.steps for outcome in step.outcomes)
    return any(each.error is not None and each.error.message == INJECTED for each in outcomes)


def _has_waited(job: JobView, jobs: Sequence[JobView]) -> bool:
    """Return whether an earlier job on one of its VMs had not ended when it was planned."""
    return any(
        each.id < job.id
        and not set(each.plan.vms).isdisjoint(job.plan.vms)
        and (each.ended_utc is None or each.ended_utc >= job.queued_utc)
        for each in jobs
    )
