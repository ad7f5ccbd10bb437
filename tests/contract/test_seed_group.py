"""The post that HVTree began with, its four code blocks run as they are, and HVTree's group: the same checkpoints and states.

Both over WinRM, with a real PowerShell behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from winrm import Session

from hvtree.domain.address import VmAddress
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.hosts.clixml import words_of
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint
from hvtree.operations.group_target import GroupTarget
from tests.emulator.powershell.test_seed_post import POST, REMOVAL, VMS, as_written
from tests.support.backends import endpoint_on, hosting, skip_without_powershell
from tests.support.independent_reading import read
from tests.support.remote_host import RemoteHost, run
from tests.support.without_window import WithoutWindow
from tests.support.wsman_clients import ACCOUNT


@dataclass(frozen=True)
class Shape:
    """A VM without the names of its checkpoints, which hold a time."""

    state: str
    tree: tuple[tuple[bool, bool], ...]
    """Of each checkpoint whether it has a parent, and whether the VM stands there."""
    has_memory: frozenset[bool]
    """Whether its checkpoints hold memory; empty without any."""


Shapes = dict[str, Shape]
TAKEN = Shape("Running", ((False, True),), frozenset({True}))
REMOVED = Shape("Running", (), frozenset())


def shapes(host: HyperV) -> Shapes:
    found = {}
    for vm in read(host).values():
        memory = {each.state.name == "Saved" for each in host.get_vm_snapshot(vm.name).objects}
        tree = tuple(sorted((bool(parent), stands) for _name, parent, stands in vm.tree))
        found[vm.name] = Shape(vm.state, tree, frozenset(memory))
    return found


def by_hvtree(lab: RemoteHost) -> tuple[Shapes, Shapes]:
    """Return the lab after a group checkpoint, and after it was removed."""

    async def story() -> tuple[Shapes, Shapes]:
        hvtree = WithoutWindow({"lab": lab})
        try:
            await hvtree.connected()
            vms = {vm.name: VmAddress("lab", vm.id) for vm in hvtree.fleet.hosts["lab"].vms.values()}
            await hvtree.do(CheckpointGroup(tuple(vms[name] for name in VMS), "joint"))
            taken = shapes(lab.hyperv)
            (mark,) = {mark.id for name in VMS for mark in hvtree.fleet.vm(vms[name]).group_marks.values()}
            await hvtree.do(DeleteGroupCheckpoint(GroupTarget(mark)))
            return taken, shapes(lab.hyperv)
        finally:
            await hvtree.close()

    return run(story())


def by_the_post(lab: RemoteHost) -> tuple[Shapes, Shapes]:
    """Return the lab after the steps 1 to 3 of the post, and after its step 4."""
    login = (ACCOUNT.user, ACCOUNT.password)
    session = Session(lab.endpoint.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
    found = []
    for script in (POST, REMOVAL):
        done = session.run_ps(as_written(script))
        assert (done.status_code, words_of(done.std_err)) == (0, "")
        found.append(shapes(lab.hyperv))
    session.protocol.transport.close_session()
    return found[0], found[1]


def after(work: Callable[[RemoteHost], tuple[Shapes, Shapes]]) -> tuple[Shapes, Shapes]:
    """Let somebody work on a fresh lab."""
    with hosting("lab") as host, endpoint_on(host, is_real=True) as endpoint:
        return work(RemoteHost(endpoint, host))


@pytest.mark.parametrize("work", [by_hvtree, by_the_post])
def test_a_group_does_what_the_post_does_and_removing_it_what_its_last_step_does(
    work: Callable[[RemoteHost], tuple[Shapes, Shapes]],
) -> None:
    skip_without_powershell()
    taken, removed = after(work)
    assert {taken.pop(name) for name in VMS} == {TAKEN}
    assert {removed.pop(name) for name in VMS} == {REMOVED}
    assert taken == removed == untouched()


def untouched() -> Shapes:
    """Return the VMs of a fresh lab that nobody works on."""
    with hosting("lab") as host:
        return {name: shape for name, shape in shapes(host).items() if name not in VMS}
