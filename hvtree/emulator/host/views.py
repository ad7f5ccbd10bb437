"""The host's VMs, checkpoints, disks and jobs as objects of the cmdlets."""

from __future__ import annotations

import uuid

from msgspec.structs import replace

from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import DiskFile, Drive, Volume, join
from hvtree.emulator.host.enums import ControllerType, JobType, VhdType, VMOperationalStatus, VMState
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import CONFIG_BYTES, Checkpoint, Machine
from hvtree.emulator.host.objects import (
    HardDiskDrive,
    HostJobView,
    VirtualHardDisk,
    VirtualMachine,
    VmReading,
    VMSnapshot,
    VolumeView,
)

NORMAL = "Operating normally"
MERGING = "Merging disks"

_ACTIVITIES = {
    JobType.TakeSnapshot: (VMOperationalStatus.CreatingSnapshot, "Creating checkpoint"),
    JobType.ApplySnapshot: (VMOperationalStatus.ApplyingSnapshot, "Applying checkpoint"),
    JobType.DeleteSnapshot: (VMOperationalStatus.DeletingSnapshot, "Deleting checkpoint"),
    JobType.Export: (VMOperationalStatus.ExportingVirtualMachine, "Exporting virtual machine"),
}
_STANDING = {
    VMOperationalStatus.BackingUpVirtualMachine: "Backing up",
    VMOperationalStatus.MigratingVirtualMachine: "Migrating virtual machine",
}
_CRITICAL = "The virtual machine is paused because its volume has run out of disk space"
_DISK_IDS = uuid.UUID("6b1f0a52-53a1-4d5c-9d0f-6f2f6b9b7a10")
_CONTROLLERS = uuid.UUID("0f5d3c8e-8a6f-49a6-8f0e-3d2b7f1f6f55")
_IDE_CONTROLLER = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"


def activity_of(machine: Machine) -> tuple[tuple[VMOperationalStatus, ...], str, int | None]:
    """Return OperationalStatus, Status and percent of a VM (fact 40; [0] = 2 may be interrupted, 11 is busy)."""
    if machine.task is not None and machine.task.type in _ACTIVITIES:
        status, text = _ACTIVITIES[machine.task.type]
        return (VMOperationalStatus.InService, status), text, machine.task.percent
    if machine.standing_activity is not None:
        text = _STANDING.get(machine.standing_activity, machine.standing_activity.name)
        return (VMOperationalStatus.InService, machine.standing_activity), text, None
    if machine.merge is not None:
        return (VMOperationalStatus.Ok, VMOperationalStatus.MergingDisks), MERGING, machine.merge.percent
    if machine.state is VMState.PausedCritical:
        return (VMOperationalStatus.Ok, VMOperationalStatus.CriticalIoError), _CRITICAL, None
    return (VMOperationalStatus.Ok,), NORMAL, None


def vm_view(core: Core, machine: Machine, groups: tuple[str, ...] = ()) -> VirtualMachine:
    """Return a VM as Get-VM does."""
    statuses, text, _ = activity_of(machine)
    parent = machine.checkpoints.get(machine.now) if machine.now else None
    is_running = machine.state is VMState.Running
    settings = machine.settings
    return VirtualMachine(
        id=machine.id,
        name=machine.name,
        state=machine.state,
        status=text,
        operational_status=statuses,
        parent_snapshot_id=machine.now,
        parent_snapshot_name=parent.name if parent else "",
        checkpoint_type=machine.checkpoint_type,
        automatic_checkpoints_enabled=machine.automatic_checkpoints,
        creation_time=machine.created,
        uptime_s=machine.uptime_s(core.now()),
        cpu_usage=sum(machine.id.encode()) % 7 if is_running else 0,
        memory_assigned=machine.memory_assigned,
        memory_demand=machine.memory_assigned * 3 // 4,
        memory_startup=settings.memory_startup,
        memory_minimum=settings.memory_minimum,
        memory_maximum=settings.memory_maximum,
        dynamic_memory_enabled=settings.dynamic_memory,
        processor_count=settings.processors,
        generation=machine.generation,
        version=machine.version,
        notes=machine.notes,
        path=machine.path,
        configuration_location=machine.path,
        snapshot_file_location=machine.snapshot_folder,
        size_of_system_files=CONFIG_BYTES + machine.saved_bytes,
        hard_drives=_drives(core, machine.drives, machine, None),
        replication_mode=machine.replication,
        is_clustered=machine.is_clustered,
        computer_name=core.facts.name,
        groups=groups,
        is_planned=core.planned.get(machine.id) is machine,
    )


