"""The other end of the wire by script, in memory: a channel to an agent that answers what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hvtree.domain.errors import HVTreeError
from hvtree.hosts import wire
from hvtree.hosts.channel import Listener, Source
from hvtree.hosts.messages import Request

Answer = Callable[[Request], list[dict[str, Any]]]
"""Return the messages that a request is answered with, without their ids."""

FACTS = {"host": "hv01", "has_module": True}


def ok(body: Any) -> Answer:
    """Answer with this."""
    return lambda _: [{"ok": body}]


def silence(_: Request) -> list[dict[str, Any]]:
    """Answer nothing."""
    return []


def inventory(*vms: dict[str, Any], revision: int = 1, full: bool = True, **more: Any) -> Answer:
    """Answer a reading with these VMs, one part each."""
    end = {"host": "hv01", "taken_at": "2020-01-01T00:00:00Z", "revision": revision, "full": full, **more}
    return lambda _: [*({"part": {"vms": [vm]}} for vm in vms), {"ok": end}]


def vm(vm_id: str, **more: Any) -> dict[str, Any]:
    """Return the record of a VM."""
    return {"id": vm_id, "name": f"name of {vm_id}", "state": "Running", **more}


@dataclass
class ScriptedChannel:
    """A `channel.Channel` whose agent answers by script. By default it greets, echoes and has the Hyper-V module."""

    greeting: bytes | None = wire.MARKER + b'{"ev":"hello","data":{"v":1,"host":"hv01","agent":"script"}}\n'
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    """What was asked, in order."""
    open_error: HVTreeError | None = None
    mode: str = "in memory"
    exchanges: int = 0
    is_open: bool = False
    is_left: bool = False
    """It was left to end by itself."""
    _source: Source[Any] | None = None
    _listener: Listener[Any] | None = None

    async def open(self, source: Source[Any], listener: Listener[Any]) -> None:
        if self.open_error is not None:
            raise self.open_error
        self.is_open = True
        self._source, self._listener = source, listener
        if self.greeting is not None:
            self.output(self.greeting)

    def send(self, line: bytes) -> None:
        for each in line.splitlines():
            request = msgspec.json.decode(wire.from_client(each), type=Request)
            self.requests.append(request)
            for message in self._answer(request):
                self.say({"id": request.id, **message})

    def renew(self) -> None:
        pass

    def leave_agent(self) -> None:
        self.is_left = True

    async def close(self) -> None:
        self.is_open = False
        self._listener = None

    def say(self, message: dict[str, Any]) -> None:
        """Let the agent send a message."""
        self.output(wire.agent_line(msgspec.json.encode(message)))

    def output(self, data: bytes) -> None:
        """Let the agent write bytes; they arrive at the next turn of the loop."""
        asyncio.get_running_loop().call_soon(self._deliver, data)

    def cut(self) -> None:
        """Cut the connection and resume it."""
        assert self._source is not None
        assert self._listener is not None
        self._source.tear()
        self._listener.torn()

    def lose(self, error: HVTreeError) -> None:
        """Let the agent be gone."""
        listener, self._listener = self._listener, None
        assert listener is not None
        listener.lost(error)

    def asked(self, verb: str) -> list[Request]:
        """Return the requests of one verb, in order."""
        return [request for request in self.requests if request.verb == verb]

    def _deliver(self, data: bytes) -> None:
        if self._listener is None or self._source is None:
            return
        try:
            for message in self._source.feed(data):
                self._listener.received(message)
        except HVTreeError as error:
            self.lose(error)

    def _answer(self, request: Request) -> list[dict[str, Any]]:
        if request.verb in self.answers:
            return self.answers[request.verb](request)
        if request.verb == "hello":
            return []  # it greets once, or never
        if request.verb == "emit":
            self.say({"ev": "echo", "data": {"text": request.args["text"]}})
        body = {
            "echo": {"text": request.args.get("text")},
            "host.import": FACTS,
            "request.cancel": {"cancelled": True},
        }
        return [{"ok": body.get(request.verb, {})}]
