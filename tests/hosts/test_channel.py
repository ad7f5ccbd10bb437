"""The two threads over a pipe: lines merge, losses are told once, and closing comes to an end whatever the peer does."""

from __future__ import annotations

import asyncio
import queue
import secrets
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import pytest

from hvtree.domain.errors import AuthenticationFailure, BadHostData, ConnectionFailure, HVTreeError
from hvtree.hosts import wire
from hvtree.hosts.channel import SEND_LIMIT, ThreadedChannel
from tests.support.narrowing import not_none
from tests.support.remote_host import run
from tests.support.running_time import run_in_no_time
from tests.support.threads import none_left
from tests.support.waiting import WAIT_S


@dataclass
class QueuePipe:
    """A pipe whose peer is the test. A peer that is dead blocks each call until the pipe is killed, or longer."""

    mode: str = "by queue"
    exchanges: int = 0
    open_error: Exception | None = None
    is_dead: bool = False
    sent: list[bytes] = field(default_factory=list)
    incoming: queue.Queue[bytes | HVTreeError | None] = field(default_factory=queue.Queue)
    may_send: threading.Event = field(default_factory=threading.Event)
    may_resume: threading.Event = field(default_factory=threading.Event)
    has_sent: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    killed: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event | None = None
    """Without it not even killing the pipe frees who is blocked."""
    ends: int = 0
    resumes: int = 0

    def open(self) -> None:
        if self.is_dead:
            self._block()
        if self.open_error is not None:
            raise self.open_error

    def send(self, data: bytes) -> None:
        if self.is_dead:
            self._block()
        while not self.may_send.wait(0.01):
            if self.killed.is_set():
                raise ConnectionFailure("killed")
        self.sent.append(data)
        self.has_sent.release()

    def receive(self) -> bytes | None:
        while True:
            try:
                item = self.incoming.get(timeout=0.01)
            except queue.Empty:
                if self.killed.is_set():
                    raise ConnectionFailure("killed") from None
                continue
            if isinstance(item, HVTreeError):
                raise item
            return item

    def resume(self) -> None:
        self.resumes += 1
        while not self.may_resume.wait(0.01):
            if self.killed.is_set():
                raise ConnectionFailure("killed")

    def stop_receiving(self) -> None:
        self.incoming.put(b"")

    def end(self) -> None:
        self.ends += 1
        if self.is_dead:
            self._block_quietly()
        self.incoming.put(None)  # what is being received is cut

    def renew(self) -> None:
        pass

    def leave_agent(self) -> None:
        pass

    def kill(self) -> None:
        self.killed.set()

    def _block(self) -> None:
        self._block_quietly()
        raise ConnectionFailure("killed")

    def _block_quietly(self) -> None:
        self.killed.wait()
        if self.let_go is not None:
            self.let_go.wait()


class Words:
    """A source whose messages are words; the word "bad" breaks its protocol."""

    tears = 0

    def feed(self, data: bytes) -> Iterator[str]:
        for word in data.decode().split():
            if word == "bad":
                raise BadHostData("A bad word came.")
            yield word

    def tear(self) -> None:
        self.tears += 1


