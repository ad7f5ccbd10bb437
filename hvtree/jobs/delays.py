"""The wait of a step for its time, as for the start delays of a group: shown at the step, and ended at once by cancelling."""

from __future__ import annotations

import asyncio

from hvtree.jobs.cancel import Canceller
from hvtree.jobs.job import StepPhase
from hvtree.jobs.record import JobRecord
from hvtree.operations.base import Step


class Delays:
    """Waits for the steps of one job, on the loop's own clock."""

    def __init__(self, record: JobRecord, canceller: Canceller) -> None:
        self._record = record
        self._canceller = canceller

    async def until_due(self, index: int, step: Step, note: str) -> None:
        """Return when the time of a step has come; raise `Stopped` if that is cancelled first. The `note` says what that would do."""
        if not step.wait_s:
            return
        self._record.step(index, StepPhase.WAITING, f"Waiting {step.wait_s} s…")
        with self._record.cancellable(note, step.host_id):
            await self._canceller.run(asyncio.sleep(step.wait_s), step.host_id)
