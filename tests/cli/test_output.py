"""Output that nobody reads, that does not fit anywhere, or that was closed from the start."""

import errno
import io
import os
import subprocess
import sys

import pytest

from hvtree.cli.output import Console
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.terminal import Terminal
from tests.support.tolerant_hvtree import COMMAND


class Full(io.StringIO):
    """A stream on a disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class Hungup(io.StringIO):
    """A stream whose reader goes away after some characters."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, text: str) -> int:
        self._room -= len(text)
        if self._room < 0:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        return super().write(text)


def names(hvtree: Terminal, host: RemoteHost) -> list[str]:
    (web,) = [vm for vm in hvtree.on(host, "show", "--json").json["vms"] if vm["name"] == "web"]
    return [checkpoint["name"] for checkpoint in web["checkpoints"]]


def test_a_job_is_carried_out_and_judged_though_nobody_reads_its_output(
    hvtree: Terminal, host: RemoteHost
) -> None:
    command = f"do rename {host.endpoint.url} side --user {USER} --name other --yes"
    with subprocess.Popen(
        [*COMMAND, *command.split()],
        env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        not_none(process.stdout).close()
    assert process.returncode == 0
    assert "other" in names(hvtree, host)


def test_a_plan_that_could_not_be_shown_is_not_agreed_to(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Hungup(20))
    said = hvtree.on(host, "do delete", "side", typed="y\n")
    monkeypatch.undo()
    assert said.code == 3
    assert "side" in names(hvtree, host)


@pytest.mark.parametrize("command", ["show", "plan delete"])
def test_a_result_that_does_not_fit_anywhere_is_code_1_with_the_reason(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    said = hvtree.on(host, command, *(["side"] if command != "show" else []))
    assert said.code == 1
    assert "The output cannot be written. No space left on device." in said.err


def test_streams_that_were_closed_from_the_start_do_no_harm(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert hvtree.on(host, "do rename", "side", "--name", "other", "--yes", "--json").code == 0
    assert hvtree.on(host, "show").code == 0


def test_a_console_whose_stream_is_closed_prints_no_more() -> None:
    stream = Hungup(3)
    console = Console(stream)
    for word in ("a", "bcd", "e"):
        console.say(word)
    assert (stream.getvalue(), console.is_open) == ("a\n", False)


def test_a_console_prints_no_control_characters() -> None:
    stream = io.StringIO()
    Console(stream).say("a\x1b[2Jb", start="\r")
    assert stream.getvalue() == "\ra\\u001b[2Jb\n"
