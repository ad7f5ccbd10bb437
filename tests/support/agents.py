"""An agent in the same process: bytes in, lines out, and the host's clock in the test's hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from hvtree.emulator.agent.agent import Agent
from hvtree.emulator.agent.inventory import Inventory
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.hosts import agent_starter, wire

SCRIPT = agent_starter.framed(b"# the agent's script\n")
"""A script as the starter expects it."""


def starter() -> str:
    """A command line that the emulated host recognises as the start of HVTree's agent."""
    return " ".join((agent_starter.EXECUTABLE, *agent_starter.arguments_for_cmd()))


class InMemoryPeer:
    """The far end of a channel without a wire: `send` takes the client's bytes, `receive` gets the agent's lines.

    Everything happens on the caller's thread, inside `send`, or inside the clock's `advance`.
    """

    def __init__(
        self, hyperv: HyperV, receive: Callable[[bytes], None], *, inventory: Inventory | None = None
    ) -> None:
        self.exit_code: int | None = None
        self._agent = Agent(hyperv, receive, self._ended, inventory=inventory)
        self._agent.start()

    def send(self, data: bytes) -> None:
        self._agent.feed(data)

    def close(self) -> None:
        """What happens to an agent whose shell is deleted."""
        self._agent.close()

    def _ended(self, exit_code: int) -> None:
        self.exit_code = exit_code


def connect_in_memory(hyperv: HyperV, receive: Callable[[bytes], None]) -> InMemoryPeer:
    """Start an agent on a host; its first line has been received when this returns."""
    return InMemoryPeer(hyperv, receive)


class Rpc:
    """A client by hand: asks in plain JSON and keeps every message that came back, decoded."""

    def __init__(self, hyperv: HyperV, clock: VirtualClock) -> None:
        self.clock = clock
        self.messages: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self._lines = wire.LineBuffer()
        self.peer = connect_in_memory(hyperv, self._receive)

    def ask(self, verb: str, request_id: str = "", **args: Any) -> str:
        """Send a request; return its id."""
        request_id = request_id or f"r{next(self._numbers)}"
        self.send({"id": request_id, "verb": verb, "args": args})
        return request_id

    def send(self, request: object) -> None:
        self.peer.send(wire.client_line(json.dumps(request).encode()))

    def about(self, request_id: str | None) -> list[dict[str, Any]]:
        """Every message about a request, in order."""
        return [message for message in self.messages if message.get("id") == request_id]

    def call(self, verb: str, **args: Any) -> Any:
        """Ask, let host time pass until the answer is there; return it: `ok`, or `error` as it came."""
        request_id = self.ask(verb, **args)
        self.clock.run_until(lambda: any("ok" in each or "error" in each for each in self.about(request_id)))
        (last,) = (each for each in self.about(request_id) if "ok" in each or "error" in each)
        return last.get("ok", last.get("error"))

    def results(self, verb: str, **args: Any) -> list[dict[str, Any]]:
        """Return the results of a call, one for each id."""
        answer: list[dict[str, Any]] = self.call(verb, **args)["results"]
        return answer

    def read(self, since: int = 0) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Read the inventory: the VMs of all parts, and the end."""
        request_id = self.ask("host.read", since=since)
        *parts, end = self.about(request_id)
        return [vm for part in parts for vm in part["part"]["vms"]], end["ok"]

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the events of a name carried."""
        return [message["data"] for message in self.messages if message.get("ev") == name]

    def _receive(self, data: bytes) -> None:
        for line in self._lines.feed(data):
            payload = wire.from_agent(line)
            assert payload is not None, line
            self.messages.append(json.loads(payload))
