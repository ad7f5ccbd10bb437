"""`hvtree watch`: what others do on a host, as it happens."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from subprocess import Popen

import pytest

from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.terminal import Terminal
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S

SIDE = "c0000000-0000-4000-8000-000000000004"


@pytest.fixture
def watch(host: RemoteHost) -> Iterator[Callable[..., Popen[str]]]:
    """Start to watch; the first line has been read when this returns the process."""
    started: list[Popen[str]] = []

    def start(*words: str) -> Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, "watch", host.endpoint.url, "--user", USER, *words],
            env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert "Watching" in not_none(process.stdout).readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_checkpoint_that_somebody_else_renames_is_told(
    host: RemoteHost, watch: Callable[..., Popen[str]], hvtree: Terminal
) -> None:
    process = watch("--count", "1")
    hvtree.on(host, "do rename", SIDE, "--name", "new name", "--yes")
    assert "renamed to" in not_none(process.stdout).readline()
    assert process.wait(WAIT_S) == 0


def test_no_more_news_is_told_than_was_asked_for(
    host: RemoteHost, watch: Callable[..., Popen[str]], hvtree: Terminal
) -> None:
    process = watch("--count", "1")
    hvtree.on(host, "do delete-subtree", "patch1", "--yes")  # two are deleted at once
    lines = not_none(process.stdout).read().splitlines()
    assert process.wait(WAIT_S) == 0
    assert len(lines) == 1


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_count_that_is_none_is_code_2(hvtree: Terminal, count: str) -> None:
    said = hvtree("watch", "demo", "--count", count)
    assert said.code == 2
    assert "is not a number from 1 on" in said.err


def test_each_change_is_a_json_line_with_its_time(
    host: RemoteHost, watch: Callable[..., Popen[str]], hvtree: Terminal
) -> None:
    process = watch("--count", "1", "--json")
    hvtree.on(host, "do delete", SIDE, "--yes")
    record = json.loads(not_none(process.stdout).readline())
    assert record["kind"] == "change"
    assert "was deleted" in record["text"]
    assert record["time"].endswith("+00:00")


def test_ctrl_c_ends_it_as_planned(watch: Callable[..., Popen[str]]) -> None:
    process = watch()
    process.send_signal(signal.SIGINT)
    assert process.wait(WAIT_S) == 0
