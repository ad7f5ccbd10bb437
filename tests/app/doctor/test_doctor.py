"""The connection doctor on emulated hosts: each trouble is found at its step, and what builds on it is not tried."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hvtree.app.doctor.steps import Outcome, Step, StepId
from hvtree.domain.errors import AuthenticationFailure
from hvtree.emulator.winrm.certificate import issued, self_signed
from hvtree.emulator.worlds.schema import DriveSpec, HostSpec, VmSpec, VolumeSpec, World
from hvtree.hosts.winrm.settings import WinRmSettings
from tests.support.clinic import clinic, commands, examine, failed, unreached, warned
from tests.support.remote_host import PASSWORD, USER

HOST_STEPS = ["module", "rights", "vms", "second-hop", "clock", "latency", "envelope"]
AFTER_LOGIN = ["shell", "powershell", "agent", *HOST_STEPS]


@contextmanager
def unused_port() -> Iterator[int]:
    """Return a port on which nothing listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def settings(endpoint: str, **changes: str) -> WinRmSettings:
    return WinRmSettings(
        **{"name": "hv", "endpoint": endpoint, "user": USER, "password": PASSWORD, **changes}
    )


def test_a_healthy_host_is_healthy_in_every_step() -> None:
    with clinic() as patient:
        report = patient.examine()
    assert report.is_healthy
    assert [*failed(report), *warned(report), *unreached(report)] == []
    assert report.verdict == "The connection works."
    assert "4 checkpoints" in report.step(StepId.VMS).came_back
    assert "each message is encrypted" in report.step(StepId.LOGIN).came_back


