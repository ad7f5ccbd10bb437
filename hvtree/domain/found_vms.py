"""Which VMs a filter means, to make a group of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.search import Query


class FoundVms(Struct, frozen=True):
    """What a filter finds, VM by VM, in the order of the hosts."""

    themselves: tuple[VmAddress, ...] = ()
    """VMs that it finds by what they are."""
    by_checkpoints: tuple[VmAddress, ...] = ()
    """VMs of which it finds only checkpoints, or what was written since the last one."""

    @property
    def meant(self) -> tuple[VmAddress, ...]:
        """Those that it finds by what they are; if it is about checkpoints, those that have such."""
        return self.themselves or self.by_checkpoints


def found_vms(
    query: Query, fleet: Fleet, now_utc: datetime, around: Callable[[str], str] = lambda _host_id: ""
) -> FoundVms:
    """Return the VMs that a query finds. `around` returns by what else a host is found than its own name, by its id."""
    themselves: list[VmAddress] = []
    by_checkpoints: list[VmAddress] = []
    for host_id, state in fleet.hosts.items():
        names = f"{state.host}\n{around(host_id)}".rstrip()
        for vm in state.vms.values():
            if query.finds_vm(vm, now_utc, around=names):
                themselves.append(VmAddress(host_id, vm.id))
            elif query.found(vm, now_utc, around=names) or query.finds_now(vm, now_utc, around=names):
                by_checkpoints.append(VmAddress(host_id, vm.id))
    return FoundVms(tuple(themselves), tuple(by_checkpoints))
