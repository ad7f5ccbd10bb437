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
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.failures import FAMILIES, failure_texts
from hvtree.hosts.winrm.faults import FOREIGN, FaultKind, LoginFailed, fault_kind, translated

PROFILE = HostProfile("vhost", "http://hv01:5985/wsman", "admin")


class KerberosExchangeError(requests.RequestException):
    """As pywinrm's is called, which can only be imported where a Kerberos library is."""


def fault(code: int | None, wmi_code: int | None = None) -> WSManFaultError:
    return WSManFaultError(500, "Bad HTTP response", "<xml/>", "Der Grund.", None, None, code, wmi_code)


CASES: list[tuple[Exception, FaultKind, type[HVTreeError]]] = [
    (WinRMOperationTimeoutError(), FaultKind.QUIET, ConnectionFailure),
    (InvalidCredentialsError("rejected"), FaultKind.REFUSED, AuthenticationFailure),
    (LoginFailed("The clock is wrong"), FaultKind.REFUSED, AuthenticationFailure),
    (WinRMTransportError("http", 400, ""), FaultKind.FORGOTTEN, ConnectionFailure),
    (WinRMTransportError("http", 500, ""), FaultKind.OTHER, ConnectionFailure),
    (WinRMTransportError("http", 404, "<html>"), FaultKind.OTHER, ConnectionFailure),
    (fault(170), FaultKind.BUSY, ConnectionFailure),
    (fault(995), FaultKind.GONE, ConnectionFailure),
    (fault(109), FaultKind.GONE, ConnectionFailure),
    (fault(2150858843), FaultKind.GONE, ConnectionFailure),
    (fault(5), FaultKind.OTHER, AuthenticationFailure),
    (fault(2150859174), FaultKind.OTHER, ConnectionFailure),
    (fault(None, 2150859174), FaultKind.OTHER, ConnectionFailure),
    (fault(None), FaultKind.OTHER, ConnectionFailure),
    (WinRMError("pykerberos is not installed"), FaultKind.OTHER, ConnectionFailure),
    (requests.exceptions.ConnectionError("reset"), FaultKind.CUT, ConnectionFailure),
    (requests.exceptions.ReadTimeout("read"), FaultKind.CUT, ConnectionFailure),
    (requests.exceptions.ConnectTimeout("connect"), FaultKind.CUT, ConnectionFailure),
    (requests.exceptions.ChunkedEncodingError("cut"), FaultKind.CUT, ConnectionFailure),
    (requests.exceptions.SSLError("unexpected EOF"), FaultKind.CUT, ConnectionFailure),
    (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), FaultKind.OTHER, ConnectionFailure),
    (
        requests.exceptions.SSLError("[SSL: TLSV1_ALERT_UNKNOWN_CA] unknown ca"),
        FaultKind.OTHER,
        ConnectionFailure,
    ),
    (KerberosExchangeError("No credentials cache found"), FaultKind.REFUSED, AuthenticationFailure),
    (ConnectionResetError("reset"), FaultKind.CUT, ConnectionFailure),
    (BadMICError(), FaultKind.CUT, ConnectionFailure),
    (KeyError("content-type"), FaultKind.CUT, ConnectionFailure),
    (StopIteration(), FaultKind.CUT, ConnectionFailure),
    (AssertionError(), FaultKind.CUT, ConnectionFailure),
    (ET.ParseError("no element found"), FaultKind.CUT, ConnectionFailure),
    (struct.error("unpack"), FaultKind.CUT, ConnectionFailure),
    (UnicodeEncodeError("latin-1", "s3cret! 漢", 8, 9, "ordinal"), FaultKind.OTHER, BadInput),
]


@pytest.mark.parametrize(("error", "kind", "family"), CASES, ids=lambda case: repr(case)[:60])
def test_each_error_has_its_treatment_and_its_sentence(
    error: Exception, kind: FaultKind, family: type[HVTreeError]
) -> None:
    assert isinstance(error, FOREIGN)
    assert fault_kind(error) is kind
    told = translated(error, PROFILE)
    assert type(told) is family
    assert told.what.endswith(".")
    assert "s3cret!" not in f"{told.sentence}{told.details}"


def test_the_hosts_own_reason_is_passed_on_for_a_fault_that_nobody_has_explained() -> None:
    assert translated(fault(1234), PROFILE).why == "Der Grund."


def test_errors_of_our_own_are_not_taken_for_foreign_ones() -> None:
    assert not isinstance(ConnectionFailure("x"), FOREIGN)
    assert not isinstance(TypeError("a bug"), FOREIGN)


def test_each_failure_belongs_to_a_family_and_no_number_to_two_failures() -> None:
    texts = failure_texts().values()
    assert {text.family for text in texts} <= set(FAMILIES)
    numbers = [number for text in texts for number in (*text.faults, *text.statuses)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    ("number", "code"),
    [(number, code) for code, text in failure_texts().items() for number in text.faults],
)
def test_a_fault_is_known_by_its_number_and_explained_in_our_words(number: int, code: str) -> None:
    told = translated(fault(number), PROFILE)
    assert told.code == code
    assert "Der Grund." in f"{told.why} {told.details}"
    assert "{" not in told.sentence
    assert all(part.endswith(".") for part in (told.what, told.why, told.now) if part)


@pytest.mark.parametrize(("status", "code"), [(400, "http-400"), (500, "unencrypted-refused"), (418, "http")])
def test_a_bare_status_is_explained_where_that_is_possible(status: int, code: str) -> None:
    told = translated(WinRMTransportError("http", status, ""), PROFILE)
    assert (told.code, f"HTTP status {status}" in told.what) == (code, True)


def test_braces_in_a_librarys_words_do_no_harm() -> None:
    assert translated(WinRMError("no {host} here"), PROFILE).why == "no {host} here."
