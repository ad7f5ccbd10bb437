"""`kill -9` at every moment of every operation, then `recover`: each VM is as before or as planned, and the journal tells the truth."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hvtree.domain.passport import others_notes, passport_of
from hvtree.emulator.host.faults import Fault
from hvtree.operations.base import Plan
from tests.cli.kills import AT_WORK, EVERYBODY, KILLS, LAB, MOMENTS, Kill
from tests.support import halting_hvtree
from tests.support.emulated import world_of
from tests.support.every_verb import every_verb
from tests.support.halting_hvtree import HEARD, SENDING, WRITTEN
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host
from tests.support.terminal import Terminal
from tests.support.waiting import comes_true

LONG_S = 60
"""How much longer the host is at a request then, by its clock."""
ROUNDS = 5


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


def command(host: RemoteHost, words: str) -> list[str]:
    """Return a command on a host: after `do VERB` or `group create NAME` the host is named, behind `group` as an option."""
    match words.split():
        case ["do", verb, *rest]:
            return ["do", verb, host.endpoint.url, *rest, "--user", USER]
        case ["group", "create", name, *rest]:
            return ["group", "create", name, host.endpoint.url, *rest, "--user", USER]
        case ["recover"]:
            return ["recover", host.endpoint.url, "--user", USER]
        case ["group", *rest]:
            return ["group", *rest, "--host", host.endpoint.url, "--user", USER]
        case rest:
            return [*rest, "--user", USER]


@contextmanager
def victim(host: RemoteHost, words: str) -> Iterator[Victim]:
    """Start a job that halts at its first moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        program = [sys.executable, halting_hvtree.__file__, str(server.getsockname()[1])]
        with subprocess.Popen(
            [*program, *command(host, words), "--yes"],
            env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
            stdout=subprocess.DEVNULL,
            text=True,
        ) as running:
            line, _ = server.accept()
            with line:
                yield Victim(running, line)


def killed(host: RemoteHost, words: str, step: int, moment: str) -> None:
    """Begin a job, and kill it at a moment of a step."""
    with victim(host, words) as program:
        program.halts_at(SENDING if moment == AT_WORK else moment, step)
        if moment == AT_WORK:
            host.hyperv.faults.add(Fault(delay_s=LONG_S))
            program.goes_on()
            assert comes_true(lambda: not host.hyperv.faults.active), "the host has begun"
        program.is_killed()


Told = Mapping[str, object]
"""A VM by its name: its state, its tree, and its notes."""


def shown(hvtree: Terminal, host: RemoteHost) -> Told:
    """Return each VM as anybody reads it."""
    vms = hvtree.on(host, "show", "--json").json["vms"]
    return {
        each["name"]: (each["state"], _tree(each["checkpoints"], each["now"]), each["notes"]) for each in vms
    }


def _tree(checkpoints: list[dict[str, Any]], now: str | None) -> list[tuple[str, ...]]:
    names = {each["id"]: _undated(each["name"]) for each in checkpoints}
    edges = ((names.get(each["parent"], ""), names[each["id"]], _gist(each["notes"])) for each in checkpoints)
    return [*sorted(edges), (names.get(now or "", ""), "Now")]


def planned(plan: Plan, *, is_done: bool) -> Told:
    """Return the same as a plan knew it beforehand, or says that it will be."""
    side = plan.expected if is_done else plan.before
    found = {}
    for state in side.hosts.values():
        for each in state.vms.values():
            names = {one.id: _undated(one.name) for one in each.checkpoints}
            edges = (
                (names.get(one.parent_id or "", ""), names[one.id], _gist(one.notes))
                for one in each.checkpoints
            )
            tree = [*sorted(edges), (names.get(each.now_id or "", ""), "Now")]
            found[each.name] = (each.state.value, tree, each.notes)
    return found


def _undated(name: str) -> str:
    return re.sub(r" - \(.*\)", "", name)


def _gist(notes: str) -> str:
    """Return what notes say, without who wrote them and when."""
    passport = passport_of(notes)
    if passport is None:
        return notes
    marks = {
        "signed": bool(passport.author),
        "safety": passport.is_safety,
        "locked": passport.is_locked,
        "group": passport.group is not None,
    }
    return f"{others_notes(notes)} [{passport.reason} {' '.join(each for each, is_so in marks.items() if is_so)}]"


