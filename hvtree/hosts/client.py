"""A host as the rest of HVTree sees it: connect, read, perform, watch, close, over a channel to the agent there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.model import HostState
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.hosts.channel import AgentUnreachable, Channel
from hvtree.hosts.codec import Body, Decoder, News, decoded
from hvtree.hosts.first_parts import FirstParts
from hvtree.hosts.handshake import Handshake, Timing, check_module
from hvtree.hosts.inventory import utc
from hvtree.hosts.keep_alive import KeepAlive
from hvtree.hosts.measuring import Measurer
from hvtree.hosts.messages import Hello, HostFacts
from hvtree.hosts.polling import poll
from hvtree.hosts.reading import Reader
from hvtree.hosts.renewing import Leases
from hvtree.hosts.rpc import Rpc
from hvtree.hosts.turn import Turn
from hvtree.hosts.watching import Watch

if TYPE_CHECKING:
    from hvtree.domain.edits import Edit
    from hvtree.domain.lease import Lease
    from hvtree.domain.receipt import Progress, Receipt
    from hvtree.domain.vm_group import VmGroup

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


class Client:
    """One connection to one host: connected once, and lost or closed once. Everything on the loop's thread.

    All coroutines raise `HVTreeError`s only. It is a `jobs.ports.Host`, and the `channel.Listener` of its channel.
    """

    def __init__(
        self,
        channel: Channel,
        name: str,
        timing: Timing | None = None,
        *,
        polls: bool = False,
        turn: Turn | None = None,
    ) -> None:
        """`name` is what people call the host, for the sentences of errors.

        `polls` where no agent stays: then nothing can be pinged, and nothing reports changes. `turn` is the decoder's.
        """
        self.on_lost: Callable[[HVTreeError], None] | None = None
        """Called once when the connection is gone for good without `close`; `close` is still to be called then."""
        self.on_silent: Callable[[float | None], None] | None = None
        """Called when an idle host has not answered a ping for `Timing.quiet_s`, with the seconds since its last word;
        and with None when it answers after all."""
        self.on_part: Callable[[HostState], None] | None = None
        """Called while the first reading is under way with what has come of it, before `read` returns it whole."""
        self.hello: Hello | None = None
        self.facts: HostFacts | None = None
        self._channel = channel
        self._timing = timing or Timing()
        self._rpc = Rpc(name, channel.send)
        self._decoder = Decoder(is_about_sizes=self._rpc.is_about_sizes, turn=turn)
        # One PowerShell per call brings the sizes with the picture: it would be started once more for them.
        lease_s = 0 if polls else self._timing.lease_s
        self._reader = Reader(self._rpc, self._decoder, sizes=polls, lease_s=lease_s)
        self._parts = FirstParts(self._tell_part)
        self._reader.on_part = self._parts.take
        self._measurer = Measurer(self._rpc, self._reader, self._timing.sizes_s)
        self._keep_alive = KeepAlive(self._rpc, self._timing, self)
        self._leases = Leases(self._rpc, self._ask_for_pong)
        self._watch = Watch(self._rpc, lambda: self._reader.revision)
        self._polls = polls
        self._handshake: Handshake | None = None
        self._is_connected = False
        self._given: HostState | None = None
        """What was read last, if that is to be compared with the next reading."""
        self._upkeep: asyncio.Task[None] | None = None

    @property
    def mode(self) -> str:
        """How the host is reached, in words."""
        return self._channel.mode

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        return self._channel.exchanges

    async def connect(self, *, and_read: bool = False) -> None:
        """Run the stages that have not been run; afterwards `hello` and `facts` are set.

        With `and_read` an agent that stays is asked meanwhile for what comes next, the first reading and news: the first `read`
        and `watch` find that under way, and two or three exchanges are saved.

        Raise `AuthenticationFailure`, `ConnectionFailure`, or `BadHostData` for something that is no agent of ours.
        Nothing of the connection is left then.
        """
        if self.hello is None:
            await self.start_agent(and_load_module=True, and_read=and_read)
        try:
            facts = await self.load_module()
            check_module(self._rpc.name, facts)
        except BaseException as error:
            _log.info("host %r: not connected by %r: %r", self._rpc.name, self.mode, error)
            await self.close()
            raise
        self._is_connected = True
        if not self._polls:
            pinging = self._keep_alive.run(self._ask_for_pong)
            self._upkeep = asyncio.get_running_loop().create_task(pinging)
        if self._reader.state is None:  # else all has come already, and `read` returns it
            self._parts.connected(facts)

    async def start_agent(self, *, and_load_module: bool = False, and_read: bool = False) -> Hello:
        """Log in, start the agent, hear its greeting and test that nothing is damaged on the way; raise as `connect`.

        With `and_load_module` the agent already loads the module meanwhile, which saves waiting for one more exchange, and
        `and_read` is that of `connect`.
        """

        def ask_more() -> None:
            if and_load_module and not self._polls:
                handshake.ask_for_module()
            if and_read and not self._polls:
                self._reader.read_ahead()
                self._watch.ask_ahead()

        name = self._rpc.name
        _log.info("host %r: connecting by %r", name, self.mode)
        try:
            self._rpc.begin()
            handshake = self._handshake = Handshake(self._rpc, self._timing, self._decoder.end)
            await handshake.open(self._channel.open(self._decoder, self))
            _log.info("host %r: logged in, agent started", name)
            hello = await handshake.greet()
            _log.info("host %r: greeted by %r", name, hello)
            await handshake.test_the_connection(ask_more)
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

        VMs that have changed are not measured yet (`measure`). Raise `ConnectionFailure` if that takes longer than `Timing.read_s`; the connection is given up then.
        """
        await self._read()
        if self._polls:
            self._given = self._known
        return self._known  # with sizes that came in the meantime

    async def measure(
        self, vm_ids: Iterable[str], tell: Callable[[HostState], None] | None = None
    ) -> HostState:
        """Ask for the sizes of VMs, in this order; return the last reading with them.

        `tell` gets it each time that some have come. Sizes that the host does not tell stay unknown, and the VMs count as measured
        all the same. Raise `ConnectionFailure` before the first reading, and when the connection is lost. Cancelling ends it on
        the host, too, and what was told by then is kept.
        """
        await self._measurer.measure(vm_ids, lambda: tell(self._known) if tell else None)
        return self._known

    async def vm_groups(self) -> tuple[VmGroup, ...]:
        """Return the VM groups that the host keeps itself; raise `Refused` if it knows none."""
        from hvtree.hosts.vm_groups import vm_groups  # noqa: PLC0415  (seldom asked for)

        return await vm_groups(self._rpc)

    async def read_and_measure(self) -> HostState:
        """Return the host as it is now, with all sizes."""
        return await self.measure((await self.read()).vms)

    @property
    def lease_left_s(self) -> int:
        """For how long an agent that hears nothing more of this client may still bring VMs back; 0 if it holds none."""
        return self._leases.longest_s

    async def perform(
        self, edit: Edit, report: Callable[[Progress], None], lease: Lease | None = None
    ) -> Receipt:
        """Carry out one edit as one request; a failure of single targets is in the receipt, not an exception.

        Where an agent stays, the `lease` is given with it, and renewed until `end_lease`.

        Raise `ConnectionFailure` before anything was asked, `OutcomeUnknown` when no usable answer will come.
        Cancelling the awaiting task asks the host to stop, waits for its answer, and then raises `CancelledError`;
        cancelling once more doesn't wait.
        """
        from hvtree.hosts.performing import perform  # noqa: PLC0415  (who only reads does not load it)

        if lease is None or self._polls:
            return await perform(self._rpc, edit, report)
        return await perform(self._rpc, edit, report, {"lease": self._leases.give(lease)})

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        """Let an agent that stays load what it needs to work on these VMs at once; raise `HVTreeError`s only."""
        from hvtree.hosts.getting_ready import make_ready  # noqa: PLC0415  (who only reads does not load it)

        if not self._polls:
            await make_ready(self._rpc, vm_ids)

    async def end_lease(self, lease_id: str) -> None:
        """Let the agent let go the VMs of a job, because they are where they belong, or nothing more can be done about them."""
        await self._leases.end(lease_id)

    async def watch(self, on_change: Callable[[], None], on_same: Callable[[], None] | None = None) -> None:
        """Ask the host for news; from then on `on_change` is called soon after something differs from the last reading.

        `on_same` is called whenever the host has answered without any news: what was last read is still so.
        """
        self._watch.listen(on_change, on_same)
        if not self._polls:
            await self._watch.ask()
        elif self._upkeep is None:
            polling = poll(
                self._read,
                lambda: self._given,
                self._watch.changed,
                self._timing.poll_s,
                tell_same=self._watch.unchanged,
            )
            self._upkeep = asyncio.get_running_loop().create_task(polling)

    def renew(self) -> None:
        """Cut and resume the network connection: it may be dead without our knowing. The agent lives on."""
        self._channel.renew()

    async def close(self) -> None:
        """End the agent and the connection, whatever state they are in, within three seconds; never raises.

        An agent that holds VMs is left alone: it brings them back, and then ends by itself.
        """
        name = self._rpc.name
        if self._leases.longest_s:
            _log.info("host %r: its agent still holds VMs, and is left to bring them back", name)
            self._channel.leave_agent()
        await self._leases.close()
        self._rpc.end(ConnectionFailure(f"The connection to the host ‘{name}’ has been closed."))
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.wait((self._upkeep,))
        await self._reader.end()
        await self._channel.close()

    def received(self, news: News) -> None:
        """Receive a message of the agent."""
        self._keep_alive.heard()
        if not self._rpc.take(news):
            self._watch.hear(news.message)

    def cut(self) -> None:
        """Find out at once whether an idle host still answers: if it does not, that is said within `Timing.quiet_s`."""
        self._keep_alive.torn()

    def torn(self) -> None:
        """Repeat whatever is open, because messages may be lost, and assume that something has changed."""
        _log.info("host %r: the connection was cut and resumed; open requests are sent again", self._rpc.name)
        if self._handshake is not None:
            self._handshake.torn()
        self._keep_alive.torn()
        self._rpc.repeat()
        self._watch.changed()

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        """Fail requests that will get no answer."""
        self._rpc.unanswered(ids, error, is_torn=is_torn)

    def lost(self, error: HVTreeError) -> None:
        """End the connection, because the agent is gone for good."""
        _log.info("host %r: the agent is lost: %r", self._rpc.name, error)
        was_open = self._rpc.gone is None
        if isinstance(error, AgentUnreachable):
            self._leases.forget()
        noise = self._decoder.end()
        if noise and noise not in error.details:
            error.details = f"{error.details}\nOther output of the host:\n{noise}".lstrip()
        reason = self._rpc.end(error)
        if was_open and self._is_connected and self.on_lost is not None:
            self.on_lost(reason)

    async def _read(self) -> HostState:
        try:
            async with awake_timeout(self._timing.read_s):
                state = await self._reader.read()
                self._parts.end()
                return state
        except TimeoutError:
            error = ConnectionFailure(
                f"The host ‘{self._rpc.name}’ was asked for its VMs, and has not answered for {self._timing.read_s:g} seconds.",
                now="Look at the load of the host, its disks and shares; then connect again.",
            )
            self.lost(error)
            raise error from None

    @property
    def _known(self) -> HostState:
        if self._reader.state is None:
            raise ConnectionFailure(f"The host ‘{self._rpc.name}’ has not been read yet.")
        return self._reader.state

    def _tell_part(self, state: HostState) -> None:
        if self.on_part is not None:
            self.on_part(state)

    def silent(self, seconds: float | None) -> None:
        """Be told that the host does not answer, or does again."""
        if self.on_silent is not None:
            self.on_silent(seconds)

    def answered_nothing_new(self) -> None:
        """Tell that what was last read is still so."""
        self._watch.unchanged()

    async def _ask_for_pong(self) -> Body:
        return await self._rpc.ask("ping", {}, "answer a ping")
