"""A connection that encrypts: an answer that does not is never data, whoever puts it there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest
from winrm.exceptions import WinRMTransportError

from hvtree.domain.errors import HVTreeError
from hvtree.hosts.http_answers import UnusableAnswer
from hvtree.hosts.winrm.faults import FaultKind, fault_kind
from hvtree.hosts.winrm.shell_connector import ShellConnector
from hvtree.hosts.winrm.wsman_connection import WsmanConnection
from tests.support.hostile_server import SOAP, Answer, Asked, hostile_server, http, logged_in, sealed
from tests.support.logins import login_to
from tests.support.remote_host import PASSWORD, USER

SEALED = 'Content-Type: multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted"'
FORGED = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<Selector Name="ShellId">FORGED</Selector></s:Body></s:Envelope>'
)
FAULT = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>FORGED'
    b"</s:Value></s:Code><s:Reason><s:Text>FORGED</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
)


@contextmanager
def connection_to(answer: Answer) -> Iterator[tuple[ShellConnector, WsmanConnection]]:
    """A connection that has logged in to a server which then answers in its own way."""
    with hostile_server(logged_in(answer)) as server:
        connector = ShellConnector(login_to("vhost", server.url, USER, PASSWORD))
        connection = connector.log_in(5)
        try:
            yield connector, connection
        finally:
            connection.disconnect()


ACTS: dict[str, Callable[[WsmanConnection], object]] = {
    "Create": lambda connection: connection.open_shell(),
    "Send": lambda connection: connection.send_command_input("S", "C", b"x"),
    "Receive": lambda connection: connection.get_command_output_raw("S", "C"),
    "Delete": lambda connection: connection.close_shell("S"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    "answer",
    [
        http(200, FORGED, SOAP),
        http(200, FORGED),
        http(200, b"", SOAP),
        http(200),
        http(500, FAULT, SOAP),
        http(200, b"", SEALED),
    ],
    ids=["soap", "no type", "empty", "nothing", "fault", "only called encrypted"],
)
def test_an_answer_that_is_not_encrypted_is_not_taken(
    answer: list[bytes], act: Callable[[WsmanConnection], object]
) -> None:
    with connection_to(lambda _: answer) as (connector, connection):
        with pytest.raises(UnusableAnswer) as caught:
            act(connection)
        told = connector.failure(caught.value)
    assert fault_kind(caught.value) is FaultKind.OTHER
    assert told.code == "answer-unencrypted"
    assert "FORGED" not in f"{told.sentence}{told.details}"


def changed(asked: Asked) -> list[bytes]:
    head, body = sealed(asked, FORGED)
    return [head, body[:-40] + bytes([body[-40] ^ 1]) + body[-39:]]


def test_an_answer_that_was_changed_on_the_way_is_not_taken() -> None:
    with connection_to(changed) as (connector, connection):
        with pytest.raises(UnusableAnswer) as caught:
            connection.open_shell()
        assert connector.failure(caught.value).code == "answer-tampered"


def test_an_answer_that_is_repeated_is_not_taken() -> None:
    said: list[bytes] = []

    def again(asked: Asked) -> Iterable[bytes]:
        if not said:
            said.extend(sealed(asked, FORGED))
        return said

    with connection_to(again) as (_, connection):
        assert connection.open_shell() == "FORGED"
        with pytest.raises(UnusableAnswer, match="answer-tampered"):
            connection.open_shell()


@pytest.mark.parametrize("status", [404, 503])
def test_a_page_of_the_http_server_is_a_status_and_nothing_more(status: int) -> None:
    page = http(status, FAULT, SOAP)
    with connection_to(lambda _: page) as (connector, connection):
        with pytest.raises(WinRMTransportError) as caught:
            connection.open_shell()
        told: HVTreeError = connector.failure(caught.value)
    assert told.code == f"http-{status}"
    assert "FORGED" not in f"{told.sentence}{told.details}"


def test_a_bare_status_500_still_says_that_messages_must_be_encrypted() -> None:
    with connection_to(lambda _: http(500)) as (connector, connection):
        with pytest.raises(WinRMTransportError) as caught:
            connection.open_shell()
        assert connector.failure(caught.value).code == "unencrypted-refused"


SWELLING = (
    '<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE e [<!ENTITY a "{word}"><!ENTITY b "{many}">]>'
    '<e><Selector Name="ShellId">&b;&b;&b;&b;</Selector></e>'
).replace("{many}", "&a;" * 1000)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
@pytest.mark.parametrize("seal", [sealed, lambda _, message: http(500, sealed(_, message)[1], SEALED)])
def test_a_message_whose_entities_swell_is_not_read(
    encoding: str, seal: Callable[[Asked, bytes], list[bytes]]
) -> None:
    message = SWELLING.replace("{encoding}", encoding).replace("{word}", "FORGED" * 50).encode(encoding)
    with connection_to(lambda asked: seal(asked, message)) as (connector, connection):
        with pytest.raises(UnusableAnswer) as caught:
            connection.open_shell()
        assert connector.failure(caught.value).code == "not-winrm"
