"""State as a value: one host at one moment, its VMs, their checkpoints and disk files.

Everything is addressed by GUID in lower case, times are UTC, quantities are bytes. Nothing here changes; a change
is a new value that shares what stayed the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from msgspec import Struct, field

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind, CheckpointRef
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.made_names import MadeName, Origin, made_names
from hvtree.domain.paths import is_checkpoint_file, path_key
from hvtree.domain.tree import CheckpointTree
from hvtree.values import replace

_NOTES, _SIZE_BYTES = attrgetter("notes"), attrgetter("size_bytes")


class VmState(StrEnum):
    """State of a VM, by the names of the Hyper-V module's VMState."""

    OTHER = "Other"
    RUNNING = "Running"
    OFF = "Off"
    STOPPING = "Stopping"
    SAVED = "Saved"
    PAUSED = "Paused"
    STARTING = "Starting"
    RESET = "Reset"
    SAVING = "Saving"
    PAUSING = "Pausing"
    RESUMING = "Resuming"
    FAST_SAVED = "FastSaved"
    FAST_SAVING = "FastSaving"
    FORCE_SHUTDOWN = "ForceShutdown"
    FORCE_REBOOT = "ForceReboot"
    HIBERNATED = "Hibernated"
    COMPONENT_SERVICING = "ComponentServicing"
    RUNNING_CRITICAL = "RunningCritical"
    OFF_CRITICAL = "OffCritical"
    STOPPING_CRITICAL = "StoppingCritical"
    SAVED_CRITICAL = "SavedCritical"
    PAUSED_CRITICAL = "PausedCritical"
    STARTING_CRITICAL = "StartingCritical"
    RESET_CRITICAL = "ResetCritical"
    SAVING_CRITICAL = "SavingCritical"
    PAUSING_CRITICAL = "PausingCritical"
    RESUMING_CRITICAL = "ResumingCritical"
    FAST_SAVED_CRITICAL = "FastSavedCritical"
    FAST_SAVING_CRITICAL = "FastSavingCritical"

    @property
    def is_critical(self) -> bool:
        """The VM lost its storage or its volume is full."""
        return self.value.endswith("Critical")

    @property
    def is_settled(self) -> bool:
        """One of the four states in which a VM stays: Running, Off, Saved, Paused."""
        return self in (VmState.RUNNING, VmState.OFF, VmState.SAVED, VmState.PAUSED)


class Activity(StrEnum):
    """What Hyper-V is doing with a VM, by the names of the module's VMOperationalStatus."""

    BUSY = "InService"
    CREATING = "CreatingSnapshot"
    APPLYING = "ApplyingSnapshot"
    DELETING = "DeletingSnapshot"
    MERGING = "MergingDisks"
    EXPORTING = "ExportingVirtualMachine"
    MIGRATING = "MigratingVirtualMachine"
    BACKING_UP = "BackingUpVirtualMachine"
    MODIFYING = "ModifyingUpVirtualMachine"


class CheckpointType(StrEnum):
    """Which checkpoints a VM takes (Set-VM -CheckpointType)."""

    DISABLED = "Disabled"
    PRODUCTION = "Production"
    PRODUCTION_ONLY = "ProductionOnly"
    STANDARD = "Standard"
    UNKNOWN = "Unknown"
    """The host does not tell."""


class DiskFile(Struct, frozen=True, gc=False):
    """One virtual disk file of a chain. Paths compare without regard to letter case."""

    path: str
    parent_path: str | None
    size_bytes: int
    """Bytes that the file takes on its volume (Get-VHD FileSize)."""
    virtual_bytes: int
    """Bytes that the guest sees (Get-VHD Size)."""


def checkpoint_file_bytes(files: Iterable[DiskFile]) -> dict[str, int]:
    """Return the bytes of those files that checkpoints made, by the key of their paths."""
    return {path_key(file.path): file.size_bytes for file in files if is_checkpoint_file(file.path)}


