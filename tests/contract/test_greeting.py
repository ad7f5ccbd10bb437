"""The first words, the module, and the small verbs."""

from __future__ import annotations

import json

import pytest

from hvtree.hosts import messages
from hvtree.hosts.handshake import ECHO_TEXT
from tests.support.agent_connection import AgentConnection
from tests.support.backends import Backend


def test_the_first_word_is_a_greeting_in_the_version_of_this_protocol(backend: Backend) -> None:
    connection = backend.connect()
    first = connection.next(lambda _: True)
    assert (first["ev"], first["data"]["v"]) == ("hello", messages.PROTOCOL_VERSION)
    assert first["data"]["agent"]
    connection.close()


def test_the_greeting_is_said_again_when_it_is_asked_for(backend: Backend) -> None:
    connection = backend.connect()
    first = connection.event("hello")
    assert connection.ask("hello").ok == {}
    assert connection.event("hello") == first
    connection.close()


def test_the_import_finds_the_module_and_the_rights(connection: AgentConnection) -> None:
    facts = connection.ask("host.import").ok
    assert (facts["has_module"], facts["module"]) == (True, "2.0.0.0")
    assert facts.get("is_administrator", True) is True


def test_a_ping_is_answered_with_a_time_in_utc(connection: AgentConnection) -> None:
    assert connection.ask("ping").ok["time"].endswith("Z")


@pytest.mark.parametrize(
    "text", [ECHO_TEXT, "", " ", "2026-01-02T03:04:05Z", "é" * 200_000, "\u0000\u2028\r\n"]
)
def test_text_comes_back_as_it_was(connection: AgentConnection, text: str) -> None:
    assert connection.ask("echo", text=text).ok == {"text": text}


def test_emit_sends_an_event(connection: AgentConnection) -> None:
    connection.ask("emit", text=ECHO_TEXT)
    assert connection.event("echo") == {"text": ECHO_TEXT}


def test_an_unknown_verb_is_an_error_and_ends_nothing(connection: AgentConnection) -> None:
    assert connection.ask("vm.explode", ids=[]).error["fqid"] == "HVTree.Protocol"
    assert connection.ask("ping").ok


@pytest.mark.parametrize(
    "verb", ["echo", "vm.start", "checkpoint.rename", "checkpoint.export", "request.cancel"]
)
def test_a_verb_without_what_it_needs_is_an_error(connection: AgentConnection, verb: str) -> None:
    assert connection.ask(verb).error["category"] == "InvalidData"


def test_a_line_that_is_no_request_is_an_error_without_an_id(connection: AgentConnection) -> None:
    connection.write(b"garbage\n")
    heard = connection.next(lambda message: "error" in message and "id" not in message)
    assert heard["error"]["fqid"] == "HVTree.Protocol"
    assert connection.ask("ping").ok


def test_a_line_may_come_in_any_pieces(connection: AgentConnection) -> None:
    line = json.dumps(
        {"id": "pieces", "verb": "echo", "args": {"text": "漢字 😀"}}, ensure_ascii=False
    ).encode()
    for start in range(0, len(line), 7):
        connection.write(line[start : start + 7])
    connection.write(b"\r\n")
    assert connection.answer("pieces").ok == {"text": "漢字 😀"}


def test_exit_is_answered_and_ends_the_agent(backend: Backend) -> None:
    connection = backend.connect()
    assert connection.ask("exit").ok == {}
    connection.close()
