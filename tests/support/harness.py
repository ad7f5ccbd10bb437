"""A workspace on an emulated host in memory, and people who approve plans: for tests of jobs and of the workspace.

def test_…():
    async def story(harness):
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.AS_PLANNED
    with_harness(lab(web="base(p1*)"), story)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from hvtree.app.backoff import Backoff
from hvtree.app.credentials import Secret
from hvtree.app.host_view import Event, HostView
from hvtree.app.workspace import Workspace
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.hosts.client import Client
from hvtree.jobs.job import JobView, StepPhase
from hvtree.jobs.journal import Journal
from hvtree.jobs.ports import Approver
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.base import Operation, Plan
from hvtree.values import replace
from tests.support import trees, virtual_time
from tests.support.emulated import PROFILE, SECRET, EmulatedHost, is_measured


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


class Harness:
    """An emulated host or several, a workspace that is connected to them, and what the workspace has told.

    Whatever names no host is about the first one.
    """

    def __init__(
        self, *states: HostState, limits: TimeLimits | None = None, journal: Journal | None = None
    ) -> None:
        self.hosts = {state.host: EmulatedHost(state) for state in states}
        self.host = next(iter(self.hosts.values()))
        self.events: list[Event] = []
        self.seen: list[JobView] = []
        """Every view that any job had, in order."""
        self._changed = asyncio.Event()
        self._limits, self._journal = limits, journal
        self.workspace = self._opened()
        self.host_id = next(iter(self.hosts))

    def _opened(self) -> Workspace:
        workspace = Workspace(
            self._connect,
            clock=self.host.clock.now,
            backoff=Backoff(),
            limits=self._limits,
            journal=self._journal,
        )
        workspace.listener = self._on_event
        for name in self.hosts:
            workspace.add_host(replace(PROFILE, name=name), SECRET)
        return workspace

    async def start_again(self) -> None:
        """Start the program anew, after the workspace was closed, and connect all hosts."""
        self.workspace = self._opened()
        await self.connected()

    @property
    def view(self) -> HostView:
        return self.workspace.host(self.host_id)

    @property
    def state(self) -> HostState:
        """What the workspace has read last."""
        return self.state_of(self.host_id)

    def state_of(self, host_id: str) -> HostState:
        state = self.workspace.host(host_id).state
        assert state is not None
        return state

    def vm(self, name: str, host_id: str = "") -> VirtualMachine:
        return trees.vm_named(self.state_of(host_id or self.host_id), name)

    def shape(self, name: str, host_id: str = "") -> str:
        return trees.shape(self.vm(name, host_id))

    def vm_at(self, name: str, host_id: str = "") -> VmAddress:
        return VmAddress(host_id or self.host_id, self.vm(name, host_id).id)

    def ref(self, vm_name: str, checkpoint_name: str, host_id: str = "") -> CheckpointAddress:
        found = trees.ref(self.state_of(host_id or self.host_id), vm_name, checkpoint_name)
        return CheckpointAddress(host_id or self.host_id, found.vm_id, found.checkpoint_id)

    def submit(self, operation: Operation | Plan, approver: Approver | None = None) -> int:
        """Plan an operation, say yes to the plan, and start the job."""
        plan = operation if isinstance(operation, Plan) else self.workspace.plan(operation)
        return self.workspace.submit(plan, approver or Yes())

    async def do(self, operation: Operation | Plan, approver: Approver | None = None) -> JobView:
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

    async def forsake_during(self, operation: Operation, verb: str) -> int:
        """Start a job and cut the network for good while a request is on its way, which never arrives; the agent lives on."""
        self.host.hold(verb)
        job_id = self.submit(operation)
        await self.host.asked(verb)
        self.host.forsake()
        return job_id

    async def changed_by_somebody(self, name: str) -> None:
        """Let somebody else take a checkpoint of a VM, and wait until the workspace knows."""
        count = len(self.vm(name).checkpoints)
        self.host.hyperv.checkpoint_vm(vm=[self.vm(name).id], snapshot_name="by somebody else")
        await self.until(lambda: len(self.vm(name).checkpoints) > count)

    def lose_at(self, title: str, host_id: str) -> None:
        """Lose a host, once, at the moment when a step of that title is about to be asked for."""
        tell = self._on_event

        def lose(event: Event) -> None:
            tell(event)
            running = [
                step for job in self.workspace.jobs for step in job.steps if step.phase is StepPhase.RUNNING
            ]
            if any(step.host_id == host_id and step.title == title for step in running):
                self.workspace.listener = tell
                self.hosts[host_id].lose()

        self.workspace.listener = lose

    async def lose_all_during(self, operation: Operation, verb: str) -> int:
        """Start a job and lose all hosts, which stay away, while requests are on their way to them; these stay held."""
        for host in self.hosts.values():
            host.hold(verb)
        job_id = self.submit(operation)
        for host in self.hosts.values():
            await host.asked(verb)
        for host in self.hosts.values():
            host.down = ConnectionFailure("The host is off.")
            host.lose()
        for name in self.hosts:
            await self.until(lambda name=name: f"host {name} is lost" in self.workspace.job(job_id).message)  # type: ignore[misc]
        return job_id

    def come_back(self, host_id: str) -> None:
        """Let a host be reached again, and what was held go through."""
        self.hosts[host_id].release()
        self.hosts[host_id].down = None
        self.workspace.reconnect(host_id)

    async def ended(self, job_id: int) -> JobView:
        await self.until(lambda: self.workspace.job(job_id).verdict is not None)
        return self.workspace.job(job_id)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, looking after each event of the workspace."""
        while not is_so():
            self._changed.clear()
            await self._changed.wait()

    async def connected(self) -> None:
        await self.until(lambda: all(view.is_connected for view in self.workspace.hosts))

    async def measured(self) -> None:
        """Wait for the sizes of all VMs."""
        await self.until(lambda: is_measured(self.workspace))

    def _connect(self, profile: HostProfile, secret: Secret) -> Client:
        return self.hosts.get(profile.name, self.host).connect(profile, secret)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        job_id = getattr(event, "job_id", None)
        if job_id is not None:
            self.seen.append(self.workspace.job(job_id))
        self._changed.set()


def with_harness(
    states: HostState | Sequence[HostState],
    story: Callable[[Harness], Awaitable[Any]],
    limits: TimeLimits | None = None,
    journal: Journal | None = None,
    *,
    is_measured: bool = True,
) -> None:
    """Let a story happen at a connected harness, in virtual time, and put everything away afterwards.

    Unless it `is_measured`, the sizes are still on their way when the story begins.
    """
    several = (states,) if isinstance(states, HostState) else tuple(states)

    async def from_opening_to_closing() -> None:
        harness = Harness(*several, limits=limits, journal=journal)
        try:
            await harness.connected()
            if is_measured:
                await harness.measured()
            await story(harness)
        finally:
            await harness.workspace.close()

    virtual_time.run(from_opening_to_closing())