def recovered(hvtree: Terminal, host: RemoteHost) -> bool:
    """Say yes to all that is offered, until nothing is left; some of it follows from what was done before."""
    said: list[str] = []
    for _ in range(ROUNDS):
        recovery = hvtree.on(host, "recover", "--yes")
        if recovery.code == 0:
            return True
        said.append(f"{recovery.out}{recovery.err}")
    print(*said, sep="\n---\n")
    return False


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder of a new user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.sweep("kill", KILLS, most=6)
def test_after_a_kill_each_vm_is_as_before_or_as_planned(
    hvtree: Terminal, kill: Kill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    with remote_host(world_of(LAB)) as host:
        if kill.job.before:
            assert hvtree(*command(host, kill.job.before)).code == 0
        before, after = planned(kill.plan, is_done=False), planned(kill.plan, is_done=True)
        others = {name: each for name, each in shown(hvtree, host).items() if name not in before}
        killed(host, kill.job.words, kill.step, kill.moment)
        assert recovered(hvtree, host)
        found = shown(hvtree, host)
        assert {name: found[name] for name in others} == others
        assert all(found[name] in (before[name], after[name]) for name in before), (found, before, after)
        told = next(
            each for each in hvtree("history", "--json").json if each["operation"] == kill.plan.operation.verb
        )
        if told["verdict"] == "as planned":
            assert {name: found[name] for name in after} == after
        assert told["verdict"] not in ("running", "unfinished")


@pytest.mark.sweep("moment", MOMENTS, most=1)
def test_a_recovery_that_is_killed_in_its_turn_is_gone_on_with(hvtree: Terminal, moment: str) -> None:
    with remote_host(world_of(LAB)) as host:
        before = shown(hvtree, host)
        killed(host, f"do checkpoint {EVERYBODY} --group --name farm --leave-stopped", 2, WRITTEN)
        assert shown(hvtree, host) != before
        killed(host, "recover", 1, moment)
        assert recovered(hvtree, host)
        assert shown(hvtree, host) == before
        jobs = hvtree("history", "--json").json
        assert {each["verdict"] for each in jobs} <= {"as planned", "failed"}


def test_no_operation_is_missing() -> None:
    """What brings VMs back is what `recover` does."""
    assert {kill.plan.operation.verb for kill in KILLS} | {"bring-back"} == every_verb()


def killed_half_way(host: RemoteHost) -> None:
    """Kill the return of a group when two of its VMs have gone back."""
    for name in ("running", "off"):
        host.hyperv.faults.add(Fault(cmdlet="Restore-VMSnapshot", vm=name, error="OperationFailed"))
    killed(host, "group apply - d", 4, HEARD)
    host.hyperv.faults.clear()


def test_a_group_that_went_back_in_part_goes_on(hvtree: Terminal) -> None:
    (plan,) = {kill.job.words: kill.plan for kill in KILLS if kill.job.words == "group apply - d"}.values()
    with remote_host(world_of(LAB)) as host:
        killed_half_way(host)
        (job,) = hvtree.on(host, "show", "--json").json["unfinished"]
        assert job["offers"][:2] == ["Go on and apply it to 2 VMs", "Take 2 VMs back to before it"]
        said = hvtree.on(host, "recover", "--yes")
        assert (said.code, "Take 2 VMs back" in said.out) == (0, False), said
        assert shown(hvtree, host) == planned(plan, is_done=True)
        assert {each["verdict"] for each in hvtree("history", "--json").json} == {"as planned"}


def test_a_group_that_went_back_in_part_is_taken_back_if_that_is_wanted(hvtree: Terminal) -> None:
    with remote_host(world_of(LAB)) as host:
        before = shown(hvtree, host)
        killed_half_way(host)
        said = hvtree.on(host, "recover", typed="n\n" + "y\n" * 5)
        assert "Apply the group checkpoint ‘d’ to VMs ‘off’ and ‘running’" in said.out, said
        assert recovered(hvtree, host)
        assert shown(hvtree, host) == before


def test_vms_that_are_only_brought_back_leave_the_group_as_it_is_and_no_job_open(hvtree: Terminal) -> None:
    with remote_host(world_of(LAB)) as host:
        killed_half_way(host)
        said = hvtree.on(host, "recover", typed="n\nn\n" + "y\n" * 2)
        assert "Bring VMs ‘paused’ and ‘running’ back" in said.out, said
        assert hvtree.on(host, "show", "--json").json["unfinished"] == []
        assert "What was chosen later has been done." in hvtree("history", "--json").json[-1]["message"]
        states = {each.name: each.state.name for each in host.hyperv.get_vm().objects}
        assert (states["running"], states["paused"]) == ("Running", "Paused")


def test_what_others_have_changed_meanwhile_does_not_keep_a_job_open_for_ever(hvtree: Terminal) -> None:
    with remote_host(world_of(LAB)) as host:
        killed_half_way(host)
        (off,) = [each.id for each in host.hyperv.get_vm() if each.name == "off"]
        host.hyperv.checkpoint_vm(vm=[off], snapshot_name="theirs")
        said = hvtree.on(host, "recover", "--yes")
        assert (said.code, "VMs ‘off’ and ‘saved’ stay as they are." in said.out) == (0, True), said
        assert host.hyperv.get_vm_snapshot(vm=[off], name="theirs").objects
        first = hvtree("history", "--json").json[-1]
        assert "VM ‘off’ is Off, and has been changed by somebody else." in first["message"]
        assert hvtree.on(host, "show", "--json").json["unfinished"] == []
