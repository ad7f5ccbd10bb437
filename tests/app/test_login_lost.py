"""A login that is lost in the middle of a job: a torn one is no wrong password, and a refused one is tried once more.

Everything goes through pywinrm, NTLM and encryption to an emulated host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import pytest

from hvtree.app.backoff import Backoff
from hvtree.app.connections import connection
from hvtree.app.credentials import Secret
from hvtree.app.host_view import ConnectionPhase, Event, HostView
from hvtree.app.workspace import Workspace
from hvtree.domain.address import VmAddress
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.lease import LEASE_S
from hvtree.domain.model import VmState
from hvtree.emulator.winrm.connection_faults import Interruption
from hvtree.hosts.mode_memory import ENOUGH_FAILURES, ModeMemory
from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.jobs.ports import Approver
from hvtree.operations.base import Plan
from hvtree.operations.group import CheckpointGroup
from tests.support.remote_client import DB, WEB
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run

NAME = "vhost"
SECRET = Secret(PASSWORD)
PERSISTENT, ONE_SHOT = 0, 2
CHECKPOINT = "Checkpoint 2 VMs as ‘G’"


class Yes:
    async def approve(self, _plan: Plan) -> bool:
        return True


ALWAYS: Approver = Yes()


class Lab:
    """A workspace that is connected to a host over WinRM, and what happens there."""

    def __init__(self, host: RemoteHost, mode: int, lease_s: int) -> None:
        self.host = host
        self.views: list[HostView] = []
        self.at_checkpoint: Callable[[], None] | None = None
        """Called once, when the VMs are saved and their checkpoints are about to be asked for."""
        memory = ModeMemory()
        for _ in range(ENOUGH_FAILURES):
            memory.note(host.endpoint.url, mode, range(mode))
        self.workspace = Workspace(
            partial(connection, memory=memory, lease_s=lease_s), backoff=Backoff(first_s=0.01, refused_s=0.01)
        )
        self.workspace.listener = self._on_event
        self._changed = asyncio.Event()

    @property
    def view(self) -> HostView:
        return self.workspace.host(NAME)

    def states(self) -> dict[str, VmState]:
        assert self.view.state is not None
        return {each: self.view.state.vms[each].state for each in (WEB, DB)}

    async def connected(self) -> None:
        self.workspace.add_host(HostProfile(NAME, self.host.endpoint.url, USER), SECRET)
        await self.until(lambda: self.view.is_connected)

    async def group(self, at_checkpoint: Callable[[], None]) -> JobView:
        """Take a checkpoint of both VMs as a group, with something in the middle of it."""
        self.at_checkpoint = at_checkpoint
        plan = self.workspace.plan(CheckpointGroup((VmAddress(NAME, WEB), VmAddress(NAME, DB)), "G"))
        job_id = self.workspace.submit(plan, ALWAYS)
        await self.until(lambda: self.workspace.job(job_id).verdict is not None)
        return self.workspace.job(job_id)

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._changed.clear()
            await self._changed.wait()

    def _on_event(self, _event: Event) -> None:
        self.views.append(self.view)
        running = [
            step.title for job in self.workspace.jobs for step in job.steps if step.phase is StepPhase.RUNNING
        ]
        if self.at_checkpoint is not None and CHECKPOINT in running:
            act, self.at_checkpoint = self.at_checkpoint, None
            act()
        self._changed.set()


def lived(
    host: RemoteHost, story: Callable[[Lab], Awaitable[None]], mode: int, lease_s: int = LEASE_S
) -> None:
    async def whole() -> None:
        lab = Lab(host, mode, lease_s)
        try:
            await lab.connected()
            await story(lab)
        finally:
            await lab.workspace.close()

    run(whole())


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host() as made:
        yield made


def cut(host: RemoteHost, step: str, interruption: Interruption, times: int = 1) -> Callable[[], None]:
    """Return what cuts the connections, and interrupts so many logins that follow."""

    def act() -> None:
        for _ in range(times):
            host.connection_faults.next(step, interruption)
        host.endpoint.drop_connections()

    return act


@pytest.mark.parametrize("mode", [PERSISTENT, ONE_SHOT], ids=["persistent", "one shot"])
def test_a_login_that_is_refused_once_while_vms_are_stopped_leaves_none_behind(
    host: RemoteHost, mode: int
) -> None:
    async def story(lab: Lab) -> None:
        before = lab.states()
        await lab.group(cut(host, "Authenticate", Interruption.FAULT_BEFORE))
        assert VmState.RUNNING in before.values()
        assert lab.states() == before
        assert host.count("denied") == 1
        waiting = [
            each.error for each in lab.views if each.error is not None and "once more" in each.error.now
        ]
        assert waiting
        assert all(each.code == "credentials" for each in waiting)

    lived(host, story, mode, lease_s=5)  # the job waits until it has run out


def test_a_login_that_is_refused_again_is_given_up_and_not_sent_a_third_time(host: RemoteHost) -> None:
    async def story(lab: Lab) -> None:
        job = await lab.group(cut(host, "Authenticate", Interruption.FAULT_BEFORE, times=9))
        await lab.until(lambda: lab.view.phase is ConnectionPhase.FAILED)
        assert job.verdict is Verdict.UNKNOWN
        assert "may still be" in job.message
        assert host.count("denied") == 2

    lived(host, story, PERSISTENT)


def test_a_login_that_is_refused_while_no_vm_is_stopped_is_given_up_at_once(host: RemoteHost) -> None:
    async def story(lab: Lab) -> None:
        cut(host, "Authenticate", Interruption.FAULT_BEFORE, times=9)()
        await lab.until(lambda: lab.view.phase is ConnectionPhase.FAILED)
        await lab.workspace.close()
        assert host.count("denied") == 1

    lived(host, story, PERSISTENT)


@pytest.mark.parametrize("mode", [PERSISTENT, ONE_SHOT], ids=["persistent", "one shot"])
@pytest.mark.parametrize(
    ("step", "interruption"),
    [
        ("Negotiate", Interruption.DROP_BEFORE),
        ("Negotiate", Interruption.FAULT_BEFORE),
        ("Negotiate", Interruption.FAULT_AFTER),
        ("Authenticate", Interruption.DROP_BEFORE),
        ("Authenticate", Interruption.DROP_AFTER),
    ],
)
def test_a_login_that_is_torn_is_no_wrong_password(
    host: RemoteHost, step: str, interruption: Interruption, mode: int
) -> None:
    async def story(lab: Lab) -> None:
        before = lab.states()
        await lab.group(cut(host, step, interruption))
        assert lab.states() == before
        codes = {each.error.code for each in lab.views if each.error is not None}
        assert "credentials" not in codes
        assert lab.view.is_connected

    lived(host, story, mode)
