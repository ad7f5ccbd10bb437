"""When an agent that looks at its host from time to time sees a change: as `resources/agent/polling.ps1`, without looking."""

from __future__ import annotations

from datetime import datetime, timedelta

PAUSE = timedelta(seconds=3)
"""Host time between two looks after a change."""
LONGEST = timedelta(seconds=5)
"""The same when nothing has changed for a while."""
STEP = timedelta(seconds=0.5)
"""By how much a pause is longer than the one before it, as long as nothing changes."""
SOON = timedelta(seconds=0.5)
"""How long the look after own work waits for the client to read by itself."""


class Looks:
    """The times at which one agent looks at its host, in host time. `now` never goes back from call to call."""

    def __init__(self, now: datetime) -> None:
        self._pause = PAUSE
        self._next = now + PAUSE

    def next(self, now: datetime) -> datetime:
        """Return when the next look is due; those before it have found nothing."""
        while self._next < now:
            self._pause = min(LONGEST, self._pause + STEP)
            self._next += self._pause
        return self._next

    def found(self, now: datetime) -> None:
        """Note a look that has found a change."""
        self._pause = PAUSE
        self._next = now + PAUSE

    def read(self, now: datetime) -> None:
        """Note a reading, which saves the look that was due."""
        self.next(now)
        self._next = now + self._pause

    def soon(self, now: datetime) -> None:
        """Look soon, because of own work or a client that begins to watch."""
        self._next = min(self.next(now), now + SOON)
        self._pause = PAUSE
