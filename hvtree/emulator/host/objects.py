"""What the cmdlets return: frozen objects with the documented properties, in snake case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from hvtree.emulator.host.enums import (
    CheckpointType,
    ControllerType,
    GroupType,
    JobState,
    JobType,
    ReplicationMode,
    SnapshotType,
    VhdFormat,
    VhdType,
    VMOperationalStatus,
    VMState,
)
from hvtree.emulator.host.errors import CmdletError

T = TypeVar("T")


class CmdletOutput(msgspec.Struct, Generic[T], frozen=True):
    """What a reading cmdlet wrote: objects and non-terminating errors."""

    objects: tuple[T, ...]
    errors: tuple[CmdletError, ...] = ()

    def __iter__(self) -> Iterator[T]:
        return iter(self.objects)

    def __len__(self) -> int:
        return len(self.objects)

    def one(self) -> T:
        """Return the only object; raise the error that came instead, or `LookupError` if there is not exactly one."""
        if self.errors:
            raise self.errors[0]
        if len(self.objects) != 1:
            raise LookupError(f"There are {len(self.objects)} objects instead of one.")
        return self.objects[0]


class HardDiskDrive(msgspec.Struct, frozen=True, gc=False):
    """A drive of a VM or of a checkpoint (Get-VMHardDiskDrive)."""

    path: str
    controller_type: ControllerType
    controller_number: int
    controller_location: int
    id: str
    vm_id: str
    vm_name: str
    vm_snapshot_id: str | None = None
    vm_snapshot_name: str = ""
    computer_name: str = ""
    disk_number: int | None = None

    @property
    def name(self) -> str:
        """Its place, such as `SCSI 0:0`."""
        return f"{self.controller_type.name} {self.controller_number}:{self.controller_location}"


class VirtualHardDisk(msgspec.Struct, frozen=True, gc=False):
    """A virtual disk file (Get-VHD)."""

    path: str
    vhd_format: VhdFormat
    vhd_type: VhdType
    file_size: int
    size: int
    parent_path: str
    disk_identifier: str
    computer_name: str = ""
    attached: bool = False
    block_size: int = 33_554_432
    logical_sector_size: int = 512
    physical_sector_size: int = 4096
    minimum_size: int | None = None
    fragmentation_percentage: int | None = None
    alignment: int = 1
    disk_number: int | None = None


class VMSnapshot(msgspec.Struct, frozen=True):
    """A checkpoint (Get-VMSnapshot). Ids are GUIDs in lower case, times are UTC."""

    id: str
    name: str
    vm_id: str
    vm_name: str
    snapshot_type: SnapshotType
    creation_time: datetime
    parent_snapshot_id: str | None
    parent_snapshot_name: str
    state: VMState
    """Saved for a checkpoint with memory, Off for one without."""
    is_automatic_checkpoint: bool
    notes: str
    hard_drives: tuple[HardDiskDrive, ...]
    size_of_system_files: int
    path: str
    version: str
    generation: int
    memory_startup: int
    memory_minimum: int
    memory_maximum: int
    dynamic_memory_enabled: bool
    processor_count: int
    computer_name: str
    is_clustered: bool = False
    is_deleted: bool = False

    @property
    def parent_checkpoint_id(self) -> str | None:
        """Alias of `parent_snapshot_id`."""
        return self.parent_snapshot_id

    @property
    def parent_checkpoint_name(self) -> str:
        """Alias of `parent_snapshot_name`."""
        return self.parent_snapshot_name


class VMGroup(msgspec.Struct, frozen=True):
    """A group of VMs or of groups (Get-VMGroup); members by id."""

    name: str
    instance_id: str
    group_type: GroupType
    vm_members: tuple[str, ...] = ()
    vm_group_members: tuple[str, ...] = ()
    computer_name: str = ""


class VirtualMachine(msgspec.Struct, frozen=True):
    """A VM (Get-VM). Ids are GUIDs in lower case, times are UTC, sizes are bytes."""

    id: str
    name: str
    state: VMState
    status: str
    operational_status: tuple[VMOperationalStatus, ...]
    parent_snapshot_id: str | None
    parent_snapshot_name: str
    checkpoint_type: CheckpointType
    automatic_checkpoints_enabled: bool
    creation_time: datetime
    uptime_s: float
    cpu_usage: int
    memory_assigned: int
    memory_demand: int
    memory_startup: int
    memory_minimum: int
    memory_maximum: int
    dynamic_memory_enabled: bool
    processor_count: int
    generation: int
    version: str
    notes: str
    path: str
    configuration_location: str
    snapshot_file_location: str
    size_of_system_files: int
    hard_drives: tuple[HardDiskDrive, ...]
    replication_mode: ReplicationMode
    is_clustered: bool
    computer_name: str
    groups: tuple[str, ...] = ()
    is_deleted: bool = False
    is_planned: bool = False
    """Whether it is the VM of a compatibility report, not imported yet."""

    @property
    def vm_id(self) -> str:
        """Alias of `id`."""
        return self.id

    @property
    def vm_name(self) -> str:
        """Alias of `name`."""
        return self.name

    @property
    def parent_checkpoint_id(self) -> str | None:
        """Alias of `parent_snapshot_id`."""
        return self.parent_snapshot_id

    @property
    def parent_checkpoint_name(self) -> str:
        """Alias of `parent_snapshot_name`."""
        return self.parent_snapshot_name

    @property
    def checkpoint_file_location(self) -> str:
        """Alias of `snapshot_file_location`."""
        return self.snapshot_file_location

    @property
    def primary_operational_status(self) -> VMOperationalStatus:
        """The first operational status."""
        return self.operational_status[0]

    @property
    def secondary_operational_status(self) -> VMOperationalStatus | None:
        """What it is doing, or None."""
        return self.operational_status[1] if len(self.operational_status) > 1 else None


class VMHost(msgspec.Struct, frozen=True):
    """The host (Get-VMHost)."""

    name: str
    computer_name: str
    fully_qualified_domain_name: str
    logical_processor_count: int
    memory_capacity: int
    virtual_hard_disk_path: str
    virtual_machine_path: str


class VolumeView(msgspec.Struct, frozen=True):
    """A volume of the host (Get-Volume), sizes in bytes."""

    name: str
    size: int
    size_remaining: int
    file_system: str


class HostJobView(msgspec.Struct, frozen=True):
    """A job of the host (Msvm_ConcreteJob)."""

    instance_id: str
    job_type: JobType
    job_state: JobState
    percent_complete: int
    cancellable: bool
    vm_id: str
    start_time: datetime
    end_time: datetime | None
    error: CmdletError | None


class VmReading(msgspec.Struct, frozen=True):
    """One VM with everything that an inventory needs, read at one moment."""

    vm: VirtualMachine
    snapshots: tuple[VMSnapshot, ...]
    disks: tuple[VirtualHardDisk, ...]
    """Every file of its chains, parents before children, also those that wait for a merge."""
    percent: int | None
    """The progress of the activity in `operational_status`."""
    revision: int


class ChangedVms(msgspec.Struct, frozen=True):
    """What changed on the host after a revision: VMs to read again, and VMs that are gone."""

    revision: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]
