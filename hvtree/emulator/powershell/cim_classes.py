"""The classes of WMI (root\\virtualization\\v2) that scripts ask about VMs and checkpoints, made of the emulated host.

Formats (facts 75, 122 and 123): ids are `Microsoft:` and a GUID in upper case, a parent is an object path.
"""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.enums import (
    JobState,
    JobType,
    SnapshotType,
    VMOperationalStatus,
    VMState,
)
from hvtree.emulator.host.objects import HostJobView, VirtualMachine, VMSnapshot
from hvtree.emulator.powershell.cmdlet_objects import Properties, stamp, status_texts

SCALE = 1 << 20
HEALTHY, CRITICAL = 5, 20
OTHER = 1
APPLYING = 32769
""""Applying a checkpoint" in WMI; the module's enum has another number (fact 127)."""
HARD_DISK = 31
_SETTLED = {VMState.Running: 2, VMState.Off: 3, VMState.Saved: 6, VMState.Paused: 9, VMState.Starting: 10}
_CRITICAL = {
    VMState.PausedCritical: 9,
    VMState.RunningCritical: 2,
    VMState.OffCritical: 3,
    VMState.SavedCritical: 6,
}
_KINDS = {
    SnapshotType.Standard: "Realized",
    SnapshotType.Recovery: "Recovery",
    SnapshotType.Planned: "Planned",
    SnapshotType.Missing: "Missing",
    SnapshotType.Replica: "Replica:Standard",
    SnapshotType.AppConsistentReplica: "Replica:ApplicationConsistent",
    SnapshotType.SyncedReplica: "Replica:PlannedFailover",
}
_JOBS = {
    JobType.Other: "Changing State",
    JobType.Start: "Starting Virtual Machine",
    JobType.Save: "Saving Virtual Machine",
    JobType.MergeDisks: "Merging Virtual Hard Disks",
    JobType.Export: "Exporting Virtual Machine",
    JobType.TakeSnapshot: "Creating Checkpoint",
    JobType.ApplySnapshot: "Applying Checkpoint",
    JobType.DeleteSnapshot: "Deleting Checkpoint",
    JobType.ClearSnapshotState: "Clearing Checkpoint State",
}


def hosting_system(host: HyperV) -> Properties:
    """The host itself as Msvm_ComputerSystem."""
    return {
        **dict.fromkeys(_SYSTEM),
        "CreationClassName": "Msvm_ComputerSystem",
        "Name": host.name,
        "ElementName": host.name,
        "Caption": "Hosting Computer System",
        "Description": "Microsoft Hosting Computer System",
        "EnabledState": 2,
        "HealthState": HEALTHY,
        "OperationalStatus": [2],
        "StatusDescriptions": ["Operating normally"],
    }


def computer_system(vm: VirtualMachine, configured: str | None = None) -> Properties:
    """One VM as Msvm_ComputerSystem; `configured` is the time of its last change of configuration."""
    state = _SETTLED.get(vm.state, _CRITICAL.get(vm.state, OTHER))
    return {
        "CreationClassName": "Msvm_ComputerSystem",
        "Name": vm.id.upper(),
        "ElementName": vm.name,
        "Caption": "Virtual Machine",
        "Description": "Microsoft Virtual Machine",
        "EnabledState": state,
        "OtherEnabledState": vm.state.name if state == OTHER else None,
        "HealthState": CRITICAL if vm.state in _CRITICAL else HEALTHY,
        "OperationalStatus": [
            APPLYING if each is VMOperationalStatus.ApplyingSnapshot else int(each)
            for each in vm.operational_status
        ],
        "StatusDescriptions": list(status_texts(vm)),
        "OnTimeInMilliseconds": int(vm.uptime_s * 1000),
        "ReplicationMode": int(vm.replication_mode),
        "InstallDate": stamp(vm.creation_time),
        "TimeOfLastConfigurationChange": configured,
        "ProcessID": None,
    }


def system_settings(host: HyperV) -> Iterator[Properties]:
    """Msvm_VirtualSystemSettingData: one of every VM's Now, and one of each checkpoint (fact 75)."""
    for vm in host.get_vm().objects:
        yield settings_of_now(host, vm)
    for snapshot in _snapshots(host):
        yield settings_of_checkpoint(host, snapshot)


def settings_of_now(host: HyperV, vm: VirtualMachine) -> Properties:
    """The active settings of a VM."""
    return {
        **_settings(host, vm),
        "VirtualSystemIdentifier": vm.id.upper(),
        "VirtualSystemType": "Microsoft:Hyper-V:System:Realized",
        "Description": "Active settings for the virtual machine",
        "ConfigurationFile": f"Virtual Machines\\{vm.id.upper()}.vmcx",
        "IsSaved": vm.state is VMState.Saved,
        "UserSnapshotType": int(vm.checkpoint_type),
        "AutomaticSnapshotsEnabled": vm.automatic_checkpoints_enabled,
        "IsAutomaticSnapshot": False,
        "SnapshotDataRoot": vm.snapshot_file_location,
    }


def settings_of_checkpoint(host: HyperV, snapshot: VMSnapshot) -> Properties:
    """The settings of a checkpoint."""
    return {
        **_settings(host, snapshot),
        "VirtualSystemIdentifier": snapshot.vm_id.upper(),
        "VirtualSystemType": f"Microsoft:Hyper-V:Snapshot:{_KINDS[snapshot.snapshot_type]}",
        "Description": "Snapshot settings for the virtual machine",
        "ConfigurationFile": f"Snapshots\\{snapshot.id.upper()}.vmcx",
        "IsSaved": snapshot.state is VMState.Saved,
        "UserSnapshotType": 5,
        "AutomaticSnapshotsEnabled": False,
        "IsAutomaticSnapshot": snapshot.is_automatic_checkpoint,
        "SnapshotDataRoot": snapshot.path,
    }


