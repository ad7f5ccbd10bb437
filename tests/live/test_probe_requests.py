"""Notes how the host connections: the login, the greeting, the three ways of standard input, sizes and times, news."""

from __future__ import annotations

import base64
import json
from collections import Counter
from statistics import median
from time import perf_counter

import pytest

from hvtree.hosts import agent_starter, wire
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner
from tests.live.backend import LiveBackend
from tests.live.pipe_connection import GuardedConnection, Ways
from tests.live.record import Record
from tests.support.backends import checkpoint

pytestmark = pytest.mark.live

_PINGS = 5
_ECHO_BYTES = 300_000
_PLACES = ("host",)
"""Facts that say which host it is, rather than what it is like."""


def test_the_greeting_and_the_facts_of_the_host_are_noted(ways: Ways, record: Record) -> None:
    began = perf_counter()
    connection = ways.agent()
    hello = connection.event("hello")
    record.hide((hello["host"],))
    record.fact("hello", {name: value for name, value in hello.items() if name not in _PLACES})
    record.fact("hello.seconds", round(perf_counter() - began, 2))
    began = perf_counter()
    facts = connection.ask("host.import").ok
    record.fact("import.seconds", round(perf_counter() - began, 2))
    record.fact("facts", {name: value for name, value in facts.items() if name not in _PLACES})
    record.fact("mode", connection.mode)
    record.fact("transport", ways.profile.transport)
    record.fact("noise", [each.decode("utf-8", "replace") for each in connection.noise])
    _note_speed(connection, record)
    connection.close()


def _note_speed(connection: GuardedConnection, record: Record) -> None:
    pings = []
    for _ in range(_PINGS):
        began = perf_counter()
        connection.ask("ping")
        pings.append((perf_counter() - began) * 1000)
    record.fact("ping.ms", {"median": round(median(pings), 1), "worst": round(max(pings), 1)})
    connection.sizes.clear()
    text = base64.b85encode(bytes(range(256)) * (_ECHO_BYTES // 256)).decode("ascii")
    began, before = perf_counter(), connection.exchanges
    assert connection.ask("echo", text=text).ok == {"text": text}
    record.fact(
        "echo",
        {
            "characters": len(text),
            "seconds": round(perf_counter() - began, 2),
            "exchanges": connection.exchanges - before,
            "receives": len(connection.sizes),
            "commonest receive sizes": Counter(connection.sizes).most_common(5),
            "largest receive": max(connection.sizes),
        },
    )


def test_a_process_that_reads_standard_input_line_by_line_is_tried(ways: Ways, record: Record) -> None:
    connection = ways.agent(agent_starter.LINES_STARTER)
    try:
        connection.event("hello")
        found = "works" if connection.ask("ping").ok else ""
    except AssertionError as error:
        found = f"fails: {error}"
    finally:
        connection.close()
    record.fact("stdin.lines", found)


def test_a_process_that_reads_standard_input_at_its_end_is_tried(ways: Ways, record: Record) -> None:
    if ways.profile.is_local:
        record.fact("stdin.at the end", "is for WinRM only")
        return
    calls = WinRmAgentRunner(ways.winrm)
    ping = wire.client_line(wire.ascii_json({"id": "p", "verb": "ping", "args": {}}))
    calls.open()
    began = perf_counter()
    try:
        said = b"".join(piece for piece in calls.call("probe", ping, once=False) if piece)
    except AgentUnreachable as error:
        record.fact("stdin.at the end", f"fails: {error.sentence}")
        return
    finally:
        calls.end()
    answers = [json.loads(line) for each in said.splitlines() if (line := wire.from_agent(each))]
    works = any(answer.get("id") == "p" and "ok" in answer for answer in answers)
    found = f"works, in {perf_counter() - began:.2f} s" if works else f"fails: {said[:500]!r}"
    record.fact("stdin.at the end", found)


def test_how_soon_a_change_is_told_is_noted(
    backend: LiveBackend, connection: GuardedConnection, record: Record
) -> None:
    vm = backend.vm("Off")
    connection.ask("host.watch", on=True)
    connection.ask("host.read", since=0)
    connection.forget()
    began = perf_counter()
    backend.host.rename_vm_snapshot(vm_snapshot=checkpoint(vm, "p1"), new_name="told")
    connection.event("changed")
    record.fact("news.seconds", round(perf_counter() - began, 2))
    connection.ask("host.watch", on=False)


def test_how_long_readings_take_is_noted(connection: GuardedConnection, record: Record) -> None:
    began = perf_counter()
    answer = connection.ask("host.read", since=0)
    full_s = perf_counter() - began
    began = perf_counter()
    connection.ask("host.read", since=answer.ok["revision"])
    later_s = perf_counter() - began
    checkpoints = sum(len(vm.get("checkpoints", ())) for vm in answer.vms)
    counts = {"vms": len(answer.vms), "checkpoints": checkpoints, "parts": len(answer.parts)}
    record.fact("read", {**counts, "seconds": round(full_s, 2), "later seconds": round(later_s, 2)})
