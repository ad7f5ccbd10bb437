"""What the doctor says: no secret in it, commands that are safe to paste, and a report as text and as JSON."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from hvtree.app.doctor.explain_connection import service_seen
from hvtree.app.doctor.report_text import report_record, report_text
from hvtree.app.doctor.stage_report import Place, Remedy, Report, StageId, StageReport, StageStatus
from hvtree.app.doctor.texts import WINDOWS, Explainer, Finding, duration, texts
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.problems import PROBLEMS
from hvtree.emulator.winrm.certificate import self_signed
from hvtree.hosts.stage_results import Service
from tests.support.examined_host import examined_host
from tests.support.powershell import NO_POWERSHELL, find_powershell
from tests.support.remote_host import PASSWORD

LINUX, MAC = "Linux", "Darwin"
PROFILE = HostProfile("lab", "https://hv01.example.org:5986/wsman", "EXAMPLE\\O'Hara", "ntlm")
VALUES = {
    "thumbprint": "AB" * 20,
    "fingerprint": ":".join(["AB"] * 32),
    "certificate_name": "hv02.example.org",
    "other_url": "http://hv01.example.org:5985/wsman",
    "file_server": "nas01",
    "extra": "kerberos",
}
ALL: list[tuple[str, str, Remedy]] = [
    (code, system, remedy)
    for code in texts().findings
    for system in (WINDOWS, LINUX, MAC)
    for remedy in Explainer(PROFILE, system=system).remedies(code, **VALUES)
]
SECRETS = (PASSWORD, "swordfish 漢字!", "ZGVtbzpjb3JyZWN0IGhvcnNl")
"""The right password, a wrong one, and the token of Basic for the right one."""


def everything(report: Report, seen: list[StageReport]) -> str:
    return (
        report_text(report)
        + json.dumps(report_record(report), ensure_ascii=False)
        + repr(report)
        + repr(seen)
    )


@pytest.mark.parametrize("problem", [None, *PROBLEMS])
def test_no_report_holds_the_password_or_a_token(problem: str | None) -> None:
    seen: list[StageReport] = []
    with examined_host(*([problem] if problem else [])) as target:
        text = everything(target.examine(seen=seen), seen)
    assert not [secret for secret in SECRETS if secret in text]
    assert "TlRMTVNTU" not in text, "the beginning of every NTLM token"


@pytest.mark.parametrize("transport", ["ntlm", "basic"])
@pytest.mark.parametrize("password", [PASSWORD, "swordfish 漢字!"])
def test_no_report_of_a_login_over_tls_holds_the_password(transport: str, password: str) -> None:
    certificate, seen = self_signed(), list[StageReport]()
    with examined_host(certificate=certificate, allow_basic=True) as target:
        pin = certificate.fingerprint
        report = target.examine(transport=transport, password=password, fingerprint=pin, seen=seen)
        text = everything(report, seen)
        assert target.host.count("denied") <= 1
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize(("code", "system", "remedy"), ALL, ids=lambda part: str(part)[:24])
def test_a_remedy_is_complete(code: str, system: str, remedy: Remedy) -> None:
    assert "‹" not in f"{remedy.what}{remedy.command}"
    for text in (remedy.what, remedy.exposes):
        assert text.endswith((".", ":"))
        assert text[0].isupper()
    assert remedy.command.strip() == remedy.command


def test_every_remedy_names_its_source_and_is_advised_somewhere() -> None:
    assert all(remedy.source for remedy in texts().remedies.values())
    advised = {name for finding in texts().findings.values() for name in finding.remedies}
    assert advised == set(texts().remedies)


@pytest.mark.parametrize(("code", "finding"), texts().findings.items(), ids=list(texts().findings))
def test_what_is_said_of_a_finding_is_made_of_whole_sentences(code: str, finding: Finding) -> None:
    for text in (finding.tried, finding.came_back, finding.means):
        assert not text or text.endswith("."), code
        assert not text or text[0].isupper() or text[0] in "‹‘", code


def test_every_stage_says_what_is_tried() -> None:
    assert set(texts().stages) == set(StageId)


def test_a_failure_without_a_finding_is_told_in_its_own_words() -> None:
    error = ConnectionFailure(
        "It broke.", why="Nobody knows why.", now="Try again.", details="raw", code="new"
    )
    report = Explainer(PROFILE).failure(StageId.SHELL, error)
    assert report.status is StageStatus.FAILED
    assert (report.came_back, report.means) == ("It broke.", "Nobody knows why. Try again.")
    assert (report.remedies, report.details) == ((), "raw")


def test_a_name_with_a_quote_stays_one_word_in_the_command() -> None:
    (remedy,) = Explainer(PROFILE).remedies("no-rights")
    assert remedy.command.endswith("-Member 'EXAMPLE\\O''Hara'")
    first = Explainer(PROFILE, system=LINUX).remedies("credentials")[0]
    assert "'.\\O'\"'\"'Hara'" in first.command


def test_what_a_certificate_says_cannot_become_a_command() -> None:
    hostile = "hv'; Remove-VM * #‹user›"
    commands = [r.command for r in Explainer(PROFILE).remedies("certificate-name", certificate_name=hostile)]
    assert "Remove-VM *" not in commands[0]
    assert ";" not in commands[0]


@pytest.mark.skipif(find_powershell() is None, reason=NO_POWERSHELL)
def test_every_command_for_powershell_is_powershell(tmp_path: Path) -> None:
    scripts = sorted({r.command for _, system, r in ALL if r.place is not Place.CLIENT or system == WINDOWS})
    scripts = [script for script in scripts if not script.startswith(("hvtree", "python3"))]
    parser = "[System.Management.Automation.Language.Parser]"
    lines = ["$bad = 0"]
    for number, script in enumerate(scripts):
        file = tmp_path / f"{number}.ps1"
        file.write_text(script, encoding="utf-8")
        lines.append(f"$errors = $null; $null = {parser}::ParseFile('{file}', [ref] $null, [ref] $errors)")
        lines.append(f"foreach ($e in $errors) {{ $bad++; '{number}: ' + $e.Message }}")
    check = tmp_path / "check.ps1"
    check.write_text("\n".join([*lines, "exit $bad"]), encoding="utf-8")
    powershell = find_powershell()
    assert powershell is not None
    words = [powershell, "-NoProfile", "-File", str(check)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_verdict_names_what_failed_and_what_that_means() -> None:
    failed = StageReport(StageId.PORT, StageStatus.FAILED, means="Nothing listens.")
    with examined_host() as target:
        healthy = target.examine()
    broken = Report(PROFILE, healthy.began_utc, (failed,))
    assert broken.verdict == "TCP port failed. Nothing listens."
    assert report_record(broken)["healthy"] is False


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0002, "less than 1 ms"),
        (0.0421, "42 ms"),
        (1.23, "1.2 s"),
        (45, "45 s"),
        (600, "10 min"),
        (90_000, "25 h"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_a_hostile_host_says_stays_on_one_line_and_is_cut() -> None:
    nasty = "Nice\r\n[ok] Authentication\x1b[2J\u202e" + "x" * 10_000
    stage = service_seen(Explainer(PROFILE), Service(401, nasty, (nasty, "Negotiate")))
    assert "\n" not in stage.came_back
    assert "\x1b" not in stage.came_back
    assert len(stage.came_back) < 500
