"""A channel to an agent: lines go out, what its output says comes in on the loop.

`ThreadedChannel` puts two threads over a blocking `Pipe`: one sends (and opens and ends the pipe), one receives.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterator
from typing import Any, Protocol, TypeVar

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts import wire
from hvtree.hosts.worker_threads import Peer, WorkerThreads

SEND_LIMIT = 96 * 1024
"""Bytes that are merged into one Send: safe below an envelope limit of 150 KiB (fact 210)."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class AgentUnreachable(ConnectionFailure):
    """A host that was reached and logged in to, but no agent answers in this mode; another mode may work."""


class Source(Protocol[T_co]):
    """Turns the agent's output into messages; called from the receiving thread only. `codec.Decoder` is one."""

    def feed(self, data: bytes) -> Iterator[T_co]:
        """Return the messages that are complete now; raise an `HVTreeError` for output that breaks the protocol."""
        ...

    def tear(self) -> None:
        """Be told that output may be missing at this place."""
        ...


class Listener(Protocol[T_contra]):
    """Receives what comes in; called on the loop's thread only."""

    def received(self, message: T_contra, /) -> None:
        """Receive a message."""
        ...

    def cut(self) -> None:
        """Be told that the connection was cut and is being resumed: `torn` follows, or `lost`."""
        ...

    def torn(self) -> None:
        """Be told that the connection was cut and resumed: messages may be lost, requests may have arrived twice."""
        ...

    def unanswered(self, ids: Collection[str], error: HVTreeError, /, *, is_torn: bool) -> None:
        """Be told that the agent that was to answer these requests is gone: what is still open will get no answer.

        `is_torn` if answers may have been lost on the way. Called only where requests have an agent of their own.
        """
        ...

    def lost(self, error: HVTreeError, /) -> None:
        """Be told, once, that the agent is gone for good; not called after `close` has begun."""
        ...


class Channel(Protocol):
    """A connection to one agent. It is opened once and closed once."""

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
        """Queue one loose line (`wire.loose_line`); harmless after a loss."""
        ...

    def renew(self) -> None:
        """Cut the network connection, to resume it at once; harmless after a loss."""
        ...

    def leave_agent(self) -> None:
        """Let `close` end nothing but the connection: the agent still has something to do, and then ends by itself."""
        ...

    async def close(self) -> None:
        """End the agent and the connection to it within `worker_threads.CLOSE_S`; never raises."""
        ...


class Pipe(Peer, Protocol):
    """A blocking connection to one agent; raises `HVTreeError`s only.

    `open`, `send` and `end` are called by the sending thread, `receive`, `resume` and `stop_receiving` by the receiving one,
    `renew` and `kill` by any.
    """

    def send(self, data: bytes) -> None:
        """Send whole lines."""
        ...

    def receive(self) -> bytes | None:
        """Return the next output, empty if there was none for a while; None after a cut that may have lost some."""
        ...

    def resume(self) -> None:
        """Return as soon as the host can be reached again after a cut."""
        ...

    def stop_receiving(self) -> None:
        """Clean up, at the end of the receiving thread."""
        ...


class PeerChannel:
    """What channels over a blocking peer have in common: its threads, and a listener that hears on the loop's thread only."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._threads = WorkerThreads(peer, self._lose)
        self._listener: Listener[Any] | None = None
        self._loss: HVTreeError | None = None

    @property
    def mode(self) -> str:
        """How the agent is reached, in words."""
        return self._peer.mode

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        return self._peer.exchanges

    def renew(self) -> None:
        """Cut the connection once, so that its state is found out."""
        if self._listener is not None:
            self._peer.renew()

    def leave_agent(self) -> None:
        """Let the agent end by itself."""
        self._peer.leave_agent()

    async def close(self) -> None:
        """End the agent politely, then the threads by force; never raises."""
        self._listener = None
        await self._threads.end()

    def _lose(self, error: HVTreeError) -> None:
        self._loss = self._loss or error
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.lost(error)

    def _deliver(self, message: object) -> None:
        if self._listener is not None:
            self._listener.received(message)


class ThreadedChannel(PeerChannel):
    """A `Channel` over a `Pipe`, with two threads. `first_lines` are what the pipe's other end reads before anything else."""

    def __init__(self, pipe: Pipe, first_lines: bytes = b"") -> None:
        super().__init__(pipe)
        self._pipe = pipe
        self._first_lines = first_lines
        self._asked: list[bytes] = []
        """What was queued in this turn of the loop."""
        self._queue: deque[bytes] = deque()

    async def open(self, source: Source[T], listener: Listener[T]) -> None:
        """Open the pipe on the sending thread and start to receive; cancelling cuts it at once."""
        await self._threads.open(self._transmit, "send")
        self._listener = listener
        self._threads.start(lambda: self._receive(source), "receive")
        if self._loss is not None:  # the first lines have found the agent gone before anybody listened
            self._lose(self._loss)

    def send(self, line: bytes) -> None:
        """Queue one loose line; harmless after a loss. Those of one turn of the loop go together; the sending thread packs them."""
        if not self._asked:
            asyncio.get_running_loop().call_soon(self._queue_asked)
        self._asked.append(line)

    def _queue_asked(self) -> None:
        asked, self._asked = self._asked, []
        with self._threads.changed:
            if not self._threads.is_ending:
                self._queue.extend(asked)
                self._threads.changed.notify()

    def _transmit(self) -> None:
        if self._first_lines:
            self._pipe.send(self._first_lines)
        while batch := self._next_batch():
            self._pipe.send(b"".join(map(wire.packed, batch)))

    def _receive(self, source: Source[Any]) -> None:
        try:
            while not self._threads.is_ending:
                data = self._pipe.receive()
                if data is None:
                    self._resume(source)
                    continue
                for message in source.feed(data):
                    self._threads.deliver(self._deliver, message)
        finally:
            self._pipe.stop_receiving()

    def _resume(self, source: Source[Any]) -> None:
        """Go on after a cut, unless that was the end of the agent."""
        if self._threads.is_ending:
            return
        self._threads.post(self._tell_cut)
        self._pipe.resume()
        source.tear()
        self._threads.post(self._tear)

    def _next_batch(self) -> list[bytes]:
        """Return queued lines, as long as each saves a Send that way, waiting for the first; empty at the end."""
        with self._threads.changed:
            self._threads.changed.wait_for(lambda: self._queue or self._threads.is_ending)
            if self._threads.is_ending:
                return []
            lines = [self._queue.popleft()]
            size = len(lines[0])
            while self._queue and _sends(size + len(self._queue[0])) < _sends(size) + _sends(
                len(self._queue[0])
            ):
                lines.append(self._queue.popleft())
                size += len(lines[-1])
        return lines

    def _tell_cut(self) -> None:
        if self._listener is not None:
            self._listener.cut()

    def _tear(self) -> None:
        if self._listener is not None:
            self._listener.torn()


def _sends(size: int) -> int:
    """Return in how many pieces so many bytes go out."""
    return -(-size // SEND_LIMIT)