def storage_settings(host: HyperV) -> Iterator[Properties]:
    """Msvm_StorageAllocationSettingData: the virtual disk in each drive, of Now and of checkpoints."""
    for one in _all_settings(host):
        for drive in one.hard_drives:
            yield {
                "InstanceID": drive.id.removesuffix("D") + "L",
                "ElementName": "Hard Disk Image",
                "ResourceType": HARD_DISK,
                "ResourceSubType": "Microsoft:Hyper-V:Virtual Hard Disk",
                "HostResource": [drive.path],
            }


def memory_settings(host: HyperV) -> Iterator[Properties]:
    """Msvm_MemorySettingData of Now and of checkpoints, in megabytes."""
    for one in _all_settings(host):
        yield {
            "InstanceID": f"Microsoft:{one.id.upper()}\\4764334D-E001-4176-82EE-5594EC9B530E",
            "ElementName": "Memory",
            "VirtualQuantity": one.memory_startup // SCALE,
            "Reservation": one.memory_minimum // SCALE,
            "Limit": one.memory_maximum // SCALE,
            "DynamicMemoryEnabled": one.dynamic_memory_enabled,
            "AllocationUnits": "byte * 2^20",
        }


def concrete_jobs(host: HyperV) -> Iterator[Properties]:
    """Msvm_ConcreteJob: what runs, and what ended in the last five minutes."""
    return map(concrete_job, host.get_jobs())


def concrete_job(job: HostJobView) -> Properties:
    """One job as Msvm_ConcreteJob."""
    return {
        "InstanceID": job.instance_id.upper(),
        "Caption": _JOBS[job.job_type],
        "Description": _JOBS[job.job_type],
        "ElementName": _JOBS[job.job_type],
        "JobState": int(job.job_state),
        "JobType": int(job.job_type),
        "PercentComplete": job.percent_complete,
        "Cancellable": job.cancellable,
        "StartTime": stamp(job.start_time),
        "ErrorCode": 0 if job.job_state is not JobState.Exception else 32768,
        "ErrorDescription": job.error.message if job.error is not None else "",
    }


def management_services(host: HyperV) -> Iterator[Properties]:
    """Msvm_VirtualSystemManagementService: there is one."""
    yield _service(
        host, "Msvm_VirtualSystemManagementService", "vmms", "Hyper-V Virtual System Management Service"
    )


def snapshot_services(host: HyperV) -> Iterator[Properties]:
    """Msvm_VirtualSystemSnapshotService: there is one."""
    yield _service(
        host, "Msvm_VirtualSystemSnapshotService", "vssnaps", "Hyper-V Virtual System Snapshot Service"
    )


def volumes(host: HyperV) -> Iterator[Properties]:
    """Win32_Volume."""
    for volume in host.get_volume():
        yield {
            "Name": f"{volume.name}\\",
            "DriveLetter": volume.name if len(volume.name) == 2 else None,
            "Capacity": volume.size,
            "FreeSpace": volume.size_remaining,
            "FileSystem": volume.file_system,
        }


def operating_systems(host: HyperV) -> Iterator[Properties]:
    """Win32_OperatingSystem."""
    yield {
        "Caption": host.facts.os,
        "Version": "10.0.20348",
        "CSName": host.name,
        "LocalDateTime": stamp(host.clock.now()),
    }


def _service(host: HyperV, class_name: str, name: str, title: str) -> Properties:
    return {
        "CreationClassName": class_name,
        "Name": name,
        "SystemCreationClassName": "Msvm_ComputerSystem",
        "SystemName": host.name,
        "ElementName": title,
        "EnabledState": 2,
    }


def _settings(host: HyperV, one: VirtualMachine | VMSnapshot) -> Properties:
    parent = one.parent_snapshot_id
    return {
        "InstanceID": f"Microsoft:{one.id.upper()}",
        "ElementName": one.name,
        "Caption": "Virtual Machine Settings",
        "Parent": settings_path(host, parent) if parent else None,
        "CreationTime": stamp(one.creation_time),
        "ConfigurationID": one.id.upper(),
        "ConfigurationDataRoot": one.path,
        "SuspendDataRoot": one.path,
        "Notes": [one.notes] if one.notes else [],
        "Version": one.version,
        "VirtualSystemSubType": f"Microsoft:Hyper-V:SubType:{one.generation}",
    }


def settings_path(host: HyperV, settings_id: str) -> str:
    """Return the object path of a VM's or a checkpoint's settings."""
    name = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{settings_id.upper()}"'
    return f"\\\\{host.name.upper()}\\root\\virtualization\\v2:{name}"


def _all_settings(host: HyperV) -> Iterator[VirtualMachine | VMSnapshot]:
    yield from host.get_vm().objects
    yield from _snapshots(host)


def _snapshots(host: HyperV) -> tuple[VMSnapshot, ...]:
    return host.get_vm_snapshot("*").objects


_SYSTEM = (
    *(
        "CreationClassName",
        "Name",
        "ElementName",
        "Caption",
        "Description",
        "EnabledState",
        "OtherEnabledState",
    ),
    *(
        "HealthState",
        "OperationalStatus",
        "StatusDescriptions",
        "OnTimeInMilliseconds",
        "ReplicationMode",
        "InstallDate",
    ),
    *("TimeOfLastConfigurationChange", "ProcessID"),
)
