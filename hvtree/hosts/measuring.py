"""Asking a host what its VMs take on disk: apart from its readings, and without any hurry."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.hosts.codec import News
from hvtree.hosts.reading import Reader
from hvtree.hosts.rpc import SIZES, Call, Rpc, TornAnswer

_log = logging.getLogger(__name__)


class Measurer:
    """Measures VMs of one host. What comes goes into the reader's state, part by part."""

    def __init__(self, rpc: Rpc, reader: Reader, patience_s: float) -> None:
        """`patience_s` is how long no part may come until a host counts as not telling; that harms nothing else."""
        self._rpc = rpc
        self._reader = reader
        self._patience_s = patience_s

    async def measure(self, vm_ids: Iterable[str], tell: Callable[[], None]) -> None:
        """Ask for the sizes of VMs, in this order, and `tell` after each part; afterwards all of them count as measured.

        What the host did not tell stays unknown. Raise `ConnectionFailure` when the connection is lost. Cancelling ends it on
        the host, too; what was told by then is kept.
        """
        asked = self._reader.asked(vm_ids)
        left = dict.fromkeys(asked)
        try:
            while left:
                try:
                    await self._ask(left, asked, tell)
                    break
                except TornAnswer:
                    continue  # bounded: the channel gives up by itself when cuts don't end
        except ConnectionFailure:
            raise
        except (HVTreeError, TimeoutError) as error:
            _log.info("host %r: sizes of %d VMs are not known: %r", self._rpc.name, len(asked), error)
        self._reader.give_up(asked)
        tell()

    async def _ask(self, left: dict[str, None], asked: dict[str, int], tell: Callable[[], None]) -> None:
        """Ask for those that are left, and leave those out of them that come."""
        came = asyncio.Event()

        def take(news: News) -> None:
            came.set()
            self._reader.take(news.sizes, asked)
            for each in news.sizes:
                left.pop(each.found.vm_id, None)
            tell()

        with self._rpc.asking(SIZES, {"ids": list(left)}, in_parts=True, on_part=take) as call:
            try:
                await self._answer(call, came)
            except (asyncio.CancelledError, TimeoutError):
                if left and self._rpc.gone is None:
                    with self._rpc.asking("request.cancel", {"request": call.id}):
                        pass  # whatever it answers: nobody waits for these sizes any more
                raise
        if call.flaw is not None:
            raise call.flaw

    async def _answer(self, call: Call, came: asyncio.Event) -> None:
        """Wait for the end of the answer, for as long as parts come."""
        while not call.answer.done():
            came.clear()
            part = asyncio.ensure_future(came.wait())
            try:
                async with awake_timeout(self._patience_s):
                    await asyncio.wait((call.answer, part), return_when=asyncio.FIRST_COMPLETED)
            finally:
                part.cancel()
        self._rpc.check(await call.answer, "tell the sizes of its disks")
