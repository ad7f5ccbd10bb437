"""Export-VM and Export-VMSnapshot: what they write where, how long it takes, what stops them (facts 60 to 64 and 115 to 119)."""

from __future__ import annotations

from collections.abc import Callable
from ntpath import basename, isabs, splitext

from msgspec import Struct

from hvtree.emulator.cmdlets.checkpoints import WITHOUT_DEFINITION
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import (
    DiskFile,
    Drive,
    NoSpaceError,
    NoVolumeError,
    PlainFile,
    is_unc,
    join,
    normal,
)
from hvtree.emulator.host.enums import SETTLED, JobType
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import CONFIG_BYTES, Checkpoint, Machine, VmSettings
from hvtree.emulator.host.objects import VirtualMachine, VMSnapshot
from hvtree.emulator.host.views import snapshot_view, vm_view
from hvtree.values import replace


class ExportedDisk(Struct, frozen=True):
    """A disk file in an export: where, how large, and which of the others is its parent."""

    path: str
    size: int
    virtual: int
    parent: str | None = None


class ExportedDrive(Struct, frozen=True):
    """A drive in an export: its place on a controller, and the path of its disk."""

    place: Drive
    path: str


class ExportedCheckpoint(Struct, frozen=True):
    """A checkpoint in an export, with its drives."""

    entry: Checkpoint
    drives: tuple[ExportedDrive, ...]


class ExportedVm(Struct, frozen=True):
    """What a .vmcx of an export says: enough to import it again."""

    vm_id: str
    name: str
    notes: str
    generation: int
    version: str
    settings: VmSettings
    saved_bytes: int
    disks: tuple[ExportedDisk, ...]
    drives: tuple[ExportedDrive, ...]
    checkpoints: tuple[ExportedCheckpoint, ...] = ()
    now: str | None = None


class Exports:
    """Copies VMs and checkpoints into folders, as the host's computer account."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def export_checkpoint(self, machine: Machine, entry: Checkpoint, path: str) -> HostJob:
        """Write one VM without checkpoints, each chain flattened into one disk (fact 62)."""
        if entry.kind in WITHOUT_DEFINITION:
            raise errors.object_gone(self._core.facts.name, entry.id)
        folder = self._folder(machine, path)
        disks = tuple(_flattened(drive.file, folder) for drive in entry.drives)
        by_checkpoint = self._core.quirks.exported_checkpoint_named_after == "checkpoint"
        content = ExportedVm(
            vm_id=machine.id,
            name=entry.name if by_checkpoint else machine.name,
            notes=entry.notes,
            generation=machine.generation,
            version=machine.version,
            settings=entry.settings,
            saved_bytes=entry.memory_bytes,
            disks=disks,
            drives=tuple(
                ExportedDrive(drive, disk.path) for drive, disk in zip(entry.drives, disks, strict=True)
            ),
        )

        def view() -> VMSnapshot:
            return snapshot_view(self._core, machine, entry)

        return self._export(machine, folder, content, view)

    def export_vm(self, machine: Machine, path: str) -> HostJob:
        """Write a VM with all its checkpoints and their chains (fact 63)."""
        folder = self._folder(machine, path)
        disks = tuple(_copied(file, folder) for file in machine.disk_files())
        content = ExportedVm(
            vm_id=machine.id,
            name=machine.name,
            notes=machine.notes,
            generation=machine.generation,
            version=machine.version,
            settings=machine.settings,
            saved_bytes=machine.saved_bytes,
            disks=disks,
            drives=_exported_drives(machine.drives, folder),
            checkpoints=tuple(_exported_checkpoint(entry, folder) for entry in machine.checkpoints.values()),
            now=machine.now,
        )

        def view() -> VirtualMachine:
            return vm_view(self._core, machine)

        return self._export(machine, folder, content, view)

    def _folder(self, machine: Machine, path: str) -> str:
        path = normal(path)
        if not path.strip() or not (isabs(path) or is_unc(path)):
            raise errors.bad_argument(f"The path “{path}” is not valid.", path)
        self._core.require_idle(machine)
        if machine.state not in SETTLED:
            raise errors.wrong_state(machine.name, "export")
        if machine.merge is not None and self._core.quirks.merging_refuses_changes:
            raise errors.wrong_state(machine.name, "export")
        return join(path, machine.name)

    def _export(
        self, machine: Machine, folder: str, content: ExportedVm, view: Callable[[], object]
    ) -> HostJob:
        files = files_of(folder, content)
        self._require_target(machine, folder, files)
        total = sum(file.size for file in files)
        times = self._core.timings
        written: list[PlainFile] = []
        self._write(machine, files, written)

        def undo() -> None:
            if not self._core.quirks.failed_export_leaves_files:
                for file in written:
                    self._core.store.remove(file)

        seconds = times.export_s + total / times.export_rate
        return self._core.occupy(machine, JobType.Export, seconds, view, undo=undo, cancellable=True)

    def _write(self, machine: Machine, files: list[PlainFile], written: list[PlainFile]) -> None:
        try:
            self._core.store.require((file.path, file.size) for file in files if not is_unc(file.path))
        except NoSpaceError as error:
            raise _failed(machine, files[0].path, errors.DISK_FULL) from error
        for file in files:
            self._core.store.add(file)
            written.append(file)

    def _require_target(self, machine: Machine, folder: str, files: list[PlainFile]) -> None:
        if is_unc(folder):
            self._require_share(machine, folder)
        else:
            try:
                self._core.store.volume_of(folder)
            except NoVolumeError as error:
                raise _failed(machine, folder, errors.PATH_NOT_FOUND) from error
        for file in files:
            if self._core.store.get(file.path) is not None:
                source = join(machine.path, basename(file.path))
                raise _exists(source, file.path)

    def _require_share(self, machine: Machine, folder: str) -> None:
        """The host's computer account needs rights on the share (fact 64)."""
        lower = folder.lower() + "\\"
        for share in self._core.shares:
            if lower.startswith(share.path.lower().rstrip("\\") + "\\"):
                if not share.is_writable:
                    raise _failed(machine, folder, errors.ACCESS_DENIED)
                return
        raise _failed(machine, folder, errors.NETWORK_PATH_NOT_FOUND)


