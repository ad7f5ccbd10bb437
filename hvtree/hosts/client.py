"""A host as the rest of HVTree sees it: connect, read, perform, watch, close, over a channel to the agent there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from hvtree.domain.edits import Edit
from hvtree.domain.errors import BadHostData, ConnectionFailure, HostFailure, HVTreeError, OutcomeUnknown
from hvtree.domain.model import HostState
from hvtree.domain.names import in_one_line
from hvtree.domain.receipt import Progress, Receipt
from hvtree.hosts.channel import Channel
from hvtree.hosts.codec import Body, Decoder, News, decoded
from hvtree.hosts.handshake import Handshake, Timing, check_module
from hvtree.hosts.inventory import utc
from hvtree.hosts.messages import Changed, Hello, HostFacts, Message, ProgressReport
from hvtree.hosts.polling import poll
from hvtree.hosts.reading import Reader
from hvtree.hosts.rpc import Call, Rpc
from hvtree.hosts.wire_verbs import Question, question, receipt

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


class Client:
    """One connection to one host: connected once, and lost or closed once. Everything on the loop's thread.

    All coroutines raise `HVTreeError`s only. It is a `jobs.ports.Host`, and the `channel.Listener` of its channel.
    """

    def __init__(
        self, channel: Channel, name: str, timing: Timing | None = None, *, polls: bool = False
    ) -> None:
        """`name` is what people call the host, for the sentences of errors.

        `polls` where no agent stays: then nothing can be pinged, and nothing reports changes.
        """
        self.on_lost: Callable[[HVTreeError], None] | None = None
        """Called once when the connection is gone for good without `close`; `close` is still to be called then."""
        self.on_silent: Callable[[float | None], None] | None = None
        """Called when an idle host has not answered a ping for `Timing.quiet_s`, with the seconds since its last word;
        and with None when it answers after all."""
        self.hello: Hello | None = None
        self.facts: HostFacts | None = None
        self._channel = channel
        self._timing = timing or Timing()
        self._decoder = Decoder()
        self._rpc = Rpc(name, channel.send)
        self._reader = Reader(self._rpc, self._decoder)
        self._on_change: Callable[[], None] | None = None
        self._on_same: Callable[[], None] | None = None
        self._polls = polls
        self._handshake: Handshake | None = None
        self._is_connected = False
        self._given: HostState | None = None
        self._upkeep: asyncio.Task[None] | None = None
        self._heard_s = 0.0
        """When the host was last heard, by the loop's clock."""
        self._was_torn = asyncio.Event()
        """The connection was cut while nothing was asked, and the host has not been pinged since."""

    @property
    def mode(self) -> str:
        """How the host is reached, in words."""
        return self._channel.mode

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        return self._channel.exchanges

    async def connect(self) -> None:
        """Run the stages that have not been run; afterwards `hello` and `facts` are set.

        Raise `AuthenticationFailure`, `ConnectionFailure`, or `BadHostData` for something that is no agent of ours.
        Nothing of the connection is left then.
        """
        if self.hello is None:
            await self.start_agent()
        try:
            check_module(self._rpc.name, await self.load_module())
        except BaseException as error:
            _log.info("host %r: not connected by %r: %r", self._rpc.name, self.mode, error)
            await self.close()
            raise
        self._is_connected = True
        if not self._polls:
            self._upkeep = asyncio.get_running_loop().create_task(self._keep_alive())

    async def start_agent(self) -> Hello:
        """Log in, start the agent, hear its greeting and test that nothing is damaged on the way; raise as `connect`."""
        name = self._rpc.name
        _log.info("host %r: connecting by %r", name, self.mode)
        try:
            self._rpc.begin()
            handshake = self._handshake = Handshake(self._rpc, self._timing, self._decoder.end)
            await handshake.open(self._channel.open(self._decoder, self))
            _log.info("host %r: logged in, agent started", name)
            hello = await handshake.greet()
            _log.info("host %r: greeted by %r", name, hello)
            await handshake.test_the_connection()
        except BaseException as error:
            _log.info("host %r: not connected by %r: %r", name, self.mode, error)
            await self.close()
            raise
        self.hello = hello
        return hello

    async def load_module(self) -> HostFacts:
        """Let the agent load the Hyper-V module; return what it found there, the user's rights included."""
        assert self._handshake is not None, "start the agent first"
        self.facts = await self._handshake.load_module()
        _log.info("host %r: connection tested, Hyper-V module loaded: %r", self._rpc.name, self.facts)
        return self.facts

    async def ping(self) -> datetime:
        """Return the host's time."""
        body = await self._ask_for_pong()
        return utc(decoded(body, dict[str, str], "a ping").get("time", ""), "a ping")

    async def within(self, timeout_s: float, answer: Awaitable[_T], problem: str) -> _T:
        """Wait for an answer; raise `ConnectionFailure` if it does not come in time."""
        assert self._handshake is not None, "start the agent first"
        return await self._handshake.within(timeout_s, answer, problem)

    async def read(self) -> HostState:
        """Return the host as it is now, read after this call began; calls that come together share one reading.

        Raise `ConnectionFailure` if that takes longer than `Timing.read_s`; the connection is given up then.
        """
        self._given = await self._read()
        return self._given

    async def perform(self, edit: Edit, report: Callable[[Progress], None]) -> Receipt:
        """Carry out one edit as one request; a failure of single targets is in the receipt, not an exception.

        Raise `ConnectionFailure` before anything was asked, `OutcomeUnknown` when no usable answer will come.
        Cancelling the awaiting task asks the host to stop, waits for its answer, and then raises `CancelledError`;
        cancelling once more doesn't wait.
        """
        asked = question(edit)
        if not asked.ids:
            return Receipt(())
        with self._rpc.asking(asked.verb, asked.args, report=_reporter(report)) as call:
            try:
                answer = await self._last_word(call)
                self._rpc.check(answer, asked.what)
                return receipt(asked, answer.ok)
            except (ConnectionFailure, BadHostData) as error:
                raise self._unknown(asked, error) from error

    async def watch(self, on_change: Callable[[], None], on_same: Callable[[], None] | None = None) -> None:
        """Ask the host for news; from then on `on_change` is called soon after something differs from the last reading.

        `on_same` is called whenever the host has answered without any news: what was last read is still so.
        """
        self._on_change, self._on_same = on_change, on_same
        if not self._polls:
            await self._rpc.ask("host.watch", {"on": True}, "report changes")
        elif self._upkeep is None:
            polling = poll(
                self._read,
                lambda: self._given,
                self._tell_change,
                self._timing.poll_s,
                tell_same=self._tell_same,
            )
            self._upkeep = asyncio.get_running_loop().create_task(polling)

    def renew(self) -> None:
        """Cut and resume the network connection: it may be dead without our knowing. The agent lives on."""
        self._channel.renew()

    async def close(self) -> None:
        """End the agent and the connection, whatever state they are in, within three seconds; never raises."""
        name = self._rpc.name
        self._rpc.end(ConnectionFailure(f"The connection to the host ‘{name}’ has been closed."))
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.wait((self._upkeep,))
        await self._reader.end()
        await self._channel.close()

    def received(self, news: News) -> None:
        """Receive a message of the agent."""
        self._heard_s = asyncio.get_running_loop().time()
        is_taken = self._rpc.take(news)
        if not is_taken and news.message.ev == "changed" and self._is_news(news.message):
            self._tell_change()

    def cut(self) -> None:
        """Find out at once whether an idle host still answers: if it does not, that is said within `Timing.quiet_s`."""
        if not self._rpc.is_busy:
            self._was_torn.set()

    def torn(self) -> None:
        """Repeat whatever is open, because messages may be lost, and assume that something has changed."""
        _log.info("host %r: the connection was cut and resumed; open requests are sent again", self._rpc.name)
        if self._handshake is not None:
            self._handshake.torn()
        if not self._rpc.is_busy:
            self._was_torn.set()  # before the reading that follows: a host that died cannot answer it
        self._rpc.repeat()
        self._tell_change()

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        """Fail requests that will get no answer."""
        self._rpc.unanswered(ids, error, is_torn=is_torn)

    def lost(self, error: HVTreeError) -> None:
        """End the connection, because the agent is gone for good."""
        _log.info("host %r: the agent is lost: %r", self._rpc.name, error)
        was_open = self._rpc.gone is None
        noise = self._decoder.end()
        if noise and noise not in error.details:
            error.details = f"{error.details}\nOther output of the host:\n{noise}".lstrip()
        reason = self._rpc.end(error)
        if was_open and self._is_connected and self.on_lost is not None:
            self.on_lost(reason)

    async def _read(self) -> HostState:
        try:
            async with asyncio.timeout(self._timing.read_s):
                return await self._reader.read()
        except TimeoutError:
            error = ConnectionFailure(
                f"The host ‘{self._rpc.name}’ was asked for its VMs, and has not answered for {self._timing.read_s:g} seconds.",
                now="Look at the load of the host, its disks and shares; then connect again.",
            )
            self.lost(error)
            raise error from None

    def _is_news(self, message: Message) -> bool:
        try:
            return decoded(message.data, Changed, "the wish for news").revision != self._reader.revision
        except BadHostData:
            return True  # then the reading that follows says what is wrong with the host

    def _tell_change(self) -> None:
        if self._on_change is not None:
            self._on_change()

    def _tell_same(self) -> None:
        if self._on_same is not None:
            self._on_same()

    async def _last_word(self, call: Call) -> Message:
        try:
            return await asyncio.shield(call.answer)
        except asyncio.CancelledError:
            if self._rpc.gone is None:
                with self._rpc.asking("request.cancel", {"request": call.id}):
                    await asyncio.wait((call.answer,))
            raise

    async def _keep_alive(self) -> None:
        """Ping whenever the host has been quiet: login and agent stay, and a silent death is noticed.

        A host that is at work on a request may be slow to answer: it is pinged more rarely, and not called silent.
        """
        while True:
            is_at_work = await self._wait_for_quiet()
            try:
                async with asyncio.timeout(self._timing.pong_s):
                    await (self._ask_for_pong() if is_at_work else self._ping_or_tell())
                if not is_at_work:
                    self._tell_same()
            except TimeoutError:
                silence = f"The host ‘{self._rpc.name}’ has not answered for {self._timing.pong_s:g} seconds."
                self.lost(
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
            if quiet_s >= (timing.work_ping_s if is_at_work else timing.ping_s):
                return is_at_work
            with suppress(TimeoutError):
                async with asyncio.timeout(max(timing.ping_s - quiet_s, timing.ping_s / 10)):
                    await self._was_torn.wait()
        self._was_torn.clear()
        return False

    async def _ask_for_pong(self) -> Body:
        return await self._rpc.ask("ping", {}, "answer a ping")

    async def _ping_or_tell(self) -> None:
        """Ping; tell when there is no answer for a while, and when there is one after all."""
        loop = asyncio.get_running_loop()
        asked_s, is_told = loop.time(), False

        def tell() -> None:
            nonlocal is_told
            is_told = True
            self._tell_silence(loop.time() - self._heard_s)

        timer = loop.call_later(self._timing.quiet_s, tell)
        try:
            await self._ask_for_pong()
        finally:
            timer.cancel()
            if is_told and self._heard_s > asked_s:
                self._tell_silence(None)

    def _tell_silence(self, seconds: float | None) -> None:
        _log.info("host %r: silent for %r seconds", self._rpc.name, seconds)
        if self.on_silent is not None:
            self.on_silent(seconds)

    def _unknown(self, asked: Question, error: HVTreeError) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"The host ‘{self._rpc.name}’ was asked to {asked.what}, and no answer came back that can be read.",
            why=error.what,
            now="It may or may not have been done: refresh the host to see how things stand.",
            details=error.details,
        )


def _reporter(report: Callable[[Progress], None]) -> Callable[[ProgressReport], None]:
    def on_progress(progress: ProgressReport) -> None:
        percent = None if progress.percent is None else min(100, max(0, progress.percent))
        report(Progress(progress.target.lower(), percent, in_one_line(progress.text)))

    return on_progress
