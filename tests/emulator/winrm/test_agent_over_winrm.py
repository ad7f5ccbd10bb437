"""The agent behind the endpoint: started by a starter, reached through pywinrm."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from winrm import Session

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.hosts import agent_starter, wire
from tests.support.agents import SCRIPT, starter
from tests.support.wsman_clients import ACCOUNT, LiveCommand, pywinrm


@pytest.fixture
def lab() -> Iterator[Endpoint]:
    clock = VirtualClock()
    host = HyperV(worlds.contents("pair", clock.now()), clock)
    with endpoint_for(host, EndpointConfig(ACCOUNT, machine="PAIR")) as endpoint:
        yield endpoint


def messages(output: bytes) -> list[dict[str, object]]:
    payloads = [wire.from_agent(line) for line in output.splitlines()]
    return [json.loads(payload) for payload in payloads if payload is not None]


def test_the_bootstrap_starts_the_agent_and_the_script_brings_hello(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT)
    (hello,) = messages(command.receive()[0])
    assert hello["ev"] == "hello"


def test_the_agent_answers_over_the_wire(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    for piece in (SCRIPT[:20], SCRIPT[20:] + b'{"id":"1","verb":"host.read"', b"}\n"):
        command.send(piece)
    output = command.receive_until(lambda text: b'"revision"' in text)
    assert [message.get("id", message.get("ev")) for message in messages(output)] == ["hello", "1", "1"]


def test_nothing_is_said_before_the_script_is_there(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(b"", end=True)
    output, errors, exit_code, is_done = command.receive()
    assert (output, exit_code, is_done) == (b"", 1, True)
    assert agent_starter.CUT_OFF.encode() in errors


def test_the_end_of_the_input_is_the_end_of_the_agent_once_it_has_answered(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT + b'{"id":"1","verb":"ping"}', end=True)
    output, _, exit_code, is_done = command.receive()
    assert [message.get("id", message.get("ev")) for message in messages(output)] == ["hello", "1"]
    assert (exit_code, is_done) == (0, True)


@pytest.mark.parametrize("end", [b"#hvtree-end 7\n", b"#hvtree-end x\n", b"#hvtree-end \n"])
def test_a_script_of_another_length_ends_the_process(lab: Endpoint, end: bytes) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT.rpartition(b"#hvtree-end")[0] + end)
    stdout, stderr, code, is_done = command.receive()
    assert (stdout, code, is_done) == (b"", 1, True)
    assert agent_starter.DAMAGED.encode() in stderr


def test_a_script_that_is_cut_off_ends_the_process(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT[:20], end=True)
    stdout, stderr, code, is_done = command.receive()
    assert (stdout, code, is_done) == (b"", 1, True)
    assert agent_starter.CUT_OFF.encode() in stderr


def test_a_script_that_begins_anew_counts_from_there(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT[:25])
    command.send(b"\n" + SCRIPT)
    (hello,) = messages(command.receive()[0])
    assert hello["ev"] == "hello"


def test_exit_ends_the_process_with_0(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT + b'{"id":"1","verb":"exit"}\n')
    _, _, code, is_done = command.receive()
    assert (code, is_done) == (0, True)


def test_the_agent_ends_with_its_input(lab: Endpoint) -> None:
    command = LiveCommand(pywinrm(lab), starter())
    command.send(SCRIPT, end=True)
    assert command.receive()[2:] == (0, True)


def test_any_other_script_gets_a_sentence_and_exit_code_1(lab: Endpoint) -> None:
    login = (ACCOUNT.user, ACCOUNT.password)
    session = Session(lab.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
    answer = session.run_ps("Get-VM")
    assert (answer.status_code, answer.std_out) == (1, b"")
    assert b"runs HVTree's agent and no other script" in answer.std_err
