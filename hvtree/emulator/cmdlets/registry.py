"""Puts VMs on the host's list: new ones, and imported ones with their disks and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from hvtree.emulator.cmdlets.exports import ExportedDisk, ExportedDrive, ExportedVm, files_of
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import DiskFile, Drive, NoSpaceError, NoVolumeError, PlainFile
from hvtree.emulator.host.enums import JobType, VhdType, VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import Checkpoint, Machine, copied
from hvtree.emulator.host.objects import VirtualMachine
from hvtree.emulator.host.views import vm_view
from hvtree.values import replace


class ImportPlace(Struct, frozen=True):
    """Where the parts of an imported VM go. A disk that is not in `disks` stays where it is."""

    folder: str
    snapshots: str
    disks: Mapping[str, str] = field(default_factory=dict)

    def disk(self, path: str) -> str:
        """Return where a disk of the export goes."""
        return self.disks.get(path.lower(), path)


class Registry:
    """The host's list of VMs, as far as it changes."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def add(self, machine: Machine) -> None:
        """Put a VM on the list."""
        self._core.machines[machine.id] = machine
        self._core.touch(machine)

    def register(self, content: ExportedVm, folder: str) -> Machine:
        """Take the files of an export as they are, in place, under the id that it has."""
        for file in files_of(folder, content):
            present = self._core.store.get(file.path)
            if present is not None:
                self._core.store.remove(present)
        return self._build(content, ImportPlace(folder, folder), content.vm_id, renew=False)

    def copy(
        self, content: ExportedVm, place: ImportPlace, *, new_id: bool, vm_id: str | None = None
    ) -> HostJob:
        """Copy the files of an export to their places; takes time by their size. `vm_id` is the new id, if it is known.

        A disk whose place is where it lies is used there, once, and not copied (fact 152).
        """
        needs = [
            (place.disk(disk.path), disk.size) for disk in content.disks if not self._lies_there(disk, place)
        ]
        for path, _ in needs:
            if self._core.store.get(path) is not None:
                reason = errors.with_code(errors.FILE_EXISTS)
                message = f"Failed to copy file during import. '{path}': {reason}"
                raise CmdletError(message, hresult=errors.FILE_EXISTS, target=path)
        try:
            self._core.store.require(needs)
        except (NoSpaceError, NoVolumeError) as error:
            code = errors.DISK_FULL if isinstance(error, NoSpaceError) else errors.PATH_NOT_FOUND
            message = f"Failed to import '{content.name}'. {errors.with_code(code)}"
            raise CmdletError(message, hresult=code, target=content.name) from error
        own_id = vm_id or (self._core.new_guid() if new_id else content.vm_id)
        times = self._core.timings
        job = self._core.jobs.open(JobType.Other, own_id, content.name)

        def finish() -> VirtualMachine:
            return vm_view(self._core, self._build(content, place, own_id, renew=new_id))

        seconds = times.export_s + sum(size for _, size in needs) / times.export_rate
        return self._core.jobs.run(job, seconds, finish, cancellable=True)

    def _lies_there(self, disk: ExportedDisk, place: ImportPlace) -> bool:
        """Return whether a disk of an export lies where it shall go, and no VM uses it yet."""
        is_same = place.disk(disk.path).lower() == disk.path.lower()
        return is_same and isinstance(self._core.store.get(disk.path), PlainFile)

    def _build(self, content: ExportedVm, place: ImportPlace, vm_id: str, *, renew: bool) -> Machine:
        files = self._disks(content, place)
        machine = machine_of(content, place, vm_id, self._core.now())
        self._core.store.charge(machine.path, content.saved_bytes, force=True)
        ids = {one.entry.id: self._core.new_guid() if renew else one.entry.id for one in content.checkpoints}
        for one in content.checkpoints:
            parent = ids[one.entry.parent] if one.entry.parent else None
            drives = _drives(one.drives, files)
            self._add_checkpoint(
                machine, replace(one.entry, id=ids[one.entry.id], parent=parent, drives=drives)
            )
        machine.now = ids[content.now] if content.now else None
        machine.drives = _drives(content.drives, files)
        self.add(machine)
        return machine

    def _add_checkpoint(self, machine: Machine, entry: Checkpoint) -> None:
        self._core.store.charge(machine.snapshot_folder, entry.state_bytes, force=True)
        machine.checkpoints[entry.id] = entry

    def _disks(self, content: ExportedVm, place: ImportPlace) -> dict[str, DiskFile]:
        made: dict[str, DiskFile] = {}
        for disk in content.disks:  # parents come before their children
            parent = made.get(disk.parent.lower()) if disk.parent else None
            kind = VhdType.Dynamic if parent is None else VhdType.Differencing
            file = DiskFile(place.disk(disk.path), disk.size, disk.virtual, kind, parent=parent)
            present = self._core.store.get(file.path)
            if isinstance(present, PlainFile):  # the export's own file, used where it lies
                self._core.store.remove(present)
            self._core.store.add(file, force=True)
            made[disk.path.lower()] = file
        return made


def machine_of(content: ExportedVm, place: ImportPlace, vm_id: str, created: datetime) -> Machine:
    """Return the VM of an export as it will be, still without drives and checkpoints."""
    return Machine(
        id=vm_id,
        name=content.name,
        created=created,
        path=place.folder,
        snapshot_folder=place.snapshots,
        state=VMState.Saved if content.saved_bytes else VMState.Off,
        settings=content.settings,
        notes=content.notes,
        generation=content.generation,
        version=content.version,
        saved_bytes=content.saved_bytes,
    )


def _drives(exported: tuple[ExportedDrive, ...], files: Mapping[str, DiskFile]) -> list[Drive]:
    """Return the drives of an export, each in its place, with the files that their disks have become."""
    return [copied(one.place, files[one.path.lower()]) for one in exported]
