"""HVTrees that are killed at a moment of a step of their jobs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hvtree.emulator.host.faults import Fault
from tests.cli.kills import AT_WORK, LAB
from tests.support import halting_hvtree
from tests.support.emulated import world_of
from tests.support.halting_hvtree import SENDING
from tests.support.plans import HOST
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host
from tests.support.waiting import comes_true

LONG_S = 60
"""How much longer the host is at a request then, by its clock."""


class Victim:
    """An HVTree that halts at each moment of its job."""

    def __init__(self, program: subprocess.Popen[str], line: socket.socket) -> None:
        self._program = program
        self._line = line
        self._moments = line.makefile("r", encoding="utf-8")

    def halts_at(self, moment: str, step: int) -> None:
        """Let it go on up to a moment of a step."""
        while (heard := self._moments.readline().strip()) != f"{moment} {step}":
            assert heard, f"it has ended before it was {moment} in step {step}"
            self.goes_on()

    def goes_on(self) -> None:
        self._line.sendall(b"\n")

    def is_killed(self) -> None:
        self._program.kill()
        self._program.wait()


Hosts = Mapping[str, RemoteHost]
"""By the names that the plans of `kills` call them; the first is the one that a command is about that names none."""


def command(hosts: Hosts, words: str) -> list[str]:
    """Return a command on hosts: after `do VERB` or `group create NAME` the host is named, behind `group` as an option."""
    host = next(iter(hosts.values()))
    addresses = {name: each.endpoint.url for name, each in hosts.items()}
    if "{" in words:
        return [*words.format(**addresses).split(), "--user", USER]
    match words.split():
        case ["do", verb, *rest]:
            return ["do", verb, host.endpoint.url, *rest, "--user", USER]
        case ["group", "create", name, *rest]:
            return ["group", "create", name, host.endpoint.url, *rest, "--user", USER]
        case ["recover"]:
            return ["recover", *addresses.values(), "--user", USER]
        case ["group", *rest]:
            return ["group", *rest, "--host", host.endpoint.url, "--user", USER]
        case rest:
            return [*rest, "--user", USER]


@contextmanager
def victim(hosts: Hosts, words: str) -> Iterator[Victim]:
    """Start a job that halts at its first moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        program = [sys.executable, halting_hvtree.__file__, str(server.getsockname()[1])]
        with subprocess.Popen(
            [*program, *command(hosts, words), "--yes"],
            env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
            stdout=subprocess.DEVNULL,
            text=True,
        ) as running:
            line, _ = server.accept()
            with line:
                yield Victim(running, line)


def killed(hosts: Hosts, words: str, step: int, moment: str, host_id: str = HOST) -> None:
    """Begin a job, and kill it at a moment of a step on a host."""
    host = hosts[host_id]
    with victim(hosts, words) as program:
        program.halts_at(SENDING if moment == AT_WORK else moment, step)
        if moment == AT_WORK:
            host.hyperv.faults.add(Fault(delay_s=LONG_S))
            program.goes_on()
            assert comes_true(lambda: not host.hyperv.faults.active), "the host has begun"
        program.is_killed()


@contextmanager
def alone() -> Iterator[Hosts]:
    """Serve the host that most jobs are about."""
    with remote_host(world_of(LAB)) as host:
        yield {HOST: host}
