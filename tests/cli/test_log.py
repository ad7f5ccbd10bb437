"""The log that a command leaves: its level, its secrets, and a folder where none can be kept."""

from pathlib import Path

import pytest

from hvtree.app.log_file import log_folder
from tests.support.leaks import leaks
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.terminal import Terminal


def log() -> str:
    """Return what all commands of a test have logged."""
    return "".join(path.read_text("utf-8") for path in sorted(log_folder().glob("*.log")))


def test_a_command_leaves_a_log_with_how_it_ended(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "show").code == 0
    assert "ended with exit code 0" in log()


def test_an_error_is_in_the_log_with_its_sentence(hvtree: Terminal) -> None:
    said = hvtree("show", "nobody")
    assert said.code == 2
    assert "There is no saved host ‘nobody’." in log()


@pytest.mark.parametrize(
    "words",
    [
        ("--log-level", "error", "show", "nobody"),
        ("show", "--log-level", "ERROR", "nobody"),
        ("do", "--log-level=error", "delete", "nobody", "x", "--yes"),
        ("do", "delete", "nobody", "x", "--yes", "--log-level", "error"),
        ("plan", "delete", "nobody", "x", "--log-level", "error"),
        ("hosts", "remove", "nobody", "--log-level", "error"),
    ],
)
def test_the_level_may_be_given_on_every_level_of_the_command_line(
    hvtree: Terminal, words: tuple[str, ...]
) -> None:
    assert hvtree(*words).code == 2
    assert log() == ""


def test_an_unknown_level_is_wrong_usage(hvtree: Terminal) -> None:
    said = hvtree("show", "demo", "--log-level", "loud")
    assert said.code == 2
    assert "loud" in said.err


def test_neither_the_help_nor_wrong_words_leave_a_log(hvtree: Terminal) -> None:
    hvtree("do", "--help")
    hvtree("nonsense")
    assert not log_folder().exists()


def test_a_folder_that_cannot_be_made_is_said_once_and_the_command_goes_on(
    hvtree: Terminal, host: RemoteHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    said = hvtree.on(host, "show", "--json")
    assert said.code == 0
    assert said.json["host"] == "PAIR"
    (line,) = said.err.splitlines()
    assert line.startswith("hvtree: No log is kept in ")


def test_no_password_and_no_login_message_is_in_the_log_of_a_job_over_winrm(
    hvtree: Terminal, host: RemoteHost
) -> None:
    said = hvtree.on(host, "do rename", "side", "--name", "other", "--yes", "--log-level", "debug")
    assert said.code == 0, said.err
    assert log()
    assert leaks(PASSWORD, [log()], USER) == []
    assert "TlRMTVNTUA" not in log()
    assert "Authorization" not in log()


def test_what_was_asked_of_a_host_and_what_it_answered_is_in_the_log(
    hvtree: Terminal, host: RemoteHost
) -> None:
    assert hvtree.on(host, "do rename", "side", "--name", "other", "--yes").code == 0
    told = [
        "connecting by",
        "greeted by",
        "connected by",
        "as RenameCheckpoint(",
        "step 1: asking '127.0.0.1': Rename(",
        "step 1: answered Outcome(",
        "job 1: ended as planned",
    ]
    assert [words for words in told if words not in log()] == []


def test_each_stage_of_the_doctor_is_in_the_log(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "doctor", "--json").code == 0
    assert "stage login: fine" in log()
    assert leaks(PASSWORD, [log()], USER) == []


def test_no_refused_password_is_in_the_log(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "wrong horse")
    assert hvtree("show", host.endpoint.url, "--user", USER, "--log-level", "debug").code == 1
    assert leaks("wrong horse", [log()], USER) == []


def test_a_name_with_a_line_break_forges_no_line(hvtree: Terminal, host: RemoteHost) -> None:
    forged = "\n2026-11-26T04:00:00.000Z INFO 1 hvtree: forged \x1b[31m \u202e" + "x" * 100_000
    host.hyperv.rename_vm_snapshot("web", "side", new_name=forged)
    assert hvtree.on(host, "do delete", "patch1", "--yes", "--log-level", "debug").code == 0
    for line in log().splitlines():
        assert line.isprintable()
        assert len(line) < 17_000
        assert not line.startswith("2026-11-26T04:00:00.000Z INFO 1 hvtree: forged")


def test_the_log_is_in_the_folder_that_the_platform_wants(hvtree: Terminal) -> None:
    hvtree("show", "nobody")
    (file,) = log_folder().iterdir()
    assert Path(file).name.startswith("hvtree-")
