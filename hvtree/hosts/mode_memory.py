"""Which hosts need a slower mode of reaching an agent, so that it is not looked for at each connection."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Struct

ENOUGH_FAILURES = 2
"""How often in a row the quicker modes must have failed: a single time may be a network's bad moment."""
KEPT = timedelta(days=1)
"""Then the quicker modes are tried once more: the host may have been repaired."""


class SlowerMode(Struct, frozen=True):
    """A host on which a quicker mode of `hosts.fallback` did not work."""

    mode: int
    """The place of the one that did, from 1 on."""
    since: Annotated[datetime, msgspec.Meta(tz=True)]
    """When a quicker one failed last, in UTC."""
    failures: int = 1
    """How many connections in a row had to fall back."""


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class ModeMemory:
    """Where connections had to fall back, for as long as the program runs. `now` is the time, in UTC."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._slower: dict[str, SlowerMode | None] = {}

    def order(self, host: str, count: int) -> list[int]:
        """Return the modes in the order in which to try them: the quickest first, unless it is known to fail."""
        kept = self.kept(host)
        if kept is None or not (self._counts(kept) and 0 < kept.mode < count):
            return list(range(count))
        return [kept.mode, *(mode for mode in range(count) if mode != kept.mode)]

    def note(self, host: str, mode: int, failed: Collection[int] = ()) -> None:
        """Remember which mode has worked for a host, and which had `failed` before, by their places among the modes."""
        kept = self.kept(host)
        if mode == 0:
            if kept is not None:
                self.keep(host, None)
        elif any(each < mode for each in failed):
            failures = 1 if kept is None else kept.failures + 1
            self.keep(host, SlowerMode(mode, self._now(), failures))

    def kept(self, host: str) -> SlowerMode | None:
        """Return what is remembered of a host, however old."""
        return self._slower.get(host)

    def keep(self, host: str, slower: SlowerMode | None) -> None:
        """Remember this of a host; None to forget it."""
        self._slower[host] = slower

    def _counts(self, kept: SlowerMode) -> bool:
        return kept.failures >= ENOUGH_FAILURES and timedelta(0) <= self._now() - kept.since < KEPT
