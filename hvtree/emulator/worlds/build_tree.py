"""Builds the checkpoints of one VM of a world, with the chain of disk files that their tree implies."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from hvtree.emulator.host.disks import NEW_DISK_BYTES, DiskFile, DiskStore, Drive, child_path
from hvtree.emulator.host.enums import SnapshotType, VhdType
from hvtree.emulator.host.machine import Checkpoint, Machine, VmSettings, copied
from hvtree.emulator.host.names import default_name
from hvtree.emulator.worlds import values
from hvtree.emulator.worlds.build_hardware import adapters_of
from hvtree.emulator.worlds.schema import CheckpointSpec, Size, VmSpec
from hvtree.emulator.worlds.values import BadValueError, HostTimes
from hvtree.values import replace


class TreeBuilder:
    """Fills one machine: checkpoints, drives, disk files, and files that wait to be merged."""

    def __init__(
        self,
        spec: VmSpec,
        machine: Machine,
        store: DiskStore,
        times: HostTimes,
        unique: Callable[[str, str], None],
    ) -> None:
        self._spec = spec
        self._machine = machine
        self._store = store
        self._times = times
        self._unique = unique
        self._specs: dict[str, CheckpointSpec] = {}
        self._files: dict[str, list[DiskFile]] = {}

    def build(self, roots: list[DiskFile]) -> None:
        """Build the tree on these root files; raise `BadValueError` for what is impossible."""
        for spec in self._spec.checkpoints:
            checkpoint_id = values.guid(spec.id)
            self._unique(checkpoint_id, f"The id {checkpoint_id}")
            self._specs[checkpoint_id] = spec
        drives = self._root_drives(roots)
        for checkpoint_id in self._parents_first():
            self._add(checkpoint_id, drives)
        self._place_now(drives)

    def _root_drives(self, roots: list[DiskFile]) -> list[Drive]:
        return [
            Drive(file, controller_location=index, is_ide=self._spec.drives[index].ide, number=index)
            for index, file in enumerate(roots)
        ]

    def _parent(self, checkpoint_id: str) -> str | None:
        spec = self._specs[checkpoint_id]
        if spec.parent is None:
            return None
        parent = values.guid(spec.parent)
        if parent not in self._specs:
            raise BadValueError(f"The checkpoint “{spec.name}” has an unknown parent {parent}.")
        return parent

    def _parents_first(self) -> list[str]:
        children: dict[str | None, list[str]] = {}
        for checkpoint_id in self._specs:
            children.setdefault(self._parent(checkpoint_id), []).append(checkpoint_id)
        roots = children.get(None, [])
        if len(roots) > 1:
            names = " and ".join(f"“{self._specs[root].name}”" for root in roots[:2])
            raise BadValueError(
                f"{names} both have no parent. Put a checkpoint with “deleted” above them, whose disk they share."
            )
        ordered = list(roots)
        for checkpoint_id in ordered:
            ordered.extend(children.get(checkpoint_id, ()))
        lost = self._specs.keys() - set(ordered)
        if lost:
            names = ", ".join(sorted(f"“{self._specs[one].name}”" for one in lost))
            raise BadValueError(f"The parents of these checkpoints form a circle: {names}.")
        return ordered

    def _add(self, checkpoint_id: str, drives: list[Drive]) -> None:
        spec = self._specs[checkpoint_id]
        parent = self._parent(checkpoint_id)
        if parent is None:
            files = [drive.file for drive in drives]
        else:
            files = self._children(checkpoint_id, parent, spec.writes)
        self._files[checkpoint_id] = files
        if spec.deleted:
            for file in files:
                file.is_released = True
            self._machine.released.extend(files)
            return
        created = self._times.read(spec.created)
        entry = Checkpoint(
            id=checkpoint_id,
            name=spec.name or self._default_name(spec, created),
            created=created,
            parent=self._living(parent),
            kind=SnapshotType[spec.kind],
            is_automatic=spec.automatic,
            notes=spec.notes,
            drives=[copied(drive, file) for drive, file in zip(drives, files, strict=True)],
            settings=self._settings(spec),
            memory_bytes=self._memory(spec),
            vm_name=self._machine.name,
            vm_checkpoint_type=self._machine.checkpoint_type,
        )
        self._store.charge(self._machine.snapshot_folder, entry.state_bytes)
        self._machine.checkpoints[checkpoint_id] = entry

    def _settings(self, spec: CheckpointSpec) -> VmSettings:
        """Return what the checkpoint captured of the VM: what the VM has now, but for what the world says."""
        now = self._machine.settings
        return (
            now
            if spec.adapters is None
            else replace(now, adapters=adapters_of(self._machine.id, spec.adapters))
        )

    def _default_name(self, spec: CheckpointSpec, created: datetime) -> str:
        local = self._times.local(created)
        culture = self._times.culture
        return default_name(self._machine.name, local, automatic=spec.automatic, culture=culture)

    def _memory(self, spec: CheckpointSpec) -> int:
        if spec.memory is True:
            return self._machine.settings.memory_startup
        return 0 if spec.memory is False else values.size(spec.memory)

    def _living(self, checkpoint_id: str | None) -> str | None:
        """The nearest ancestor that is not deleted."""
        while checkpoint_id is not None and self._specs[checkpoint_id].deleted:
            checkpoint_id = self._parent(checkpoint_id)
        return checkpoint_id

    def _children(self, owner_id: str, parent_id: str, writes: Size | tuple[Size, ...]) -> list[DiskFile]:
        made = []
        for index, base in enumerate(self._files[parent_id]):
            size = self._written(writes, index)
            path = child_path(base.path, disk_guid(owner_id, index))
            file = DiskFile(path, min(size, base.virtual), base.virtual, VhdType.Differencing, parent=base)
            self._store.add(file)
            made.append(file)
        return made

    def _written(self, writes: Size | tuple[Size, ...], index: int) -> int:
        if isinstance(writes, tuple):
            return max(NEW_DISK_BYTES, values.size(writes[index])) if index < len(writes) else NEW_DISK_BYTES
        return max(NEW_DISK_BYTES, values.size(writes)) if index == 0 else NEW_DISK_BYTES

    def _place_now(self, drives: list[Drive]) -> None:
        machine, spec = self._machine, self._spec
        if spec.now is None:
            if self._specs:
                raise BadValueError("It has checkpoints, but “now” does not say on which of them it runs.")
            machine.drives = [copied(drive, drive.file) for drive in drives]
            return
        now = values.guid(spec.now)
        if now not in self._specs:
            raise BadValueError(f"“now” is {now}, which is none of its checkpoints.")
        files = self._children(machine.id, now, spec.now_writes)
        machine.drives = [copied(drive, file) for drive, file in zip(drives, files, strict=True)]
        machine.now = self._living(now)


def disk_guid(owner_id: str, drive: int) -> str:
    """Return the GUID in the name of the disk that a checkpoint or Now of a world uses; always the same."""
    return str(uuid.uuid5(uuid.UUID(owner_id), f"disk {drive}"))