class SpaceTaken(Struct, frozen=True):
    """What a VM takes on disk because it has, or had, checkpoints; its base disks would be there without any.

    The three parts have no file in common.
    """

    checkpoint_bytes: int = 0
    """What the checkpoints hold: their frozen files, their configuration and their memory. It does not grow."""
    leftover_bytes: int = 0
    """Files of deleted checkpoints that wait for their merge, or stay because others depend on them."""
    written_bytes: int = 0
    """The differencing disks that the VM writes to now: they grow with each block that the guest changes."""
    is_complete: bool = True
    """Nothing is missing; otherwise some of it has not been measured yet, and this is the least."""
    is_written_complete: bool = True
    """The same of `written_bytes`."""

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return self.checkpoint_bytes + self.leftover_bytes + self.written_bytes

    @classmethod
    def of_all(cls, vms: Iterable[VirtualMachine]) -> SpaceTaken:
        """Add up what some VMs take; each VM keeps its own sum."""
        held = leftover = written = 0
        is_complete = is_written_complete = True
        for vm in vms:
            space = vm.space
            held += space.checkpoint_bytes
            leftover += space.leftover_bytes
            written += space.written_bytes
            is_complete = is_complete and space.is_complete
            is_written_complete = is_written_complete and space.is_written_complete
        return cls(held, leftover, written, is_complete, is_written_complete)

    def __add__(self, other: SpaceTaken) -> SpaceTaken:
        return SpaceTaken(
            self.checkpoint_bytes + other.checkpoint_bytes,
            self.leftover_bytes + other.leftover_bytes,
            self.written_bytes + other.written_bytes,
            self.is_complete and other.is_complete,
            self.is_written_complete and other.is_written_complete,
        )


class Volume(Struct, frozen=True):
    """A volume of the host that holds files of its VMs."""

    name: str
    total_bytes: int
    free_bytes: int


class VirtualMachine(Struct, frozen=True, dict=True):
    """One VM with its checkpoints, where it stands among them (`now_id`), and its disk files."""

    id: str
    name: str
    state: VmState
    now_id: str | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    status: str = ""
    """The host's own words in the host's language: shown, never parsed."""
    activity: Activity | None = None
    percent: int | None = None
    """How far `activity` is, 0 to 100, or None if the host does not say."""
    checkpoint_type: CheckpointType = CheckpointType.STANDARD
    is_replica: bool = False
    notes: str = ""
    generation: int = 2
    version: str = ""
    memory_bytes: int = 0
    """Memory in use now; 0 unless the VM is running or paused."""
    memory_startup_bytes: int = 0
    uptime_s: int = 0
    drives: tuple[str, ...] = ()
    """The disk file that each drive writes to now: the read-write leaves."""
    files: tuple[DiskFile, ...] = ()
    """Every file of the VM's chains, also those that wait for a merge; as far as they were measured."""
    has_notes_here: bool = False
    """The host would not take its notes, and HVTree keeps them on this computer alone."""
    is_measured: bool = True
    """Its sizes were asked for since it last changed; what is missing then could not be read. Otherwise they are on their
    way, and those of an earlier reading stand for them as far as they are still right."""

    @cached_property
    def tree(self) -> CheckpointTree:
        """Its checkpoints as a tree; raises `ValueError` for parents in a circle (see `hosts.inventory`)."""
        return CheckpointTree(self.checkpoints, self.now_id)

    @cached_property
    def by_id(self) -> Mapping[str, Checkpoint]:
        """Its checkpoints by id."""
        return MappingProxyType({checkpoint.id: checkpoint for checkpoint in self.checkpoints})

    @cached_property
    def taken(self) -> int:
        """How many of its checkpoints count towards the limit: those that users took, also if Hyper-V took them for them."""
        return [checkpoint.kind for checkpoint in self.checkpoints].count(CheckpointKind.STANDARD)

    @cached_property
    def has_only_plain(self) -> bool:
        """All its checkpoints are of the kind that users take, and none has notes."""
        return self.taken == len(self.checkpoints) and not any(map(_NOTES, self.checkpoints))

    @cached_property
    def space(self) -> SpaceTaken:
        """What it takes on disk because of its checkpoints: frozen, left over, and written since."""
        sizes = checkpoint_file_bytes(self.files)
        written_to = [path_key(drive) for drive in self.drives if is_checkpoint_file(drive)]
        is_written_complete = self.is_measured or all(key in sizes for key in written_to)
        is_complete = is_written_complete and None not in map(_SIZE_BYTES, self.checkpoints)
        held = sum(checkpoint.state_bytes or 0 for checkpoint in self.checkpoints)
        if not sizes:  # as long as nothing has been measured
            return SpaceTaken(held, 0, 0, is_complete, is_written_complete)
        written = sum(sizes.pop(key, 0) for key in written_to)
        frozen = (path_key(drive) for checkpoint in self.checkpoints for drive in checkpoint.drives)
        held += sum(sizes.pop(key, 0) for key in frozen)
        leftover = sum(sizes.values())
        return SpaceTaken(held, leftover, written, is_complete, is_written_complete)

    @cached_property
    def has_all_sizes(self) -> bool:
        """No size is missing, apart from files that the host cannot read; they may be of an earlier reading."""
        if None in map(_SIZE_BYTES, self.checkpoints):
            return False
        if self.is_measured:
            return True
        known = {path_key(file.path) for file in self.files}
        return all(path_key(drive) in known for drive in self.drives)

    @cached_property
    def group_marks(self) -> Mapping[str, GroupMark]:
        """What those of its checkpoints that belong to a group checkpoint say of it, by checkpoint id.

        Of several that say the same the oldest is meant: later ones have the notes from it (see `group_checkpoint`). So may
        automatic ones, which nobody has taken for a group.
        """
        found: dict[str, tuple[str, GroupMark]] = {}
        for each in sorted(
            (each for each in self.checkpoints if each.notes and not each.is_automatic),
            key=lambda each: each.created_utc,
        ):
            if each.passport is not None and (mark := each.passport.group) is not None:
                found.setdefault(mark.id, (each.id, mark))
        return MappingProxyType(dict(found.values()))

    @cached_property
    def made_names(self) -> Mapping[str, MadeName]:
        """What those names of its checkpoints say that nobody typed, by checkpoint id."""
        return MappingProxyType(made_names(self.name, self.checkpoints))

    def lasting(self, checkpoint_id: str | None) -> str | None:
        """Return a checkpoint unless it is automatic, else the nearest one above that is not; None for none.

        Automatic ones go by themselves when the VM is shut down (fact 13), and what is below them moves up.
        """
        found = self.by_id.get(checkpoint_id) if checkpoint_id is not None else None
        while found is not None and found.is_automatic:
            checkpoint_id = found.parent_id
            found = self.by_id.get(checkpoint_id) if checkpoint_id is not None else None
        return checkpoint_id

    def origin_of(self, checkpoint: Checkpoint) -> Origin:
        """Return why one of its checkpoints was taken, as far as its notes and its name tell."""
        if checkpoint.id in self.group_marks:
            return Origin.GROUP
        made = self.made_names.get(checkpoint.id)
        return Origin.DEFAULT if made is None else made.origin


