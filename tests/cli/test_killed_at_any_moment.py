"""`kill -9` at every moment of every operation, then `recover`: each VM is as before or as planned, and the journal tells the truth."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support import halting_hvtree
from tests.support.emulated import world_of
from tests.support.halting_hvtree import ASKING, HEARD, SENDING, WRITTEN
from tests.support.plans import at, fleet, vm_at
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host
from tests.support.terminal import Terminal
from tests.support.trees import lab, vm
from tests.support.waiting import comes_true

STATES = {
    "running": VmState.RUNNING,
    "paused": VmState.PAUSED,
    "saved": VmState.SAVED,
    "off": VmState.OFF,
}
LAB = lab(**{name: vm("a~(b(c*) d)", name, state=state) for name, state in STATES.items()})
ALL = tuple(map(vm_at, STATES))
AT_WORK = "at work"
"""The request has arrived, and the host is at it."""
MOMENTS = (ASKING, SENDING, AT_WORK, HEARD, WRITTEN)
LONG_S = 60
"""How much longer the host is at it then, by its clock."""


def jobs() -> Iterator[tuple[Operation, tuple[str, ...]]]:
    """Yield each operation, and how the terminal spells it."""
    yield CheckpointGroup(ALL, "farm"), ("checkpoint", *STATES, "--group", "--name", "farm")
    yield CreateCheckpoint(ALL, "patch"), ("checkpoint", *STATES, "--name", "patch")
    yield RenameCheckpoint(at(LAB, "running", "d"), "e"), ("rename", "running/d", "--name", "e")
    yield (
        DeleteCheckpoints(tuple(at(LAB, name, each) for name in STATES for each in "bd")),
        ("delete", *(f"{name}/{each}" for name in STATES for each in "bd")),
    )
    yield DeleteCheckpointSubtree(at(LAB, "running", "b")), ("delete-subtree", "running/b")
    yield ExportCheckpoint(at(LAB, "off", "d"), "D:\\Exports"), ("export", "off/d", "--to", "D:\\Exports")
    for name in STATES:
        yield ApplyCheckpoint(at(LAB, name, "d")), ("apply", f"{name}/d")
        yield ApplyCheckpoint(at(LAB, name, "d"), start=True), ("apply", f"{name}/d", "--start")
        yield RevertVm(vm_at(name), safety=False), ("revert", name, "--no-safety")


@dataclass(frozen=True)
class Kill:
    """A job, and the moment at which its HVTree is killed."""

    plan: Plan
    words: tuple[str, ...]
    step: int
    """Beginning with 1."""
    moment: str

    def __str__(self) -> str:
        return f"{' '.join(self.words)}: step {self.step}, {self.moment}"


def kills() -> Iterator[Kill]:
    for operation, words in jobs():
        plan = operation.plan(fleet(LAB))
        for step, _ in enumerate((*plan.steps, *plan.bring_back_steps), start=1):
            for moment in MOMENTS:
                yield Kill(plan, words, step, moment)


KILLS = tuple(kills())


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


@contextmanager
def victim(host: RemoteHost, words: tuple[str, ...]) -> Iterator[Victim]:
    """Start a job that halts at its first moment."""
    verb, *rest = words
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, halting_hvtree.__file__, str(server.getsockname()[1])]
        command += ["do", verb, host.endpoint.url, "--user", USER, "--yes", *rest]
        with subprocess.Popen(
            command, env={**os.environ, "HVTREE_PASSWORD": PASSWORD}, stdout=subprocess.DEVNULL, text=True
        ) as program:
            line, _ = server.accept()
            with line:
                yield Victim(program, line)


def killed(host: RemoteHost, kill: Kill) -> None:
    """Begin a job, and kill it at its moment."""
    with victim(host, kill.words) as program:
        program.halts_at(SENDING if kill.moment == AT_WORK else kill.moment, kill.step)
        if kill.moment == AT_WORK:
            host.hyperv.faults.add(Fault(delay_s=LONG_S))
            program.goes_on()
            assert comes_true(lambda: not host.hyperv.faults.active), "the host has begun"
        program.is_killed()


def shown(hvtree: Terminal, host: RemoteHost) -> dict[str, str]:
    """Return the state and the tree of each VM, as anybody reads them."""
    vms = hvtree.on(host, "show", "--json").json["vms"]
    return {each["name"]: f"{each['state']}: {_tree(each['checkpoints'], each['now'])}" for each in vms}


def _tree(checkpoints: list[dict[str, Any]], now: str | None) -> str:
    names = {each["id"]: _undated(each["name"]) for each in checkpoints}
    edges = (f"{names.get(each['parent'], '')}/{names[each['id']]}" for each in checkpoints)
    return " ".join([*sorted(edges), f"*{names.get(now or '', '')}"])


def planned(plan: Plan, *, is_done: bool) -> dict[str, str]:
    """Return the same as a plan knew it beforehand, or says that it will be."""
    side = plan.expected if is_done else plan.before
    found = {}
    for state in side.hosts.values():
        for each in state.vms.values():
            names = {one.id: _undated(one.name) for one in each.checkpoints}
            edges = (f"{names.get(one.parent_id or '', '')}/{names[one.id]}" for one in each.checkpoints)
            tree = " ".join([*sorted(edges), f"*{names.get(each.now_id or '', '')}"])
            found[each.name] = f"{each.state.value}: {tree}"
    return found


def _undated(name: str) -> str:
    return re.sub(r" - \(.*\)", "", name)


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder of a new user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.sweep("kill", KILLS, most=6)
def test_after_a_kill_each_vm_is_as_before_or_as_planned(hvtree: Terminal, kill: Kill) -> None:
    with remote_host(world_of(LAB)) as host:
        before, after = planned(kill.plan, is_done=False), planned(kill.plan, is_done=True)
        others = {name: each for name, each in shown(hvtree, host).items() if name not in before}
        killed(host, kill)
        while hvtree.on(host, "recover", "--yes").code:
            pass
        found = shown(hvtree, host)
        assert {name: found[name] for name in others} == others
        assert all(found[name] in (before[name], after[name]) for name in before), found
        (told,) = [
            each for each in hvtree("history", "--json").json if each["operation"] == kill.plan.operation.verb
        ]
        if told["verdict"] == "as planned":
            assert {name: found[name] for name in after} == after
        assert told["verdict"] not in ("running", "unfinished")
