"""Ctrl+C, a reader that goes away, and faults of HVTree itself: always a clean end."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from hvtree.cli import main
from hvtree.emulator.host.faults import Fault
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.terminal import Terminal
from tests.support.tolerant_hvtree import COMMAND


class Presses(io.StringIO):
    """Standard error that presses Ctrl+C (or sends another signal) whenever one of these words is written to it."""

    def __init__(self, *words: str, number: int = signal.SIGINT) -> None:
        super().__init__()
        self._words = list(words)
        self._number = number

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._words and self._words[0] in text:
            del self._words[0]
            signal.raise_signal(self._number)
        return written


@pytest.fixture(autouse=True)
def terminal() -> Iterator[None]:
    """Let signals arrive as at a terminal, wherever the tests were started: behind nohup, or in the background, some do not."""
    handlers = {signal.SIGINT: signal.default_int_handler} | {
        getattr(signal, name): signal.SIG_DFL for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def slow_export(host: RemoteHost) -> RemoteHost:
    """A host on which an export takes its time."""
    host.hyperv.faults.add(Fault(cmdlet="Export-VMSnapshot", delay_s=100_000))
    return host


def test_ctrl_c_cancels_an_export_and_tells_so(
    hvtree: Terminal, slow_export: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Presses("running"))
    said = hvtree.on(slow_export, "do export", "side", "--to", "D:\\Exports", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (1, "cancelled")
    assert not slow_export.hyperv.get_child_item("D:\\Exports")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_being_asked_to_end_cancels_a_job_as_ctrl_c_does(
    hvtree: Terminal, slow_export: RemoteHost, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    number = getattr(signal, name)
    monkeypatch.setattr(sys, "stderr", Presses("running", "Cancelling.", number=number))
    said = hvtree.on(slow_export, "do export", "side", "--to", "D:\\Exports", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (1, "cancelled")
    assert signal.getsignal(number) == signal.SIG_DFL


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")
def test_behind_nohup_a_job_outlives_its_terminal(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    monkeypatch.setattr(sys, "stderr", Presses("running", number=signal.SIGHUP))
    said = hvtree.on(host, "do export", "side", "--to", "D:\\Exports", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned")
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_ctrl_c_twice_ends_the_program_with_code_130_and_what_became_of_the_job(
    hvtree: Terminal, slow_export: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = Presses("running", "Cancelling.")
    monkeypatch.setattr(sys, "stderr", stderr)
    assert hvtree.on(slow_export, "do export", "side", "--to", "D:\\Exports", "--yes").code == 130
    assert "cancelled. The VM is as it was before." in stderr.getvalue()


class Hesitates(io.StringIO):
    """A terminal at which nobody types anything until `leave` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.leave = threading.Event()

    def isatty(self) -> bool:
        return True

    def readline(self, _size: int | None = -1) -> str:  # type: ignore[override]  # typeshed mixes it with bytes
        self.leave.wait()
        return ""


def test_ctrl_c_at_the_question_cancels_before_anything_is_touched(
    host: RemoteHost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Hesitates()
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    monkeypatch.setattr(sys, "stdin", person)
    monkeypatch.setattr(sys, "stderr", Presses("[y/N]"))
    code = main(["do", "delete", host.endpoint.url, "side", "--user", USER, "--json"])
    person.leave.set()
    said = json.loads(capsys.readouterr().out)
    assert (code, said["verdict"], [step["phase"] for step in said["steps"]]) == (1, "cancelled", ["skipped"])
    assert "side" in [each.name for each in host.hyperv.get_vm_snapshot("web").objects]


def test_the_password_is_asked_for_while_ctrl_c_still_ends_the_program(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_prompt: str) -> str:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()  # a loop would hold Ctrl+C back until the line has been typed
        return PASSWORD

    monkeypatch.setattr("getpass.getpass", ask)
    assert hvtree("show", host.endpoint.url, "--user", USER, typed="").code == 0


def test_ctrl_c_before_there_is_a_job_ends_the_program_with_code_130(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_prompt: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("getpass.getpass", press)
    assert hvtree("show", host.endpoint.url, "--user", USER, typed="").code == 130


def test_a_reader_that_has_gone_ends_the_program_quietly(host: RemoteHost) -> None:
    with subprocess.Popen(
        [*COMMAND, "show", host.endpoint.url, "--user", USER],
        env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        not_none(process.stdout).close()
        said = not_none(process.stderr).read()
    assert said == ""
    assert process.returncode == 1


def test_a_fault_of_hvtree_itself_is_a_sentence_and_more_with_debug(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    monkeypatch.setattr(sys, "stdout", closed)
    words = ["show", host.endpoint.url, "--user", USER]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "mistake of its own (ValueError)" in said
    assert "Traceback" not in said
    assert main([*words, "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err
