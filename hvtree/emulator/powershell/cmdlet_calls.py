"""Calls of cmdlets by their parameters' names, as the stand-in for the Hyper-V module makes them, on the emulated host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.cmdlets.lifecycle import NewVm
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host import errors
from hvtree.emulator.host.enums import CheckpointType, GroupType, SnapshotType
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.objects import CmdletOutput
from hvtree.emulator.powershell.cmdlet_call import Answer, CmdletCall, Parameters, cmdlet_call, listed
from hvtree.emulator.powershell.hardware_calls import HARDWARE_CALLS, on_controller, owners_of

_HANDLED_THERE = frozenset({"ComputerName", "CimSession", "Credential", "Passthru", "AsJob", "Force", "Name"})
"""Parameters that the module handles itself, or that every cmdlet has."""


def call(host: HyperV, cmdlet: str, parameters: Parameters) -> Answer:
    """Run a cmdlet; raise `CmdletError` if it is refused as a whole, also for what the emulated host does not model."""
    known = _CALLS.get(cmdlet)
    strange = sorted(set(parameters) - known.takes - _HANDLED_THERE) if known else []
    if known is None or strange:
        what = f"{cmdlet} -{strange[0]}" if strange else cmdlet
        raise CmdletError(
            f"The emulated host does not model {what}.",
            identifier="NotImplemented",
            category="NotImplemented",
        ).by(cmdlet)
    try:
        return known.run(host, parameters)
    except CmdletError as error:
        raise error.by(cmdlet) from error


def require_this_host(host: HyperV, computers: Iterable[str]) -> None:
    """Raise `CmdletError` for the first computer that is not this host."""
    own = {host.name.casefold(), "localhost", ".", "127.0.0.1", "::1"}
    for computer in computers:
        if computer.partition(".")[0].casefold() not in own and computer.casefold() not in own:
            raise errors.object_gone(computer, computer)


def _vms(host: HyperV, given: Parameters) -> Answer:
    return host.get_vm(given.get("Name"), id=given.get("Id"))


def _snapshots(host: HyperV, given: Parameters) -> Answer:
    kind = given.get("SnapshotType")
    one = {"parent_of": given.get("ParentOf"), "child_of": given.get("ChildOf"), "id": given.get("Id")}
    names = listed(given.get("Name"))
    found = [
        host.get_vm_snapshot(
            given.get("VMName"),
            vm=given.get("VM"),
            name=name,
            snapshot_type=None if kind is None else SnapshotType(kind),
            **one,
        )
        for name in names or [None]
    ]
    wrong = [error for output in found for error in output.errors]
    return CmdletOutput(tuple(one for output in found for one in output.objects), tuple(wrong))


def _drives(host: HyperV, given: Parameters) -> Answer:
    owners = owners_of(given)
    output = host.get_vm_hard_disk_drive(owners.vm_name, vm=owners.vm, vm_snapshot=owners.vm_snapshot)
    wanted = {
        "controller_location": given.get("ControllerLocation"),
        "controller_type": given.get("ControllerType"),
    }
    asked = {name: value for name, value in wanted.items() if value is not None}
    drives = (
        drive
        for drive in output.objects
        if all(getattr(drive, name) == value for name, value in asked.items())
        and on_controller(given, drive.controller_type.name, drive.controller_number)
    )
    return CmdletOutput(tuple(drives), output.errors)


def _set_vm(host: HyperV, given: Parameters) -> Answer:
    kind = given.get("CheckpointType")
    dynamic = True if given.get("DynamicMemory") else False if given.get("StaticMemory") else None
    change = VmChange(
        checkpoint_type=None if kind is None else CheckpointType(kind),
        automatic_checkpoints_enabled=given.get("AutomaticCheckpointsEnabled"),
        notes=given.get("Notes"),
        new_vm_name=given.get("NewVMName"),
        snapshot_file_location=given.get("SnapshotFileLocation"),
        processor_count=given.get("ProcessorCount"),
        memory_startup_bytes=given.get("MemoryStartupBytes"),
        memory_minimum_bytes=given.get("MemoryMinimumBytes"),
        memory_maximum_bytes=given.get("MemoryMaximumBytes"),
        dynamic_memory=dynamic,
    )
    return host.set_vm(vm=given["VM"], change=change)


def _new_vm(host: HyperV, given: Parameters) -> Answer:
    wanted = NewVm(
        name=given.get("Name") or "New Virtual Machine",
        memory_startup_bytes=given.get("MemoryStartupBytes") or 1 << 29,
        generation=given.get("Generation") or 1,
        path=given.get("Path"),
        new_vhd_path=given.get("NewVHDPath"),
        new_vhd_size_bytes=given.get("NewVHDSizeBytes", 0),
        vhd_path=given.get("VHDPath"),
        switch_name=given.get("SwitchName") or "",
    )
    return host.new_vm(wanted)


def _test_vhd(host: HyperV, given: Parameters) -> Answer:
    output = host.get_vhd(given["Path"])
    return CmdletOutput(tuple(True for _ in output.objects), output.errors)


def _groups(host: HyperV, given: Parameters) -> Answer:
    if given.get("Id") is None:
        return host.get_vm_group(given.get("Name"))
    found = [group for group in host.get_vm_group().objects if group.instance_id == given["Id"].lower()]
    return CmdletOutput(tuple(found))


def _group_name(host: HyperV, given: Parameters) -> str:
    """Return the name of the group that is meant, by name, id or object."""
    wanted = given.get("VMGroup") or given.get("Id")
    if wanted is None:
        return str(listed(given["Name"])[0])
    wanted = listed(wanted)[0].lower()
    names = [group.name for group in host.get_vm_group().objects if group.instance_id == wanted]
    return names[0] if names else wanted


def _new_group(host: HyperV, given: Parameters) -> Answer:
    return CmdletOutput(
        (host.new_vm_group(given["Name"], GroupType(given["GroupType"]), id=given.get("Id")),)
    )


def _remove_group(host: HyperV, given: Parameters) -> Answer:
    host.remove_vm_group(_group_name(host, given))
    return CmdletOutput(())


def _rename_group(host: HyperV, given: Parameters) -> Answer:
    return CmdletOutput((host.rename_vm_group(_group_name(host, given), new_name=given["NewName"]),))


def _add_member(host: HyperV, given: Parameters) -> Answer:
    return CmdletOutput((host.add_vm_group_member(_group_name(host, given), **_members(given)),))


def _remove_member(host: HyperV, given: Parameters) -> Answer:
    return CmdletOutput((host.remove_vm_group_member(_group_name(host, given), **_members(given)),))


def _members(given: Parameters) -> dict[str, Any]:
    return {"vm": given.get("VM") or (), "group": given.get("VMGroupMember") or ()}


def _stop(host: HyperV, given: Parameters) -> Answer:
    return host.stop_vm(
        vm=given["VM"],
        turn_off=bool(given.get("TurnOff")),
        save=bool(given.get("Save")),
        force=bool(given.get("Force")),
    )


def _remove_saved_state(host: HyperV, given: Parameters) -> Answer:
    return host.remove_vm_saved_state(vm=given.get("VM"), vm_snapshot=given.get("VMSnapshot"))


def _remove_snapshot(host: HyperV, given: Parameters) -> Answer:
    return host.remove_vm_snapshot(
        vm_snapshot=given["VMSnapshot"],
        include_all_child_snapshots=bool(given.get("IncludeAllChildSnapshots")),
    )


_CALLS: Mapping[str, CmdletCall] = {
    **HARDWARE_CALLS,
    "Get-VM": cmdlet_call(_vms, "Id"),
    "Get-VMHost": cmdlet_call(lambda host, _: CmdletOutput((host.get_vm_host(),))),
    "Get-VMSnapshot": cmdlet_call(_snapshots, "VMName VM Id ParentOf ChildOf SnapshotType"),
    "Get-VMHardDiskDrive": cmdlet_call(
        _drives, "VMName VM VMSnapshot VMDriveController ControllerNumber ControllerLocation ControllerType"
    ),
    "Get-VMGroup": cmdlet_call(_groups, "Id"),
    "Get-VHD": cmdlet_call(
        lambda host, given: host.get_vhd(given.get("Path"), vm_id=given.get("VMId")), "Path VMId"
    ),
    "Test-VHD": cmdlet_call(_test_vhd, "Path"),
    "Resize-VHD": cmdlet_call(
        lambda host, given: host.resize_vhd(given["Path"], given["SizeBytes"]), "Path SizeBytes"
    ),
    "Start-VM": cmdlet_call(lambda host, given: host.start_vm(vm=given["VM"]), "VM"),
    "Stop-VM": cmdlet_call(_stop, "VM TurnOff Save"),
    "Save-VM": cmdlet_call(lambda host, given: host.save_vm(vm=given["VM"]), "VM"),
    "Suspend-VM": cmdlet_call(lambda host, given: host.suspend_vm(vm=given["VM"]), "VM"),
    "Resume-VM": cmdlet_call(lambda host, given: host.resume_vm(vm=given["VM"]), "VM"),
    "Restart-VM": cmdlet_call(lambda host, given: host.restart_vm(vm=given["VM"]), "VM"),
    "Remove-VMSavedState": cmdlet_call(_remove_saved_state, "VM VMSnapshot"),
    "Checkpoint-VM": cmdlet_call(
        lambda host, given: host.checkpoint_vm(vm=given["VM"], snapshot_name=given.get("SnapshotName")),
        "VM SnapshotName",
    ),
    "Restore-VMSnapshot": cmdlet_call(
        lambda host, given: host.restore_vm_snapshot(vm_snapshot=given["VMSnapshot"], confirm=False),
        "VMSnapshot",
    ),
    "Remove-VMSnapshot": cmdlet_call(_remove_snapshot, "VMSnapshot IncludeAllChildSnapshots"),
    "Rename-VMSnapshot": cmdlet_call(
        lambda host, given: host.rename_vm_snapshot(
            vm_snapshot=given["VMSnapshot"], new_name=given["NewName"]
        ),
        "VMSnapshot NewName",
    ),
    "Export-VMSnapshot": cmdlet_call(
        lambda host, given: host.export_vm_snapshot(vm_snapshot=given["VMSnapshot"], path=given["Path"]),
        "VMSnapshot Path",
    ),
    "Export-VM": cmdlet_call(
        lambda host, given: host.export_vm(vm=given["VM"], path=given["Path"]), "VM Path"
    ),
    "New-VM": cmdlet_call(
        _new_vm,
        "MemoryStartupBytes Generation Path NoVHD SwitchName NewVHDPath NewVHDSizeBytes VHDPath BootDevice",
    ),
    "Remove-VM": cmdlet_call(lambda host, given: host.remove_vm(vm=given["VM"]), "VM"),
    "Rename-VM": cmdlet_call(
        lambda host, given: host.rename_vm(vm=given["VM"], new_name=given["NewName"]), "VM NewName"
    ),
    "Set-VM": cmdlet_call(
        _set_vm,
        "VM CheckpointType AutomaticCheckpointsEnabled Notes NewVMName SnapshotFileLocation ProcessorCount "
        "MemoryStartupBytes MemoryMinimumBytes MemoryMaximumBytes DynamicMemory StaticMemory",
    ),
    "New-VMGroup": cmdlet_call(_new_group, "GroupType Id"),
    "Remove-VMGroup": cmdlet_call(_remove_group, "Id VMGroup"),
    "Rename-VMGroup": cmdlet_call(_rename_group, "Id VMGroup NewName"),
    "Add-VMGroupMember": cmdlet_call(_add_member, "Id VMGroup VM VMGroupMember"),
    "Remove-VMGroupMember": cmdlet_call(_remove_member, "Id VMGroup VM VMGroupMember"),
}
