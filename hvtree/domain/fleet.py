"""What is known of all hosts at one moment: a reading of each, by the host's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine


class Fleet(Struct, frozen=True):
    """The readings of some hosts. A frozen value, as the readings are."""

    hosts: Mapping[str, HostState]
    """By host id, in the order in which the hosts are shown."""

    @classmethod
    def of(cls, hosts: Mapping[str, HostState]) -> Fleet:
        """Return a fleet of these hosts."""
        return cls(MappingProxyType(dict(hosts)))

    def find_vm(self, address: VmAddress) -> VirtualMachine | None:
        """Return a VM, or None if its host or the VM itself is not known."""
        state = self.hosts.get(address.host_id)
        return state.vms.get(address.vm_id) if state is not None else None

    def vm(self, address: VmAddress) -> VirtualMachine:
        """Return a VM; raise `KeyError` if its host or the VM itself is not known."""
        return self.hosts[address.host_id].vms[address.vm_id]

    def checkpoint(self, address: CheckpointAddress) -> Checkpoint:
        """Return a checkpoint; raise `KeyError` if it is not known."""
        return self.hosts[address.host_id].checkpoint(address.ref)

    def only(self, vms: Iterable[VmAddress]) -> Fleet:
        """Return the hosts of these VMs with nothing but these VMs; a VM that is gone is left out."""
        wanted: dict[str, list[str]] = {}
        for each in vms:
            if each.host_id in self.hosts:
                wanted.setdefault(each.host_id, []).append(each.vm_id)
        return Fleet.of({host_id: self.hosts[host_id].only(ids) for host_id, ids in wanted.items()})
