"""VM groups: New-, Get- and Remove-VMGroup, Add- and Remove-VMGroupMember (facts 78 and 249)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hvtree.emulator.cmdlets.selection import Names, Vms, has_wildcard, ids, listed, matches
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.enums import GroupType
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.objects import CmdletOutput, VMGroup


class Groups:
    """The host's groups. Their ids are unique, their names need not be."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._groups: dict[str, VMGroup] = {}

    def all(self, name: Names | None) -> CmdletOutput[VMGroup]:
        """Get-VMGroup."""
        if name is None:
            return CmdletOutput(tuple(self._groups.values()))
        found: list[VMGroup] = []
        problems: list[CmdletError] = []
        for wanted in listed(name):
            some = [group for group in self._groups.values() if matches(group.name, wanted)]
            found.extend(some)
            if not some and not has_wildcard(wanted):
                problems.append(_not_found(wanted).by("Get-VMGroup"))
        return CmdletOutput(tuple(found), tuple(problems))

    def of(self, vm_id: str) -> tuple[str, ...]:
        """Return the names of the groups that a VM is in."""
        return tuple(group.name for group in self._groups.values() if vm_id in group.vm_members)

    def new(self, name: str, kind: GroupType, group_id: str | None) -> VMGroup:
        """New-VMGroup."""
        _check_name(name, "New-VMGroup")
        group = VMGroup(name, group_id or self._core.new_guid(), kind, computer_name=self._core.facts.name)
        self._groups[group.instance_id] = group
        return group

    def remove(self, name: str) -> None:
        """Remove-VMGroup: only an empty one goes."""
        group = self._one(name, "Remove-VMGroup")
        if group.vm_members or group.vm_group_members:
            message = f"The group '{group.name}' is not empty."
            problem = CmdletError(
                message, identifier="InvalidState", category="InvalidOperation", target=group.name
            )
            raise problem.by("Remove-VMGroup")
        del self._groups[group.instance_id]
        for outer in tuple(self._groups.values()):
            self._without(outer, (group.instance_id,))

    def rename(self, name: str, new_name: str) -> VMGroup:
        """Rename-VMGroup."""
        group = self._one(name, "Rename-VMGroup")
        _check_name(new_name, "Rename-VMGroup")
        self._groups[group.instance_id] = new = msgspec.structs.replace(group, name=new_name)
        return new

    def add(self, name: str, vm: Vms) -> VMGroup:
        """Add-VMGroupMember."""
        group = self._one(name, "Add-VMGroupMember")
        if group.group_type is not GroupType.VMCollectionType:
            raise errors.bad_argument(f"The group '{name}' holds groups, not VMs.", name).by(
                "Add-VMGroupMember"
            )
        wanted = [self._core.machine(vm_id).id for vm_id in ids(vm)]
        members = dict.fromkeys((*group.vm_members, *wanted))
        return self._put(group, tuple(members), wanted)

    def add_groups(self, name: str, group_ids: Names) -> VMGroup:
        """Add-VMGroupMember -VMGroupMember."""
        group = self._one(name, "Add-VMGroupMember")
        if group.group_type is not GroupType.ManagementCollectionType:
            raise errors.bad_argument(f"The group '{name}' holds VMs, not groups.", name).by(
                "Add-VMGroupMember"
            )
        wanted = [one.lower() for one in listed(group_ids)]
        for one in wanted:
            if one not in self._groups:
                raise _not_found(one).by("Add-VMGroupMember")
        members = dict.fromkeys((*group.vm_group_members, *wanted))
        return self._hold(group, tuple(members))

    def take(self, name: str, vm: Vms) -> VMGroup:
        """Remove-VMGroupMember."""
        group = self._one(name, "Remove-VMGroupMember")
        leaving = ids(vm)
        return self._put(group, tuple(one for one in group.vm_members if one not in leaving), leaving)

    def take_groups(self, name: str, group_ids: Names) -> VMGroup:
        """Remove-VMGroupMember -VMGroupMember."""
        leaving = [one.lower() for one in listed(group_ids)]
        return self._without(self._one(name, "Remove-VMGroupMember"), leaving)

    def _without(self, group: VMGroup, leaving: Sequence[str]) -> VMGroup:
        return self._hold(group, tuple(one for one in group.vm_group_members if one not in leaving))

    def _hold(self, group: VMGroup, members: tuple[str, ...]) -> VMGroup:
        self._groups[group.instance_id] = new = msgspec.structs.replace(group, vm_group_members=members)
        return new

    def _put(self, group: VMGroup, members: tuple[str, ...], changed: list[str]) -> VMGroup:
        self._groups[group.instance_id] = new = msgspec.structs.replace(group, vm_members=members)
        for vm_id in changed:
            if vm_id in self._core.machines:
                self._core.touch(self._core.machines[vm_id])
        return new

    def _one(self, name: str, cmdlet: str) -> VMGroup:
        for group in self._groups.values():
            if group.name.casefold() == name.casefold():
                return group
        raise _not_found(name).by(cmdlet)


def _check_name(name: str, cmdlet: str) -> None:
    if not name.strip():
        raise errors.bad_argument("The name of a group cannot be empty.", name).by(cmdlet)


def _not_found(name: str) -> CmdletError:
    message = f'Hyper-V was unable to find a group with name "{name}".'
    return CmdletError(message, identifier="ObjectNotFound", category="ObjectNotFound", target=name)