@pytest.mark.parametrize(
    ("trouble", "where", "not_reached", "command"),
    [
        ("service-stopped", ["service"], ["login", *AFTER_LOGIN], "Restart-Service -Name WinRM"),
        ("unencrypted-refused", ["login"], AFTER_LOGIN, "--transport ntlm"),
        ("denied", ["shell"], AFTER_LOGIN[1:], "Add-LocalGroupMember -SID S-1-5-32-580 -Member 'demo'"),
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
def test_a_trouble_fails_its_step_and_stops_what_builds_on_it(
    trouble: str, where: list[str], not_reached: list[str], command: str
) -> None:
    with clinic(trouble) as patient:
        report = patient.examine()
    assert failed(report) == where
    assert unreached(report) == not_reached
    step = report.step(StepId(where[0]))
    assert command in commands(step)
    assert step.tried
    assert step.came_back
    assert step.means
    assert not report.is_healthy


@pytest.mark.parametrize(("trouble", "where"), [("slow-line", "latency"), ("small-envelope", "envelope")])
def test_what_works_but_badly_is_a_warning(trouble: str, where: str) -> None:
    with clinic(trouble) as patient:
        report = patient.examine()
    assert (failed(report), warned(report)) == ([], [where])
    assert report.is_healthy
    assert where in {step.id for step in report.steps if step.means}


def test_a_name_that_nobody_knows_ends_the_way_at_once() -> None:
    report = examine(settings("http://no-such-host.invalid:5985/wsman"))
    assert failed(report) == ["name"]
    assert len(unreached(report)) == len(StepId) - 1
    assert "Get-NetIPAddress" in commands(report.step(StepId.NAME))


def test_a_closed_port_says_how_to_open_it() -> None:
    with unused_port() as port:
        report = examine(settings(f"http://127.0.0.1:{port}/wsman"))
    assert failed(report) == ["port"]
    assert "Enable-PSRemoting -Force" in commands(report.step(StepId.PORT))


def test_a_closed_https_port_says_how_to_make_a_listener() -> None:
    with unused_port() as port:
        report = examine(settings(f"https://127.0.0.1:{port}/wsman"))
    said = commands(report.step(StepId.PORT))
    assert f"-LocalPort {port}" in said
    assert "New-WSManInstance winrm/config/Listener" in said


def test_a_web_server_is_told_from_a_winrm_service() -> None:
    with clinic() as patient:
        report = patient.examine(endpoint=patient.host.endpoint.url.replace("/wsman", "/elsewhere"))
    assert failed(report) == ["service"]
    assert "HTTP status 404" in report.step(StepId.SERVICE).came_back


def test_something_that_is_no_web_server_is_told() -> None:
    with clinic(certificate=self_signed()) as patient:
        plain = patient.host.endpoint.url.replace("https", "http")
        report = patient.examine(endpoint=plain)
    assert failed(report) == ["service"]
    assert "no WinRM service" in report.step(StepId.SERVICE).came_back


def test_a_port_without_tls_is_told() -> None:
    with clinic() as patient:
        report = patient.examine(endpoint=patient.host.endpoint.url.replace("http", "https"))
    assert failed(report) == ["certificate-issuer"]
    assert "does not speak TLS" in report.step(StepId.ISSUER).came_back


@pytest.mark.parametrize(
    ("trouble", "where"),
    [
        ("unknown-authority", ["certificate-issuer"]),
        ("expired-certificate", ["certificate-issuer", "certificate-validity"]),
        ("wrong-name", ["certificate-issuer", "certificate-name"]),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said_before_any_login(trouble: str, where: list[str]) -> None:
    with clinic(trouble) as patient:
        report = patient.examine()
        assert patient.host.count() == 0, "nothing may be sent to a host that is not trusted"
    assert failed(report) == where
    assert "service" in unreached(report)
    for step_id in where:
        step = report.step(StepId(step_id))
        assert step.means
        assert step.remedies


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
    with clinic(certificate=certificate) as patient:
        report = patient.examine(ca_file=str(file))
    assert failed(report) == where


def test_a_wrong_name_offers_the_name_that_the_certificate_is_for() -> None:
    with clinic("wrong-name") as patient:
        report = patient.examine()
    assert "hvtree doctor https://hv99.example.org:" in commands(report.step(StepId.CERTIFICATE_NAME))


def test_the_pinned_certificate_is_trusted_whatever_else_is_wrong_with_it() -> None:
    certificate = self_signed(-0.5, names=("hv99.example.org",))
    with clinic(certificate=certificate) as patient:
        report = patient.examine(fingerprint=certificate.fingerprint)
    assert failed(report) == []
    assert warned(report) == ["certificate-validity"]
    assert report.step(StepId.PIN).outcome is Outcome.FINE


def test_another_certificate_than_the_pinned_one_ends_the_way() -> None:
    with clinic(certificate=self_signed()) as patient:
        report = patient.examine(fingerprint="00" * 32)
        assert patient.host.count() == 0
    assert failed(report) == ["certificate-pin"]
    assert "Thumbprint" in commands(report.step(StepId.PIN))


def test_a_wrong_password_is_tried_exactly_once() -> None:
    with clinic() as patient:
        report = patient.examine(password="wrong")
        assert patient.host.count("denied") == 1
    assert failed(report) == ["login"]
    assert unreached(report) == AFTER_LOGIN
    assert "Get-LocalUser -Name 'demo'" in commands(report.step(StepId.LOGIN))


def test_a_wrong_password_over_tls_is_tried_exactly_once() -> None:
    certificate = self_signed()
    with clinic(certificate=certificate) as patient:
        report = patient.examine(password="wrong", fingerprint=certificate.fingerprint)
        assert patient.host.count("denied") == 1
    assert failed(report) == ["login"]


def test_a_password_that_was_refused_before_is_not_tried_again() -> None:
    with clinic() as patient:
        report = patient.examine(withheld=AuthenticationFailure("It was refused before.", code="credentials"))
        assert patient.host.count("denied", "login") == 1, "only the question for what is offered"
    assert failed(report) == ["login"]
    assert report.step(StepId.LOGIN).tried == "Nothing was sent."
    assert "Set-LocalUser" in commands(report.step(StepId.LOGIN))


def test_basic_without_tls_is_refused_by_hvtree_itself() -> None:
    with clinic(allow_basic=True) as patient:
        report = patient.examine(transport="basic")
        assert patient.host.count("Create", "denied") == 0
    step = report.step(StepId.LOGIN)
    assert failed(report) == ["login"]
    assert step.tried == "Nothing was sent."
    assert "without TLS" in step.came_back
    assert "--transport ntlm" in commands(step)


def test_a_way_to_log_in_that_is_not_offered_costs_no_attempt() -> None:
    certificate = self_signed()
    with clinic(certificate=certificate) as patient:
        report = patient.examine(transport="basic", fingerprint=certificate.fingerprint)
        assert patient.host.count("denied") == 0
    assert failed(report) == ["login"]
    assert "Auth\\Basic" in commands(report.step(StepId.LOGIN))


def test_a_clock_that_is_far_off_is_named_when_a_login_fails() -> None:
    with clinic("clock") as patient:
        report = patient.examine(password="wrong")
    assert "20 min apart" in report.step(StepId.LOGIN).means
    assert "w32tm" in commands(report.step(StepId.LOGIN))


def test_files_on_other_servers_that_cannot_be_read_are_a_warning() -> None:
    share = "\\\\nas01\\vms"
    drive = DriveSpec(path=f"{share}\\far.vhdx", virtual=10**9, size=10**8)
    vm = VmSpec(id="a0000000-0000-4000-8000-000000000001", name="far", folder="C:\\VMs\\far", drives=(drive,))
    volumes = (VolumeSpec("C:", 10**12), VolumeSpec(share, 10**12))
    world = World(host=HostSpec(name="H"), volumes=volumes, vms=(vm,))
    with clinic(world=world) as patient:
        assert patient.examine().step(StepId.SECOND_HOP).outcome is Outcome.FINE
    with clinic("no-second-hop", world=world) as patient:
        report = patient.examine()
    step = report.step(StepId.SECOND_HOP)
    assert warned(report) == ["second-hop"]
    assert f"{share}\\far.vhdx" in step.came_back
    assert "Set-ADComputer -Identity 'nas01'" in commands(step)


def test_a_hyper_v_administrator_needs_nothing_more() -> None:
    with clinic() as patient:
        patient.host.hyperv.faults.session.is_hyperv_administrator = True
        report = patient.examine()
    assert report.is_healthy
    assert "a Hyper-V administrator" in report.step(StepId.RIGHTS).came_back


def test_a_host_without_vms_is_healthy_for_somebody_who_may_see_them() -> None:
    with clinic(world="empty") as patient:
        report = patient.examine()
    assert report.is_healthy
    assert report.step(StepId.VMS).means == "The host has none."


def test_each_step_is_told_when_it_begins_and_when_it_is_judged() -> None:
    seen: list[Step] = []
    with clinic() as patient:
        patient.examine(seen=seen)
    of_login = [step.outcome for step in seen if step.id is StepId.LOGIN]
    assert of_login == [Outcome.RUNNING, Outcome.FINE]
    assert [step.id for step in seen if step.outcome is not Outcome.RUNNING] == list(StepId)


def test_nothing_of_the_examination_stays_on_the_host() -> None:
    with clinic() as patient:
        patient.examine()
        assert patient.host.endpoint.shells.outputs() == ()
