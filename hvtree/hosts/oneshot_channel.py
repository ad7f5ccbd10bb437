"""A channel to agents that live for one batch of requests each: one PowerShell for whatever is asked at the same time.

For hosts on which no agent can stay. There is one thread for all that only looks, so that it never waits for long work,
and a few that change something; each has a connection of its own to the host.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import closing
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec import Struct, field

from hvtree.domain.errors import BadHostData, HVTreeError
from hvtree.hosts import wire
from hvtree.hosts.channel import AgentUnreachable, Listener, PeerChannel, Source
from hvtree.hosts.messages import is_edit
from hvtree.hosts.worker_threads import Peer

EDIT_SLOTS = 3
"""How many PowerShells may be changing something at the same time."""
GATHER_S = 0.02
"""How long the first request waits for others to share a PowerShell, which takes far longer to start."""

T = TypeVar("T")


class AgentRunner(Peer, Protocol):
    """A blocking connection to a host that runs an agent for each call; raises `HVTreeError`s only."""

    def call(self, slot: str, lines: bytes, *, once: bool) -> Generator[bytes | None, None, None]:
        """Run an agent with these lines as all of its input; yield its output as it comes, None where some may be lost.

        `once`: the lines are never acted on twice, whatever breaks; otherwise they may be. Raise `AgentUnreachable` if this
        agent comes to a bad end, and other errors if the host is gone. Each thread has a `slot` of its own.
        """
        ...

    def leave(self, slot: str) -> None:
        """Be told that a slot is no longer used."""
        ...


class _Asked(Struct, frozen=True):
    id: str
    line: bytes


class _Queue(Struct):
    """What waits to be asked, and how many slots there are for it. Guarded by the condition of the worker threads."""

    name: str
    once: bool
    most_slots: int
    waiting: deque[_Asked] = field(default_factory=deque)
    slots: int = 0
    idle: int = 0


class _Course(Struct):
    """What became of one agent."""

    has_said: bool = False
    is_torn: bool = False
    failure: AgentUnreachable | None = None


class _Head(Struct):
    id: str
    verb: str


class OneShotChannel(PeerChannel):
    """A `channel.Channel` over `AgentRunner`."""

    def __init__(self, runner: AgentRunner) -> None:
        super().__init__(runner)
        self._runner = runner
        self._source: Source[Any] | None = None
        self._looks = _Queue("look", once=False, most_slots=1)
        self._edits = _Queue("edit", once=True, most_slots=EDIT_SLOTS)
        self._reading = threading.Lock()

    async def open(self, source: Source[T], listener: Listener[T]) -> None:
        """Log in, and run a first agent without requests: it only says hello."""
        await self._threads.open(self._wait_for_end, "shell")
        self._source, self._listener = source, listener
        self._start_slot(self._looks)

    def send(self, line: bytes) -> None:
        """Queue one loose line; harmless after a loss. The thread that sends it packs it."""
        head = msgspec.json.decode(line, type=_Head)
        queue = self._edits if is_edit(head.verb) else self._looks
        with self._threads.changed:
            if self._threads.is_ending:
                return
            queue.waiting.append(_Asked(head.id, line))
            self._threads.changed.notify_all()
            is_short = queue.idle < len(queue.waiting) and queue.slots < queue.most_slots
        if is_short:
            self._start_slot(queue)

    def _start_slot(self, queue: _Queue) -> None:
        queue.slots += 1
        slot = f"{queue.name}-{queue.slots}"
        self._threads.start(lambda: self._serve(slot, queue), slot)

    def _wait_for_end(self) -> None:
        with self._threads.changed:
            self._threads.changed.wait_for(lambda: self._threads.is_ending)

    def _serve(self, slot: str, queue: _Queue) -> None:
        try:
            if queue is self._looks:
                self._hear_hello(slot)
            while batch := self._next_batch(queue):
                self._ask(slot, batch, once=queue.once)
        finally:
            self._runner.leave(slot)

    def _next_batch(self, queue: _Queue) -> list[_Asked]:
        """Return what waits, a moment after the first; empty at the end."""
        with self._threads.changed:
            batch: list[_Asked] = []
            while not (batch or self._threads.is_ending):
                queue.idle += 1
                self._threads.changed.wait_for(lambda: queue.waiting or self._threads.is_ending)
                queue.idle -= 1
                self._threads.changed.wait_for(lambda: self._threads.is_ending, GATHER_S)
                batch = list(queue.waiting)  # none, if another slot was quicker
                queue.waiting.clear()
        return [] if self._threads.is_ending else batch

    def _hear_hello(self, slot: str) -> None:
        course = self._hold(slot, b"", once=False)
        if course.is_torn and not course.has_said and course.failure is None:
            course = self._hold(slot, b"", once=False)  # it may have said it, and the answer was lost
        if course.failure is not None:
            raise course.failure
        if not course.has_said and not self._threads.is_ending:
            raise _said_nothing()

    def _ask(self, slot: str, batch: list[_Asked], *, once: bool) -> None:
        """Send one agent all of these requests, and tell which it left unanswered."""
        course = self._hold(slot, b"".join(wire.packed(asked.line) for asked in batch), once=once)
        ids, error = [asked.id for asked in batch], course.failure or _said_nothing()
        self._threads.post(self._tell_unanswered, ids, error, course.is_torn)

    def _hold(self, slot: str, lines: bytes, *, once: bool) -> _Course:
        """Run one agent to its end, and pass its messages on."""
        course, buffer, is_torn = _Course(), wire.LineBuffer(), False
        try:
            with closing(self._runner.call(slot, lines, once=once)) as outputs:
                for output in outputs:
                    if output is None:
                        course.is_torn = is_torn = True
                    elif whole := _whole_lines(buffer, output):
                        course.has_said |= self._take(whole, is_torn=is_torn)
                        is_torn = False
        except AgentUnreachable as failure:
            course.failure = failure
        return course

    def _take(self, lines: bytes, *, is_torn: bool) -> bool:
        """Pass whole lines on; return whether there was a message in them."""
        assert self._source is not None
        has_message = False
        with self._reading:
            if is_torn:
                self._source.tear()
            for message in self._source.feed(lines):
                has_message = True
                self._threads.deliver(self._deliver, message)
        return has_message

    def _tell_unanswered(self, ids: list[str], error: HVTreeError, is_torn: bool) -> None:
        if self._listener is not None:
            self._listener.unanswered(ids, error, is_torn=is_torn)


def _whole_lines(buffer: wire.LineBuffer, output: bytes) -> bytes:
    """Return the lines that are complete now: several agents share a source, which must not see them mixed."""
    try:
        return b"\n".join([*buffer.feed(output), b""])
    except wire.FramingError as error:
        raise BadHostData(
            "The host's answer cannot be read.",
            now="Connect again; if it stays so, please report it with the details.",
            details=str(error),
        ) from error


def _said_nothing() -> AgentUnreachable:
    return AgentUnreachable(
        "A PowerShell that HVTree started on the host ended without an answer.",
        now="Connect again; if it stays so, the details show what PowerShell said.",
    )
