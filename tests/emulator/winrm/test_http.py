"""The endpoint without a WinRM client: addresses, offered logins, Identify, damaged requests."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable

import pytest

from hvtree.emulator.powershell.programs import Programs
from hvtree.emulator.winrm.negotiate import SEALED_TYPE, Account
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from tests.support.wsman_clients import ACCOUNT, pywinrm

IDENTIFY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/'
    b'identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>'
)


def post(endpoint: Endpoint, body: bytes, path: str = "/wsman", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port)
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


@pytest.mark.parametrize("address", ["0.0.0.0", "", "::", "192.0.2.1", "localhost"])
def test_it_listens_on_no_address_but_loopback(address: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        EndpointConfig(ACCOUNT, address=address)


def test_a_taken_port_is_an_error(endpoint: Endpoint) -> None:
    with pytest.raises(OSError, match="in use"):
        Endpoint(EndpointConfig(ACCOUNT, port=endpoint.port), Programs("XHOST16"))


def test_a_stranger_is_offered_negotiate_alone(endpoint: Endpoint) -> None:  # fact 201
    answer = post(endpoint, b"")
    assert (answer.status, answer.headers.get_all("WWW-Authenticate")) == (401, ["Negotiate"])


def test_basic_is_offered_where_asked_for(serve: Callable[..., Endpoint]) -> None:  # fact 201
    offers = post(serve(allow_basic=True), b"").headers.get_all("WWW-Authenticate")
    assert offers == ["Negotiate", 'Basic realm="WSMAN"']


@pytest.mark.parametrize("token", ["", "AAAA", "not base64!", "TlRMTVNTUAABAAAA", "TlRMTVNTUAADAAAA", "YIIB"])
def test_a_damaged_token_is_answered_with_401(endpoint: Endpoint, token: str) -> None:
    assert post(endpoint, b"", Authorization=f"Negotiate {token}").status == 401


def test_identify_needs_no_login_with_its_header(endpoint: Endpoint) -> None:  # fact 206
    answer = post(endpoint, IDENTIFY, WSMANIDENTIFY="unauthenticated")
    assert answer.status == 200
    assert b"OS: 0.0.0 SP: 0.0 Stack: 3.0" in answer.body  # type: ignore[attr-defined]


def test_identify_tells_the_system_to_a_user(serve: Callable[..., Endpoint]) -> None:  # fact 206
    answer = pywinrm(serve(allow_basic=True), "basic").send_message(IDENTIFY.decode())
    assert b"OS: 10.0.20348" in answer


def test_the_header_of_identify_opens_no_other_door(endpoint: Endpoint) -> None:
    create = IDENTIFY.replace(
        b"<s:Header/>",
        b'<s:Header><a:Action xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
        b"http://schemas.xmlsoap.org/ws/2004/09/transfer/Create</a:Action></s:Header>",
    ).replace(b"<wsmid:Identify/>", b"")
    answer = post(endpoint, create, WSMANIDENTIFY="unauthenticated")
    assert (answer.status, b"ActionNotSupported" in answer.body) == (500, True)  # type: ignore[attr-defined]


def test_an_action_that_the_service_does_not_have_is_a_fault_of_addressing(
    serve: Callable[..., Endpoint],
) -> None:  # fact 229
    subscribe = IDENTIFY.replace(
        b"<s:Header/>",
        b'<s:Header><a:Action xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
        b"http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe</a:Action></s:Header>",
    ).replace(b"<wsmid:Identify/>", b"")
    answer = post(serve(allow_basic=True), subscribe, Authorization="Basic ZGVtbzpjb3JyZWN0IGhvcnNl")
    assert answer.status == 500
    assert b'Code="2150858771"' in answer.body  # type: ignore[attr-defined]
    assert b"<s:Subcode><s:Value>a:ActionNotSupported<" in answer.body  # type: ignore[attr-defined]


def test_another_path_is_not_found(endpoint: Endpoint) -> None:
    assert post(endpoint, b"", path="/wsman/../secret").status == 404


def test_a_sealed_body_from_a_stranger_gets_a_401(endpoint: Endpoint) -> None:
    assert post(endpoint, b"whatever", Content_Type=SEALED_TYPE).status == 401


@pytest.mark.parametrize("body", [b"<not xml", b"<a/>", b"<!DOCTYPE x []><a/>"])
def test_a_body_that_is_no_envelope_is_a_schema_fault(serve: Callable[..., Endpoint], body: bytes) -> None:
    answer = post(serve(allow_basic=True), body, Authorization="Basic ZGVtbzpjb3JyZWN0IGhvcnNl")
    assert (answer.status, b'Code="2150858817"' in answer.body) == (500, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("password", ["", "with:colon", "two\nlines"])
def test_a_password_that_a_user_file_cannot_hold_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="password"):
        Account("demo", password)


def test_a_password_does_not_show() -> None:
    assert "horse" not in repr(EndpointConfig(ACCOUNT))


def test_a_login_leaves_the_environment_as_it_was(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", "/somewhere/else")
    pywinrm(endpoint).open_shell()
    assert os.environ["NTLM_USER_FILE"] == "/somewhere/else"
