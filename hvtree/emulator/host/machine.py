"""A VM of the emulated host: its state, its settings, its checkpoints, and what its guest can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct, field

from hvtree.emulator.host.disks import DiskFile, Drive
from hvtree.emulator.host.enums import (
    CheckpointType,
    ReplicationMode,
    SnapshotType,
    VMOperationalStatus,
    VMState,
)
from hvtree.emulator.host.hardware import DvdDrive, NetworkAdapter
from hvtree.emulator.host.jobs import HostJob
from hvtree.values import replace

CONFIG_BYTES = 73_728
"""Size of a .vmcx file (fact 81)."""

_IN_MEMORY = frozenset(
    {
        VMState.Running,
        VMState.Paused,
        VMState.Stopping,
        VMState.Starting,
        VMState.Saving,
        VMState.Pausing,
        VMState.Resuming,
        VMState.Reset,
        VMState.RunningCritical,
        VMState.PausedCritical,
    }
)


class VmSettings(Struct, frozen=True):
    """What a checkpoint captures of a VM besides its disks, and what applying it brings back."""

    memory_startup: int = 1 << 30
    memory_minimum: int = 512 << 20
    memory_maximum: int = 1 << 40
    dynamic_memory: bool = False
    processors: int = 1
    adapters: tuple[NetworkAdapter, ...] = ()
    dvd_drives: tuple[DvdDrive, ...] = ()


class Guest(Struct):
    """What the guest of a VM responds to: backups (VSS), and requests to shut down."""

    has_vss: bool = True
    has_contact: bool = True
    is_locked: bool = False


class Checkpoint(Struct, eq=False):
    """One checkpoint as the host keeps it. Ids are GUIDs in lower case."""

    id: str
    name: str
    created: datetime
    parent: str | None = None
    kind: SnapshotType = SnapshotType.Standard
    is_automatic: bool = False
    notes: str = ""
    drives: list[Drive] = field(default_factory=list)
    settings: VmSettings = field(default_factory=VmSettings)
    config_bytes: int = CONFIG_BYTES
    memory_bytes: int = 0
    """Size of its saved state; 0 if it has none."""
    vm_name: str = ""
    vm_checkpoint_type: CheckpointType = CheckpointType.Production
    """The type of checkpoints that the VM had."""

    @property
    def has_memory(self) -> bool:
        """Whether applying it leaves the VM Saved."""
        return self.memory_bytes > 0

    @property
    def state_bytes(self) -> int:
        """The size of its files besides disks."""
        return self.config_bytes + self.memory_bytes


class Machine(Struct, eq=False):
    """One VM as the host keeps it."""

    id: str
    name: str
    created: datetime
    path: str
    state: VMState = VMState.Off
    settings: VmSettings = field(default_factory=VmSettings)
    guest: Guest = field(default_factory=Guest)
    notes: str = ""
    generation: int = 2
    version: str = "10.0"
    checkpoint_type: CheckpointType = CheckpointType.Production
    automatic_checkpoints: bool = False
    snapshot_folder: str = ""
    replication: ReplicationMode = ReplicationMode.None_
    is_clustered: bool = False
    drives: list[Drive] = field(default_factory=list)
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    now: str | None = None
    """Id of the checkpoint that Now is based on (ParentSnapshotId)."""
    saved_bytes: int = 0
    """Size of the saved state of Now; 0 if there is none."""
    running_since: datetime | None = None
    writes_per_s: int = 0
    """Bytes that the running guest adds to its disks each second."""
    task: HostJob | None = None
    """The job that works on the VM; nothing else may change it meanwhile."""
    merge: HostJob | None = None
    """The background merge; the VM can be used meanwhile."""
    released: list[DiskFile] = field(default_factory=list)
    """Disk files of deleted checkpoints that are still there."""
    standing_activity: VMOperationalStatus | None = None
    """Something from outside that keeps the VM busy, such as a migration or a backup."""
    merged_percent: int = 0
    """The progress of a merge that is running when the world begins."""

    @property
    def memory_assigned(self) -> int:
        """The bytes of memory that it takes now."""
        return self.settings.memory_startup if self.state in _IN_MEMORY else 0

    @property
    def is_busy(self) -> bool:
        """Whether something works on it, so that nothing else may change it."""
        return self.task is not None or self.standing_activity is not None

    @property
    def is_migrating(self) -> bool:
        """Whether it is migrating, and nothing else works on it."""
        return self.task is None and self.standing_activity is VMOperationalStatus.MigratingVirtualMachine

    def uptime_s(self, now: datetime) -> float:
        """Seconds since it was started; 0 unless it is in memory."""
        if self.running_since is None or not self.memory_assigned:
            return 0.0
        return max(0.0, (now - self.running_since).total_seconds())

    def children_of(self, checkpoint_id: str | None) -> list[Checkpoint]:
        """Return the direct children of a checkpoint."""
        return [entry for entry in self.checkpoints.values() if entry.parent == checkpoint_id]

    def subtree(self, checkpoint_id: str) -> list[Checkpoint]:
        """Return a checkpoint and all its descendants, parents first."""
        children: dict[str | None, list[Checkpoint]] = {}
        for entry in self.checkpoints.values():
            children.setdefault(entry.parent, []).append(entry)
        found = [self.checkpoints[checkpoint_id]]
        for entry in found:
            found.extend(children.get(entry.id, ()))
        return found

    def drop_checkpoint(self, checkpoint_id: str, *, orphans_become_roots: bool = False) -> Checkpoint:
        """Remove an entry: its children move up to its parent, or become roots; Now moves up (fact 44)."""
        entry = self.checkpoints.pop(checkpoint_id)
        for child in self.children_of(checkpoint_id):
            child.parent = None if orphans_become_roots else entry.parent
        if self.now == checkpoint_id:
            self.now = entry.parent
        return entry

    def disk_files(self) -> Iterator[DiskFile]:
        """Return every file of its chains once, parents before children; also those that wait for a merge."""
        seen: dict[int, DiskFile] = {}
        held = (drive.file for drives in self._all_drives() for drive in drives)
        for start in (*held, *self.released):
            upwards = []
            for file in start.chain():
                if id(file) in seen:
                    break
                upwards.append(file)
            for file in reversed(upwards):
                seen[id(file)] = file
        yield from seen.values()

    def _all_drives(self) -> Iterable[list[Drive]]:
        for entry in self.checkpoints.values():
            yield entry.drives
        yield self.drives


def copied(drive: Drive, file: DiskFile) -> Drive:
    """Return the drive with another file, which it holds from now on."""
    new = replace(drive, file=file)
    file.holder = new
    return new
