"""The cmdlets that only read: Get-VM, Get-VMSnapshot, Get-VMHardDiskDrive, Get-VHD, Get-VMHost."""

from __future__ import annotations

from hvtree.emulator.cmdlets.groups import Groups
from hvtree.emulator.cmdlets.selection import (
    FoundSnapshot,
    Names,
    Snapshots,
    Vms,
    find_snapshots,
    find_vms,
    ids,
    listed,
    matches,
)
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import normal
from hvtree.emulator.host.enums import SnapshotType
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.machine import Machine
from hvtree.emulator.host.objects import (
    CmdletOutput,
    HardDiskDrive,
    VirtualHardDisk,
    VirtualMachine,
    VMHost,
    VMSnapshot,
)
from hvtree.emulator.host.views import disk_view, snapshot_view, vm_view


class Queries:
    """Reading cmdlets. Errors come beside the objects, as a cmdlet writes both."""

    def __init__(self, core: Core, groups: Groups) -> None:
        self._core = core
        self._groups = groups

    def vms(self, name: Names | None, vm_id: Names | None) -> CmdletOutput[VirtualMachine]:
        """Get-VM: all VMs, or those of some names or ids (facts 1 to 4)."""
        self._core.faults.check_rights("Get-VM")
        if self._core.faults.is_listing_empty:
            return CmdletOutput(())
        if name is None and vm_id is None:
            return CmdletOutput(tuple(map(self._view, self._core.machines.values())))
        found = list(
            find_vms(self._core, name=name, vm=listed(vm_id) if vm_id is not None else None, planned=True)
        )
        machines = {machine.id: machine for _, machine, _ in found if machine is not None}
        return CmdletOutput(
            tuple(map(self._view, machines.values())),
            _errors("Get-VM", [error for _, _, error in found]),
        )

    def _view(self, machine: Machine) -> VirtualMachine:
        return vm_view(self._core, machine, self._groups.of(machine.id))

    def snapshots(
        self,
        *,
        vm_name: Names | None,
        vm: Vms | None,
        snapshot_id: str | None,
        name: str | None,
        snapshot_type: SnapshotType | None,
    ) -> CmdletOutput[VMSnapshot]:
        """Get-VMSnapshot (facts 15, 17, 18, 20, 22)."""
        cmdlet = "Get-VMSnapshot"
        self._core.faults.check_rights(cmdlet)
        if self._core.faults.is_listing_empty:
            return CmdletOutput(())
        if snapshot_id is not None:
            found = list(find_snapshots(self._core, vm_snapshot=snapshot_id))
        else:
            found = list(find_snapshots(self._core, vm_name=vm_name, vm=vm, name=name))
        if name is not None and self._core.quirks.duplicate_names == "first":
            found = _first_of_each_name(found)
        if snapshot_type is None and self._core.quirks.lists_only_standard:
            snapshot_type = SnapshotType.Standard
        views = tuple(
            snapshot_view(self._core, machine, entry)
            for _, machine, entry, _ in found
            if machine is not None and entry is not None and snapshot_type in (None, entry.kind)
        )
        return CmdletOutput(views, _errors(cmdlet, [error for *_, error in found]))

    def parent_of(self, of: VirtualMachine | VMSnapshot | str, name: str | None) -> CmdletOutput[VMSnapshot]:
        """Get-VMSnapshot -ParentOf: the one parent of a VM's Now or of a checkpoint (fact 21)."""
        machine, checkpoint_id = self._base(of)
        parent = machine.now if checkpoint_id is None else machine.checkpoints[checkpoint_id].parent
        return self._of(machine, [parent] if parent else [], name)

    def children_of(
        self, of: VirtualMachine | VMSnapshot | str, name: str | None
    ) -> CmdletOutput[VMSnapshot]:
        """Get-VMSnapshot -ChildOf: the direct children only (fact 21)."""
        machine, checkpoint_id = self._base(of)
        return self._of(machine, [entry.id for entry in machine.children_of(checkpoint_id)], name)

    def _base(self, of: VirtualMachine | VMSnapshot | str) -> tuple[Machine, str | None]:
        wanted = ids(of)[0]
        if wanted in self._core.machines:
            return self._core.machines[wanted], None
        machine, entry = self._core.checkpoint(wanted)
        return machine, entry.id

    def _of(self, machine: Machine, checkpoint_ids: list[str], name: str | None) -> CmdletOutput[VMSnapshot]:
        entries = [machine.checkpoints[one] for one in checkpoint_ids]
        chosen = [entry for entry in entries if name is None or matches(entry.name, name)]
        return CmdletOutput(tuple(snapshot_view(self._core, machine, entry) for entry in chosen))

    def hard_disk_drives(
        self, *, vm_name: Names | None, vm: Vms | None, vm_snapshot: Snapshots | None
    ) -> CmdletOutput[HardDiskDrive]:
        """Get-VMHardDiskDrive of VMs or of checkpoints."""
        cmdlet = "Get-VMHardDiskDrive"
        self._core.faults.check_rights(cmdlet)
        drives: list[HardDiskDrive] = []
        problems: list[CmdletError | None] = []
        for _, owner, error in find_vms(self._core, name=vm_name, vm=vm, planned=True):
            problems.append(error)
            drives.extend(vm_view(self._core, owner).hard_drives if owner is not None else ())
        for _, machine, entry, error in find_snapshots(self._core, vm_snapshot=vm_snapshot):
            problems.append(error)
            if machine is not None and entry is not None:
                drives.extend(snapshot_view(self._core, machine, entry).hard_drives)
        return CmdletOutput(tuple(drives), _errors(cmdlet, problems))

    def vhds(self, path: Names | None, vm_id: Names | None) -> CmdletOutput[VirtualHardDisk]:
        """Get-VHD of some paths, or of the disks that VMs use now (facts 10 and 11)."""
        self._core.faults.check_rights("Get-VHD")
        problems: list[CmdletError | None] = []
        paths = [] if path is None else listed(path)
        for _, machine, error in find_vms(self._core, vm=None if vm_id is None else listed(vm_id)):
            problems.append(error)
            paths.extend(drive.file.path for drive in (machine.drives if machine else ()))
        views = []
        for one in paths:
            file = self._core.store.disk(normal(one))
            if file is None:
                problems.append(_no_file(one))
            else:
                views.append(disk_view(self._core, file))
        return CmdletOutput(tuple(views), _errors("Get-VHD", problems))

    def host(self) -> VMHost:
        """Get-VMHost."""
        self._core.faults.check_rights("Get-VMHost")
        facts = self._core.facts
        return VMHost(
            name=facts.name,
            computer_name=facts.name,
            fully_qualified_domain_name=facts.name,
            logical_processor_count=facts.processors,
            memory_capacity=facts.memory,
            virtual_hard_disk_path=facts.vhd_path,
            virtual_machine_path=facts.vm_path,
        )


def _errors(cmdlet: str, found: list[CmdletError | None]) -> tuple[CmdletError, ...]:
    return tuple(error.by(cmdlet) for error in found if error is not None)


def _first_of_each_name(found: list[FoundSnapshot]) -> list[FoundSnapshot]:
    """Leave out the checkpoints of a VM that have the name of one before them (fact 15)."""
    known: dict[tuple[str, str], FoundSnapshot] = {}
    for each in found:
        key, machine, entry, _ = each
        name = (machine.id, entry.name.casefold()) if machine and entry else ("", key)
        known.setdefault(name, each)
    return list(known.values())


def _no_file(path: str) -> CmdletError:
    message = (
        f"Getting the mounted storage instance for the path '{path}' failed.\n"
        f"{errors.with_code(errors.FILE_NOT_FOUND)}"
    )
    return CmdletError(
        message,
        identifier="ObjectNotFound",
        category="ObjectNotFound",
        hresult=errors.FILE_NOT_FOUND,
        target=path,
    )
