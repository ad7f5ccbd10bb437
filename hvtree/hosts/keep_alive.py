"""Keeping a quiet connection alive: pings, and the word that a host has stopped answering them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from hvtree.domain.errors import ConnectionFailure, HostFailure, HVTreeError
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.hosts.handshake import Timing
from hvtree.hosts.rpc import Rpc

_log = logging.getLogger(__name__)


class Kept(Protocol):
    """Whose connection is kept alive; `client.Client` is one."""

    def answered_nothing_new(self) -> None:
        """Be told that the idle host has answered."""
        ...

    def silent(self, seconds: float | None) -> None:
        """Be told that the host has said nothing for so many seconds; None when it does again."""
        ...

    def lost(self, error: HVTreeError, /) -> None:
        """Be told that the host counts as gone."""
        ...


class KeepAlive:
    """Pings one host whenever it has been quiet, so that login and agent stay and a silent death is noticed.

    A host that is at work on a request may be slow to answer: it is pinged more rarely, and not called silent. Measuring
    sizes is no such work.
    """

    def __init__(self, rpc: Rpc, timing: Timing, kept: Kept) -> None:
        self._rpc = rpc
        self._timing = timing
        self._kept = kept
        self._heard_s = 0.0
        """When the host was last heard, by the loop's clock."""
        self._was_torn = asyncio.Event()
        """The connection was cut while nothing was asked, and the host has not been pinged since."""

    def heard(self) -> None:
        """Note a word of the host."""
        self._heard_s = asyncio.get_running_loop().time()

    def torn(self) -> None:
        """Note a cut, before anything is asked again: a host that died in an idle moment cannot answer that."""
        if not self._rpc.is_busy:
            self._was_torn.set()

    async def run(self, ask_for_pong: Callable[[], Awaitable[object]]) -> None:
        """Ping until the connection is lost, or this is cancelled."""
        while True:
            is_at_work = await self._wait_for_quiet()
            try:
                async with awake_timeout(self._timing.pong_s):
                    await (ask_for_pong() if is_at_work else self._ping_or_tell(ask_for_pong))
                if not is_at_work:
                    self._kept.answered_nothing_new()
            except TimeoutError:
                silence = f"The host ‘{self._rpc.name}’ has not answered for {self._timing.pong_s:g} seconds."
                self._kept.lost(
                    ConnectionFailure(silence, now="Check the host and the network, and connect again.")
                )
                return
            except HostFailure:
                continue  # any answer is a sign of life
            except HVTreeError:
                return  # whoever found the loss has reported it

    async def _wait_for_quiet(self) -> bool:
        """Wait until the host is to be pinged; return whether it is at work.

        That is when it has said nothing for some time, or at once when its connection was cut while it was idle.
        """
        timing, now = self._timing, asyncio.get_running_loop().time
        while not self._was_torn.is_set():
            is_at_work, quiet_s = self._rpc.is_busy, now() - self._heard_s
            left_s = (timing.work_ping_s if is_at_work else timing.ping_s) - quiet_s
            if left_s <= 0:
                return is_at_work
            with suppress(TimeoutError):  # work may end meanwhile, and then it is pinged earlier
                async with asyncio.timeout(max(min(left_s, timing.ping_s), timing.ping_s / 1000)):
                    await self._was_torn.wait()
        self._was_torn.clear()
        return False

    async def _ping_or_tell(self, ask_for_pong: Callable[[], Awaitable[object]]) -> None:
        """Ping; tell when there is no answer for a while, and when there is one after all."""
        loop = asyncio.get_running_loop()
        asked_s, is_told = loop.time(), False

        def tell() -> None:
            nonlocal is_told
            is_told = True
            self._tell_silence(loop.time() - self._heard_s)

        timer = loop.call_later(self._timing.quiet_s, tell)
        try:
            await ask_for_pong()
        finally:
            timer.cancel()
            if is_told and self._heard_s > asked_s:
                self._tell_silence(None)

    def _tell_silence(self, seconds: float | None) -> None:
        _log.info("host %r: silent for %r seconds", self._rpc.name, seconds)
        self._kept.silent(seconds)
