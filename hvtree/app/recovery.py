"""Jobs that were not finished because their program ended: found in the journal, compared with the hosts, and settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtree.app.memory.journal import JobJournal
    from hvtree.app.memory.reader import HistoryReader
    from hvtree.app.unfinished import Unfinished
    from hvtree.domain.fleet import Fleet
    from hvtree.jobs.offers import Offer


class Recoveries:
    """Looks for unfinished jobs of all programs that share the memory. All coroutines raise `JournalFailure`."""

    def __init__(self, history: HistoryReader, journal: JobJournal) -> None:
        self._history = history
        self._journal = journal
        self._chosen: dict[str, bool] = {}
        """The ids of jobs about which somebody has had something done, and whether that was a decision."""

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
        is_decided = self._chosen.get(unfinished.entry.uuid)
        if (
            unfinished.ending is None
            and is_decided is not None
            and unfinished.is_exhausted(is_decided=is_decided)
        ):
            return unfinished.seen_to
        return unfinished.ending

    def chosen(self, unfinished: Unfinished, offer: Offer) -> None:
        """Note that something that was offered about a job has been done, and has ended as planned."""
        uuid = unfinished.entry.uuid
        self._chosen[uuid] = self._chosen.get(uuid, False) or offer.is_decision

    async def leave(self, unfinished: Unfinished) -> None:
        """Note that somebody is content with a job as it is."""
        await self._journal.settle(unfinished.entry.uuid, *unfinished.left)
