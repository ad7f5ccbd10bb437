"""Jobs that were not finished because their program ended: found in the journal, compared with the hosts, and settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtree.app.memory.journal import JobJournal
    from hvtree.app.memory.reader import HistoryReader
    from hvtree.app.unfinished import Unfinished
    from hvtree.domain.fleet import Fleet


class Recoveries:
    """Looks for unfinished jobs of all programs that share the memory. All coroutines raise `JournalFailure`."""

    def __init__(self, history: HistoryReader, journal: JobJournal) -> None:
        self._history = history
        self._journal = journal
        self._chosen: set[str] = set()
        """The ids of jobs about which somebody has had something done."""

    async def look(self, fleet: Fleet) -> tuple[Unfinished, ...]:
        """Return the unfinished jobs that are about VMs of these hosts, the oldest first.

        One that turns out to be as planned, or as before, in all its VMs is settled at once: there is nothing to ask. So is one
        about which something was done if there is nothing more to do.
        """
        jobs = await self._history.unfinished()
        if not jobs:
            return ()
        from hvtree.app.unfinished import compared  # noqa: PLC0415  (mostly there are none, and nothing is loaded)

        open_jobs: list[Unfinished] = []
        for unfinished in filter(None, (compared(job, fleet) for job in jobs)):
            if (ending := self._ending(unfinished)) is None:
                open_jobs.append(unfinished)
            else:
                await self._journal.settle(unfinished.entry.uuid, *ending)
        return tuple(open_jobs)

    def _ending(self, unfinished: Unfinished) -> tuple[str, str] | None:
        if unfinished.ending is None and unfinished.entry.uuid in self._chosen and unfinished.is_exhausted:
            return unfinished.seen_to
        return unfinished.ending

    def chosen(self, unfinished: Unfinished) -> None:
        """Note that something that was offered about a job has been done, and has ended as planned."""
        self._chosen.add(unfinished.entry.uuid)

    async def leave(self, unfinished: Unfinished) -> None:
        """Note that somebody is content with a job as it is."""
        await self._journal.settle(unfinished.entry.uuid, *unfinished.left)
