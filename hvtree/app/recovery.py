"""Jobs that were not finished because their program ended: found in the journal, compared with the hosts, and settled."""

from __future__ import annotations

from dataclasses import dataclass

from hvtree.app.memory.entries import Entry, EntryInFull, Standing
from hvtree.app.memory.journal import JobJournal
from hvtree.app.memory.reader import HistoryReader
from hvtree.domain.fleet import Fleet
from hvtree.jobs.job import Verdict
from hvtree.jobs.recovery import Outcome, Recovery, look_at, touched_hosts

_ENDED = "HVTree ended before this job did."


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A job that was not finished, and what became of it."""

    entry: Entry
    recovery: Recovery
    host_ids: tuple[str, ...]
    """The hosts on which its VMs are now."""


class Recoveries:
    """Looks for unfinished jobs of all programs that share the memory. All coroutines raise `JournalFailure`."""

    def __init__(self, history: HistoryReader, journal: JobJournal) -> None:
        self._history = history
        self._journal = journal

    async def look(self, fleet: Fleet) -> tuple[Unfinished, ...]:
        """Return the unfinished jobs that are about VMs of these hosts, the oldest first.

        One that turns out to be as planned, or as before, in all its VMs is settled at once: there is nothing to ask.
        """
        found: list[Unfinished] = []
        for job in await self._history.unfinished():
            if job.plan is None:
                continue
            recovery = look_at(job.plan, job.made, fleet)
            host_ids = touched_hosts(job.plan, fleet)
            if not host_ids:
                continue  # its hosts are not open
            if recovery.is_settled and _is_at_rest(recovery):
                await self._settle_by_itself(job, recovery)
            else:
                found.append(Unfinished(job.entry, recovery, host_ids))
        return tuple(found)

    async def leave(self, unfinished: Unfinished) -> None:
        """Note that somebody is content with a job as it is."""
        states = " ".join(each.sentence for each in unfinished.recovery.vms)
        message = f"{_ENDED} {states}\nThe user left it as it was then."
        await self._journal.settle(unfinished.entry.uuid, Standing.SETTLED, message)

    async def _settle_by_itself(self, job: EntryInFull, recovery: Recovery) -> None:
        if recovery.outcome is Outcome.AS_PLANNED:
            verdict, words = Verdict.AS_PLANNED, "The hosts were looked at later, and are as planned."
        else:
            verdict, words = Verdict.FAILED, "The hosts were looked at later, and are as before."
        await self._journal.settle(job.entry.uuid, verdict, f"{_ENDED} {words}")


def _is_at_rest(recovery: Recovery) -> bool:
    """Return whether nothing is going on with the VMs: a host may still be at work on what it was asked last."""
    return all(
        each.now is not None and each.now.activity is None and each.now.state.is_settled
        for each in recovery.vms
    )
