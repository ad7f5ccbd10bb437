"""Requests that no sound client sends: the endpoint answers each with a status or a fault, and goes on."""

from __future__ import annotations

import base64
import http.client
import socket
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hvtree.emulator.winrm import soap
from hvtree.emulator.winrm.negotiate import SEALED_TYPE, Login, UnsealError
from hvtree.emulator.winrm.soap import LONGEST_S, WsmanFault, duration_s, read_request
from hvtree.emulator.winrm.wsman import Endpoint
from tests.emulator.winrm.test_http import IDENTIFY
from tests.support.wsman_clients import ACCOUNT

BASIC = base64.b64encode(f"{ACCOUNT.user}:{ACCOUNT.password}".encode()).decode()
ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">'
    "<s:Header><w:MaxEnvelopeSize>{most}</w:MaxEnvelopeSize><w:OperationTimeout>{time}</w:OperationTimeout>"
    "</s:Header><s:Body/></s:Envelope>"
)


def raw(endpoint: Endpoint, *headers: bytes, body: bytes = b"") -> int:
    """Send a request byte by byte as it is written here; return the status of the answer."""
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=60) as connection:
        connection.sendall(b"\r\n".join([b"POST /wsman HTTP/1.1", b"Host: x", *headers, b"", body]))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status


@pytest.mark.parametrize(
    "length",
    [b"\xb2", b"\xd9\xa3", b"-1", b"+1", b"1_0", b" ", b"1e3", b"0x10", b"9" * 5_000, b"9" * 18, b"1, 1"],
)
def test_a_length_that_is_no_number_is_answered_with_411(
    endpoint: Endpoint, length: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    assert raw(endpoint, b"Content-Length: " + length) == 411
    assert raw(endpoint, b"Content-Length: 0") == 401
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    with pytest.raises(WsmanFault, match="document type"):
        read_request(f"<!DOCTYPE x [<!ENTITY a 'b'>]>{IDENTIFY.decode()}".encode(encoding))
    assert read_request(IDENTIFY.decode().encode(encoding)).kind == "Identify"


@pytest.mark.parametrize("encoding", ["nobody-knows", "utf-32", "idna", "rot13"])
def test_an_encoding_that_nobody_knows_is_a_schema_fault(encoding: str) -> None:
    with pytest.raises(WsmanFault, match="not well-formed"):
        read_request(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + IDENTIFY)


def test_elements_a_hundred_thousand_deep_are_read(serve: Callable[..., Endpoint]) -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    status = raw(
        serve(allow_basic=True),
        b"Authorization: Basic " + BASIC.encode(),
        b"Content-Length: %d" % len(deep),
        body=deep,
    )
    assert status == 500


@pytest.mark.parametrize("most", ["²", "-1", "9" * 5_000, "1e3", ""])
def test_an_envelope_size_that_is_no_number_counts_as_none(most: str) -> None:
    request = read_request(ENVELOPE.format(most=most, time="PT1S").encode())
    assert request.envelope_limit == soap.DEFAULT_ENVELOPE


@pytest.mark.parametrize("text", ["P" + "9" * 400 + "D", "PT" + "9" * 5_000 + "S", "P99999999999DT1S"])
def test_an_endless_duration_is_a_long_one(text: str) -> None:
    assert duration_s(text, 1.0) == LONGEST_S


def test_a_duration_in_other_digits_is_a_schema_fault() -> None:
    with pytest.raises(WsmanFault, match="not a duration"):
        duration_s("PT٣S", 1.0)


def test_a_sealed_message_with_an_endless_length_is_refused(endpoint: Endpoint) -> None:
    body = b"--Encrypted Boundary\r\nOriginalContent: Length=" + b"9" * 5_000 + b"\r\n"
    status = raw(
        endpoint,
        b"Content-Type: " + SEALED_TYPE.encode(),
        b"Content-Length: %d" % len(body),
        body=body,
    )
    assert status == 401
    with pytest.raises(UnsealError):
        Login(ACCOUNT).unseal(body)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
@example(b"\xff\xfe<\x00")
def test_whatever_is_no_envelope_is_a_fault(body: bytes) -> None:
    with pytest.raises(WsmanFault):
        read_request(body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40))
@example("Negotiate ²")
@example("Basic ÿÿÿÿ")
def test_no_authorization_header_stops_the_endpoint(endpoint: Endpoint, header: str) -> None:
    assert raw(endpoint, b"Authorization: " + header.encode("latin-1"), b"Content-Length: 0") == 401
