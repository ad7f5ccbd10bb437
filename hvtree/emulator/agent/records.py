"""What the cmdlets return, as records of the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.enums import ReplicationMode, VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.objects import VirtualHardDisk, VmReading, VMSnapshot
from hvtree.hosts.messages import (
    CheckpointRecord,
    DiskRecord,
    Error,
    VmGroupRecord,
    VmGroups,
    VmRecord,
    VmSizes,
)

_REPLICAS = frozenset({ReplicationMode.Replica, ReplicationMode.TestReplica, ReplicationMode.ExtendedReplica})


def vm_groups(host: HyperV) -> VmGroups:
    """Return the VM groups of a host, or that it knows none."""
    if not host.quirks.has_vm_groups:
        return VmGroups(is_known=False)
    found = host.get_vm_group().objects
    return VmGroups(
        tuple(
            VmGroupRecord(each.instance_id, each.name, each.vm_members, each.vm_group_members)
            for each in found
        )
    )


def vm_record(
    reading: VmReading, spoken: Callable[[str], str], disks: tuple[DiskRecord, ...] | None
) -> VmRecord:
    """Return one VM with its checkpoints as the wire carries it; without disks (None) there are no other sizes either.

    `spoken` as for errors.
    """
    vm = reading.vm
    activity = vm.secondary_operational_status
    return VmRecord(
        id=vm.id,
        name=vm.name,
        state=vm.state.name,
        parent=vm.parent_snapshot_id,
        status=spoken(vm.status),
        activity=activity.name if activity is not None else None,
        percent=reading.percent,
        checkpoint_type=vm.checkpoint_type.name,
        replica=vm.replication_mode in _REPLICAS,
        notes=vm.notes,
        generation=vm.generation,
        version=vm.version,
        memory=vm.memory_assigned,
        memory_startup=vm.memory_startup,
        uptime_s=int(vm.uptime_s),
        drives=tuple(drive.path for drive in vm.hard_drives),
        disks=msgspec.UNSET if disks is None else disks,
        checkpoints=tuple(
            _checkpoint_record(snapshot, has_size=disks is not None) for snapshot in reading.snapshots
        ),
    )


def error_record(error: CmdletError, spoken: Callable[[str], str]) -> Error:
    """Return an error of a cmdlet as the wire carries it; `spoken` gives its text in the host's language."""
    return Error(
        spoken(error.message), error.category, error.fully_qualified_error_id, error.hresult, error.target
    )


def iso(time: datetime) -> str:
    """Return a time in UTC as ISO 8601 with a `Z`, always with microseconds, so that texts sort like times."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def disk_record(disk: VirtualHardDisk) -> DiskRecord:
    """Return what Get-VHD says of a file as the wire carries it."""
    return DiskRecord(disk.path, disk.file_size, disk.size, disk.parent_path or None)


def vm_sizes(reading: VmReading, disks: tuple[DiskRecord, ...]) -> VmSizes:
    """Return what one VM takes on disk as the wire carries it."""
    return VmSizes(reading.vm.id, disks, {each.id: each.size_of_system_files for each in reading.snapshots})


def _checkpoint_record(snapshot: VMSnapshot, *, has_size: bool) -> CheckpointRecord:
    return CheckpointRecord(
        id=snapshot.id,
        name=snapshot.name,
        created=iso(snapshot.creation_time),
        parent=snapshot.parent_snapshot_id,
        kind=snapshot.snapshot_type.name,
        saved=snapshot.state is VMState.Saved,
        automatic=snapshot.is_automatic_checkpoint,
        notes=snapshot.notes,
        drives=tuple(drive.path for drive in snapshot.hard_drives),
        state_size=snapshot.size_of_system_files if has_size else msgspec.UNSET,
    )
