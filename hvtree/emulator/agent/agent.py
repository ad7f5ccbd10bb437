"""The agent in Python: answers the wire protocol of `hosts.messages` on top of the emulated host, as `agent.ps1` does.

It has no threads of its own. `feed` may be called from any thread, and the host calls back from its clock's thread, or from
that of another agent; a `SerialExecutor` keeps them apart. Answers go to `send` as whole lines, in order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import msgspec

from hvtree.emulator.agent import actions
from hvtree.emulator.agent.inventory import Inventory
from hvtree.emulator.agent.leases import Leases, lease_over
from hvtree.emulator.agent.looks import Looks
from hvtree.emulator.agent.measuring import Measuring
from hvtree.emulator.agent.message_parts import id_in, protocol_error, raw, text_in, too_old
from hvtree.emulator.agent.records import error_record, iso, vm_groups
from hvtree.emulator.agent.serial_executor import SerialExecutor
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import Timer
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.invocation import Invocation, TargetResult
from hvtree.hosts import messages, wire
from hvtree.hosts.messages import Error, Message, Request

AGENT = "python 1"
REMEMBERED = 200
"""How many answered requests the agent still knows, so that a repeat gets the first answer."""

Verb = Callable[[Request], object]


class Agent:
    """One agent, for one client. `send` gets whole lines; `ended` gets the exit code when it ends by itself."""

    def __init__(
        self,
        hyperv: HyperV,
        send: Callable[[bytes], None],
        ended: Callable[[int], None] = lambda _: None,
        *,
        inventory: Inventory | None = None,
    ) -> None:
        """Agents of one host may share an `inventory`, so that a VM is encoded once for all of them."""
        self._host = hyperv
        self._send_line = send
        self._ended = ended
        self._executor = SerialExecutor()
        self._lines = wire.LineBuffer()
        self._inventory = inventory or Inventory(hyperv)
        self._answered: OrderedDict[str, bytes] = OrderedDict()
        self._running: dict[str, actions.RunningVerb] = {}
        self._looking: dict[str, Measuring | None] = {}
        """What waits for Get-VHD: requests for sizes, and readings with sizes (None)."""
        self._is_open = True
        self._is_draining = False
        self._is_text = False
        """The agent's own text comes once more, after a cut."""
        self._stop_listening: Callable[[], None] | None = None
        self._announcement: Timer | None = None
        self._known_revision = 0
        self._looks = Looks(hyperv.clock.now())
        self._leases = Leases(hyperv, self._dispatch_if_open, self._drain)
        self._verbs: Mapping[str, Verb] = {
            "hello": self._greet,
            "ping": lambda _: {"time": self._now()},
            "echo": self._echo,
            "emit": self._emit,
            "host.import": self._import,
            "host.vmgroups": lambda _: vm_groups(hyperv),
            "host.watch": self._watch,
            "lease.end": lambda request: self._leases.end(text_in(request, "lease")),
            "request.cancel": self._cancel,
        }
        self._looks_up: Mapping[str, Callable[[Request], None]] = {
            "host.read": self._read,
            "host.sizes": self._measure,
        }
        """Verbs that may have to look files up before they answer."""

    def start(self) -> None:
        """Say hello."""
        with self._executor.turn():
            self._say_hello()

    def feed(self, data: bytes) -> None:
        """Take what the client sent, in any pieces. Raises nothing, whatever the client sent."""
        with self._executor.turn():
            try:
                lines = self._lines.feed(data)
            except wire.FramingError as error:
                self._lines = wire.LineBuffer()
                self._send(Message(error=protocol_error(str(error))))
                return
            if lines:
                self._leases.hear()
            for line in lines:
                self._is_text |= line.startswith(wire.SCRIPT_BEGIN)
                if self._is_open and line.strip() and not self._is_text:
                    self._take(line)
                self._is_text &= not line.startswith(wire.SCRIPT_END)

    def end_of_input(self) -> None:
        """Take a last line without a line end, and end once everything is answered and the VMs are back that are held.

        `feed` must not be called again.
        """
        with self._executor.turn():
            self.feed(b"\n")
            self._drain()

    def close(self) -> None:
        """Stop sending. Work that the host has begun goes on, as it does on a real one."""
        with self._executor.turn():
            self._is_open = False
            self._leases.close()
            if self._stop_listening is not None:
                self._stop_listening()
                self._stop_listening = None
            if self._announcement is not None:
                self._announcement.cancel()
            for measuring in list(self._looking.values()):
                if measuring is not None:
                    measuring.cancel()

    # -- requests ----------------------------------------------------------------------------------------------

    def _take(self, line: bytes) -> None:
        try:
            payload = wire.from_client(line)
            request = wire.from_json(payload, Request)
        except (wire.FramingError, wire.UnreadableJson) as error:
            text = f"A line cannot be understood: {error}."
            self._send(Message(id=id_in(line), error=protocol_error(text)))
            return
        if request.id in self._answered:
            self._answered.move_to_end(request.id)
            self._send_line(self._answered[request.id])
        elif request.id not in self._running and request.id not in self._looking:
            self._perform(request)  # a repeat of a running request gets the answer together with it

    def _perform(self, request: Request) -> None:
        if self._host.faults.session.is_old and request.verb != "hello":
            self._fail(request.id, too_old(self._host.faults.session.powershell))
        elif actions.are_begun_by(request.verb):
            self._begin(request)
        elif request.verb == "exit":
            self._answer(request.id, {})
            self._exit()
        elif request.verb in self._verbs or request.verb in self._looks_up:
            try:
                if request.verb in self._looks_up:
                    self._looks_up[request.verb](request)
                else:
                    self._answer(request.id, self._verbs[request.verb](request))
            except actions.BadRequest as error:
                self._fail(request.id, protocol_error(str(error), error.target))
            except CmdletError as error:
                self._fail(request.id, error_record(error, self._host.spoken))
        else:
            self._fail(
                request.id, protocol_error(f"{request.verb!r} is no verb of this agent.", request.verb)
            )

    def _exit(self) -> None:
        """End at once, or as soon as the VMs are back that are held."""
        if self._leases.is_open:
            self._drain()
        else:
            self.close()
            self._ended(0)

    def _answer(self, request_id: str, value: object) -> None:
        self._send(Message(id=request_id, ok=raw(value)))

    def _fail(self, request_id: str, error: Error) -> None:
        self._send(Message(id=request_id, error=error))

    def _send(self, message: Message) -> None:
        if self._is_open:
            self._send_line(wire.agent_line(msgspec.json.encode(message)))

    # -- verbs that answer at once -------------------------------------------------------------------------------

    def _greet(self, _request: Request) -> object:
        self._say_hello()
        return {}

    def _say_hello(self) -> None:
        hello = messages.Hello(messages.PROTOCOL_VERSION, self._host.facts.name, AGENT)
        self._send(Message(ev="hello", data=raw(hello)))

    def _echo(self, request: Request) -> object:
        return {"text": text_in(request, "text")}

    def _emit(self, request: Request) -> object:
        self._send(Message(ev="echo", data=raw({"text": text_in(request, "text")})))
        return {}

    def _import(self, _request: Request) -> object:
        return self._inventory.facts()

    def _read(self, request: Request) -> None:
        since, sizes = request.args.get("since", 0), request.args.get("sizes", True)
        if not isinstance(since, int) or isinstance(since, bool):
            raise actions.BadRequest("'since' must be a revision.", "since")
        if not isinstance(sizes, bool):
            raise actions.BadRequest("'sizes' must be true or false.", "sizes")
        vm_ids, end = self._inventory.read(since)

        def send() -> None:
            self._looking.pop(request.id, None)
            for part in self._inventory.parts(vm_ids, sizes=sizes):
                self._send(Message(id=request.id, part=part))
            self._known_revision = end.revision
            self._looks.read(self._host.clock.now())
            self._answer(request.id, end)
            self._end_if_drained()

        if sizes and self._inventory.learn(vm_ids, lambda: self._executor.dispatch(send)) is not None:
            self._looking[request.id] = None
        else:
            send()

    def _measure(self, request: Request) -> None:
        ids = request.args.get("ids")
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise actions.BadRequest("host.sizes needs the list 'ids'.", "ids")
        self._host.faults.check_rights("Get-VHD")

        def ended() -> None:
            self._looking.pop(request.id, None)
            self._answer(request.id, {})
            self._end_if_drained()

        def send(part: msgspec.Raw) -> None:
            self._send(Message(id=request.id, part=part))

        measuring = Measuring(self._inventory, ids, send, ended, self._executor.dispatch)
        self._looking[request.id] = measuring
        measuring.go_on()

    def _watch(self, request: Request) -> object:
        wants = bool(request.args.get("on", True))
        if wants and self._stop_listening is None:
            self._stop_listening = self._host.on_change(
                lambda _revision: self._executor.dispatch(self._plan_announcement)
            )
            self._look_soon()
        elif not wants and self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        return {}

    def _cancel(self, request: Request) -> object:
        wanted = text_in(request, "request")
        action = self._running.get(wanted) or self._looking.get(wanted)
        return {"cancelled": action is not None and action.cancel()}

    # -- verbs that take time --------------------------------------------------------------------------------------

    def _begin(self, request: Request) -> None:
        if self._leases.is_over:
            self._fail(request.id, lease_over())
            return
        try:
            action = actions.begin(self._host, request, self._now, self._leases)
        except actions.BadRequest as error:
            self._fail(request.id, protocol_error(str(error), error.target))
            return
        self._running[request.id] = action
        self._look_soon()
        for invocation in action.invocations:
            self._follow(request.id, invocation)
        if not action.invocations:
            self._finish(request.id)

    def _follow(self, request_id: str, invocation: Invocation) -> None:
        def moved(result: TargetResult, percent: int) -> None:
            if percent:  # 0 % is not worth a message
                report = messages.ProgressReport(result.target.lower(), percent)
                self._executor.dispatch(lambda: self._send(Message(id=request_id, progress=report)))

        invocation.on_progress(moved)
        invocation.on_done(lambda: self._executor.dispatch(lambda: self._finish(request_id)))

    def _finish(self, request_id: str) -> None:
        """Answer a request if everything has been done that it asks for."""
        action = self._running.get(request_id)
        if action is None or not action.is_done:
            return
        del self._running[request_id]
        results = messages.Results(action.answer(), action.warnings())
        line = wire.agent_line(msgspec.json.encode(Message(id=request_id, ok=raw(results))))
        self._answered[request_id] = line
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        if self._is_open:
            self._send_line(line)
        self._look_soon()
        self._end_if_drained()

    def _drain(self) -> None:
        """End as soon as everything is answered and the VMs are back that are held."""
        self._is_draining = True
        self._leases.run_out()
        self._end_if_drained()

    def _end_if_drained(self) -> None:
        is_busy = self._running or self._looking or self._leases.is_open
        if self._is_draining and self._is_open and not is_busy:
            self.close()
            self._ended(0)

    def _dispatch_if_open(self, act: Callable[[], None]) -> None:
        self._executor.dispatch(lambda: act() if self._is_open else None)

    # -- changes -----------------------------------------------------------------------------------------------------

    def _plan_announcement(self) -> None:
        if self._is_open and self._stop_listening is not None and self._announcement is None:
            due = self._looks.next(self._host.clock.now())
            self._announcement = self._host.clock.call_at(
                due, lambda: self._executor.dispatch(self._announce)
            )

    def _look_soon(self) -> None:
        self._looks.soon(self._host.clock.now())
        if self._announcement is not None:
            self._announcement.cancel()
            self._announcement = None
        if self._known_revision and self._host.revision != self._known_revision:
            self._plan_announcement()

    def _announce(self) -> None:
        self._announcement = None
        revision = self._host.revision
        if self._stop_listening is not None and revision != self._known_revision:
            self._known_revision = revision
            self._looks.found(self._host.clock.now())
            self._send(Message(ev="changed", data=raw(messages.Changed(revision))))

    def _now(self) -> str:
        return iso(self._host.clock.now())
