"""Ctrl+C, a reader that goes away, and faults of HVTree itself: always a clean end."""

import io
import os
import signal
import subprocess
import sys

import pytest

from hvtree.cli import main
from hvtree.emulator.faults import Fault
from tests.support.remote_host import PASSWORD, USER


class Presses(io.StringIO):
    """Standard error that presses Ctrl+C whenever one of these words is written to it."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self._words = list(words)

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._words and self._words[0] in text:
            del self._words[0]
            signal.raise_signal(signal.SIGINT)
        return written


@pytest.fixture
def slow_export(host):
    """A host on which an export takes its time."""
    host.hyperv.faults.add(Fault(cmdlet="Export-VMSnapshot", delay_s=100_000))
    return host


def test_ctrl_c_cancels_an_export_and_tells_so(hvtree, slow_export, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Presses("running"))
    said = hvtree.on(slow_export, "do export", "side", "--to", "D:\\Exports", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (1, "cancelled")
    assert not slow_export.hyperv.get_child_item("D:\\Exports")


def test_ctrl_c_twice_ends_the_program_with_code_130(hvtree, slow_export, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Presses("running", "Cancelling."))
    assert hvtree.on(slow_export, "do export", "side", "--to", "D:\\Exports", "--yes").code == 130


def test_ctrl_c_before_there_is_a_job_ends_the_program_with_code_130(hvtree, host, monkeypatch):
    def press(_prompt):
        raise KeyboardInterrupt

    monkeypatch.setattr("getpass.getpass", press)
    assert hvtree("show", host.endpoint.url, "--user", USER, typed="").code == 130


def test_a_reader_that_has_gone_ends_the_program_quietly(host):
    with subprocess.Popen(
        [sys.executable, "-m", "hvtree", "show", host.endpoint.url, "--user", USER],
        env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert said == ""
    assert process.returncode == 1


def test_a_fault_of_hvtree_itself_is_a_sentence_and_more_with_debug(hvtree, host, monkeypatch, capsys):
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
