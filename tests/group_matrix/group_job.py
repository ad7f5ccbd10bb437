"""One job of a group in which something goes wrong at a moment of one member."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hvtree.domain.errors import ConnectionFailure
from hvtree.emulator.host.faults import Fault
from hvtree.emulator.host.machine import Machine
from hvtree.jobs.job import JobView
from hvtree.jobs.kept import kept
from hvtree.jobs.recovery import look_at
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_target import GroupTarget
from tests.group_matrix.cases import STATES, Case, Doing, Failure, host_of
from tests.support.emulated import EmulatedHost
from tests.support.harness import Harness

TIME_OUT_S = 600.0
DOWN_S = 60.0
LEASE_AND_MORE_S = 60.0


class GroupJob:
    """The group, its job, and what goes wrong in it."""

    def __init__(self, harness: Harness, case: Case) -> None:
        self.harness = harness
        self.case = case
        self.has_struck = False
        self._struck = asyncio.Event()

    async def operation(self) -> Operation:
        """Return what is done with the group; what has to be there for it is there."""
        vms = tuple(self.harness.vm_at(name, host_of(name, self.case.hosts)) for name in STATES)
        group = CheckpointGroup(vms, "joint")
        if self.case.doing is Doing.CHECKPOINT:
            return group
        await self.harness.do(group)
        (mark,) = {
            mark.id
            for name in STATES
            for mark in self.harness.vm(name, host_of(name, self.case.hosts)).group_marks.values()
        }
        return ApplyGroupCheckpoint(GroupTarget(mark))

    async def go_wrong(self, operation: Operation) -> JobView:
        """Do it, let it go wrong, and return the job when everything that HVTree does about it is done."""
        self._arm()
        job_id = self.harness.submit(operation)
        if self.case.failure is not Failure.KILLED:
            return await self.harness.ended(job_id)
        await self._struck.wait()
        return await self._after_the_kill(self.harness.workspace.job(job_id))

    # -- what goes wrong -------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Let it happen when the host begins the cmdlet on the member."""
        cmdlet, times = self.case.moment
        host = self.harness.hosts[host_of(self.case.member, self.case.hosts)]
        faults, left = host.hyperv.faults, times
        take = faults.take

        def look(asked: str, machine: Machine | None) -> Fault | None:
            nonlocal left
            if self.has_struck or asked != cmdlet or machine is None or machine.name != self.case.member:
                return take(asked, machine)
            left -= 1
            if left:
                return take(asked, machine)
            self.has_struck = True
            self._struck.set()
            return self._strike(asked, host)

        setattr(faults, "take", look)  # noqa: B010  (a method of this one object)

    def _strike(self, cmdlet: str, host: EmulatedHost) -> Fault | None:
        soon: Callable[[], object]
        match self.case.failure:
            case Failure.ERROR:
                return Fault(cmdlet=cmdlet, error="OperationFailed")
            case Failure.TIME_OUT:
                return Fault(cmdlet=cmdlet, error="OperationFailed", when="after", delay_s=TIME_OUT_S)
            case Failure.CUT:
                soon = host.lose
            case Failure.REBOOT:
                soon = lambda: self._reboot(host)  # noqa: E731
            case Failure.KILLED:
                soon = self._kill
        asyncio.get_running_loop().call_soon(soon)
        return None

    def _reboot(self, host: EmulatedHost) -> None:
        """Let a host go down and come back: what was under way ends, VMs that are paused are saved, those that ran run again."""
        host.down = ConnectionFailure("The host is restarting.")
        host.lose()

        def up() -> None:
            paused = [each.id for each in host.hyperv.get_vm().objects if each.state.name == "Paused"]
            if paused:
                host.hyperv.save_vm(vm=paused)
            host.down = None
            self.harness.workspace.reconnect(host.state.host)

        host.clock.call_later(DOWN_S, up)

    def _kill(self) -> None:
        for host in self.harness.hosts.values():
            host.forsake()

    # -- afterwards ------------------------------------------------------------------------------------------------

    async def _after_the_kill(self, job: JobView) -> JobView:
        """Let the hosts do what they do by themselves; then start HVTree again, and do what it offers about the job."""
        await self.harness.workspace.close(0)
        await self.harness.host.clock.pass_by(LEASE_AND_MORE_S)
        for host in self.harness.hosts.values():
            host.down = None
        await self.harness.start_again()
        made = [ref.checkpoint_id for step in job.steps for ref in step.taken]
        for _ in range(len(job.steps)):
            recovery = look_at(kept(job.plan), made, self.harness.workspace.fleet)
            if not recovery.offers:
                break
            await self.harness.do(recovery.offers[-1].operation)
        return job
