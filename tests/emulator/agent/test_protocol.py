"""The agent's protocol: hello, answers, repeats, cancelling, damaged lines, the end."""

from __future__ import annotations

import json

import pytest

from hvtree.emulator.agent.agent import REMEMBERED
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.hosts import wire
from hvtree.hosts.agent_starter import agent_text
from hvtree.hosts.messages import PROTOCOL_VERSION
from tests.support.agents import Rpc

WEB = "a0000000-0000-4000-8000-000000000001"
DB = "a0000000-0000-4000-8000-000000000002"


def test_the_first_word_is_hello(agent: Rpc) -> None:
    hello = {"v": PROTOCOL_VERSION, "host": "PAIR", "agent": "python 1"}
    assert agent.messages == [{"ev": "hello", "data": hello}]


def test_a_ping_is_answered_with_the_time_of_the_host(agent: Rpc) -> None:
    assert agent.call("ping") == {"time": "2026-01-15T09:00:00.000000Z"}


def test_an_echo_brings_the_text_back_unharmed(agent: Rpc) -> None:
    text = 'é 漢字 😀 "quotes" $(x) `y`\n\u202e' + "x" * 300_000
    assert agent.call("echo", text=text) == {"text": text}


def test_emit_brings_an_event_and_an_answer(agent: Rpc) -> None:
    assert agent.call("emit", text="hello") == {}
    assert agent.events("echo") == [{"text": "hello"}]


def test_its_own_text_that_comes_again_after_a_cut_is_passed_over(agent: Rpc) -> None:
    before = list(agent.messages)
    agent.peer.send(agent_text())
    assert agent.messages == before
    assert agent.call("ping")


def test_the_import_finds_the_module(agent: Rpc) -> None:
    facts = agent.call("host.import")
    assert (facts["host"], facts["has_module"], facts["culture"]) == ("PAIR", True, "en-US")


def test_an_unknown_verb_is_an_error_of_its_request(agent: Rpc) -> None:
    error = agent.call("vm.explode")
    assert (error["category"], error["target"]) == ("InvalidData", "vm.explode")


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("vm.save", {}),
        ("vm.save", {"ids": "not a list"}),
        ("checkpoint.delete", {"ids": [1]}),
        ("checkpoint.rename", {"ids": []}),
        ("checkpoint.export", {"ids": [], "path": 5}),
        ("echo", {}),
        ("echo", {"text": 5}),
        ("host.read", {"since": "x"}),
        ("request.cancel", {}),
    ],
)
def test_an_argument_that_is_missing_or_of_the_wrong_form_is_an_error_of_its_request(
    agent: Rpc, verb: str, args: dict[str, object]
) -> None:
    error = agent.call(verb, **args)
    assert (error["category"], error["fqid"]) == ("InvalidData", "HVTree.Protocol")


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b'{"verb": "ping"}',
        b'{"id": 5, "verb": "ping"}',
        b'{"z": "not base64"}',
        b"\xff\xfe",
        b"[1, 2",
    ],
)
def test_a_line_that_is_no_request_gets_an_error_and_the_agent_lives_on(agent: Rpc, line: bytes) -> None:
    agent.peer.send(line + b"\n")
    (complaint,) = agent.about(None)[1:]
    assert complaint["error"]["category"] == "InvalidData"
    assert "time" in agent.call("ping")


def test_a_damaged_request_keeps_its_id_if_that_can_be_read(agent: Rpc) -> None:
    agent.send({"id": "r7", "verb": 5})
    assert agent.about("r7")[0]["error"]["category"] == "InvalidData"


def test_requests_come_in_any_pieces(agent: Rpc) -> None:
    for byte in b'{"id":"a","verb":"ping"}\r\n\n{"id":"b","verb":"ping"}\n':
        agent.peer.send(bytes([byte]))
    assert [len(agent.about("a")), len(agent.about("b"))] == [1, 1]


