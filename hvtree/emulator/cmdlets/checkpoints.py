"""Checkpoint-VM, Restore-, Remove- and Rename-VMSnapshot: what they check, and what they do on disk."""

from __future__ import annotations

from datetime import datetime

from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import NEW_DISK_BYTES, DiskFile, Drive, NoSpaceError, child_path
from hvtree.emulator.host.enums import (
    CheckpointType,
    JobType,
    ReplicationMode,
    SnapshotType,
    VhdType,
    VMState,
)
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import CONFIG_BYTES, Checkpoint, Machine, copied
from hvtree.emulator.host.merging import Merger
from hvtree.emulator.host.names import default_name
from hvtree.emulator.host.objects import VMSnapshot
from hvtree.emulator.host.views import saved_state_path, snapshot_view

NAME_LIMIT = 100
WITHOUT_DEFINITION = frozenset({SnapshotType.Missing, SnapshotType.Planned})
"""Kinds whose definition is not on the host, so that they can only be deleted."""


class Checkpoints:
    """The cmdlets that make, apply, delete and rename checkpoints, one target at a time."""

    def __init__(self, core: Core, merger: Merger) -> None:
        self._core = core
        self._merger = merger

    # -- create ----------------------------------------------------------------------------------------------

    def create(self, machine: Machine, name: str | None, warnings: list[str]) -> HostJob:
        """Take a checkpoint of a VM; the value of the job is the VMSnapshot."""
        check_name(name)
        self._core.require_settled(machine, "take a checkpoint")
        self._refuse_while_merging(machine)
        self._require_permitted(machine)
        memory, seconds = self._captured_memory(machine, warnings)
        created = self._core.now()
        wanted = name if name is not None else self._default_name(machine, created)
        self._require_space(machine, memory)

        def finish() -> VMSnapshot:
            entry = self._take(machine, wanted, created, memory)
            return snapshot_view(self._core, machine, entry)

        return self._core.occupy(machine, JobType.TakeSnapshot, seconds, finish, cancellable=True)

    def take_automatic(self, machine: Machine) -> None:
        """Take the automatic checkpoint of a VM that starts, if it is to have one (facts 13 and 95)."""
        is_wanted = machine.automatic_checkpoints and machine.checkpoint_type is not CheckpointType.Disabled
        if not is_wanted or machine.checkpoints or self._core.facts.is_older_than(2019):
            return
        created = self._core.now()
        name = self._default_name(machine, created, automatic=True)
        self._take(machine, name, created, 0).is_automatic = True

    def remove_automatic(self, machine: Machine) -> None:
        """Delete and merge the automatic checkpoint of a VM that was shut down (fact 13)."""
        for entry in [entry for entry in machine.checkpoints.values() if entry.is_automatic]:
            self._drop(machine, entry.id)
        self._merger.settle(machine)

    def _default_name(self, machine: Machine, when: datetime, *, automatic: bool = False) -> str:
        local = self._core.local_time(when)
        return default_name(machine.name, local, automatic=automatic, culture=self._core.facts.culture)

    def _require_permitted(self, machine: Machine) -> None:
        if machine.checkpoint_type is CheckpointType.Disabled:
            raise errors.checkpoint_failed(
                machine.name,
                "Checkpoints have been disabled.",
                f"Checkpoint operation for '{machine.name}' failed. (Virtual machine ID {machine.id.upper()})",
                f"Checkpoints have been disabled for '{machine.name}'. (Virtual machine ID {machine.id.upper()})",
            )
        if machine.replication is ReplicationMode.Replica and not self._core.quirks.replicas_take_checkpoints:
            raise errors.wrong_state(machine.name, "take a checkpoint")
        own = sum(1 for entry in machine.checkpoints.values() if entry.kind is SnapshotType.Standard)
        if own >= self._core.quirks.checkpoint_limit:
            reason = f"'{machine.name}' has the maximum number of checkpoints ({own})."
            raise errors.checkpoint_failed(machine.name, reason)

    def _captured_memory(self, machine: Machine, warnings: list[str]) -> tuple[int, float]:
        """Return the bytes of memory that the checkpoint keeps, and the seconds that it takes (facts 28 and 29)."""
        times = self._core.timings
        if machine.state is VMState.Off:
            return 0, times.checkpoint_s
        if machine.state is VMState.Saved:
            return machine.saved_bytes, times.checkpoint_s + machine.saved_bytes / times.checkpoint_rate
        if machine.checkpoint_type is not CheckpointType.Standard:
            if machine.state is VMState.Running and machine.guest.has_vss:
                return 0, times.production_checkpoint_s
            if machine.checkpoint_type is CheckpointType.ProductionOnly:
                raise errors.checkpoint_failed(machine.name, "Production checkpoints cannot be created.")
            if self._core.quirks.fallback_warns:
                warnings.append(f"A standard checkpoint was created of '{machine.name}' instead.")
        memory = machine.settings.memory_startup
        return memory, times.checkpoint_s + memory / times.checkpoint_rate

    def _require_space(self, machine: Machine, memory: int) -> None:
        needs = [(drive.file.path, NEW_DISK_BYTES) for drive in machine.drives]
        try:
            self._core.store.require([*needs, (machine.snapshot_folder, CONFIG_BYTES + memory)])
        except NoSpaceError as error:
            full = errors.with_code(errors.DISK_FULL)
            what = (
                f"'{machine.name}' could not initiate a checkpoint operation.",
                f"'{machine.name}' failed to save RAM contents during a checkpoint operation: {full}",
            )
            reasons = errors.twice(what, machine.id)
            raise errors.checkpoint_failed(machine.name, reasons, hresult=errors.DISK_FULL) from error

    def _take(self, machine: Machine, name: str, created: datetime, memory: int) -> Checkpoint:
        """Freeze the disks that are current, and move the VM to fresh children of them (facts 7 to 10)."""
        self._require_space(machine, memory)
        entry = Checkpoint(
            id=self._core.new_guid(),
            name=name,
            created=created,
            parent=machine.now,
            notes=machine.notes if self._core.quirks.checkpoint_takes_notes else "",
            drives=[copied(drive, drive.file) for drive in machine.drives],
            settings=machine.settings,
            memory_bytes=memory,
            vm_name=machine.name,
            vm_checkpoint_type=machine.checkpoint_type,
        )
        self._core.store.charge(machine.snapshot_folder, entry.state_bytes)
        machine.drives = [self._child(drive) for drive in entry.drives]
        machine.checkpoints[entry.id] = entry
        machine.now = entry.id
        self._core.touch(machine)
        return entry

    def _child(self, drive: Drive) -> Drive:
        """Return a new differencing disk on a drive's file, at the same place of the controller."""
        base = drive.file
        path = child_path(base.path, self._core.new_guid())
        file = DiskFile(path, NEW_DISK_BYTES, base.virtual, VhdType.Differencing, parent=base)
        self._core.store.add(file)
        return copied(drive, file)

    # -- apply -----------------------------------------------------------------------------------------------

    def apply(self, machine: Machine, entry: Checkpoint) -> HostJob:
        """Take a VM back to a checkpoint; it ends Saved or Off, and is never started (facts 32 to 38)."""
        self._core.require_settled(machine, "apply the checkpoint")
        self._refuse_while_merging(machine)
        self._require_definition(machine, entry)
        is_refused = self._core.quirks.restore_running_with_memory == "InvalidState"
        if machine.state is VMState.Running and entry.has_memory and is_refused:
            raise errors.wrong_state(machine.name, "apply the checkpoint")

        def finish() -> VMSnapshot:
            self._go_back(machine, entry)
            return snapshot_view(self._core, machine, entry)

        return self._core.occupy(machine, JobType.ApplySnapshot, self._core.timings.apply_s, finish)

    def _go_back(self, machine: Machine, entry: Checkpoint) -> None:
        needs = [(drive.file.path, NEW_DISK_BYTES) for drive in entry.drives]
        try:
            self._core.store.require([*needs, (saved_state_path(machine), entry.memory_bytes)])
        except NoSpaceError as error:
            reason = errors.with_code(errors.DISK_FULL)
            what = "apply the checkpoint"
            raise errors.failed(machine.name, machine.id, what, reason, errors.DISK_FULL) from error
        self._merger.abort(machine)
        self._discard_now(machine)
        machine.drives = [self._child(drive) for drive in entry.drives]
        self._core.store.charge(saved_state_path(machine), entry.memory_bytes)
        machine.saved_bytes = entry.memory_bytes
        machine.state = VMState.Saved if entry.has_memory else VMState.Off
        machine.running_since = None
        machine.settings = entry.settings
        machine.now = entry.id
        if self._core.quirks.restore_brings_name_back and entry.vm_name:
            machine.name = entry.vm_name
        if self._core.quirks.restore_brings_notes_back:
            machine.notes = entry.notes
        if self._core.quirks.restore_brings_checkpoint_type_back:
            machine.checkpoint_type = entry.vm_checkpoint_type
        self._merger.settle(machine)

    def _discard_now(self, machine: Machine) -> None:
        """Discard what was written since the last checkpoint. A disk that was added later is only detached."""
        self._core.drop_saved_state(machine)
        for drive in machine.drives:
            drive.file.holder = None
            if drive.file.is_checkpoint_disk:
                self._throw_away(machine, drive.file)
        machine.drives = []

    def _throw_away(self, machine: Machine, file: DiskFile) -> None:
        """Remove an unused disk, at once or when disks are merged (fact 35)."""
        if self._core.quirks.replaced_disk_lingers:
            self._merger.remove_late(machine, file)
        else:
            self._core.store.remove(file)

    # -- delete and rename -----------------------------------------------------------------------------------

    def delete(self, machine: Machine, entry: Checkpoint, *, subtree: bool) -> HostJob | object:
        """Delete a checkpoint, or it and all below; the entry goes, the disks merge later (facts 39 to 46)."""
        if entry.id not in machine.checkpoints:
            return None  # an earlier target of the same call has taken it along
        self._core.require_settled(machine, "delete the checkpoint")
        if subtree and self._core.quirks.subtree_with_now == "InvalidState":
            self._require_now_elsewhere(machine, entry)
        gone = snapshot_view(self._core, machine, entry)

        def finish() -> VMSnapshot:
            doomed = machine.subtree(entry.id) if subtree else [entry]
            for one in reversed(doomed):
                self._drop(machine, one.id)
            self._merger.settle(machine)
            return gone

        return self._core.occupy(machine, JobType.DeleteSnapshot, self._core.timings.delete_s, finish)

    def rename(self, machine: Machine, entry: Checkpoint, name: str) -> VMSnapshot:
        """Give a checkpoint another name, at once; nothing else changes (fact 48)."""
        check_name(name)
        self._core.require_idle(machine)
        self._require_definition(machine, entry)
        entry.name = name
        self._core.touch(machine)
        return snapshot_view(self._core, machine, entry)

    def set_notes(self, machine: Machine, entry: Checkpoint, notes: str) -> HostJob | VMSnapshot:
        """Give a checkpoint other notes; nothing else changes (fact 244)."""
        self._core.require_idle(machine)
        self._require_definition(machine, entry)

        def finish() -> VMSnapshot:
            self._require_definition(machine, entry)
            entry.notes = notes
            self._core.touch(machine)
            return snapshot_view(self._core, machine, entry)

        if not self._core.quirks.settings_change_is_job:
            return finish()
        return self._core.occupy(machine, JobType.Other, self._core.timings.modify_s, finish)

    def forget_state(self, machine: Machine, entry: Checkpoint) -> None:
        """Drop the saved state of a checkpoint; applying it then leaves the VM Off."""
        self._core.require_idle(machine)
        if not entry.has_memory:
            raise errors.wrong_state(machine.name, "remove the saved state")
        self._core.store.charge(machine.snapshot_folder, -entry.memory_bytes)
        entry.memory_bytes = 0
        self._core.touch(machine)

    def _drop(self, machine: Machine, checkpoint_id: str) -> None:
        is_loose = self._core.quirks.orphans_become_roots
        entry = machine.drop_checkpoint(checkpoint_id, orphans_become_roots=is_loose)
        self._core.store.charge(machine.snapshot_folder, -entry.state_bytes)
        self._merger.release(machine, entry.drives)
        self._core.touch(machine)

    # -- conditions ------------------------------------------------------------------------------------------

    def _refuse_while_merging(self, machine: Machine) -> None:
        if machine.merge is not None and self._core.quirks.merging_refuses_changes:
            raise errors.wrong_state(machine.name)

    def _require_now_elsewhere(self, machine: Machine, entry: Checkpoint) -> None:
        """Refuse to delete a subtree that Now stands in (fact 46, switched)."""
        if machine.now in {one.id for one in machine.subtree(entry.id)}:
            raise errors.wrong_state(machine.name, "delete the checkpoint subtree")

    def _require_definition(self, machine: Machine, entry: Checkpoint) -> None:
        if entry.kind in WITHOUT_DEFINITION:
            raise errors.object_gone(self._core.facts.name, entry.id)
        if entry.id not in machine.checkpoints:
            raise errors.checkpoint_not_found(entry.id)


def check_name(name: str | None) -> None:
    """Raise unless a name for a checkpoint can be used: at most 100 characters, not blank (facts 24 and 25)."""
    if name is None:
        return
    if not name.strip():
        raise errors.bad_argument("The name of a checkpoint cannot be empty.", name)
    if len(name) > NAME_LIMIT:
        message = f"The name of a checkpoint cannot be longer than {NAME_LIMIT} characters."
        raise errors.bad_argument(message, name)
