"""Agents on this computer, of an emulated host: a program stands in for PowerShell, and its streams lead to agents in Python.

Like `http_relay`, it does one thing to one exchange, here one line of the client's, and may let no new agent start afterwards. A cut
is the end of the process, which is all that can happen to such a connection.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hvtree.emulator.agent.agent import Agent
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.hosts import wire
from tests.support.http_relay import Harm, Planned
from tests.support.relay import LOOPBACK
from tests.support.waiting import WAIT_S

_PROGRAM = """#!{python} -IS
import os, socket, threading
try:
    agent = socket.create_connection(("{host}", {port}))
except OSError:
    raise SystemExit(1)
def answers():
    while data := agent.recv(65536):
        os.write(1, data)
    os._exit(0)
threading.Thread(target=answers, daemon=True).start()
while data := os.read(0, 65536):
    agent.sendall(data)
agent.shutdown(socket.SHUT_WR)
threading.Event().wait()
"""


class LocalAgents:
    """Starts an agent for each process, and does what was planned to one line."""

    def __init__(self, hyperv: HyperV, folder: Path, late_s: float = 0.3) -> None:
        self._hyperv = hyperv
        self._late_s = late_s
        self._server = socket.create_server((LOOPBACK, 0), backlog=16)
        port = self._server.getsockname()[1]
        self.program = folder / "powershell"
        self.program.write_text(_PROGRAM.format(python=sys.executable, host=LOOPBACK, port=port))
        self.program.chmod(0o700)
        self.has_struck = False
        self._exchanges = 0
        self._planned: Planned | None = None
        self._refused: int | None = 0
        self._until = 0.0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._agents: list[Agent] = []
        self._threads = [threading.Thread(target=self._accept, name="local-agents")]
        self._threads[0].start()

    def plan(self, planned: Planned) -> None:
        """Count from here, and strike once."""
        with self._lock:
            self._exchanges, self.has_struck, self._planned = 0, False, planned

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        for agent in self._agents:
            agent.close()
        for thread in self._threads:
            thread.join(WAIT_S)
        self._server.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._is_refused():
                near.close()
                continue
            thread = threading.Thread(target=self._serve, args=(near,), name="local-agents")
            self._threads.append(thread)
            thread.start()

    def _is_refused(self) -> bool:
        with self._lock:
            if self._refused is None or time.monotonic() < self._until:
                return True
            self._refused, was_left = max(0, self._refused - 1), self._refused
            return was_left > 0

    def _serve(self, near: socket.socket) -> None:
        output = _Output(near, self._late_s)
        agent = Agent(self._hyperv, output.send)
        self._agents.append(agent)
        agent.start()
        is_text = False
        with near, suppress(OSError), near.makefile("rb") as asked:
            for line in asked:
                is_text |= line.startswith(wire.SCRIPT_BEGIN)
                harm = None if is_text else self._harm()
                is_text &= not line.startswith(wire.SCRIPT_END)
                if not _pass(harm, line, agent, output):
                    break
        agent.end_of_input()

    def _harm(self) -> Harm | None:
        """Count a line; return what happens to it."""
        with self._lock:
            self._exchanges += 1
            planned = self._planned
            if planned is None or self._exchanges != planned.exchange:
                return None
            self.has_struck, self._refused = True, planned.refused
            self._until = time.monotonic() + planned.refused_s
            return planned.harm


def _pass(harm: Harm | None, line: bytes, agent: Agent, output: _Output) -> bool:
    """Pass a line on; return whether the process lives."""
    match harm:
        case Harm.CUT_BEFORE:
            return output.cut()
        case Harm.CUT_IN_REQUEST:
            agent.feed(line[: len(line) // 2])
            return output.cut()
        case Harm.CUT_AFTER:
            output.cut()
            agent.feed(line)
            return False
        case Harm.CUT_IN_ANSWER:
            output.cut_next()
            agent.feed(line)
            return output.wait_for_cut()
        case Harm.DELAY:
            output.delay_next()
    agent.feed(line)
    if harm is Harm.REPEAT:
        agent.feed(line)
    return True


class _Output:
    """What an agent writes to, from any thread."""

    def __init__(self, near: socket.socket, late_s: float) -> None:
        self._near = near
        self._late_s = late_s
        self._lock = threading.Lock()
        self._is_last = False
        self._is_late = False
        self._is_cut = threading.Event()

    def send(self, data: bytes) -> None:
        with self._lock, suppress(OSError):
            if self._is_late:
                self._is_late = False
                self._is_cut.wait(self._late_s)
            if self._is_last:
                self._near.sendall(data[: len(data) // 2])
                self.cut()
            elif not self._is_cut.is_set():
                self._near.sendall(data)

    def cut(self) -> bool:
        self._is_cut.set()
        with suppress(OSError):
            self._near.shutdown(socket.SHUT_RDWR)
        return False

    def cut_next(self) -> None:
        with self._lock:
            self._is_last = True

    def wait_for_cut(self) -> bool:
        self._is_cut.wait(WAIT_S)
        return False

    def delay_next(self) -> None:
        with self._lock:
            self._is_late = True


@contextmanager
def local_agents(hyperv: HyperV, folder: Path) -> Iterator[LocalAgents]:
    """Serve agents, and let `HVTREE_PWSH` name the program that leads to them."""
    made = LocalAgents(hyperv, folder)
    before = os.environ.get("HVTREE_PWSH")
    os.environ["HVTREE_PWSH"] = os.fspath(made.program)
    try:
        yield made
    finally:
        os.environ.pop("HVTREE_PWSH")
        if before is not None:
            os.environ["HVTREE_PWSH"] = before
        made.close()
