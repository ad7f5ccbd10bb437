"""Leases: what a host does by itself about VMs that HVTree has stopped, if it hears nothing more of HVTree."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from hvtree.domain.model import VirtualMachine, VmState

LEASE_S = 45
"""Seconds of silence after which a host brings VMs back, unless the user says otherwise."""
SHORTEST_LEASE_S = 5
LONGEST_LEASE_S = 240
"""The shell that the host's agent lives in is closed after 300 s without a word (`hosts.winrm.shell_connector`); the rest is for
bringing the VMs back."""


def check_lease(seconds: int) -> None:
    """Raise `ValueError` with a sentence unless a lease may last so long."""
    if not SHORTEST_LEASE_S <= seconds <= LONGEST_LEASE_S:
        raise ValueError(
            f"‘bring_back_after_s’ is {seconds}, but hosts can bring VMs back after {SHORTEST_LEASE_S} to {LONGEST_LEASE_S} seconds"
        )


class Lease(Struct, frozen=True):
    """What a request that stops VMs says about them, before the first one is touched.

    The host holds those of them that it finds in the state in which they belong. A VM that it holds belongs where the last
    request that went well for it has said; one of which that request says nothing is let go.
    """

    id: str
    """That of the job."""
    seconds: int
    """How long the host may hear nothing from HVTree before it brings back what it holds."""
    running: tuple[str, ...] = ()
    """Ids of VMs that belong into the state Running."""
    paused: tuple[str, ...] = ()
    is_first: bool = True
    """Nothing was asked of this host under it before; otherwise the host has to know it."""


def lease_for(lease_id: str, seconds: int, goals: Mapping[str, VirtualMachine], *, is_first: bool) -> Lease:
    """Return a lease for VMs that belong where they are in `goals`, by id; those that are neither running nor paused are left out."""

    def those_in(state: VmState) -> tuple[str, ...]:
        return tuple(vm_id for vm_id, vm in goals.items() if vm.state is state)

    return Lease(lease_id, seconds, those_in(VmState.RUNNING), those_in(VmState.PAUSED), is_first)
