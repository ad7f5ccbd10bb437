"""Errors of the way to a host: what is done about each, and that each becomes a sentence that names the host."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET

import pytest
import requests
from spnego.exceptions import BadMICError
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, HVTreeError
from hvtree.hosts.winrm.catalogue import FAULTS
from hvtree.hosts.winrm.settings import WinRmSettings
from hvtree.hosts.winrm.trouble import FOREIGN, LoginFailed, Trouble, translated, trouble

SETTINGS = WinRmSettings("vhost", "http://hv01:5985/wsman", "admin", "s3cret!")


class KerberosExchangeError(requests.RequestException):
    """As pywinrm's is called, which can only be imported where a Kerberos library is."""


def fault(code: int | None, wmi_code: int | None = None) -> WSManFaultError:
    return WSManFaultError(500, "Bad HTTP response", "<xml/>", "Der Grund.", None, None, code, wmi_code)


CASES: list[tuple[Exception, Trouble, type[HVTreeError]]] = [
    (WinRMOperationTimeoutError(), Trouble.QUIET, ConnectionFailure),
    (InvalidCredentialsError("rejected"), Trouble.REFUSED, AuthenticationFailure),
    (LoginFailed("The clock is wrong"), Trouble.REFUSED, AuthenticationFailure),
    (WinRMTransportError("http", 400, ""), Trouble.FORGOTTEN, ConnectionFailure),
    (WinRMTransportError("http", 500, ""), Trouble.OTHER, ConnectionFailure),
    (WinRMTransportError("http", 404, "<html>"), Trouble.OTHER, ConnectionFailure),
    (fault(170), Trouble.BUSY, ConnectionFailure),
    (fault(995), Trouble.GONE, ConnectionFailure),
    (fault(109), Trouble.GONE, ConnectionFailure),
    (fault(2150858843), Trouble.GONE, ConnectionFailure),
    (fault(5), Trouble.OTHER, AuthenticationFailure),
    (fault(2150859174), Trouble.OTHER, ConnectionFailure),
    (fault(None, 2150859174), Trouble.OTHER, ConnectionFailure),
    (fault(None), Trouble.OTHER, ConnectionFailure),
    (WinRMError("pykerberos is not installed"), Trouble.OTHER, ConnectionFailure),
    (requests.exceptions.ConnectionError("reset"), Trouble.CUT, ConnectionFailure),
    (requests.exceptions.ReadTimeout("read"), Trouble.CUT, ConnectionFailure),
    (requests.exceptions.ConnectTimeout("connect"), Trouble.CUT, ConnectionFailure),
    (requests.exceptions.ChunkedEncodingError("cut"), Trouble.CUT, ConnectionFailure),
    (requests.exceptions.SSLError("unexpected EOF"), Trouble.CUT, ConnectionFailure),
    (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), Trouble.OTHER, ConnectionFailure),
    (
        requests.exceptions.SSLError("[SSL: TLSV1_ALERT_UNKNOWN_CA] unknown ca"),
        Trouble.OTHER,
        ConnectionFailure,
    ),
    (KerberosExchangeError("No credentials cache found"), Trouble.REFUSED, AuthenticationFailure),
    (ConnectionResetError("reset"), Trouble.CUT, ConnectionFailure),
    (BadMICError(), Trouble.CUT, ConnectionFailure),
    (KeyError("content-type"), Trouble.CUT, ConnectionFailure),
    (StopIteration(), Trouble.CUT, ConnectionFailure),
    (AssertionError(), Trouble.CUT, ConnectionFailure),
    (ET.ParseError("no element found"), Trouble.CUT, ConnectionFailure),
    (struct.error("unpack"), Trouble.CUT, ConnectionFailure),
    (UnicodeEncodeError("latin-1", "s3cret! 漢", 8, 9, "ordinal"), Trouble.OTHER, BadInput),
]


@pytest.mark.parametrize(("error", "kind", "family"), CASES, ids=lambda case: repr(case)[:60])
def test_each_error_has_its_treatment_and_its_sentence(
    error: Exception, kind: Trouble, family: type[HVTreeError]
) -> None:
    assert isinstance(error, FOREIGN)
    assert trouble(error) is kind
    told = translated(error, SETTINGS)
    assert type(told) is family
    assert told.what.endswith(".")
    assert "s3cret!" not in f"{told.sentence}{told.details}"


def test_the_hosts_own_reason_is_passed_on_for_a_fault_that_nobody_has_explained() -> None:
    assert translated(fault(1234), SETTINGS).why == "Der Grund."


def test_errors_of_our_own_are_not_taken_for_foreign_ones() -> None:
    assert not isinstance(ConnectionFailure("x"), FOREIGN)
    assert not isinstance(TypeError("a bug"), FOREIGN)


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_known_by_its_number_and_explained_in_our_words(code: int) -> None:
    told = translated(fault(code), SETTINGS)
    assert told.code == FAULTS[code].explanation.code
    assert "Der Grund." in f"{told.why} {told.details}"
    assert "{" not in told.sentence
    assert all(part.endswith(".") for part in (told.what, told.why, told.now) if part)


@pytest.mark.parametrize(("status", "code"), [(400, "http-400"), (500, "unencrypted-refused"), (418, "http")])
def test_a_bare_status_is_explained_where_that_is_possible(status: int, code: str) -> None:
    told = translated(WinRMTransportError("http", status, ""), SETTINGS)
    assert (told.code, f"HTTP status {status}" in told.what) == (code, True)


def test_braces_in_a_librarys_words_do_no_harm() -> None:
    assert translated(WinRMError("no {host} here"), SETTINGS).why == "no {host} here."
