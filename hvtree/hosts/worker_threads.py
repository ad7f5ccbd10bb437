"""The daemon threads of one channel: they start one by one, end together, and report on the loop's thread only.

Daemons, because a call into a dead network cannot be ended from outside and must not hold up the program's end; never
the loop's default executor, because that one is joined at the end.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from hvtree.domain.errors import ConnectionFailure, HVTreeError

CLOSE_S = 2.8
"""Seconds after which `WorkerThreads.end` is over, whatever the peer does."""
_FORCE_S = 0.8
MOST_WAITING = 1_000
"""How many messages may wait for the loop: whoever sends more, faster than they are handled, waits instead of filling memory."""


T = TypeVar("T")


class Peer(Protocol):
    """A blocking connection to a host, which the first of the threads opens and ends; raises `HVTreeError`s only."""

    @property
    def mode(self) -> str:
        """How the agent is reached, in words."""
        ...

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        ...

    def open(self) -> None:
        """Log in and start whatever there is to start."""
        ...

    def leave_agent(self) -> None:
        """Let the agent end by itself when the connection is ended, even by force. Called by any thread."""
        ...

    def end(self) -> None:
        """End it; brief, and silent if it is gone already."""
        ...

    def renew(self) -> None:
        """Cut the connection once, from any thread; whatever is under way resumes it."""
        ...

    def kill(self) -> None:
        """Cut the connection at once: calls that are blocked come back with an error. Called by any thread."""
        ...


class WorkerThreads:
    """Threads around one `Peer`. When one of them ends, all are to end: `lost` hears why, on the loop's thread.

    `changed` guards what the threads share with their channel, and is notified at the end, too. All methods but `post`,
    `deliver` and `stop` belong to the loop's thread.
    """

    def __init__(self, peer: Peer, lost: Callable[[HVTreeError], None]) -> None:
        self.changed = threading.Condition()
        self.is_ending = False
        self._peer = peer
        self._lost = lost
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: dict[threading.Thread, asyncio.Event] = {}
        self._waiting = 0

    async def open(self, run: Callable[[], None], what: str) -> None:
        """Open the peer on a first thread, which then does `run` and ends the peer; cancelling cuts it at once."""
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = self._loop.create_future()
        self.start(lambda: self._keep(run, opened), what)
        try:
            await opened
        except asyncio.CancelledError:
            self._peer.kill()
            raise

    def start(self, run: Callable[[], None], what: str) -> None:
        """Start another thread."""
        ended = asyncio.Event()
        thread = threading.Thread(target=self._run, args=(run, ended), name=f"hvtree-{what}", daemon=True)
        self._running[thread] = ended
        thread.start()

    def post(self, act: Callable[..., object], *args: object) -> None:
        """Do something on the loop's thread; on a loop that is closed nothing is done."""
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(act, *args)
        except RuntimeError:
            if not self._loop.is_closed():
                raise

    def deliver(self, act: Callable[..., object], *args: object) -> None:
        """As `post`, but wait first while `MOST_WAITING` of these have not been done; not on the loop's thread."""
        with self.changed:
            self.changed.wait_for(lambda: self._waiting < MOST_WAITING or self.is_ending)
            self._waiting += 1
        self.post(self._delivered, act, args)

    def stop(self) -> None:
        """Tell all threads to end."""
        with self.changed:
            self.is_ending = True
            self.changed.notify_all()

    async def end(self) -> None:
        """End the peer politely, then the threads by force; never raises."""
        self.stop()
        await self._ended(CLOSE_S - _FORCE_S)
        self._peer.kill()
        await self._ended(_FORCE_S)

    def _run(self, run: Callable[[], None], ended: asyncio.Event) -> None:
        error: HVTreeError = _own_fault()
        try:
            run()
        except HVTreeError as known:
            error = known
        finally:  # a bug goes on to threading.excepthook, but nobody is left waiting
            self.stop()
            self.post(self._lost, error)
            self.post(ended.set)

    def _keep(self, run: Callable[[], None], opened: asyncio.Future[None]) -> None:
        error: HVTreeError | None = _own_fault()
        try:
            self._peer.open()
            error = None
        except HVTreeError as known:
            error = known
        finally:  # also for a bug: nobody is left waiting
            self.post(_settle, opened, error)
        if error is not None:
            self._peer.end()
            return
        try:
            run()
        except HVTreeError as loss:
            self.post(self._lost, loss)  # before the end, which may take its time
        finally:
            self.stop()
            self._peer.end()

    def _delivered(self, act: Callable[..., object], args: tuple[object, ...]) -> None:
        with self.changed:
            self._waiting -= 1
            if self._waiting == MOST_WAITING - 1:
                self.changed.notify_all()
        act(*args)

    async def _ended(self, timeout_s: float) -> None:
        """Wait until all threads have ended, but no longer than this."""
        try:
            async with asyncio.timeout(timeout_s):
                for thread, ended in list(self._running.items()):
                    await ended.wait()
                    thread.join(0.1)  # it has reported its end: microseconds
                    del self._running[thread]
        except TimeoutError:
            return


async def off_loop(work: Callable[[], T], cut: Callable[[], None] = lambda: None) -> T:
    """Return what `work` gives, or raise what it raises. Cancelling calls `cut` and leaves the thread to itself."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def post(act: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(lambda: None if answer.done() else act())
        except RuntimeError:
            if not loop.is_closed():
                raise

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where somebody waits
            problem = error
            post(lambda: answer.set_exception(problem))
        else:
            post(lambda: answer.set_result(result))

    threading.Thread(target=run, name="hvtree-off-loop", daemon=True).start()
    try:
        return await answer
    except asyncio.CancelledError:
        cut()
        raise


def _own_fault() -> HVTreeError:
    return ConnectionFailure("The connection has ended through a fault in HVTree itself.")


def _settle(future: asyncio.Future[None], error: HVTreeError | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
