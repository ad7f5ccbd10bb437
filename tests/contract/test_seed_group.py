"""The post that HVTree began with, its four code blocks run as they are, and HVTree's group: the same checkpoints and states.

Both over WinRM, with a real PowerShell behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from winrm import Session

from hvtree.app.credentials import Secret
from hvtree.app.workspace import Workspace
from hvtree.domain.address import VmAddress
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.hosts.clixml import words_of
from hvtree.hosts.handshake import Timing
from hvtree.jobs.job import Verdict
from hvtree.operations.base import Operation
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint
from hvtree.operations.group_target import GroupTarget
from tests.emulator.powershell.test_seed_post import POST, REMOVAL, VMS, as_written
from tests.support.backends import endpoint_on, hosting, skip_without_powershell
from tests.support.harness import Yes
from tests.support.independent_reading import read
from tests.support.remote_host import RemoteHost, run
from tests.support.wsman_clients import ACCOUNT

PATIENT = Timing(open_s=600, hello_s=600, self_test_s=600, import_s=600, pong_s=600)
"""The machine may be slow; how long it takes is no question here."""


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


class Hvtree:
    """HVTree without its window, connected to the lab."""

    def __init__(self, lab: RemoteHost) -> None:
        self._changed = asyncio.Event()
        self._workspace = Workspace(lambda _profile, _secret: lab.client(PATIENT))
        self._workspace.listener = lambda _event: self._changed.set()
        profile = HostProfile("lab", lab.endpoint.url, ACCOUNT.user)
        self._host = self._workspace.add_host(profile, Secret(ACCOUNT.password))

    async def take_group(self) -> GroupTarget:
        """Take a group checkpoint of the post's VMs."""
        await self._until(lambda: self._workspace.host(self._host).is_connected)
        vms = {vm.name: VmAddress(self._host, vm.id) for vm in self._state.vms.values()}
        await self._do(CheckpointGroup(tuple(vms[name] for name in VMS), "joint"))
        (mark,) = {mark.id for vm in self._state.vms.values() for mark in vm.group_marks.values()}
        return GroupTarget(mark)

    async def remove(self, target: GroupTarget) -> None:
        """Remove exactly those checkpoints again."""
        await self._do(DeleteGroupCheckpoint(target))

    async def close(self) -> None:
        await self._workspace.close()

    @property
    def _state(self) -> HostState:
        return self._workspace.fleet.hosts[self._host]

    async def _do(self, operation: Operation) -> None:
        job_id = self._workspace.submit(self._workspace.plan(operation), Yes())
        await self._until(lambda: self._workspace.job(job_id).verdict is not None)
        job = self._workspace.job(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._changed.clear()
            await self._changed.wait()


def by_hvtree(lab: RemoteHost) -> tuple[Shapes, Shapes]:
    """Return the lab after a group checkpoint, and after it was removed."""

    async def story() -> tuple[Shapes, Shapes]:
        hvtree = Hvtree(lab)
        try:
            target = await hvtree.take_group()
            taken = shapes(lab.hyperv)
            await hvtree.remove(target)
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


def test_a_group_does_what_the_post_does_and_removing_it_what_its_last_step_does() -> None:
    skip_without_powershell()
    taken, removed = after(by_hvtree)
    assert (taken, removed) == after(by_the_post)
    assert {taken[name] for name in VMS} == {TAKEN}
    assert {removed[name] for name in VMS} == {REMOVED}