def snapshot_view(core: Core, machine: Machine, entry: Checkpoint) -> VMSnapshot:
    """Return a checkpoint as Get-VMSnapshot does."""
    parent = machine.checkpoints.get(entry.parent) if entry.parent else None
    settings = entry.settings
    return VMSnapshot(
        id=entry.id,
        name=entry.name,
        vm_id=machine.id,
        vm_name=machine.name,
        snapshot_type=entry.kind,
        creation_time=entry.created,
        parent_snapshot_id=entry.parent,
        parent_snapshot_name=parent.name if parent else "",
        state=VMState.Saved if entry.has_memory else VMState.Off,
        is_automatic_checkpoint=entry.is_automatic,
        notes=entry.notes,
        hard_drives=_drives(core, entry.drives, machine, entry),
        size_of_system_files=entry.state_bytes,
        path=machine.snapshot_folder,
        version=machine.version,
        generation=machine.generation,
        memory_startup=settings.memory_startup,
        memory_minimum=settings.memory_minimum,
        memory_maximum=settings.memory_maximum,
        dynamic_memory_enabled=settings.dynamic_memory,
        processor_count=settings.processors,
        computer_name=core.facts.name,
        is_clustered=machine.is_clustered,
    )


def _drives(
    core: Core, drives: list[Drive], machine: Machine, entry: Checkpoint | None
) -> tuple[HardDiskDrive, ...]:
    return tuple(_drive(core, drive, machine, entry) for drive in drives)


def _drive(core: Core, drive: Drive, machine: Machine, entry: Checkpoint | None) -> HardDiskDrive:
    owner = entry.id if entry else machine.id
    kind = ControllerType.IDE if drive.is_ide else ControllerType.SCSI
    controller = controller_id(machine.id, kind, drive.controller_number)
    return HardDiskDrive(
        path=drive.file.path,
        controller_type=kind,
        controller_number=drive.controller_number,
        controller_location=drive.controller_location,
        id=f"Microsoft:{owner.upper()}\\{controller}\\{drive.controller_location}\\D",
        vm_id=machine.id,
        vm_name=machine.name,
        vm_snapshot_id=entry.id if entry else None,
        vm_snapshot_name=entry.name if entry else "",
        computer_name=core.facts.name,
    )


def controller_id(vm_id: str, kind: ControllerType, number: int) -> str:
    """Return GUID and number of a controller; the IDE ones share a GUID, each SCSI one has its own (facts 123, 149)."""
    if kind is ControllerType.IDE:
        return f"{_IDE_CONTROLLER}\\{number}"
    own = uuid.uuid5(_CONTROLLERS, f"{vm_id}/{number}")
    return f"{str(own).upper()}\\0"


def disk_view(core: Core, file: DiskFile) -> VirtualHardDisk:
    """Return a disk file as Get-VHD does (facts 10 and 11)."""
    return replace(
        quick_disk_view(core, file),
        disk_identifier=str(uuid.uuid5(_DISK_IDS, file.path.lower())).upper(),
        computer_name=core.facts.name,
        attached=file.holder is not None and not file.children,
    )


def quick_disk_view(core: Core, file: DiskFile) -> VirtualHardDisk:
    """Return a disk file with all that an inventory needs, without its identifier, which is slow to make."""
    return VirtualHardDisk(
        path=file.path.lower() if core.quirks.lower_case_vhd_paths else file.path,
        vhd_format=file.format,
        vhd_type=VhdType.Differencing if file.parent is not None else file.type,
        file_size=file.size,
        size=file.virtual,
        parent_path=file.parent.path if file.parent is not None else "",
        disk_identifier="",
    )


def reading(core: Core, machine: Machine) -> VmReading:
    """Return a VM with its checkpoints and disk files, as an inventory needs it."""
    return VmReading(
        vm=vm_view(core, machine),
        snapshots=tuple(snapshot_view(core, machine, entry) for entry in machine.checkpoints.values()),
        disks=tuple(quick_disk_view(core, file) for file in machine.disk_files()),
        percent=activity_of(machine)[2],
        revision=core.changes.of(machine.id),
    )


def volume_view(volume: Volume) -> VolumeView:
    """Return a volume with its size and what is left of it."""
    return VolumeView(volume.name, volume.total, volume.free, "ReFS" if volume.is_refs else "NTFS")


def job_view(job: HostJob) -> HostJobView:
    """Return a job as it stands now."""
    return HostJobView(
        instance_id=job.id,
        job_type=job.type,
        job_state=job.state,
        percent_complete=job.percent,
        cancellable=job.cancellable and not job.is_ended,
        vm_id=job.vm_id,
        start_time=job.started,
        end_time=job.ended,
        error=job.error,
    )


def saved_state_path(machine: Machine) -> str:
    """Return the path of the saved state of Now (fact 53)."""
    return join(machine.path, "Virtual Machines", f"{machine.id.upper()}.vmrs")


def files_under(core: Core, folder: str) -> list[str]:
    """Return the paths of all files in a folder and below, also those of configurations and saved states."""
    prefix = folder.lower().rstrip("\\") + "\\"
    paths = [file.path for file in core.store.under(folder)]
    for machine in core.machines.values():
        paths.append(join(machine.path, "Virtual Machines", f"{machine.id.upper()}.vmcx"))
        if machine.saved_bytes:
            paths.append(saved_state_path(machine))
        for entry in machine.checkpoints.values():
            stem = join(machine.snapshot_folder, "Snapshots", entry.id.upper())
            paths.append(f"{stem}.vmcx")
            if entry.has_memory:
                paths.append(f"{stem}.vmrs")
    return [path for path in paths if path.lower().startswith(prefix)]