def test_a_compressed_request_is_understood(agent: Rpc) -> None:
    text = "x" * (2 * wire.ZIP_ABOVE)
    line = wire.client_line(json.dumps({"id": "big", "verb": "echo", "args": {"text": text}}).encode())
    assert line.startswith(b'{"z"')
    agent.peer.send(line)
    assert agent.about("big")[0]["ok"]["text"] == text


def test_a_repeat_of_an_answered_request_gets_the_first_answer(agent: Rpc, host: HyperV) -> None:
    agent.ask("vm.checkpoint", "r1", ids=[DB], name="once")
    agent.clock.run_until_idle()
    agent.ask("vm.checkpoint", "r1", ids=[DB], name="once")
    agent.clock.run_until_idle()
    first, second = agent.about("r1")
    assert first == second
    assert [each.name for each in host.get_vm_snapshot(vm=DB)].count("once") == 1


def test_a_repeat_of_a_running_request_attaches_to_it(agent: Rpc, host: HyperV) -> None:
    for _ in range(2):
        agent.ask("vm.checkpoint", "r1", ids=[DB], name="once")
    agent.clock.run_until_idle()
    assert len([message for message in agent.about("r1") if "ok" in message]) == 1
    assert [each.name for each in host.get_vm_snapshot(vm=DB)].count("once") == 1


def test_the_agent_forgets_answers_after_a_while(agent: Rpc, host: HyperV) -> None:
    old = host.get_vm_snapshot(vm=WEB).objects[0].id
    agent.results("checkpoint.rename", request_id="first", ids=[old], name="first")
    for number in range(REMEMBERED):
        agent.results("checkpoint.rename", request_id=f"r{number}", ids=[old], name=f"name {number}")
    agent.ask("checkpoint.rename", "first", ids=[old], name="again")
    assert host.get_vm_snapshot(id=old).one().name == "again"


def test_a_long_job_can_be_cancelled(agent: Rpc, host: HyperV) -> None:
    checkpoint = host.get_vm_snapshot(vm=WEB).objects[0].id
    request = agent.ask("checkpoint.export", ids=[checkpoint], path="D:\\out")
    agent.clock.advance(3)
    assert agent.call("request.cancel", request=request) == {"cancelled": True}
    (result,) = agent.about(request)[-1]["ok"]["results"]
    assert result["error"]["category"] == "OperationStopped"


def test_what_cannot_be_cancelled_says_so(agent: Rpc) -> None:
    assert agent.call("request.cancel", request="never asked") == {"cancelled": False}


def test_a_ping_is_answered_while_a_job_runs(agent: Rpc, host: HyperV) -> None:
    checkpoint = host.get_vm_snapshot(vm=WEB).objects[0].id
    export = agent.ask("checkpoint.export", ids=[checkpoint], path="D:\\out")
    ping = agent.ask("ping")
    assert (len(agent.about(ping)), any("ok" in each for each in agent.about(export))) == (1, False)


def test_a_long_job_reports_how_far_it_is(agent: Rpc, host: HyperV) -> None:
    checkpoint = host.get_vm_snapshot(vm=WEB).objects[0].id
    request = agent.ask("checkpoint.export", ids=[checkpoint], path="D:\\out")
    agent.clock.run_until_idle()
    reports = [message["progress"] for message in agent.about(request) if "progress" in message]
    percents = [report["percent"] for report in reports]
    assert {report["target"] for report in reports} == {checkpoint}
    assert (percents, len(percents) > 5) == (sorted(set(percents)), True)


def test_exit_is_answered_and_then_the_agent_is_silent(agent: Rpc) -> None:
    assert agent.call("exit") == {}
    agent.ask("ping", "late")
    assert (agent.peer.exit_code, agent.about("late")) == (0, [])


def test_a_closed_agent_is_silent_but_its_work_goes_on(agent: Rpc, host: HyperV) -> None:
    request = agent.ask("vm.checkpoint", ids=[DB], name="survivor")
    agent.peer.close()
    agent.clock.run_until_idle()
    assert agent.about(request) == []
    assert "survivor" in [each.name for each in host.get_vm_snapshot(vm=DB)]
