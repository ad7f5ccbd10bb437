"""Objects of the emulated host with the property names of the Hyper-V module, as its stand-in reads them from JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from hvtree.emulator.host.enums import VMOperationalStatus, VMState
from hvtree.emulator.host.machine import Guest
from hvtree.emulator.host.objects import (
    HardDiskDrive,
    VirtualHardDisk,
    VirtualMachine,
    VMGroup,
    VMHost,
    VMSnapshot,
)

Properties = dict[str, Any]

NO_GUID = "00000000-0000-0000-0000-000000000000"
START_IF_RUNNING, SAVE_AT_STOP, PAUSE_IF_CRITICAL, LOCK_OFF, REALIZED, PLANNED = 3, 3, 1, 1, 3, 4
"""Numbers of StartAction, StopAction, CriticalErrorAction, OnOffState and VirtualMachineType: what VMs have by default."""
HEARTBEAT_OK, HEARTBEAT_NO_CONTACT = 6, 2
"""Numbers of VMHeartbeatStatus."""
_STATUS_TEXTS = {VMOperationalStatus.Ok: "Operating normally", VMOperationalStatus.InService: "In service"}


def of_vm(vm: VirtualMachine, guest: Guest | None, groups: Mapping[str, VMGroup]) -> Properties:
    """Return a VM as Get-VM does; `groups` are the host's groups by name."""
    has_contact = vm.state is VMState.Running and guest is not None and guest.has_contact
    heartbeat = HEARTBEAT_OK if has_contact else HEARTBEAT_NO_CONTACT
    return {
        **_of_any(vm),
        "ConfigurationLocation": vm.configuration_location,
        "SmartPagingFilePath": vm.configuration_location,
        "SnapshotFileLocation": vm.snapshot_file_location,
        "AutomaticStartAction": START_IF_RUNNING,
        "AutomaticStopAction": SAVE_AT_STOP,
        "AutomaticCriticalErrorAction": PAUSE_IF_CRITICAL,
        "AutomaticCriticalErrorActionTimeout": 30,
        "AutomaticCheckpointsEnabled": vm.automatic_checkpoints_enabled,
        "CPUUsage": vm.cpu_usage,
        "MemoryAssigned": vm.memory_assigned,
        "MemoryDemand": vm.memory_demand,
        "MemoryStatus": "OK" if vm.memory_assigned else "",
        "NumaNodesCount": 1,
        "NumaSocketCount": 1,
        "Heartbeat": heartbeat if vm.state is VMState.Running else None,
        "IntegrationServicesState": "",
        "Uptime": duration(vm.uptime_s),
        "OperationalStatus": list(vm.operational_status),
        "PrimaryOperationalStatus": vm.primary_operational_status,
        "SecondaryOperationalStatus": vm.secondary_operational_status,
        "StatusDescriptions": list(status_texts(vm)),
        "PrimaryStatusDescription": status_texts(vm)[0],
        "SecondaryStatusDescription": status_texts(vm)[-1] if len(vm.operational_status) > 1 else "",
        "Status": vm.status,
        "ReplicationMode": vm.replication_mode,
        "CheckpointType": vm.checkpoint_type,
        "Groups": [_group_alone(groups[name]) for name in vm.groups if name in groups],
        "VirtualMachineType": PLANNED if vm.is_planned else REALIZED,
        "VirtualMachineSubType": vm.generation,
    }


def of_snapshot(snapshot: VMSnapshot) -> Properties:
    """Return a checkpoint as Get-VMSnapshot does."""
    return {
        **_of_any(snapshot),
        "SnapshotType": snapshot.snapshot_type,
        "IsAutomaticCheckpoint": snapshot.is_automatic_checkpoint,
        "VMId": snapshot.vm_id,
        "VMName": snapshot.vm_name,
    }


def of_drive(drive: HardDiskDrive) -> Properties:
    """Return a drive as Get-VMHardDiskDrive does."""
    return {
        "Path": drive.path,
        "DiskNumber": drive.disk_number,
        "ControllerLocation": drive.controller_location,
        "ControllerNumber": drive.controller_number,
        "ControllerType": drive.controller_type,
        "Name": f"Hard Drive on {drive.controller_type.name} controller number {drive.controller_number} at location "
        f"{drive.controller_location}",
        "PoolName": "Primordial",
        "Id": drive.id,
        "VMId": drive.vm_id,
        "VMName": drive.vm_name,
        "VMSnapshotId": drive.vm_snapshot_id or NO_GUID,
        "VMSnapshotName": drive.vm_snapshot_name,
        "ComputerName": drive.computer_name,
    }


