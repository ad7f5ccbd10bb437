"""A job that was not finished because its program ended: compared with the hosts as they are now."""

from __future__ import annotations

from msgspec import Struct

from hvtree.app.memory.entries import Entry, EntryInFull, Standing
from hvtree.domain.fleet import Fleet
from hvtree.jobs.job import Verdict
from hvtree.jobs.outcomes import Outcome
from hvtree.jobs.recovery import Recovery, look_at, touched_hosts

_ENDED = "HVTree ended before this job did."


class Unfinished(Struct, frozen=True):
    """A job that was not finished, and what became of it."""

    entry: Entry
    recovery: Recovery
    host_ids: tuple[str, ...]
    """The hosts on which its VMs are now."""

    @property
    def ending(self) -> tuple[Verdict, str] | None:
        """Its verdict and a sentence, if all its VMs are as planned, or as before: then there is nothing to ask."""
        if not (self.recovery.is_settled and _is_at_rest(self.recovery)):
            return None
        if self.recovery.outcome is Outcome.AS_PLANNED:
            return Verdict.AS_PLANNED, f"{_ENDED} The hosts were looked at later, and are as planned."
        return Verdict.FAILED, f"{_ENDED} The hosts were looked at later, and are as before."

    @property
    def left(self) -> tuple[Standing, str]:
        """How it stands, in a word and in sentences, if somebody is content with it as it is."""
        return Standing.SETTLED, f"{_ENDED} {self._states}\nThe user left it as it was then."

    def is_exhausted(self, *, is_decided: bool) -> bool:
        """All its VMs are there and at rest, and nothing more is offered than what somebody has decided against.

        What is not as planned then, others have changed, or that somebody has left so.
        """
        are_needless = all(is_decided and offer.is_decision for offer in self.recovery.offers)
        return are_needless and _is_at_rest(self.recovery)

    @property
    def seen_to(self) -> tuple[Standing, str]:
        """How it stands, in a word and in sentences, if what was chosen has been done and nothing more can be."""
        return Standing.SETTLED, f"{_ENDED} What was chosen later has been done.\n{self._states}"

    @property
    def _states(self) -> str:
        return " ".join(each.sentence for each in self.recovery.vms)


def compared(job: EntryInFull, fleet: Fleet) -> Unfinished | None:
    """Return what became of a job; None if its plan cannot be read, or its hosts are not open."""
    if job.plan is None:
        return None
    host_ids = touched_hosts(job.plan, fleet)
    return Unfinished(job.entry, look_at(job.plan, job.made, fleet), host_ids) if host_ids else None


def _is_at_rest(recovery: Recovery) -> bool:
    """Return whether nothing is going on with the VMs: a host may still be at work on what it was asked last."""
    return all(
        each.now is not None and each.now.activity is None and each.now.state.is_settled
        for each in recovery.vms
    )
