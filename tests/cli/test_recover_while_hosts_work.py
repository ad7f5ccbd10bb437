"""`recover` where VMs do not stand still: a host is still at work on what was asked last, or changes them while somebody thinks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hvtree.emulator.host.faults import Fault
from hvtree.emulator.host.invocation import Invocation
from tests.cli.victims import Hosts, alone, command, killed
from tests.support.halting_hvtree import ASKING
from tests.support.narrowing import not_none
from tests.support.plans import HOST
from tests.support.remote_host import PASSWORD, RemoteHost
from tests.support.terminal import Terminal, Typing
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import comes_true

VERY_LONG_S = 1_000_000
APPLY = "do apply running/d --leave-stopped"


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder of a new user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)


def vm_id(host: RemoteHost, name: str = "running") -> str:
    (found,) = [each.id for each in host.hyperv.get_vm() if each.name == name]
    return str(found)


def checkpoints(host: RemoteHost) -> dict[str, str]:
    """The checkpoints of the VM, their ids by their names."""
    return {each.name: str(each.id) for each in host.hyperv.get_vm_snapshot(vm=[vm_id(host)]).objects}


def safety(host: RemoteHost) -> list[str]:
    return [name for name in checkpoints(host) if name.startswith("Safety")]


def stands_on(host: RemoteHost) -> str:
    """The checkpoint from which the VM goes on."""
    (found,) = [each.parent_snapshot_id for each in host.hyperv.get_vm() if each.name == "running"]
    return str(found)


def test_a_checkpoint_that_seemed_to_be_left_over_stays_if_it_is_needed_by_the_answer(
    hvtree: Terminal,
) -> None:
    """The VM goes back after all while somebody looks at what is offered: what it held before is in that checkpoint alone."""
    with alone() as hosts:
        host = hosts[HOST]
        killed(hosts, APPLY, 3, ASKING)
        goal = checkpoints(host)["d"]

        def goes_back() -> None:
            host.hyperv.restore_vm_snapshot(vm_snapshot=[goal], confirm=False)
            assert comes_true(lambda: stands_on(host) == goal)

        said = hvtree.on(host, "recover", typed=Typing("n\n" + "y\n" * 5, {3: goes_back}))
        assert "Delete checkpoint ‘Safety Checkpoint" in said.out
        assert "VM ‘running’ is not as it was when this was offered." in said.out
        assert safety(host)
        assert hvtree.on(host, "recover").out == "Every job on this host has come to its end.\n"


@contextmanager
def still_at_work() -> Iterator[tuple[Hosts, Invocation]]:
    """A host that is still at work on the VM of a job whose HVTree was killed, and what it is at."""
    with alone() as hosts:
        host = hosts[HOST]
        killed(hosts, APPLY, 3, ASKING)
        host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", delay_s=VERY_LONG_S))
        yield hosts, host.hyperv.checkpoint_vm(vm=[vm_id(host)])


def test_it_is_waited_until_a_host_has_done_what_it_was_asked(hvtree: Terminal) -> None:
    with still_at_work() as (hosts, under_way):
        with subprocess.Popen(
            [*COMMAND, *command(hosts, "recover"), "--yes"],
            env={**os.environ, "HVTREE_PASSWORD": PASSWORD},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as program:
            assert any("Waiting until VM ‘running’ is at rest" in line for line in not_none(program.stderr))
            under_way.cancel()
            assert "Start 1 VM: done" in not_none(program.stderr).read()
        assert program.returncode == 0
        assert hvtree.on(hosts[HOST], "recover").out == "Every job on this host has come to its end.\n"


def test_who_leaves_it_as_it_is_waits_for_nothing(hvtree: Terminal) -> None:
    with still_at_work() as (hosts, under_way):
        said = hvtree.on(hosts[HOST], "recover", "--leave")
        under_way.cancel()
        assert (said.code, "Waiting" in said.err) == (0, False), said
        assert "Its host is still at work on it (Creating checkpoint 0\u202f%)." in said.out
        assert "It is left as it is." in said.out
