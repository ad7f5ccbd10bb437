"""The two commands, from the outside: their words, their exit codes, and how they end."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import dev
from devtools.checks import (
    END_TO_END,
    FAST_FOLDERS,
    Check,
    all_checks,
    fast_checks,
    only_tests,
    run_all,
)
from devtools.environment import Checkout
from tests.support.waiting import WAIT_S

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def _dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PACKAGING / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=WAIT_S)


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_an_older_python_is_told_which_one_is_needed(version: tuple[int, int]) -> None:
    sentence = dev.complaint_about_python(version)
    assert sentence is not None
    assert "needs Python 3.11 or newer" in sentence
    assert f"this is Python {version[0]}.{version[1]}" in sentence


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (3, 14)])
def test_a_newer_python_will_do(version: tuple[int, int]) -> None:
    assert dev.complaint_about_python(version) is None


def test_help_is_no_mistake() -> None:
    result = _dev("--help")
    assert result.returncode == 0
    assert "dev.py run" in result.stdout
    assert "dev.py test --fast" in result.stdout


@pytest.mark.parametrize("words", [(), ("build",)])
def test_an_unknown_command_is_answered_with_the_known_ones(words: tuple[str, ...]) -> None:
    result = _dev(*words)
    assert result.returncode == 2
    assert "dev.py test" in result.stderr


def test_the_tests_come_last_of_all_checks() -> None:
    names = [check.name for check in all_checks(Checkout(Path("clone")), workers=2)]
    assert names == [
        "ruff check",
        "ruff format",
        "mypy",
        "import contracts",
        "end-to-end tests",
        "tests of parts",
    ]


def test_each_test_is_in_one_of_the_two_runs() -> None:
    end_to_end, parts = all_checks(Checkout(Path("clone")), workers=2)[-2:]
    assert end_to_end.command[-len(END_TO_END) :] == END_TO_END
    assert not [each for each in parts.command if each.startswith("tests")]
    ignored = [each for each in parts.command if each.startswith("--ignore=")]
    assert ignored == [f"--ignore={path}" for path in END_TO_END]


def test_arguments_narrow_the_checks_to_those_tests() -> None:
    (check,) = only_tests(Checkout(Path("clone")), ["tests/domain", "-k", "subtree"])
    assert check.command[-4:] == ("pytest", "tests/domain", "-k", "subtree")


def test_the_fast_tier_is_ruff_and_the_folders_without_processes_and_connections() -> None:
    checks = fast_checks(Checkout(Path("clone")), workers=2, arguments=["-k", "subtree"])
    assert [check.name for check in checks] == ["ruff check", "ruff format", "fast tests"]
    command = checks[-1].command
    assert command[2:7] == ("pytest", "--fast", "-q", "-n", "2")
    assert command[7:] == (*FAST_FOLDERS, "-k", "subtree")


def test_the_folders_and_files_of_the_tiers_are_there() -> None:
    missing = [path for path in (*FAST_FOLDERS, *END_TO_END) if not (PACKAGING.parent / path).exists()]
    assert missing == []


def test_a_failing_check_stops_no_other_and_fails_the_whole() -> None:
    seen: list[str] = []
    said: list[str] = []

    def run(command: Sequence[str]) -> int:
        seen.append(command[0])
        return 3 if command[0] == "b" else 0

    checks = [Check(name.upper(), (name,)) for name in ("a", "b", "c")]
    assert run_all(checks, run=run, say=said.append, clock=lambda: 0.0) == 1
    assert seen == ["a", "b", "c"]
    assert said[-1] == "== A ok 0 s · B FAILED (3) 0 s · C ok 0 s"


def test_checks_that_all_pass_end_with_zero() -> None:
    assert run_all([Check("A", ("a",))], run=lambda _: 0, say=lambda _: None) == 0


POLITE_PROGRAM = """
import signal, sys
def leave(number, frame):
    print("closed", flush=True)
    sys.exit(7)
signal.signal(signal.SIGINT, leave)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
signal.pause()
"""
STARTER = f"""
import sys
sys.path.insert(0, {str(PACKAGING)!r})
from devtools import commands, interruptions
interruptions.hear()
sys.exit(commands.start([sys.executable, "-c", sys.argv[1]], {{}}))
"""


DEAF_PROGRAM = """
import signal
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: print("heard", flush=True))
print("ready", flush=True)
while True:
    signal.pause()
"""
with_signals = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")


def _started(program: str) -> "subprocess.Popen[str]":
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "ready\n"
    return starter


def _ended(starter: "subprocess.Popen[str]") -> tuple[str, str, int]:
    output, errors = starter.communicate(timeout=WAIT_S)
    return output, errors, starter.returncode


@with_signals
def test_a_program_that_is_terminated_by_id_closes_without_a_traceback() -> None:
    starter = _started(POLITE_PROGRAM)
    starter.send_signal(signal.SIGTERM)
    assert _ended(starter) == ("closed\n", "", 7)


@with_signals
def test_ctrl_c_closes_every_program_without_a_traceback_and_its_exit_code_is_kept() -> None:
    starters = [
        _started(POLITE_PROGRAM) for _ in range(12)
    ]  # so many at once that starter and program end together
    for starter in starters:
        os.killpg(starter.pid, signal.SIGINT)
    assert [_ended(starter) for starter in starters] == [("closed\n", "", 7)] * 12


@with_signals
def test_who_is_asked_a_third_time_is_killed() -> None:
    starter = _started(DEAF_PROGRAM)
    assert starter.stdout is not None
    os.killpg(starter.pid, signal.SIGINT)
    assert starter.stdout.readline() == "heard\n"
    starter.send_signal(
        signal.SIGTERM
    )  # passed on; a second SIGINT would be the first one as long as that has not been heard
    assert starter.stdout.readline() == "heard\n"
    starter.send_signal(signal.SIGINT)
    _, errors, code = _ended(starter)
    assert (errors, code) == ("", 128 + signal.SIGKILL)
