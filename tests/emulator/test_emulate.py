"""`hvtree emulate` as a process of its own: what it announces, how it ends, what it refuses."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from winrm.exceptions import WSManFaultError
from winrm.protocol import Protocol

from tests.support.backends import skip_without_powershell
from tests.support.waiting import WAIT_S

WINDOWS = sys.platform == "win32"
SIGNALS = [getattr(signal, "CTRL_BREAK_EVENT")] if WINDOWS else [signal.SIGTERM, signal.SIGINT]  # noqa: B009
OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start `hvtree emulate --world pair` with more options; whatever still runs at the end is killed."""
    monkeypatch.delenv("HVTREE_EMULATOR_PASSWORD", raising=False)
    with ExitStack() as stack:

        def run(*options: str) -> subprocess.Popen[str]:
            child = subprocess.Popen(
                [sys.executable, "-m", "hvtree", "emulate", "--world", "pair", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                creationflags=OWN_GROUP,
            )
            stack.enter_context(child)
            stack.callback(child.kill)
            return child

        yield run


def announced(child: subprocess.Popen[str]) -> dict[str, Any]:
    assert child.stdout is not None
    line: dict[str, Any] = json.loads(child.stdout.readline())
    return line


def protocol(line: dict[str, Any], **options: Any) -> Protocol:
    settings = {"transport": line["transport"], "proxy": None, "ca_trust_path": None} | options
    return Protocol(line["endpoint"], username=line["user"], password=line["password"], **settings)


def test_it_says_how_to_reach_it_and_ends_with_its_parent(start: Start) -> None:
    child = start("--with-parent", "--user", "admin")
    line = announced(child)
    assert (line["user"], line["world"], line["host"]) == ("admin", "pair", "PAIR")
    assert protocol(line).open_shell()
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(WAIT_S) == 0


def test_the_parent_can_ask_for_the_number_of_exchanges(start: Start) -> None:
    child = start("--with-parent")
    connection = protocol(announced(child))
    connection.close_shell(connection.open_shell())
    assert child.stdin is not None
    child.stdin.write("exchanges\n")
    child.stdin.flush()
    assert announced(child) == {"login": 3, "Create": 1, "Delete": 1}


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_in_order(start: Start, number: int) -> None:
    child = start()
    announced(child)
    child.send_signal(number)
    assert child.wait(WAIT_S) == 0


def test_each_run_has_another_password(start: Start) -> None:
    passwords = {announced(start())["password"] for _ in range(2)}
    assert len(passwords) == 2
    assert all(len(password) >= 20 for password in passwords)


def test_the_environment_may_set_the_password(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTREE_EMULATOR_PASSWORD", "swordfish")
    assert announced(start())["password"] == "swordfish"


def test_with_tls_it_says_its_certificate_and_fingerprint(start: Start, tmp_path: Path) -> None:
    line = announced(start("--tls"))
    authority = tmp_path / "authority.pem"
    authority.write_text(line["certificate"])
    assert line["endpoint"].startswith("https://127.0.0.1:")
    assert len(line["fingerprint"]) == 64
    assert protocol(line, ca_trust_path=str(authority)).open_shell()


def test_basic_is_there_if_asked_for(start: Start) -> None:
    assert protocol(announced(start("--basic")), transport="basic").open_shell()


def test_a_taken_port_is_a_sentence_and_exit_code_1(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        child = start("--port", str(taken.getsockname()[1]))
        _, stderr = child.communicate(timeout=WAIT_S)
    assert (child.returncode, "cannot listen on port" in stderr) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--world", "no-such-world", "no-such-world"),
        ("--port", "99999", "not a port"),
        ("--speed", "0", "not a number"),
        ("--delay-ms", "fast", "not a number"),
        ("--user", "a:b", "user name"),
        ("--problem", "gremlins", "constrained-language"),
    ],
)
def test_a_bad_option_is_a_sentence_and_exit_code_2(start: Start, option: str, value: str, word: str) -> None:
    child = start(option, value)
    _, stderr = child.communicate(timeout=WAIT_S)
    assert (child.returncode, word in stderr, "Traceback" in stderr) == (2, True, False)


def test_a_world_file_with_errors_is_a_sentence_and_exit_code_2(start: Start, tmp_path: Path) -> None:
    world = tmp_path / "broken.json"
    world.write_text('{"host": {"name": "X"}, "vms": [{"name": 5}]}')
    child = start("--world", str(world))
    _, stderr = child.communicate(timeout=WAIT_S)
    assert (child.returncode, "broken.json" in stderr, "Traceback" in stderr) == (2, True, False)


def test_a_problem_is_part_of_the_host_that_is_served(start: Start) -> None:
    line = announced(start("--with-parent", "--problem", "wrong-name", "--problem", "quota"))
    assert line["endpoint"].startswith("https://")
    with pytest.raises(WSManFaultError) as caught:
        protocol(line, server_cert_validation="ignore").open_shell()
    assert caught.value.wsman_fault_code == 2150859174


def test_a_powershell_that_is_not_there_is_said_in_a_sentence(start: Start) -> None:
    child = start("--powershell", "/nowhere/pwsh")
    out, err = child.communicate(timeout=WAIT_S)
    assert (child.returncode, out) == (2, "")
    assert "There is no PowerShell at ‘/nowhere/pwsh’." in err
    assert "HVTREE_PWSH" in err


def test_without_any_powershell_it_says_how_to_name_one(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HVTREE_PWSH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    child = start("--powershell")
    _, err = child.communicate(timeout=WAIT_S)
    assert child.returncode == 2
    assert "There is no PowerShell on this computer." in err


def test_with_a_powershell_any_script_runs_on_the_host(start: Start) -> None:
    skip_without_powershell()
    child = start("--with-parent", "--powershell")
    connection = protocol(announced(child))
    shell = connection.open_shell()
    command = connection.run_command(shell, 'powershell -Command "(Get-VM web).State.ToString()"')
    assert connection.get_command_output(shell, command)[0].strip() == b"Running"
    connection.close_shell(shell)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(WAIT_S) == 0
