"""The connection doctor on emulated hosts: each problem is found at its stage, and what builds on it is not tried."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hvtree.app.doctor.stage_report import StageId, StageReport, StageStatus
from hvtree.domain.errors import AuthenticationFailure
from hvtree.emulator.winrm.certificate import issued, self_signed
from hvtree.emulator.worlds.schema import DriveSpec, HostSpec, VmSpec, VolumeSpec, World
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.examined_host import commands, examine, examined_host, failed, unreached, warned
from tests.support.logins import login_to
from tests.support.remote_host import PASSWORD, USER

HOST_STEPS = ["module", "rights", "vms", "second-hop", "clock", "latency", "envelope"]
AFTER_LOGIN = ["shell", "powershell", "agent", *HOST_STEPS]


@contextmanager
def unused_port() -> Iterator[int]:
    """Return a port on which nothing listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def settings(endpoint: str, **changes: str) -> WinRmLogin:
    return login_to(**{"name": "hv", "endpoint": endpoint, "user": USER, "password": PASSWORD, **changes})


def test_a_healthy_host_is_healthy_in_every_step() -> None:
    with examined_host() as target:
        report = target.examine()
    assert report.is_healthy
    assert [*failed(report), *warned(report), *unreached(report)] == []
    assert report.verdict == "The connection works."
    assert "4 checkpoints" in report.stage(StageId.VMS).came_back
    assert "each message is encrypted" in report.stage(StageId.LOGIN).came_back


@pytest.mark.parametrize(
    ("problem", "where", "not_reached", "command"),
    [
        ("service-stopped", ["service"], ["login", *AFTER_LOGIN], "Restart-Service -Name WinRM"),
        ("unencrypted-refused", ["login"], AFTER_LOGIN, "--transport ntlm"),
        ("denied", ["shell"], AFTER_LOGIN[1:], "winrm configSDDL default"),
        ("no-remote-shells", ["shell"], AFTER_LOGIN[1:], "AllowRemoteShellAccess -Value $true"),
        ("quota", ["shell"], AFTER_LOGIN[1:], "MaxShellsPerUser"),
        ("old-powershell", ["powershell"], AFTER_LOGIN[2:], "KB3191564"),
        ("constrained-language", ["powershell"], AFTER_LOGIN[2:], "Get-AppLockerPolicy"),
        ("no-language", ["powershell"], AFTER_LOGIN[2:], "LanguageMode"),
        ("silent", ["powershell"], AFTER_LOGIN[2:], "LanguageMode"),
        ("blocked-agent", ["agent"], HOST_STEPS, "Get-MpThreatDetection"),
        ("no-module", ["module"], ["vms", "second-hop"], "Install-WindowsFeature -Name Hyper-V-PowerShell"),
        ("no-rights", ["rights", "vms"], ["second-hop"], "S-1-5-32-578 -Member 'demo'"),
        ("filtered", ["rights", "vms"], ["second-hop"], "LocalAccountTokenFilterPolicy"),
        ("clock", ["clock"], [], "w32tm /resync"),
    ],
)
def test_a_problem_fails_its_step_and_stops_what_builds_on_it(
    problem: str, where: list[str], not_reached: list[str], command: str
) -> None:
    with examined_host(problem) as target:
        report = target.examine()
    assert failed(report) == where
    assert unreached(report) == not_reached
    stage = report.stage(StageId(where[0]))
    assert command in commands(stage)
    assert stage.tried
    assert stage.came_back
    assert stage.means
    assert not report.is_healthy


@pytest.mark.parametrize(("problem", "where"), [("slow-line", "latency"), ("small-envelope", "envelope")])
def test_what_works_but_badly_is_a_warning(problem: str, where: str) -> None:
    with examined_host(problem) as target:
        report = target.examine()
    assert (failed(report), warned(report)) == ([], [where])
    assert report.is_healthy
    assert where in {stage.id for stage in report.stages if stage.means}


def test_whom_the_shell_does_not_admit_is_not_sent_to_a_group_that_it_does_not_admit_either() -> None:
    with examined_host("denied") as target:  # fact 213
        stage = target.examine().stage(StageId.SHELL)
    assert "members of Remote Management Users are not among them" in stage.means
    assert "S-1-5-32-580" not in commands(stage)
    assert "S-1-5-32-544 -Member 'demo'" in commands(stage)
    assert any("Read and Execute" in remedy.what for remedy in stage.remedies)


@pytest.mark.parametrize("problem", ["denied", "no-remote-shells"])
def test_a_shell_that_is_not_given_is_asked_for_once(problem: str) -> None:
    with examined_host(problem) as target:  # facts 213, 227
        report = target.examine()
        assert target.host.count("Create") == 1
    assert failed(report) == ["shell"]


