"""New-VM, Remove-VM and Export-VM: how VMs come to a host, and go."""

from __future__ import annotations

from ntpath import isabs

from msgspec import Struct

from hvtree.emulator.cmdlets.exports import Exports
from hvtree.emulator.cmdlets.registry import Registry
from hvtree.emulator.cmdlets.selection import Names, Vms
from hvtree.emulator.cmdlets.settings import SettingsCmdlets
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import (
    NEW_DISK_BYTES,
    DiskFile,
    Drive,
    NoSpaceError,
    NoVolumeError,
    join,
    normal_or_none,
)
from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.hardware import usual_adapters, usual_dvd_drives
from hvtree.emulator.host.invocation import Invocation, Target, TargetResult
from hvtree.emulator.host.machine import Machine, VmSettings, copied
from hvtree.emulator.host.merging import Merger
from hvtree.emulator.host.views import vm_view
from hvtree.values import replace

_REMOVABLE = frozenset({VMState.Off, VMState.Saved})


class NewVm(Struct, frozen=True):
    """The parameters of New-VM."""

    name: str
    memory_startup_bytes: int = 1 << 30
    generation: int = 1
    path: str | None = None
    new_vhd_path: str | None = None
    new_vhd_size_bytes: int = 0
    vhd_path: str | None = None
    switch_name: str = ""


class Lifecycle:
    """The cmdlets that add VMs to the host and take them away."""

    def __init__(
        self, core: Core, settings: SettingsCmdlets, exports: Exports, merger: Merger, registry: Registry
    ) -> None:
        self._core = core
        self._merger = merger
        self._settings = settings
        self._exports = exports
        self._registry = registry

    def remove(self, *, name: Names | None, vm: Vms | None) -> Invocation:
        """Remove-VM: Off or Saved ones only; virtual disks stay where they are (fact 57)."""
        return self._settings.for_vms("Remove-VM", self._remove, name=name, vm=vm)

    def export(self, *, name: Names | None, vm: Vms | None, path: str) -> Invocation:
        """Export-VM."""
        return self._settings.for_vms(
            "Export-VM", lambda machine: self._exports.export_vm(machine, path), name=name, vm=vm
        )

    def new(self, wanted: NewVm) -> Invocation:
        """New-VM."""
        wanted = replace(
            wanted,
            path=normal_or_none(wanted.path),
            new_vhd_path=normal_or_none(wanted.new_vhd_path),
            vhd_path=normal_or_none(wanted.vhd_path),
        )

        def begin(_: TargetResult) -> object:
            return vm_view(self._core, self._new(wanted))

        return self._core.invoke("New-VM", [Target(wanted.name, "", begin)])

    def _remove(self, machine: Machine) -> None:
        self._core.require_idle(machine)
        if machine.state not in _REMOVABLE:
            raise errors.wrong_state(machine.name, "remove")
        self._merger.abort(machine)
        self._core.drop_saved_state(machine)
        for entry in machine.checkpoints.values():
            self._core.store.charge(machine.snapshot_folder, -entry.state_bytes)
        for file in machine.disk_files():
            file.holder = None
        del self._core.machines[machine.id]
        self._core.changes.remove(machine.id)

    def _new(self, wanted: NewVm) -> Machine:
        if not wanted.name.strip():
            raise errors.bad_argument("The name of a virtual machine cannot be empty.", wanted.name)
        if wanted.generation not in {1, 2}:
            raise errors.bad_argument(f"There is no generation {wanted.generation}.", wanted.name)
        if wanted.switch_name and self._core.switch_named(wanted.switch_name) is None:
            raise errors.switch_not_found(wanted.switch_name)
        vm_id = self._core.new_guid()
        folder = join(wanted.path or self._core.facts.vm_path, wanted.name)
        drives = []
        if wanted.new_vhd_path is not None:
            drives.append(Drive(self._new_disk(wanted.new_vhd_path, wanted.new_vhd_size_bytes)))
        elif wanted.vhd_path is not None:
            drives.append(Drive(self._existing_disk(wanted.vhd_path)))
        machine = Machine(
            id=vm_id,
            name=wanted.name,
            created=self._core.now(),
            path=folder,
            snapshot_folder=folder,
            generation=wanted.generation,
            settings=VmSettings(
                memory_startup=wanted.memory_startup_bytes,
                adapters=usual_adapters(vm_id, wanted.switch_name),
                dvd_drives=usual_dvd_drives(wanted.generation),
            ),
        )
        machine.drives = [copied(drive, drive.file) for drive in drives]
        self._registry.add(machine)
        return machine

    def _new_disk(self, path: str, size: int) -> DiskFile:
        if not isabs(path) or not path.lower().endswith((".vhd", ".vhdx")) or size <= 0:
            raise errors.bad_argument(f"“{path}” cannot be made as a virtual hard disk.", path)
        if self._core.store.get(path) is not None:
            reason = errors.with_code(errors.FILE_EXISTS)
            raise CmdletError(f"Failed to create '{path}'. {reason}", hresult=errors.FILE_EXISTS, target=path)
        file = DiskFile(path, NEW_DISK_BYTES, size)
        try:
            self._core.store.add(file)
        except (NoSpaceError, NoVolumeError) as error:
            code = errors.DISK_FULL if isinstance(error, NoSpaceError) else errors.PATH_NOT_FOUND
            message = f"Failed to create '{path}'. {errors.with_code(code)}"
            raise CmdletError(message, hresult=code, target=path) from error
        return file

    def _existing_disk(self, path: str) -> DiskFile:
        file = self._core.store.disk(path)
        if file is None:
            reason = errors.with_code(errors.FILE_NOT_FOUND)
            raise CmdletError(f"'{path}': {reason}", hresult=errors.FILE_NOT_FOUND, target=path)
        if file.holder is not None or file.children:
            reason = errors.with_code(errors.FILE_IN_USE)
            raise CmdletError(f"'{path}': {reason}", hresult=errors.FILE_IN_USE, target=path)
        return file
