"""Streams without an end: what an agent, or whoever plays one, can send before HVTree breaks off, and what waits meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Collection, Iterator

import msgspec
import pytest

from hvtree.domain.errors import BadHostData, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts import wire
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.codec import NOISE_LIMIT, Decoder
from hvtree.hosts.http_answers import UnusableAnswer
from hvtree.hosts.rpc import PARTS_LIMIT
from hvtree.hosts.winrm.faults import translated
from hvtree.hosts.winrm.shell_connector import STDERR_KEPT, StandardError
from hvtree.hosts.worker_threads import MOST_WAITING
from tests.support.remote_host import run
from tests.support.scripted_agent import ScriptedChannel, inventory, vm
from tests.support.scripted_client import connected
from tests.support.virtual_time import run as run_in_virtual_time

MEGABYTE = 1 << 20


def test_a_reading_whose_parts_have_no_end_is_given_up() -> None:
    large = vm("v1", notes="x" * 8 * MEGABYTE)

    async def story() -> None:
        channel = ScriptedChannel(
            answers={"host.read": inventory(*[large] * (PARTS_LIMIT // (8 * MEGABYTE) + 1))}
        )
        async with connected(channel) as client:
            with pytest.raises(BadHostData, match="has no end"):
                await client.read()

    run_in_virtual_time(story())


def test_the_line_of_a_part_swells_no_further_than_any_line() -> None:
    bomb = wire.agent_line(msgspec.json.encode({"id": "1", "part": {"vms": "x" * 20 * MEGABYTE}}))
    assert len(bomb) < MEGABYTE
    with pytest.raises(BadHostData, match="cannot be read"):
        list(Decoder().feed(bomb))


def test_a_line_that_does_not_end_is_given_up() -> None:
    pieces = itertools.count()

    def feed_for_ever() -> None:
        decoder = Decoder()
        while next(pieces) < 100:
            list(decoder.feed(b"x" * MEGABYTE))

    with pytest.raises(BadHostData, match="cannot be read"):
        feed_for_ever()
    assert next(pieces) <= 18


def test_noise_that_does_not_end_is_given_up_and_a_message_makes_it_harmless() -> None:
    assert NOISE_LIMIT > 50 * MEGABYTE
    decoder, noise = Decoder(noise_limit=10_000), b"x" * 999 + b"\n"
    for _ in range(5):
        assert not list(decoder.feed(noise * 9))
        assert len(list(decoder.feed(wire.agent_line(b'{"id":"1","ok":{}}')))) == 1
    with pytest.raises(BadHostData, match="cannot be read"):
        list(decoder.feed(noise * 11))


def test_errors_of_powershell_that_do_not_end_are_given_up_in_words() -> None:
    errors = StandardError(limit=10_000)
    for _ in range(20):
        errors.add(b"x" * 9_000, with_output=True)
    errors.add(b"x" * 9_000, with_output=False)
    with pytest.raises(UnusableAnswer) as caught:
        errors.add(b"x" * 9_000, with_output=False)
    assert len(errors.kept) == STDERR_KEPT
    told = translated(caught.value, HostProfile("vhost", "http://hv01:5985/wsman", "admin"))
    assert "‘vhost’ writes errors without end" in told.what


class Flood:
    """A pipe that gives the same many lines again and again, and notes how many were handled when it was asked."""

    mode, exchanges = "by flood", 0
    lines = 3 * MOST_WAITING

    def __init__(self) -> None:
        self.handled = 0
        self.handled_when_asked: list[int] = []
        self.asked_again = threading.Event()
        self.killed = threading.Event()

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        pass

    def receive(self) -> bytes | None:
        self.handled_when_asked.append(self.handled)
        if len(self.handled_when_asked) > 1:
            self.asked_again.set()
        if len(self.handled_when_asked) > 3:
            self.killed.wait()
            return b""
        return b"x" * self.lines

    def resume(self) -> None:
        raise AssertionError

    def stop_receiving(self) -> None:
        pass

    def renew(self) -> None:
        pass

    def leave_agent(self) -> None:
        pass

    def end(self) -> None:
        self.killed.set()

    def kill(self) -> None:
        self.killed.set()


class Letters:
    def feed(self, data: bytes) -> Iterator[int]:
        return iter(data)

    def tear(self) -> None:
        pass


class SlowListener:
    """Handles messages; the first one takes so long that a pipe without restraint would be asked again meanwhile."""

    def __init__(self, pipe: Flood, done: threading.Event) -> None:
        self._pipe = pipe
        self._done = done

    def received(self, _: int) -> None:
        if not self._pipe.handled:
            self._pipe.asked_again.wait(0.5)
        self._pipe.handled += 1
        if self._pipe.handled == 3 * self._pipe.lines:
            self._done.set()

    def cut(self) -> None:
        raise AssertionError

    def torn(self) -> None:
        raise AssertionError

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        raise AssertionError

    def lost(self, error: HVTreeError) -> None:
        raise AssertionError


def test_messages_that_come_faster_than_they_are_handled_are_not_piled_up() -> None:
    async def story() -> None:
        pipe, done = Flood(), threading.Event()
        channel = ThreadedChannel(pipe)
        await channel.open(Letters(), SlowListener(pipe, done))
        await asyncio.to_thread(done.wait)
        await channel.close()
        waiting = [number * pipe.lines - handled for number, handled in enumerate(pipe.handled_when_asked)]
        assert max(waiting) <= MOST_WAITING

    run(story())