class HostState(Struct, frozen=True):
    """One host at one moment. `vms` keeps the order in which the host listed them."""

    host: str
    taken_at_utc: datetime
    vms: Mapping[str, VirtualMachine] = field(default_factory=lambda: MappingProxyType({}))
    volumes: tuple[Volume, ...] = ()
    utc_offset: timedelta | None = None
    """By how much the host's own clock is ahead of UTC at this moment; None if the host does not say."""
    zone: str = ""
    """What the host calls its time zone, in Windows' word or IANA's; empty if it does not say."""
    lease_s: int = 0
    """After how many seconds without a word of HVTree the host brings back VMs that were stopped for it (`domain.lease`); 0 if it
    cannot, over the connection that there is."""

    def on_its_clock(self, moment_utc: datetime) -> datetime:
        """Return a moment as the host's clock shows it now; as this computer's does if the host's zone is not known."""
        zone = timezone(self.utc_offset) if self.utc_offset is not None else None
        return moment_utc.astimezone(zone)

    @classmethod
    def of(
        cls, host: str, taken_at_utc: datetime, vms: Iterable[VirtualMachine], volumes: Iterable[Volume] = ()
    ) -> HostState:
        """Make a state from its VMs."""
        return cls(host, taken_at_utc, MappingProxyType({vm.id: vm for vm in vms}), tuple(volumes))

    def with_vms(self, *changed: VirtualMachine) -> HostState:
        """Return the same host with these VMs in place of those of the same ids."""
        return replace(self, vms=MappingProxyType({**self.vms, **{vm.id: vm for vm in changed}}))

    def only(self, vm_ids: Iterable[str]) -> HostState:
        """Return the same host with nothing but these VMs, and without its volumes; a VM that is gone is left out."""
        vms = (self.vms[vm_id] for vm_id in vm_ids if vm_id in self.vms)
        return replace(HostState.of(self.host, self.taken_at_utc, vms), lease_s=self.lease_s)

    def checkpoint(self, ref: CheckpointRef) -> Checkpoint:
        """Return a checkpoint by its address; raise `KeyError` if the VM or the checkpoint is gone."""
        return self.vms[ref.vm_id].by_id[ref.checkpoint_id]

    def all_checkpoints(self) -> Iterator[Checkpoint]:
        """Return every checkpoint of every VM."""
        for vm in self.vms.values():
            yield from vm.checkpoints
