"""The agent over its standard streams: greeting, self-test, repeats, invalid requests, and its end."""

from __future__ import annotations

import json
from collections.abc import Callable

from hvtree.hosts.handshake import ECHO_TEXT
from hvtree.hosts.messages import PROTOCOL_VERSION
from tests.support.powershell import AgentProcess

Start = Callable[..., AgentProcess]


def test_the_first_word_is_a_greeting_with_the_version_of_the_protocol(start: Start) -> None:
    greeting = start().any_message()

    assert greeting["ev"] == "hello"
    assert greeting["data"]["v"] == PROTOCOL_VERSION
    assert greeting["data"]["agent"].startswith("agent.ps1")
    assert greeting["data"]["powershell"]


def test_a_ping_is_answered_with_the_hosts_time_in_utc(agent: AgentProcess) -> None:
    assert agent.ask("ping").ok["time"].endswith("Z")


def test_text_comes_back_unharmed(agent: AgentProcess) -> None:
    assert agent.ask("echo", text=ECHO_TEXT).ok["text"] == ECHO_TEXT


def test_text_that_looks_like_a_date_stays_text(agent: AgentProcess) -> None:
    assert agent.ask("echo", text="2026-01-02T03:04:05Z").ok["text"] == "2026-01-02T03:04:05Z"


def test_blanks_and_control_characters_come_back(agent: AgentProcess) -> None:
    text = "  \u0000 \u0007 \u2028 \n\r\t  "

    assert agent.ask("echo", text=text).ok["text"] == text


def test_200_kilobytes_come_back_unharmed(agent: AgentProcess) -> None:
    text = "".join(f"{number:x}é" for number in range(40_000))

    assert agent.ask("echo", text=text).ok["text"] == text


def test_long_lines_to_the_agent_may_be_plain(agent: AgentProcess) -> None:
    text = "x" * 100_000
    agent.write(json.dumps({"id": "plain", "verb": "echo", "args": {"text": text}}).encode() + b"\r\n")

    assert agent.answer("plain").ok["text"] == text


def test_emit_sends_an_event(agent: AgentProcess) -> None:
    agent.ask("emit", text=ECHO_TEXT)

    assert agent.event("echo") == {"text": ECHO_TEXT}


def test_a_line_that_is_no_json_is_answered_with_an_error_and_no_id(agent: AgentProcess) -> None:
    agent.write(b"garbage\n")

    message = agent.any_message()
    assert "id" not in message
    assert message["error"]["fqid"] == "HVTree.Protocol"


def test_half_a_request_does_no_harm_to_the_next(agent: AgentProcess) -> None:
    agent.write(b'{"id":"half","verb":"pi\n')
    agent.any_message()

    assert agent.ask("ping").ok


def test_a_request_that_is_nested_without_end_is_answered_with_an_error(agent: AgentProcess) -> None:
    agent.write(b'{"id":"deep","verb":"ping","args":' + b'{"a":' * 20_000 + b"\n")

    assert agent.any_message()["error"]["fqid"] == "HVTree.Protocol"


def test_a_damaged_packed_line_is_answered_with_an_error(agent: AgentProcess) -> None:
    agent.write(b'{"z":"AAAA"}\n')

    assert agent.any_message()["error"]["fqid"] == "HVTree.Protocol"


def test_an_unknown_verb_is_answered_with_an_error(agent: AgentProcess) -> None:
    error = agent.ask("host.format").error

    assert (error["fqid"], error["target"]) == ("HVTree.Protocol", "host.format")


def test_a_verb_without_its_argument_is_answered_with_an_error(agent: AgentProcess) -> None:
    for verb in ("echo", "request.cancel", "vm.start", "checkpoint.export", "checkpoint.rename"):
        assert agent.ask(verb).error["fqid"] == "HVTree.Protocol", verb


def test_empty_lines_are_no_requests(agent: AgentProcess) -> None:
    agent.write(b"\n  \r\n")

    assert agent.ask("ping").ok


def test_20_000_ids_fit_into_one_request(agent: AgentProcess) -> None:
    ids = [f"{number:08x}-0000-0000-0000-000000000000" for number in range(20_000)]

    answer = agent.ask("vm.none", ids=ids)
    assert answer.error["target"] == "vm.none"


def test_nothing_but_its_own_lines_is_on_standard_output(start: Start) -> None:
    agent = start()
    agent.event("hello")
    agent.ask("ping")
    agent.ask("exit")
    agent.wait()

    assert agent.noise == []


def test_exit_is_answered_and_ends_the_agent(start: Start) -> None:
    agent = start()

    assert agent.ask("exit").ok == {}
    assert agent.wait() == 0


def test_the_end_of_its_input_ends_the_agent_after_the_last_answer(start: Start) -> None:
    agent = start()
    request = agent.send("host.import")
    agent.end_input()

    assert agent.answer(request).ok["has_module"] is True
    assert agent.wait() == 0


def test_an_agent_that_hears_nothing_ends_itself(start: Start) -> None:
    agent = start(silence_s=1)
    agent.event("hello")

    assert agent.wait() == 0