def of_disk(disk: VirtualHardDisk) -> Properties:
    """Return a virtual disk as Get-VHD does."""
    return {
        "ComputerName": disk.computer_name,
        "Path": disk.path,
        "VhdFormat": disk.vhd_format,
        "VhdType": disk.vhd_type,
        "FileSize": disk.file_size,
        "Size": disk.size,
        "MinimumSize": disk.minimum_size,
        "LogicalSectorSize": disk.logical_sector_size,
        "PhysicalSectorSize": disk.physical_sector_size,
        "BlockSize": disk.block_size,
        "ParentPath": disk.parent_path,
        "DiskIdentifier": disk.disk_identifier,
        "FragmentationPercentage": disk.fragmentation_percentage,
        "Alignment": disk.alignment,
        "Attached": disk.attached,
        "DiskNumber": disk.disk_number,
    }


def of_host(host: VMHost) -> Properties:
    """Return the host as Get-VMHost does."""
    return {
        "LogicalProcessorCount": host.logical_processor_count,
        "VirtualHardDiskPath": host.virtual_hard_disk_path,
        "VirtualMachinePath": host.virtual_machine_path,
        "FullyQualifiedDomainName": host.fully_qualified_domain_name,
        "MemoryCapacity": host.memory_capacity,
        "Name": host.name,
        "ComputerName": host.computer_name,
        "MaximumStorageMigrations": 2,
        "MaximumVirtualMachineMigrations": 2,
        "EnableEnhancedSessionMode": True,
        "NumaSpanningEnabled": True,
    }


def of_group(
    group: VMGroup, member: Callable[[str], Properties | None], groups: Iterable[VMGroup]
) -> Properties:
    """Return a group as Get-VMGroup does; `member` gives the VM of an id, `groups` are those of the host.

    What is in the groups in it is left out: they may hold each other.
    """
    members = (member(vm_id) for vm_id in group.vm_members)
    inner = {each.instance_id: each for each in groups}
    return {
        **_group_alone(group),
        "VMMembers": [each for each in members if each is not None],
        "VMGroupMembers": [_group_alone(inner[each]) for each in group.vm_group_members if each in inner],
    }


def status_texts(vm: VirtualMachine) -> tuple[str, ...]:
    """Return StatusDescriptions: the first says how the VM is, the second what it is at."""
    first, *others = vm.operational_status
    if not others:
        return (vm.status,)
    return (_STATUS_TEXTS.get(first, vm.status), vm.status)


def duration(seconds: float) -> str:
    """Return a time span as .NET writes it: days, hours, minutes, seconds."""
    whole = int(seconds)
    return f"{whole // 86400}.{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def stamp(time: datetime) -> str:
    """Return a time with its zone, which .NET turns into local time as the cmdlets do."""
    return time.isoformat(timespec="microseconds")


def _of_any(one: VirtualMachine | VMSnapshot) -> Properties:
    """Return what VMs and checkpoints have both (VirtualMachineBase)."""
    return {
        "HardDrives": [of_drive(drive) for drive in one.hard_drives],
        "DynamicMemoryEnabled": one.dynamic_memory_enabled,
        "MemoryMaximum": one.memory_maximum,
        "MemoryMinimum": one.memory_minimum,
        "MemoryStartup": one.memory_startup,
        "ProcessorCount": one.processor_count,
        "Generation": one.generation,
        "IsClustered": one.is_clustered,
        "Notes": one.notes,
        "ParentSnapshotId": one.parent_snapshot_id,
        "ParentSnapshotName": one.parent_snapshot_name,
        "Path": one.path,
        "SizeOfSystemFiles": one.size_of_system_files,
        "State": one.state,
        "Version": one.version,
        "LockOnDisconnect": LOCK_OFF,
        "CreationTime": stamp(one.creation_time),
        "Id": one.id,
        "Name": one.name,
        "ComputerName": one.computer_name,
        "IsDeleted": one.is_deleted,
    }


def _group_alone(group: VMGroup) -> Properties:
    return {
        "Name": group.name,
        "InstanceId": group.instance_id,
        "GroupType": group.group_type,
        "ComputerName": group.computer_name,
    }
