"""Trying a host out: every step is told, a refused password is not sent again, and nothing stays behind."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.app.credentials import NOTHING, Secret
from hvtree.app.doctor.judge_road import WAY
from hvtree.app.doctor.steps import Outcome, Report, Step, StepId
from hvtree.app.lockout import Refusals
from hvtree.app.settings import HostProfile
from hvtree.app.trial import Trials
from hvtree.domain.errors import AuthenticationFailure
from tests.support import local_powershell
from tests.support.leaks import leaks
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host

HERE = HostProfile("here", "", "", "local")


def tried(
    profile: HostProfile, secret: Secret | None, refusals: Refusals | None = None
) -> tuple[Report, list[Step]]:
    told: list[Step] = []
    report = asyncio.run(Trials(refusals or Refusals()).run(profile, secret, told.append))
    return report, told


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host() as served:
        yield served


@pytest.fixture
def profile(host: RemoteHost) -> HostProfile:
    return HostProfile("lab", host.endpoint.url, USER)


def test_a_host_that_works_is_told_step_by_step(host: RemoteHost, profile: HostProfile) -> None:
    report, told = tried(profile, Secret(PASSWORD))
    assert report.is_healthy
    login = [step.outcome for step in told if step.id is StepId.LOGIN]
    assert login == [Outcome.RUNNING, Outcome.FINE]


def test_a_wrong_password_is_sent_once_however_often_it_is_tried(
    host: RemoteHost, profile: HostProfile
) -> None:
    refusals = Refusals()
    report, _ = tried(profile, Secret("wrong"), refusals)
    assert report.step(StepId.LOGIN).outcome is Outcome.FAILED
    denied = host.count("denied")
    report, _ = tried(profile, Secret("wrong"), refusals)
    assert report.step(StepId.LOGIN).outcome is Outcome.FAILED
    assert host.count("denied") == denied


def test_what_is_refused_in_a_trial_is_not_tried_by_a_session(host: RemoteHost, profile: HostProfile) -> None:
    refusals = Refusals()
    tried(profile, Secret("wrong"), refusals)
    with pytest.raises(AuthenticationFailure, match="was not tried"):
        refusals.check(profile, Secret("wrong"))


def test_without_a_password_he_goes_as_far_as_the_login(host: RemoteHost, profile: HostProfile) -> None:
    report, _ = tried(profile, None)
    assert report.step(StepId.SERVICE).outcome is Outcome.FINE
    assert report.step(StepId.LOGIN).outcome is Outcome.FAILED
    assert "is not known" in report.step(StepId.LOGIN).came_back
    assert host.count("denied") == 0


def test_no_step_shows_the_password(host: RemoteHost, profile: HostProfile) -> None:
    report, told = tried(profile, Secret("s3cret wrong"))
    assert leaks("s3cret wrong", [repr(report), repr(told)], USER) == []


def test_this_computer_is_tried_without_a_way_and_a_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = local_powershell.make(tmp_path)
    monkeypatch.setenv("HVTREE_PWSH", str(program.path))
    report, _ = tried(HERE, NOTHING)
    assert report.is_healthy
    outcomes = {step.id: step.outcome for step in report.steps}
    assert {outcomes[step_id] for step_id in WAY} == {Outcome.NOT_NEEDED}
    assert outcomes[StepId.AGENT] is outcomes[StepId.VMS] is Outcome.FINE
    assert "2 VMs" in report.step(StepId.VMS).came_back
    assert not program.is_running


def test_a_computer_without_powershell_is_told_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HVTREE_PWSH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    report, _ = tried(HERE, NOTHING)
    step = report.step(StepId.POWERSHELL)
    assert step.outcome is Outcome.FAILED
    assert "no PowerShell" in step.came_back
    assert report.step(StepId.AGENT).outcome is Outcome.NOT_REACHED
