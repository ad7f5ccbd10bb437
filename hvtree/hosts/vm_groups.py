"""Asks a host for the VM groups that it keeps itself."""

from __future__ import annotations

from hvtree.domain.errors import Refused
from hvtree.domain.vm_group import VmGroup
from hvtree.hosts.codec import decoded
from hvtree.hosts.messages import VmGroups
from hvtree.hosts.rpc import Rpc


async def vm_groups(rpc: Rpc) -> tuple[VmGroup, ...]:
    """Return them; raise `Refused` if the host knows none."""
    answer = decoded(
        await rpc.ask("host.vmgroups", {}, "tell its VM groups"), VmGroups, "the question for VM groups"
    )
    if not answer.is_known:
        raise Refused(
            f"The host ‘{rpc.name}’ has no VM groups.",
            why="Hyper-V has them since Windows Server 2016.",
            now="Name the VMs instead.",
        )
    return tuple(
        VmGroup(
            each.id.lower(), each.name, tuple(map(str.lower, each.vms)), tuple(map(str.lower, each.groups))
        )
        for each in answer.groups
    )
