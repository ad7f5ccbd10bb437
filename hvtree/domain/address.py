"""Where a VM or a checkpoint is among all hosts: ids only, since names need not be unique.

An address stays the same for as long as the VM lives on its host. A failover cluster counts as one host: its VMs change
their node, and nobody but the connection to the cluster needs to know which one owns a VM just now.
"""

from __future__ import annotations

from msgspec import Struct

from hvtree.domain.checkpoint import CheckpointRef


class VmAddress(Struct, frozen=True):
    """A VM on a host."""

    host_id: str
    """The key of the host in a `Fleet` and in the workspace."""
    vm_id: str


class CheckpointAddress(Struct, frozen=True):
    """A checkpoint of a VM on a host."""

    host_id: str
    vm_id: str
    checkpoint_id: str

    @property
    def vm(self) -> VmAddress:
        """The address of its VM."""
        return VmAddress(self.host_id, self.vm_id)

    @property
    def ref(self) -> CheckpointRef:
        """Its address on its own host, as edits use it."""
        return CheckpointRef(self.vm_id, self.checkpoint_id)
