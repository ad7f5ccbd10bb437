"""A channel to an agent: lines go out, what its output says comes in on the loop. Here are HVTree's only threads.

`ThreadedChannel` puts two daemon threads over a blocking `Pipe`: one sends (and opens and ends the pipe), one receives.
Daemons, because a call into a dead network cannot be ended from outside and must not hold up the program's end; never
the loop's default executor, because that one is joined at the end.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

from hvtree.domain.errors import ConnectionFailure, HVTreeError

SEND_LIMIT = 96 * 1024
"""Bytes that are merged into one Send: safe below an envelope limit of 150 KiB [ENGINEERING 2.2]."""
CLOSE_S = 2.8
"""Seconds after which `close` is over, whatever the peer does."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class Source(Protocol[T_co]):
    """Turns the agent's output into messages; called from the receiving thread only. `codec.Decoder` is one."""

    def feed(self, data: bytes) -> Iterator[T_co]:
        """Give the messages that are complete now; raise an `HVTreeError` for output that breaks the protocol."""
        ...

    def tear(self) -> None:
        """Hear that output may be missing at this place."""
        ...


class Listener(Protocol[T_contra]):
    """Who hears what comes in; called on the loop's thread only."""

    def received(self, message: T_contra, /) -> None:
        """Hear a message."""
        ...

    def torn(self) -> None:
        """Hear that the connection was cut and resumed: messages may be lost, requests may have arrived twice."""
        ...

    def lost(self, error: HVTreeError, /) -> None:
        """Hear, once, that the agent is gone for good; not called after `close` has begun."""
        ...


class Channel(Protocol):
    """A road to one agent. It is opened once and closed once."""

    @property
    def mode(self) -> str:
        """How the agent is reached, in words."""
        ...

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        ...

    async def open(self, source: Source[T], listener: Listener[T]) -> None:
        """Start the agent; raise `ConnectionFailure`, `AuthenticationFailure` or `BadInput`."""
        ...

    def send(self, line: bytes) -> None:
        """Queue whole lines; harmless after a loss."""
        ...

    async def close(self) -> None:
        """End the agent and the road to it within `CLOSE_S`; never raises."""
        ...


class Pipe(Protocol):
    """A blocking road to one agent; raises `HVTreeError`s only.

    `open`, `send` and `end` are called by the sending thread, `receive` and `stop_receiving` by the receiving one, `kill`
    by any.
    """

    @property
    def mode(self) -> str:
        """How the agent is reached, in words."""
        ...

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        ...

    def open(self) -> None:
        """Log in and start the agent."""
        ...

    def send(self, data: bytes) -> None:
        """Send whole lines."""
        ...

    def receive(self) -> bytes | None:
        """Give the next output, empty if there was none for a while; None after a cut that may have lost some."""
        ...

    def stop_receiving(self) -> None:
        """Clean up, at the end of the receiving thread."""
        ...

    def end(self) -> None:
        """End the agent; brief, and silent if it is gone already."""
        ...

    def kill(self) -> None:
        """Cut the road at once: calls that are blocked come back with an error."""
        ...


class ThreadedChannel:
    """A `Channel` over a `Pipe`, with two daemon threads."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listener: Listener[Any] | None = None
        self._queue: deque[bytes] = deque()
        self._wake = threading.Condition()
        self._is_ending = False
        self._running: dict[threading.Thread, asyncio.Event] = {}

    @property
    def mode(self) -> str:
        """How the agent is reached, in words."""
        return self._pipe.mode

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        return self._pipe.exchanges

    async def open(self, source: Source[T], listener: Listener[T]) -> None:
        """Open the pipe on the sending thread and start to receive; cancelling cuts it at once."""
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = self._loop.create_future()
        self._start(lambda: self._transmit(opened), "send")
        try:
            await opened
        except asyncio.CancelledError:
            self._pipe.kill()
            raise
        self._listener = listener
        self._start(lambda: self._receive(source), "receive")

    def send(self, line: bytes) -> None:
        """Queue whole lines; harmless after a loss."""
        with self._wake:
            if not self._is_ending:
                self._queue.append(line)
                self._wake.notify()

    async def close(self) -> None:
        """End the agent politely, then the threads by force; never raises."""
        self._listener = None
        self._stop()
        await self._ended(CLOSE_S - 0.8)
        self._pipe.kill()
        await self._ended(0.8)

    def _start(self, run: Callable[[], None], what: str) -> None:
        ended = asyncio.Event()
        thread = threading.Thread(target=self._run, args=(run, ended), name=f"hvtree-{what}", daemon=True)
        self._running[thread] = ended
        thread.start()

    def _run(self, run: Callable[[], None], ended: asyncio.Event) -> None:
        error: HVTreeError = _own_fault()
        try:
            run()
        except HVTreeError as known:
            error = known
        finally:  # a bug goes on to threading.excepthook, but nobody is left waiting
            self._stop()
            self._post(self._lose, error)
            self._post(ended.set)

    def _transmit(self, opened: asyncio.Future[None]) -> None:
        error: HVTreeError | None = _own_fault()
        try:
            self._pipe.open()
            error = None
        except HVTreeError as known:
            error = known
        finally:  # also for a bug: nobody is left waiting
            self._post(_settle, opened, error)
        if error is not None:
            self._pipe.end()
            return
        try:
            while batch := self._next_batch():
                self._pipe.send(batch)
        except HVTreeError as loss:
            self._post(self._lose, loss)  # before the end, which may take its time
        finally:
            self._stop()
            self._pipe.end()

    def _receive(self, source: Source[Any]) -> None:
        try:
            while not self._is_ending:
                data = self._pipe.receive()
                if data is None:
                    source.tear()
                    self._post(self._tear)
                    continue
                for message in source.feed(data):
                    self._post(self._deliver, message)
        finally:
            self._pipe.stop_receiving()

    def _next_batch(self) -> bytes:
        """Give the queued lines, merged up to `SEND_LIMIT`, waiting for the first; empty at the end."""
        with self._wake:
            self._wake.wait_for(lambda: self._queue or self._is_ending)
            if self._is_ending:
                return b""
            lines = [self._queue.popleft()]
            size = len(lines[0])
            while self._queue and size + len(self._queue[0]) <= SEND_LIMIT:
                lines.append(self._queue.popleft())
                size += len(lines[-1])
        return b"".join(lines)

    def _stop(self) -> None:
        with self._wake:
            self._is_ending = True
            self._queue.clear()
            self._wake.notify_all()

    def _lose(self, error: HVTreeError) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.lost(error)

    def _tear(self) -> None:
        if self._listener is not None:
            self._listener.torn()

    def _deliver(self, message: object) -> None:
        if self._listener is not None:
            self._listener.received(message)

    async def _ended(self, timeout_s: float) -> None:
        """Wait until both threads have ended, but no longer than this."""
        try:
            async with asyncio.timeout(timeout_s):
                for thread, ended in list(self._running.items()):
                    await ended.wait()
                    thread.join(0.1)  # it has said its last word: microseconds
                    del self._running[thread]
        except TimeoutError:
            return

    def _post(self, act: Callable[..., object], *args: object) -> None:
        """Do something on the loop's thread; a loop that is closed has nobody left to hear it."""
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(act, *args)
        except RuntimeError:
            if not self._loop.is_closed():
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
