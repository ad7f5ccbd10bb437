"""Trying a host out: every stage is told, a refused password is not sent again, and nothing stays behind."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.app.connection_test import ConnectionTester
from hvtree.app.credentials import NO_SECRET, Secret
from hvtree.app.doctor.explain_connection import CONNECTION_STAGES
from hvtree.app.doctor.stage_report import Report, StageId, StageReport, StageStatus
from hvtree.app.lockout import Refusals
from hvtree.domain.errors import AuthenticationFailure
from hvtree.domain.host_profile import HostProfile
from tests.support import local_powershell
from tests.support.leaks import leaks
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host

HERE = HostProfile("here", "", "", "local")


def tried(
    profile: HostProfile, secret: Secret | None, refusals: Refusals | None = None
) -> tuple[Report, list[StageReport]]:
    told: list[StageReport] = []
    report = asyncio.run(ConnectionTester(refusals or Refusals()).run(profile, secret, told.append))
    return report, told


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host(speed=1.0) as served:  # the doctor compares clocks
        yield served


@pytest.fixture
def profile(host: RemoteHost) -> HostProfile:
    return HostProfile("lab", host.endpoint.url, USER)


def test_a_host_that_works_is_told_step_by_step(host: RemoteHost, profile: HostProfile) -> None:
    report, told = tried(profile, Secret(PASSWORD))
    assert report.is_healthy
    login = [stage.status for stage in told if stage.id is StageId.LOGIN]
    assert login == [StageStatus.RUNNING, StageStatus.FINE]


def test_a_wrong_password_is_sent_once_however_often_it_is_tried(
    host: RemoteHost, profile: HostProfile
) -> None:
    refusals = Refusals()
    report, _ = tried(profile, Secret("wrong"), refusals)
    assert report.stage(StageId.LOGIN).status is StageStatus.FAILED
    denied = host.count("denied")
    report, _ = tried(profile, Secret("wrong"), refusals)
    assert report.stage(StageId.LOGIN).status is StageStatus.FAILED
    assert host.count("denied") == denied


def test_what_is_refused_in_a_trial_is_not_tried_by_a_session(host: RemoteHost, profile: HostProfile) -> None:
    refusals = Refusals()
    tried(profile, Secret("wrong"), refusals)
    with pytest.raises(AuthenticationFailure, match="was not tried"):
        refusals.check(profile, Secret("wrong"))


def test_without_a_password_he_goes_as_far_as_the_login(host: RemoteHost, profile: HostProfile) -> None:
    report, _ = tried(profile, None)
    assert report.stage(StageId.SERVICE).status is StageStatus.FINE
    assert report.stage(StageId.LOGIN).status is StageStatus.FAILED
    assert "is not known" in report.stage(StageId.LOGIN).came_back
    assert host.count("denied") == 0


def test_no_step_shows_the_password(host: RemoteHost, profile: HostProfile) -> None:
    report, told = tried(profile, Secret("s3cret wrong"))
    assert leaks("s3cret wrong", [repr(report), repr(told)], USER) == []


def test_this_computer_is_tried_without_a_way_and_a_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = local_powershell.make(tmp_path)
    monkeypatch.setenv("HVTREE_PWSH", str(program.path))
    report, _ = tried(HERE, NO_SECRET)
    assert report.is_healthy
    statuses = {stage.id: stage.status for stage in report.stages}
    assert {statuses[stage_id] for stage_id in CONNECTION_STAGES} == {StageStatus.NOT_NEEDED}
    assert statuses[StageId.AGENT] is statuses[StageId.VMS] is StageStatus.FINE
    assert "2 VMs" in report.stage(StageId.VMS).came_back
    assert not program.is_running


def test_a_computer_without_powershell_is_told_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HVTREE_PWSH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    report, _ = tried(HERE, NO_SECRET)
    stage = report.stage(StageId.POWERSHELL)
    assert stage.status is StageStatus.FAILED
    assert "no PowerShell" in stage.came_back
    assert report.stage(StageId.AGENT).status is StageStatus.NOT_REACHED