def files_of(folder: str, content: ExportedVm) -> list[PlainFile]:
    """Return the files of an export in its folder, the configuration first."""
    config = join(folder, "Virtual Machines", f"{content.vm_id.upper()}.vmcx")
    files = [PlainFile(config, CONFIG_BYTES, content)]
    if content.saved_bytes:
        files.append(PlainFile(f"{splitext(config)[0]}.vmrs", content.saved_bytes))
    for checkpoint in content.checkpoints:
        entry = checkpoint.entry
        stem = join(folder, "Snapshots", entry.id.upper())
        files.append(PlainFile(f"{stem}.vmcx", entry.config_bytes))
        if entry.memory_bytes:
            files.append(PlainFile(f"{stem}.vmrs", entry.memory_bytes))
    files.extend(PlainFile(disk.path, disk.size) for disk in content.disks)
    return files


def _disk_path(file: DiskFile, folder: str, name: str = "") -> str:
    return join(folder, "Virtual Hard Disks", name or basename(file.path))


def _copied(file: DiskFile, folder: str) -> ExportedDisk:
    parent = _disk_path(file.parent, folder) if file.parent is not None else None
    return ExportedDisk(_disk_path(file, folder), file.size, file.virtual, parent)


def _flattened(file: DiskFile, folder: str) -> ExportedDisk:
    chain = list(file.chain())
    own_root = next(one for one in chain if not one.is_checkpoint_disk)
    size = min(file.virtual, sum(one.size for one in chain))
    return ExportedDisk(_disk_path(file, folder, basename(own_root.path)), size, file.virtual)


def _exported_checkpoint(entry: Checkpoint, folder: str) -> ExportedCheckpoint:
    return ExportedCheckpoint(replace(entry, drives=[]), _exported_drives(entry.drives, folder))


def _exported_drives(drives: list[Drive], folder: str) -> tuple[ExportedDrive, ...]:
    return tuple(ExportedDrive(drive, _disk_path(drive.file, folder)) for drive in drives)


def _failed(machine: Machine, path: str, code: int) -> CmdletError:
    message = f"Failed to copy file during export.\nFailed to export '{machine.name}' to '{path}': "
    return CmdletError(message + errors.with_code(code), hresult=code, target=machine.name)


def _exists(source: str, target: str) -> CmdletError:
    """The target is there already (fact 61)."""
    reason = errors.with_code(errors.FILE_EXISTS)
    message = (
        f"Failed to copy file during export.\nFailed to copy file from '{source}' to '{target}': {reason}"
    )
    return CmdletError(message, hresult=errors.FILE_EXISTS, target=target)