def test_a_policy_against_shells_is_named() -> None:
    with examined_host("no-remote-shells") as target:  # fact 227, switched
        stage = target.examine().stage(StageId.SHELL)
    assert "‘Allow Remote Shell Access’" in stage.means


def test_a_name_that_nobody_knows_ends_the_way_at_once() -> None:
    report = examine(settings("http://no-such-host.invalid:5985/wsman"))
    assert failed(report) == ["name"]
    assert len(unreached(report)) == len(StageId) - 1
    assert "Get-NetIPAddress" in commands(report.stage(StageId.NAME))


def test_a_closed_port_says_how_to_open_it() -> None:
    with unused_port() as port:
        report = examine(settings(f"http://127.0.0.1:{port}/wsman"))
    assert failed(report) == ["port"]
    assert "Enable-PSRemoting -Force" in commands(report.stage(StageId.PORT))


def test_a_closed_https_port_says_how_to_make_a_listener() -> None:
    with unused_port() as port:
        report = examine(settings(f"https://127.0.0.1:{port}/wsman"))
    said = commands(report.stage(StageId.PORT))
    assert f"-LocalPort {port}" in said
    assert "New-WSManInstance winrm/config/Listener" in said


def test_a_web_server_is_told_from_a_winrm_service() -> None:
    with examined_host() as target:
        report = target.examine(endpoint=target.host.endpoint.url.replace("/wsman", "/elsewhere"))
    assert failed(report) == ["service"]
    assert "HTTP status 404" in report.stage(StageId.SERVICE).came_back


def test_something_that_is_no_web_server_is_told() -> None:
    with examined_host(certificate=self_signed()) as target:
        plain = target.host.endpoint.url.replace("https", "http")
        report = target.examine(endpoint=plain)
    assert failed(report) == ["service"]
    assert "no WinRM service" in report.stage(StageId.SERVICE).came_back


def test_a_port_without_tls_is_told() -> None:
    with examined_host() as target:
        report = target.examine(endpoint=target.host.endpoint.url.replace("http", "https"))
    assert failed(report) == ["certificate-issuer"]
    assert "does not speak TLS" in report.stage(StageId.ISSUER).came_back


