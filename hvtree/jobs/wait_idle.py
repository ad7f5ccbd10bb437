"""Waiting until the VMs of a host are idle. Bounded, and never by sleeping."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hvtree.domain.model import Activity, HostState, VirtualMachine, VmState
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.jobs.ports import WatchedHost

_PASSING = frozenset({Activity.CREATING, Activity.APPLYING, Activity.DELETING})
"""What is over soon. A merge is not: it may go on for hours, and nothing waits for it."""

_ON_THE_WAY = frozenset(
    {
        VmState.STARTING,
        VmState.STOPPING,
        VmState.SAVING,
        VmState.PAUSING,
        VmState.RESUMING,
        VmState.RESET,
        VmState.FAST_SAVING,
        VmState.FORCE_SHUTDOWN,
        VmState.FORCE_REBOOT,
    }
)
"""States that end by themselves. The critical ones do not."""


class TimeLimits(Struct, frozen=True):
    """How long a job waits for what it cannot hurry, without the time in which this computer sleeps."""

    idle_s: float = 120
    """For VMs on their way from one state to another."""
    readings: int = 500
    """How often it reads while it waits for them."""
    reconnect_s: float = 300
    """For a host whose connection was lost, once in a job."""
    questions: int = 5
    """How often it asks about a plan that no longer fits when the answer comes."""


async def wait_idle(host: WatchedHost, vm_ids: Iterable[str], limits: TimeLimits) -> HostState:
    """Read the host until the VMs are idle; when a limit is reached, return what it is like then."""
    watched = tuple(vm_ids)
    state = await host.read()
    try:
        async with awake_timeout(limits.idle_s):
            for _ in range(limits.readings):
                if all(is_idle(state.vms.get(vm_id)) for vm_id in watched):
                    break
                state = await host.newer(state)
    except TimeoutError:
        return await host.read()  # the news may have been lost, but the host has the last word
    return state


def is_idle(vm: VirtualMachine | None) -> bool:
    """Return whether a VM stays as it is if nobody acts on it; one that is gone does too."""
    if vm is None:
        return True
    return vm.state not in _ON_THE_WAY and vm.activity not in _PASSING
