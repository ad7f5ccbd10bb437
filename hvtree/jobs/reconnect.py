"""Waiting for a host whose connection was lost: the job says so, and there is one time limit for the whole job."""

from __future__ import annotations

import asyncio

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.names import isolated
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.jobs.ports import WatchedHost
from hvtree.jobs.record import JobRecord


class Reconnection:
    """Waits for one host on behalf of one job. A time limit that has run out is not renewed."""

    def __init__(self, host: WatchedHost, name: str, record: JobRecord, limit_s: float) -> None:
        """`name` is what the host is called where a job is about several of them, else empty."""
        self._host = host
        self._the_host = f"host {isolated(name)}" if name else "host"
        self._record = record
        self._limit_s = limit_s
        self._why_over = ""

    @property
    def has_given_up(self) -> bool:
        """From now on a host that is not there is not waited for."""
        return bool(self._why_over)

    async def is_there(self) -> bool:
        """Return whether the host can be asked just now; raise `ConnectionFailure` if it will not come back."""
        try:
            async with asyncio.timeout(0):
                await self._host.back()
        except TimeoutError:
            return False
        return True

    async def wait(self) -> None:
        """Return when the host can be asked; raise `ConnectionFailure` when the time limit runs out."""
        if await self.is_there():
            return
        if self.has_given_up:
            raise self._stayed_away()
        waits = f"HVTree waits up to {self._limit_s:.0f} seconds for it to come back."
        self._record.remark(f"The connection to the {self._the_host} is lost. {waits}", self._the_host)
        try:
            async with awake_timeout(self._limit_s):
                await self._host.back()
        except TimeoutError:
            self._why_over = f"HVTree waited {self._limit_s:.0f} seconds for it."
            raise self._stayed_away() from None
        finally:
            self._record.remark("", self._the_host)

    def give_up(self) -> ConnectionFailure:
        """Stop waiting, because the user wants it; return the error that says so."""
        self._why_over = "The wait for it was cancelled."
        return self._stayed_away()

    def _stayed_away(self) -> ConnectionFailure:
        return ConnectionFailure(f"The {self._the_host} did not come back.", why=self._why_over)