@pytest.mark.parametrize(
    ("problem", "where"),
    [
        ("unknown-authority", ["certificate-issuer"]),
        ("expired-certificate", ["certificate-issuer", "certificate-validity"]),
        ("wrong-name", ["certificate-issuer", "certificate-name"]),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said_before_any_login(problem: str, where: list[str]) -> None:
    with examined_host(problem) as target:
        report = target.examine()
        assert target.host.count() == 0, "nothing may be sent to a host that is not trusted"
    assert failed(report) == where
    assert "service" in unreached(report)
    for stage_id in where:
        stage = report.stage(StageId(stage_id))
        assert stage.means
        assert stage.remedies


@pytest.mark.parametrize(
    ("days", "names", "where"),
    [
        (30, ("127.0.0.1",), []),
        (-0.5, ("127.0.0.1",), ["certificate-validity"]),
        (30, ("hv99.example.org",), ["certificate-name"]),
        (-0.5, ("hv99.example.org",), ["certificate-name", "certificate-validity"]),
    ],
)
def test_name_and_dates_are_judged_apart_from_who_issued_it(
    tmp_path: Path, days: float, names: tuple[str, ...], where: list[str]
) -> None:
    certificate, authority = issued(days, names=names)
    file = tmp_path / "authority.pem"
    file.write_bytes(authority)
    with examined_host(certificate=certificate) as target:
        report = target.examine(ca_file=str(file))
    assert failed(report) == where


def test_a_wrong_name_offers_the_name_that_the_certificate_is_for() -> None:
    with examined_host("wrong-name") as target:
        report = target.examine()
    assert "hvtree doctor https://hv99.example.org:" in commands(report.stage(StageId.CERTIFICATE_NAME))


def test_the_pinned_certificate_is_trusted_whatever_else_is_wrong_with_it() -> None:
    certificate = self_signed(-0.5, names=("hv99.example.org",))
    with examined_host(certificate=certificate) as target:
        report = target.examine(fingerprint=certificate.fingerprint)
    assert failed(report) == []
    assert warned(report) == ["certificate-validity"]
    assert report.stage(StageId.PIN).status is StageStatus.FINE


def test_another_certificate_than_the_pinned_one_ends_the_way() -> None:
    with examined_host(certificate=self_signed()) as target:
        report = target.examine(fingerprint="00" * 32)
        assert target.host.count() == 0
    assert failed(report) == ["certificate-pin"]
    assert "Thumbprint" in commands(report.stage(StageId.PIN))


def test_a_wrong_password_is_tried_exactly_once() -> None:
    with examined_host() as target:
        report = target.examine(password="wrong")
        assert target.host.count("denied") == 1
    assert failed(report) == ["login"]
    assert unreached(report) == AFTER_LOGIN
    assert "Get-LocalUser -Name 'demo'" in commands(report.stage(StageId.LOGIN))


def test_a_wrong_password_over_tls_is_tried_exactly_once() -> None:
    certificate = self_signed()
    with examined_host(certificate=certificate) as target:
        report = target.examine(password="wrong", fingerprint=certificate.fingerprint)
        assert target.host.count("denied") == 1
    assert failed(report) == ["login"]


def test_a_password_that_was_refused_before_is_not_tried_again() -> None:
    with examined_host() as target:
        report = target.examine(withheld=AuthenticationFailure("It was refused before.", code="credentials"))
        assert target.host.count("denied", "login") == 1, "only the question for what is offered"
    assert failed(report) == ["login"]
    assert report.stage(StageId.LOGIN).tried == "Nothing was sent."
    assert "Set-LocalUser" in commands(report.stage(StageId.LOGIN))


def test_basic_without_tls_is_refused_by_hvtree_itself() -> None:
    with examined_host(allow_basic=True) as target:
        report = target.examine(transport="basic")
        assert target.host.count("Create", "denied") == 0
    stage = report.stage(StageId.LOGIN)
    assert failed(report) == ["login"]
    assert stage.tried == "Nothing was sent."
    assert "without TLS" in stage.came_back
    assert "--transport ntlm" in commands(stage)


def test_a_way_to_log_in_that_is_not_offered_costs_no_attempt() -> None:
    certificate = self_signed()
    with examined_host(certificate=certificate) as target:
        report = target.examine(transport="basic", fingerprint=certificate.fingerprint)
        assert target.host.count("denied") == 0
    assert failed(report) == ["login"]
    assert "Auth\\Basic" in commands(report.stage(StageId.LOGIN))


def test_a_clock_that_is_far_off_is_named_when_a_login_fails() -> None:
    with examined_host("clock") as target:
        report = target.examine(password="wrong")
    assert "20 min apart" in report.stage(StageId.LOGIN).means
    assert "w32tm" in commands(report.stage(StageId.LOGIN))


def test_files_on_other_servers_that_cannot_be_read_are_a_warning() -> None:
    share = "\\\\nas01\\vms"
    drive = DriveSpec(path=f"{share}\\far.vhdx", virtual=10**9, size=10**8)
    vm = VmSpec(id="a0000000-0000-4000-8000-000000000001", name="far", folder="C:\\VMs\\far", drives=(drive,))
    volumes = (VolumeSpec("C:", 10**12), VolumeSpec(share, 10**12))
    world = World(host=HostSpec(name="H"), volumes=volumes, vms=(vm,))
    with examined_host(world=world) as target:
        assert target.examine().stage(StageId.SECOND_HOP).status is StageStatus.FINE
    with examined_host("no-second-hop", world=world) as target:
        report = target.examine()
    stage = report.stage(StageId.SECOND_HOP)
    assert warned(report) == ["second-hop"]
    assert f"{share}\\far.vhdx" in stage.came_back
    assert "Set-ADComputer -Identity 'nas01'" in commands(stage)


def test_a_hyper_v_administrator_needs_nothing_more() -> None:
    with examined_host() as target:
        target.host.hyperv.faults.session.is_hyperv_administrator = True
        report = target.examine()
    assert report.is_healthy
    assert "a Hyper-V administrator" in report.stage(StageId.RIGHTS).came_back


def test_a_host_without_vms_is_healthy_for_somebody_who_may_see_them() -> None:
    with examined_host(world="empty") as target:
        report = target.examine()
    assert report.is_healthy
    assert report.stage(StageId.VMS).means == "The host has none."


def test_each_step_is_told_when_it_begins_and_when_it_is_judged() -> None:
    seen: list[StageReport] = []
    with examined_host() as target:
        target.examine(seen=seen)
    of_login = [stage.status for stage in seen if stage.id is StageId.LOGIN]
    assert of_login == [StageStatus.RUNNING, StageStatus.FINE]
    assert [stage.id for stage in seen if stage.status is not StageStatus.RUNNING] == list(StageId)


def test_nothing_of_the_examination_stays_on_the_host() -> None:
    with examined_host() as target:
        target.examine()
        assert target.host.endpoint.shells.outputs() == ()