class Ear:
    """A listener that keeps what it hears, with the thread on which it heard it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.threads: set[threading.Thread] = set()

    def received(self, message: str) -> None:
        self._hear(message)

    def cut(self) -> None:
        self._hear("<cut>")

    def torn(self) -> None:
        self._hear("<torn>")

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        self._hear(f"<unanswered: {' '.join(ids)}>")

    def lost(self, error: HVTreeError) -> None:
        self._hear(f"<lost: {error.what}>")

    def _hear(self, text: str) -> None:
        self.threads.add(threading.current_thread())
        self.heard.put_nowait(text)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    with none_left():
        yield


def test_what_comes_in_is_heard_on_the_loops_thread_in_order() -> None:
    async def story() -> None:
        pipe, ear, words = QueuePipe(), Ear(), Words()
        channel = ThreadedChannel(pipe)
        await channel.open(words, ear)
        for item in (b"one two", None, b"", b"three"):
            pipe.incoming.put(item)
        assert [await ear.heard.get() for _ in range(3)] == ["one", "two", "<cut>"]
        assert words.tears == 0
        pipe.may_resume.set()
        assert [await ear.heard.get() for _ in range(2)] == ["<torn>", "three"]
        assert words.tears == 1
        assert ear.threads == {threading.current_thread()}
        await channel.close()

    asyncio.run(story())


def test_lines_that_wait_are_merged_into_one_send_up_to_the_limit() -> None:
    async def story() -> None:
        pipe = QueuePipe()
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), Ear())
        lines = [b"%06d" % number + b"x" * 993 + b"\n" for number in range(200)]
        for line in lines:
            channel.send(line)
        await asyncio.sleep(0)
        pipe.may_send.set()
        while sum(map(len, pipe.sent)) < 200_000:
            pipe.has_sent.acquire(timeout=WAIT_S)
        assert b"".join(pipe.sent) == b"".join(lines)
        assert max(map(len, pipe.sent)) <= SEND_LIMIT
        assert len(pipe.sent) <= 4
        await channel.close()

    asyncio.run(story())


def test_a_line_above_the_limit_goes_whole_and_takes_along_what_fits_into_its_last_piece() -> None:
    async def story() -> None:
        pipe = QueuePipe()
        pipe.may_send.set()
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), Ear())
        payload = secrets.token_hex(SEND_LIMIT).encode()[100:]  # of two pieces
        for line in (b"first", payload, b"last", payload):
            channel.send(line + b"\n")
        await asyncio.sleep(0)
        for _ in range(2):
            pipe.has_sent.acquire(timeout=WAIT_S)
        together, alone = ([wire.from_client(line) for line in each.splitlines()] for each in pipe.sent)
        assert together == [b"first", payload, b"last"]
        assert alone == [payload]
        assert len(pipe.sent[1]) > SEND_LIMIT
        await channel.close()

    asyncio.run(story())


def test_an_open_that_fails_raises_and_is_no_loss() -> None:
    async def story() -> None:
        pipe, ear = QueuePipe(open_error=AuthenticationFailure("No.")), Ear()
        channel = ThreadedChannel(pipe)
        with pytest.raises(AuthenticationFailure):
            await channel.open(Words(), ear)
        await channel.close()
        assert ear.heard.empty()
        assert pipe.ends == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("item", "told"), [(ConnectionFailure("Gone."), "<lost: Gone.>"), (b"bad", "<lost: A bad word came.>")]
)
def test_a_loss_is_told_once_and_sending_afterwards_does_no_harm(
    item: bytes | HVTreeError, told: str
) -> None:
    async def story() -> None:
        pipe, ear = QueuePipe(), Ear()
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), ear)
        pipe.incoming.put(item)
        assert await ear.heard.get() == told
        channel.send(b"late\n")
        await channel.close()
        assert ear.heard.empty()
        assert pipe.sent == []
        assert pipe.ends == 1

    asyncio.run(story())


def test_a_send_that_fails_is_a_loss_even_while_the_end_takes_its_time() -> None:
    async def story() -> None:
        pipe, ear = QueuePipe(), Ear()
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), ear)
        pipe.is_dead = True
        channel.send(b"lost\n")
        pipe.killed.set()
        assert await ear.heard.get() == "<lost: killed>"
        await channel.close()

    asyncio.run(story())


def test_closing_is_no_loss() -> None:
    async def story() -> None:
        pipe, ear = QueuePipe(), Ear()
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), ear)
        await channel.close()
        await channel.close()
        assert ear.heard.empty()
        assert pipe.ends == 1
        assert pipe.resumes == 0

    asyncio.run(story())


def test_closing_a_dead_pipe_kills_it_and_its_threads_end() -> None:
    async def story() -> None:
        pipe = QueuePipe()
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), Ear())
        pipe.is_dead = True
        channel.send(b"never arrives\n")
        await channel.close()
        assert pipe.killed.is_set()

    run(story())


def test_closing_comes_to_an_end_though_a_pipe_hangs_for_ever() -> None:
    pipe = QueuePipe(let_go=threading.Event())

    async def story() -> None:
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), Ear())
        pipe.is_dead = True
        channel.send(b"never arrives\n")
        await channel.close()

    try:
        run(story())
    finally:
        not_none(pipe.let_go).set()


def test_cancelling_an_open_that_hangs_ends_its_thread() -> None:
    async def story() -> None:
        pipe = QueuePipe(is_dead=True)
        channel = ThreadedChannel(pipe)
        opening = asyncio.ensure_future(channel.open(Words(), Ear()))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert pipe.killed.is_set()
        await channel.close()

    run_in_no_time(story())


def test_a_channel_that_was_never_opened_can_be_closed() -> None:
    asyncio.run(ThreadedChannel(QueuePipe()).close())


def test_a_loop_that_ends_without_closing_leaves_no_error_behind() -> None:
    pipe = QueuePipe()

    async def story() -> ThreadedChannel:
        channel = ThreadedChannel(pipe)
        await channel.open(Words(), Ear())
        return channel

    others = set(threading.enumerate())
    asyncio.run(story())
    own = [each for each in threading.enumerate() if each not in others and each.name.startswith("hvtree-")]
    assert len(own) == 2
    pipe.incoming.put(ConnectionFailure("Gone."))
    for thread in own:
        thread.join(WAIT_S)
    assert not [thread for thread in own if thread.is_alive()]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_while_opening_leaves_nobody_waiting() -> None:
    async def story() -> None:
        channel = ThreadedChannel(QueuePipe(open_error=RuntimeError("a library's own kind of error")))
        with pytest.raises(ConnectionFailure, match="fault in HVTree itself"):
            await channel.open(Words(), Ear())
        await channel.close()

    run(story())
