"""Which finding it is: what stages found on connections that no emulated host has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hvtree.app.doctor import explain_connection, explain_host
from hvtree.app.doctor.stage_report import StageStatus
from hvtree.app.doctor.texts import Explainer
from hvtree.domain.certificate import Certificate
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.messages import HostFacts, Rights
from hvtree.hosts.stage_results import LoginResult, Pulse, TlsFinding

EXPLAIN = Explainer(HostProfile("lab", "https://hv01:5986/wsman", "admin"), system="Linux")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
NO_PORT = ConnectionFailure("It cannot be reached.", code="port-closed")


def certificate(left: timedelta, age: timedelta = timedelta(days=365)) -> TlsFinding:
    """Return a certificate that is valid for so long from now on, and was made so long ago."""
    shown = Certificate("AB:CD", "hv01", "hv01", ("hv01",), NOW - age, NOW + left)
    return TlsFinding(shown, "ABCD", "TLSv1.3")


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        (certificate(timedelta(days=300)), StageStatus.FINE, ""),
        (certificate(timedelta(days=3)), StageStatus.WARNING, "It expires in 3 days."),
        (certificate(timedelta(hours=3)), StageStatus.WARNING, "It expires today."),
        (certificate(timedelta(days=-1)), StageStatus.FAILED, "It expired on 2026-02-28."),
        (certificate(timedelta(days=9), timedelta(days=-1)), StageStatus.FAILED, "It is not valid yet"),
    ],
)
def test_the_dates_of_a_certificate_are_explained(found: TlsFinding, status: StageStatus, words: str) -> None:
    *_, validity, _ = explain_connection.certificate_seen(EXPLAIN, found, NOW)
    assert validity.status is status
    assert words in validity.means


def test_the_other_port_of_winrm_is_offered_with_its_address() -> None:
    report = explain_connection.port_closed(EXPLAIN, NO_PORT, 5985)
    assert report.means == "WinRM's other port, 5985, is open: the host listens for http only."
    assert "hvtree doctor http://hv01:5985/wsman" in report.remedies[0].command


def test_a_login_that_nothing_protects_is_named_so() -> None:
    report = explain_connection.logged_in(EXPLAIN, LoginResult(is_sealed=False, is_tls=False))
    assert "nothing is encrypted" in report.came_back
    assert "use https" in report.means


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        (Rights(administrator=True), "is an administrator of the host. The login counts as NTLM."),
        (Rights(hyperv_administrator=True), "is a Hyper-V administrator of the host."),
        (Rights(filtered=True), "that membership does not count here."),
        (Rights(), "neither in Administrators nor in Hyper-V Administrators."),
    ],
)
def test_the_rights_of_the_user_are_explained(rights: Rights, words: str) -> None:
    facts = HostFacts("hv01", has_module=True, rights=rights, authentication="NTLM")
    assert words in explain_host.rights_seen(EXPLAIN, facts).came_back


@pytest.mark.parametrize(
    ("ahead_s", "status"),
    [(-2.0, StageStatus.FINE), (60.0, StageStatus.WARNING), (-900.0, StageStatus.FAILED)],
)
def test_clocks_that_are_apart_warn_and_then_fail(ahead_s: float, status: StageStatus) -> None:
    pulse = Pulse((0.01,), ahead_s, 0.005)
    report = explain_host.clock_seen(EXPLAIN, pulse)
    assert report.status is status
    assert ("ahead of" in report.came_back) is (ahead_s > 0)
