"""The lease of one job on each of its hosts: what the host does about the job's VMs if it hears nothing more of HVTree."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from hvtree.domain.edits import Apply, Create, Edit, Power, SetPower, vm_ids_of
from hvtree.domain.errors import HVTreeError
from hvtree.domain.lease import Lease, lease_for
from hvtree.domain.names import isolated
from hvtree.jobs.ports import WatchedHost
from hvtree.jobs.record import JobRecord
from hvtree.operations.base import Plan, Step
from hvtree.operations.leases import stopped_on, stops

_SOON_S = 1.0
"""How long the end of a lease may take until the job says what it waits for."""


class JobLeases:
    """Made for each request of a job that has one, and ended when the job's VMs are back."""

    def __init__(self, hosts: Mapping[str, WatchedHost], record: JobRecord) -> None:
        self._hosts = hosts
        self._record = record
        self._begun: set[str] = set()

    def lease_of(self, step: Step, edit: Edit, plan: Plan) -> Lease | None:
        """Return the lease with which a step of the plan's own is asked for; None if nothing is stopped by then.

        A VM belongs where it was. One that goes back to a checkpoint, or whose guest was asked to shut down, belongs where
        the plan says, once that is done. Shutting down alone is under no lease: nothing brings back what was meant to stay off.
        """
        before, expected = plan.before.hosts[step.host_id], plan.expected.hosts[step.host_id]
        is_begun = step.host_id in self._begun
        if plan.leaves_stopped or not before.lease_s or not (is_begun or stops(edit)):
            return None
        match edit:
            case Apply() | SetPower(power=Power.SHUT_DOWN):
                goals = expected.vms
            case SetPower(power=Power.START | Power.RESUME):
                return None
            case SetPower() | Create():
                goals = before.vms
            case _:
                return None
        if not is_begun and not stopped_on(step.host_id, ((step,),), before):
            return None
        self._begun.add(step.host_id)
        those = {vm_id: goals[vm_id] for vm_id in vm_ids_of(edit)}
        return lease_for(self._record.view.uuid, before.lease_s, those, is_first=not is_begun)

    async def end(self, host_id: str) -> None:
        """Return when a host will do nothing more by itself; a host that cannot be asked is left to its lease."""
        if host_id not in self._begun:
            return
        ending = asyncio.ensure_future(self._hosts[host_id].end_lease(self._record.view.uuid))
        try:
            await asyncio.wait((ending,), timeout=_SOON_S)
            if not ending.done():
                self._record.remark(_waiting(self._record.view.plan, host_id), f"lease on {host_id}")
            with suppress(HVTreeError):
                await ending
            self._begun.discard(host_id)
        finally:
            ending.cancel()
            self._record.remark("", f"lease on {host_id}")


def _waiting(plan: Plan, host_id: str) -> str:
    host = isolated(plan.host_names[host_id])
    seconds = plan.before.hosts[host_id].lease_s
    return (
        f"The connection to host {host} was lost while VMs were stopped. "
        f"HVTree waits until the host brings no more of them back by itself: {seconds} seconds, or a little more."
    )
