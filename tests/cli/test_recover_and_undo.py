"""After a `kill -9`: what `show` says and `recover` does; and `undo`, which leads back."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from hvtree.emulator.host.faults import Fault
from tests.support.narrowing import not_none
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.terminal import Said, Terminal
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import comes_true


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder of a new user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))


def states(hvtree: Terminal, host: RemoteHost) -> dict[str, str]:
    return {each["name"]: each["state"] for each in hvtree.on(host, "show", "--json").json["vms"]}


def names(hvtree: Terminal, host: RemoteHost, vm: str = "web") -> list[str]:
    (found,) = [each for each in hvtree.on(host, "show", "--json").json["vms"] if each["name"] == vm]
    return [each["name"] for each in found["checkpoints"]]


def last(hvtree: Terminal) -> str:
    return str(hvtree("history", "--json").json[0]["verdict"])


def stands_in(host: RemoteHost, *states: str) -> bool:
    return any(vm.state.name in states for vm in host.hyperv.get_vm())


@pytest.fixture
def killed(host: RemoteHost) -> RemoteHost:
    """A host on which a group was being saved when its HVTree was killed."""
    host.hyperv.faults.add(Fault(cmdlet="Save-VM", delay_s=300))
    words = ("do", "checkpoint", host.endpoint.url, "web", "db", "--group", "--user", USER, "--yes")
    with subprocess.Popen(
        [*COMMAND, *words],
        env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert any("Save 1 VM: running" in line for line in not_none(program.stderr))
        assert comes_true(lambda: stands_in(host, "Saving", "Saved"))
        program.kill()
    host.hyperv.faults.clear()
    assert comes_true(lambda: stands_in(host, "Saved"))
    return host


def test_what_was_left_is_said_and_brought_back(hvtree: Terminal, killed: RemoteHost) -> None:
    said = hvtree.on(killed, "show")
    assert "was not finished" in said.err
    assert "VM ‘web’ is Saved (it was Running)" in said.err
    (job,) = hvtree.on(killed, "show", "--json").json["unfinished"]
    assert job["offers"] == ["Bring 1 VM back to Running"]
    seen_to = hvtree.on(killed, "recover", "--yes")
    assert (seen_to.code, "Bring VM ‘web’ back" in seen_to.out) == (0, True), seen_to
    assert states(hvtree, killed) == {"web": "Running", "db": "Off"}
    assert hvtree.on(killed, "show", "--json").json["unfinished"] == []
    assert hvtree.on(killed, "recover").out == "Every job on this host has come to its end.\n"


def test_what_nobody_wants_stays_open_until_it_is_left(hvtree: Terminal, killed: RemoteHost) -> None:
    said = hvtree.on(killed, "recover", typed="n\n")
    assert (said.code, "Not everything has been seen to" in said.out) == (3, True)
    left = hvtree.on(killed, "recover", "--leave")
    assert (left.code, "It is left as it is." in left.out) == (0, True)
    assert states(hvtree, killed)["web"] == "Saved"
    assert last(hvtree) in ("interrupted", "declined")
    assert hvtree.on(killed, "show", "--json").json["unfinished"] == []


def undo(hvtree: Terminal, *words: str) -> Said:
    return hvtree("undo", *words, "--user", USER, "--yes")


def test_one_undo_after_the_other_leads_back_job_by_job(hvtree: Terminal, host: RemoteHost) -> None:
    before = names(hvtree, host)
    hvtree.on(host, "do checkpoint", "web", "--name", "one", "--yes")
    hvtree.on(host, "do rename", "side", "--name", "other", "--yes")
    assert undo(hvtree).code == 0
    assert sorted(names(hvtree, host)) == sorted([*before, "one"])
    assert undo(hvtree).code == 0, "the one before it"
    assert sorted(names(hvtree, host)) == sorted(before)
    assert "There is nothing to undo." in undo(hvtree).err
    first = json.loads(hvtree("history", "1", "--json").out)
    assert (first["undoes"], first["undone_by"]) == (None, 4)
    assert "Undoes: job 1" in hvtree("history", "4").out


def test_what_came_to_nothing_is_passed_over_and_what_was_done_in_part_is_not(
    hvtree: Terminal, host: RemoteHost
) -> None:
    before = names(hvtree, host)
    hvtree.on(host, "do rename", "side", "--name", "other", "--yes")
    host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="web", error="OperationFailed", times=2))
    for vms in (("web", "db"), ("web",)):
        assert hvtree.on(host, "do checkpoint", *vms, "--name", "x", "--yes").code == 1
    host.hyperv.faults.clear()
    assert "Delete" in undo(hvtree).out, "what was taken of VM db"
    assert undo(hvtree).code == 0
    assert sorted(names(hvtree, host)) == sorted(before)
    assert "There is nothing to undo." in undo(hvtree).err


def test_what_cannot_be_undone_says_why(hvtree: Terminal, host: RemoteHost) -> None:
    assert "There is nothing to undo." in undo(hvtree).err
    hvtree.on(host, "do delete", "side", "--yes")
    said = undo(hvtree, "1")
    assert (said.code, "merged or thrown away" in said.err) == (3, True)
    assert undo(hvtree, "7").code == 2
