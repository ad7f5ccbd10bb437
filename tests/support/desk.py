"""A workspace on an emulated host in memory, and people who approve plans: for tests of jobs and of the workspace.

def test_…():
    async def story(desk):
        job = await desk.do(DeleteCheckpoints((desk.ref("web", "p1"),)))
        assert job.verdict is Verdict.AS_PLANNED
    at_desk(lab(web="base(p1*)"), story)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hvtree.app.backoff import Backoff
from hvtree.app.host_view import Event, HostView, Phase
from hvtree.app.workspace import Workspace
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.jobs.job import JobView
from hvtree.jobs.ports import Approver
from hvtree.jobs.settling import Patience
from hvtree.operations.base import Operation, Plan
from tests.support import trees, virtual_time
from tests.support.emulated import PROFILE, SECRET, EmulatedHost


class Yes:
    """Says yes to everything."""

    async def approve(self, _plan: Plan) -> bool:
        return True


class No:
    """Says no to everything."""

    async def approve(self, _plan: Plan) -> bool:
        return False


class Asked:
    """Somebody who thinks until the test gives the answer."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self._questions: asyncio.Queue[Plan] = asyncio.Queue()
        self._answers: asyncio.Queue[bool] = asyncio.Queue()

    async def approve(self, plan: Plan) -> bool:
        self.plans.append(plan)
        self._questions.put_nowait(plan)
        return await self._answers.get()

    async def question(self) -> Plan:
        """Wait for the next plan that is shown."""
        return await self._questions.get()

    def answer(self, *, yes: bool = True) -> None:
        self._answers.put_nowait(yes)


class Desk:
    """One emulated host, a workspace that is connected to it, and what the workspace has told."""

    def __init__(self, state: HostState, patience: Patience | None = None) -> None:
        self.host = EmulatedHost(state)
        self.events: list[Event] = []
        self.seen: list[JobView] = []
        """Every view that any job had, in order."""
        self._changed = asyncio.Event()
        self.workspace = Workspace(
            self.host.connect, clock=self.host.clock.now, backoff=Backoff(), patience=patience
        )
        self.workspace.listener = self._on_event
        self.host_id = self.workspace.add_host(PROFILE, SECRET)

    @property
    def view(self) -> HostView:
        return self.workspace.host(self.host_id)

    @property
    def state(self) -> HostState:
        """What the workspace has read last."""
        assert self.view.state is not None
        return self.view.state

    def vm(self, name: str) -> VirtualMachine:
        return trees.vm_named(self.state, name)

    def shape(self, name: str) -> str:
        return trees.shape(self.vm(name))

    def ref(self, vm_name: str, checkpoint_name: str) -> CheckpointRef:
        return trees.ref(self.state, vm_name, checkpoint_name)

    def submit(self, operation: Operation, approver: Approver | None = None) -> int:
        return self.workspace.submit(self.host_id, operation, approver or Yes())

    async def do(self, operation: Operation, approver: Approver | None = None) -> JobView:
        """Run a job to its end."""
        return await self.ended(self.submit(operation, approver))

    async def lose_during(self, operation: Operation, verb: str, *, for_good: bool = False) -> int:
        """Start a job and cut the connection while a request is on its way to the host; the request stays held."""
        self.host.hold(verb)
        job_id = self.submit(operation)
        await self.host.asked(verb)
        if for_good:
            self.host.down = ConnectionFailure("The host is off.")
        self.host.lose()
        return job_id

    async def ended(self, job_id: int) -> JobView:
        await self.until(lambda: self.workspace.job(job_id).verdict is not None)
        return self.workspace.job(job_id)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, looking after each event of the workspace."""
        while not is_so():
            self._changed.clear()
            await self._changed.wait()

    async def connected(self) -> None:
        await self.until(lambda: self.view.phase is Phase.CONNECTED)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        job_id = getattr(event, "job_id", None)
        if job_id is not None:
            self.seen.append(self.workspace.job(job_id))
        self._changed.set()


def at_desk(
    state: HostState, story: Callable[[Desk], Awaitable[Any]], patience: Patience | None = None
) -> None:
    """Let a story happen at a connected desk, in virtual time, and put everything away afterwards."""

    async def from_opening_to_closing() -> None:
        desk = Desk(state, patience)
        try:
            await desk.connected()
            await story(desk)
        finally:
            await desk.workspace.close()

    virtual_time.run(from_opening_to_closing())
