"""Real signals to a real process in the middle of a job: it ends as Ctrl+C ends it, and VMs get their states back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.faults import Fault
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S

QUIT = signal.Signals(getattr(signal, "CTRL_BREAK_EVENT", 0) or signal.SIGQUIT)


def states(host: RemoteHost) -> list[VMState]:
    return [vm.state for vm in host.hyperv.get_vm().objects]


@contextmanager
def hanging(host: RemoteHost, folder: Path, command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of a job."""
    home = {
        name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA")
    }
    child = subprocess.Popen(
        command,
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen", "HVTREE_PASSWORD": PASSWORD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def wait_for(child: subprocess.Popen[str], *words: str) -> None:
    """Read what the process says on standard error until a line holds all of these."""
    said = []
    for line in not_none(child.stderr):
        said.append(line)
        if all(word in line for word in words):
            return
    pytest.fail("".join(said))


@pytest.mark.parametrize("number", [QUIT] if os.name == "nt" else [QUIT, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_a_job_in_the_terminal(host: RemoteHost, tmp_path: Path, number: int) -> None:
    host.hyperv.faults.add(Fault(cmdlet="Export-VMSnapshot", delay_s=1_000_000))
    words = [
        "do",
        "export",
        host.endpoint.url,
        "side",
        "--to",
        "D:\\Exports",
        "--user",
        USER,
        "--yes",
        "--json",
    ]
    with hanging(host, tmp_path, [*COMMAND, *words]) as child:
        wait_for(child, "running")
        child.send_signal(number)
        wait_for(child, "Cancelling.")
        out, complaints = child.communicate(timeout=WAIT_S)
    assert (child.returncode, json.loads(out)["verdict"]) == (1, "cancelled"), complaints


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_ends_the_window_without_a_question_and_vms_get_their_states_back(
    host: RemoteHost, tmp_path: Path, name: str
) -> None:
    before = states(host)
    host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", delay_s=400))
    words = ["-m", "tests.support.window_with_a_job", "--host", host.endpoint.url, "--user", USER]
    with hanging(host, tmp_path, [sys.executable, *words]) as child:
        wait_for(child, "checkpointing")
        child.send_signal(getattr(signal, name))
        _, complaints = child.communicate(timeout=WAIT_S)
    assert child.returncode == 0, complaints
    assert states(host) == before
