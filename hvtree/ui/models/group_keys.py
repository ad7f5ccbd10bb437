"""What names a row among the groups through all changes."""

from __future__ import annotations

from hvtree.domain.address import VmAddress

WITHOUT = "without"
"""The row of all that belongs to no group."""


def group_key(group_id: str) -> str:
    """Return the key of the row of a group."""
    return f"group {group_id}"


def checkpoint_key(checkpoint_id: str) -> str:
    """Return the key of the row of a group checkpoint."""
    return f"checkpoint {checkpoint_id}"


def member_key(vm: VmAddress) -> str:
    """Return the key of the row of a member; it may stand below several groups."""
    return f"member {vm.host_id} {vm.vm_id}"
