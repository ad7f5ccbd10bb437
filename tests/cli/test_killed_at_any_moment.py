"""`kill -9` at every moment of every operation, then `recover`: each VM is as before or as planned, and the journal tells the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hvtree.domain.passport import others_notes, passport_of
from hvtree.emulator.host.faults import Fault
from hvtree.operations.base import Plan
from tests.cli.kills import EVERYBODY, FAR, FAR_LAB, KILLS, LAB, MOMENTS, Kill
from tests.cli.victims import Hosts, alone, command, killed
from tests.support.emulated import world_of
from tests.support.every_verb import every_verb
from tests.support.halting_hvtree import HEARD, WRITTEN
from tests.support.plans import HOST
from tests.support.remote_host import PASSWORD, RemoteHost, serving
from tests.support.terminal import Terminal
from tests.support.threads import none_left

ROUNDS = 5

Told = Mapping[str, object]
"""A VM by its name: its state, its tree, and its notes."""


def shown(hvtree: Terminal, *hosts: RemoteHost) -> Told:
    """Return each VM as anybody reads it."""
    return {
        each["name"]: (each["state"], _tree(each["checkpoints"], each["now"]), each["notes"])
        for host in hosts
        for each in hvtree.on(host, "show", "--json").json["vms"]
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


def recovered(hvtree: Terminal, hosts: Hosts) -> bool:
    """Say yes to all that is offered, until nothing is left; some of it follows from what was done before."""
    said: list[str] = []
    for _ in range(ROUNDS):
        recovery = hvtree(*command(hosts, "recover"), "--yes")
        if recovery.code == 0:
            return True
        said.append(f"{recovery.out}{recovery.err}")
    print(*said, sep="\n---\n")
    return False


@contextmanager
def hosts_of(plan: Plan) -> Iterator[Hosts]:
    """Serve the hosts of a plan."""
    worlds = {HOST: world_of(LAB), FAR: world_of(FAR_LAB)}
    with none_left(), ExitStack() as stack:
        yield {name: stack.enter_context(serving(worlds[name])) for name in plan.host_ids}


@pytest.fixture(autouse=True)
def _data(hvtree: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder of a new user at this terminal."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)


@pytest.mark.sweep("kill", KILLS, most=6)
def test_after_a_kill_each_vm_is_as_before_or_as_planned(hvtree: Terminal, kill: Kill) -> None:
    with hosts_of(kill.plan) as hosts:
        if kill.job.before:
            assert hvtree(*command(hosts, kill.job.before)).code == 0
        before, after = planned(kill.plan, is_done=False), planned(kill.plan, is_done=True)
        others = {name: each for name, each in shown(hvtree, *hosts.values()).items() if name not in before}
        killed(hosts, kill.job.words, kill.step, kill.moment, kill.host_id)
        assert recovered(hvtree, hosts)
        found = shown(hvtree, *hosts.values())
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
    with alone() as hosts:
        host = hosts[HOST]
        before = shown(hvtree, host)
        killed(hosts, f"do checkpoint {EVERYBODY} --group --name farm --leave-stopped", 2, WRITTEN)
        assert shown(hvtree, host) != before
        killed(hosts, "recover", 1, moment)
        assert recovered(hvtree, hosts)
        assert shown(hvtree, host) == before
        jobs = hvtree("history", "--json").json
        assert {each["verdict"] for each in jobs} <= {"as planned", "failed"}


def test_no_operation_is_missing() -> None:
    """What brings VMs back is what `recover` does."""
    assert {kill.plan.operation.verb for kill in KILLS} | {"bring-back"} == every_verb()


def killed_half_way(hosts: Hosts) -> RemoteHost:
    """Kill the return of a group when two of its VMs have gone back."""
    host = hosts[HOST]
    for name in ("running", "off"):
        host.hyperv.faults.add(Fault(cmdlet="Restore-VMSnapshot", vm=name, error="OperationFailed"))
    killed(hosts, "group apply - d", 4, HEARD)
    host.hyperv.faults.clear()
    return host


def test_a_group_that_went_back_in_part_goes_on(hvtree: Terminal) -> None:
    (plan,) = {kill.job.words: kill.plan for kill in KILLS if kill.job.words == "group apply - d"}.values()
    with alone() as hosts:
        host = killed_half_way(hosts)
        (job,) = hvtree.on(host, "show", "--json").json["unfinished"]
        assert job["offers"][:2] == ["Go on and apply it to 2 VMs", "Take 2 VMs back to before it"]
        said = hvtree.on(host, "recover", "--yes")
        assert (said.code, "Take 2 VMs back" in said.out) == (0, False), said
        assert shown(hvtree, host) == planned(plan, is_done=True)
        assert {each["verdict"] for each in hvtree("history", "--json").json} == {"as planned"}


def test_a_group_that_went_back_in_part_is_taken_back_if_that_is_wanted(hvtree: Terminal) -> None:
    with alone() as hosts:
        before = shown(hvtree, hosts[HOST])
        host = killed_half_way(hosts)
        said = hvtree.on(host, "recover", typed="n\n" + "y\n" * 5)
        assert "Apply the group checkpoint ‘d’ to VMs ‘off’ and ‘running’" in said.out, said
        assert recovered(hvtree, hosts)
        assert shown(hvtree, host) == before


def test_a_job_over_two_hosts_is_seen_to_when_both_are_named(hvtree: Terminal) -> None:
    kill = next(each for each in KILLS if FAR in each.plan.host_ids and each.moment == HEARD)
    with hosts_of(kill.plan) as hosts:
        killed(hosts, kill.job.words, kill.step, kill.moment, kill.host_id)
        said = hvtree.on(hosts[HOST], "recover", "--yes")
        assert (said.code, "For VMs on other hosts name those as well" in said.out) == (3, True), said
        assert recovered(hvtree, hosts)
        said = hvtree(*command(hosts, "recover"))
        assert said.out == "Every job on these hosts has come to its end.\n"


def test_vms_that_are_only_brought_back_leave_the_group_as_it_is_and_no_job_open(hvtree: Terminal) -> None:
    with alone() as hosts:
        host = killed_half_way(hosts)
        said = hvtree.on(host, "recover", typed="n\nn\n" + "y\n" * 2)
        assert "Bring VMs ‘paused’ and ‘running’ back" in said.out, said
        assert hvtree.on(host, "show", "--json").json["unfinished"] == []
        assert "What was chosen later has been done." in hvtree("history", "--json").json[-1]["message"]
        states = {each.name: each.state.name for each in host.hyperv.get_vm().objects}
        assert (states["running"], states["paused"]) == ("Running", "Paused")


def test_what_others_have_changed_meanwhile_does_not_keep_a_job_open_for_ever(hvtree: Terminal) -> None:
    with alone() as hosts:
        host = killed_half_way(hosts)
        (off,) = [each.id for each in host.hyperv.get_vm() if each.name == "off"]
        host.hyperv.checkpoint_vm(vm=[off], snapshot_name="theirs")
        said = hvtree.on(host, "recover", "--yes")
        assert (said.code, "VMs ‘off’ and ‘saved’ stay as they are." in said.out) == (0, True), said
        assert host.hyperv.get_vm_snapshot(vm=[off], name="theirs").objects
        first = hvtree("history", "--json").json[-1]
        assert "VM ‘off’ is Off, and has been changed by somebody else." in first["message"]
        assert hvtree.on(host, "show", "--json").json["unfinished"] == []
