"""Set-VM, Rename-VM and Resize-VHD: what may be changed, and when (facts 30, 58 and 59)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from hvtree.emulator.cmdlets.selection import Names, Vms, find_vms, listed
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.disks import DiskFile, NoSpaceError, NoVolumeError, normal
from hvtree.emulator.host.enums import CheckpointType, VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.invocation import Invocation, Target, TargetResult
from hvtree.emulator.host.machine import Machine
from hvtree.emulator.host.views import vm_view
from hvtree.values import replace

T = TypeVar("T")


class VmChange(Struct, frozen=True):
    """The parameters of Set-VM that were given; None leaves a property as it is."""

    checkpoint_type: CheckpointType | None = None
    automatic_checkpoints_enabled: bool | None = None
    notes: str | None = None
    new_vm_name: str | None = None
    snapshot_file_location: str | None = None
    processor_count: int | None = None
    memory_startup_bytes: int | None = None
    memory_minimum_bytes: int | None = None
    memory_maximum_bytes: int | None = None
    dynamic_memory: bool | None = None

    @property
    def needs_off(self) -> bool:
        """Whether it holds something that can only be changed while the VM is off."""
        fixed = (
            self.processor_count,
            self.memory_startup_bytes,
            self.memory_minimum_bytes,
            self.memory_maximum_bytes,
            self.dynamic_memory,
        )
        return any(value is not None for value in fixed)


class SettingsCmdlets:
    """The cmdlets that change properties. All answer at once."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def set_vm(self, *, name: Names | None, vm: Vms | None, change: VmChange) -> Invocation:
        """Set-VM."""
        return self.for_vms(
            "Set-VM", lambda machine: self._change(machine, change), name=name, vm=vm, planned=True
        )

    def rename_vm(self, *, name: Names | None, vm: Vms | None, new_name: str) -> Invocation:
        """Rename-VM."""
        change = VmChange(new_vm_name=new_name)
        return self.for_vms(
            "Rename-VM", lambda machine: self._change(machine, change), name=name, vm=vm, planned=True
        )

    def for_vms(
        self,
        cmdlet: str,
        work: Callable[[Machine], object],
        *,
        name: Names | None,
        vm: Vms | None,
        planned: bool = False,
    ) -> Invocation:
        """Run something short as a cmdlet on some VMs; the value of each is the VM afterwards."""

        def target(key: str, machine: Machine | None, missing: CmdletError | None) -> Target:
            def begin(_: TargetResult) -> object:
                if machine is None:
                    raise missing or errors.vm_not_found(key)
                return work(machine)

            def view() -> object:
                return vm_view(self._core, machine) if machine is not None else None

            return Target(key, machine.id if machine else "", begin, view)

        found = find_vms(self._core, name=name, vm=vm, planned=planned)
        return self._core.invoke(cmdlet, [target(*one) for one in found])

    def resize_vhd(self, path: Names, size_bytes: int) -> Invocation:
        """Resize-VHD; refused while the disk belongs to a chain."""

        def target(one: str) -> Target:
            def begin(_: TargetResult) -> None:
                self._resize(one, size_bytes)

            return Target(one, "", begin)

        return self._core.invoke("Resize-VHD", [target(one) for one in listed(path)])

    def _change(self, machine: Machine, change: VmChange) -> None:
        self._core.require_idle(machine)
        self._check(machine, change)
        settings = machine.settings
        machine.settings = replace(
            settings,
            processors=_either(change.processor_count, settings.processors),
            memory_startup=_either(change.memory_startup_bytes, settings.memory_startup),
            memory_minimum=_either(change.memory_minimum_bytes, settings.memory_minimum),
            memory_maximum=_either(change.memory_maximum_bytes, settings.memory_maximum),
            dynamic_memory=_either(change.dynamic_memory, settings.dynamic_memory),
        )
        machine.checkpoint_type = _either(change.checkpoint_type, machine.checkpoint_type)
        machine.automatic_checkpoints = _either(
            change.automatic_checkpoints_enabled, machine.automatic_checkpoints
        )
        machine.notes = _either(change.notes, machine.notes)
        machine.name = _either(change.new_vm_name, machine.name)
        machine.snapshot_folder = normal(_either(change.snapshot_file_location, machine.snapshot_folder))
        self._core.touch(machine)

    def _check(self, machine: Machine, change: VmChange) -> None:
        if change.needs_off and machine.state is not VMState.Off:
            raise errors.object_state(machine.name)
        if change.new_vm_name is not None and not change.new_vm_name.strip():
            raise errors.bad_argument("The name of a virtual machine cannot be empty.", machine.name)
        if change.snapshot_file_location is None:
            return
        if machine.checkpoints:
            raise errors.object_state(machine.name)
        try:
            self._core.store.volume_of(normal(change.snapshot_file_location))
        except NoVolumeError as error:
            reason = errors.with_code(errors.PATH_NOT_FOUND)
            raise CmdletError(reason, hresult=errors.PATH_NOT_FOUND, target=machine.name) from error

    def _resize(self, path: str, size_bytes: int) -> None:
        file = self._core.store.disk(normal(path))
        if file is None:
            reason = errors.with_code(errors.FILE_NOT_FOUND)
            raise CmdletError(reason, hresult=errors.FILE_NOT_FOUND, target=path)
        if file.children or file.parent is not None or size_bytes < file.size:
            message = (
                f"Failed to resize the virtual disk '{path}'.\nThe virtual hard disk is part of a chain."
            )
            raise CmdletError(message, identifier="InvalidState", category="InvalidOperation", target=path)
        self._grow_fixed(file, size_bytes)
        file.virtual = size_bytes
        self._core.changes.touch()

    def _grow_fixed(self, file: DiskFile, size_bytes: int) -> None:
        if file.size != file.virtual:
            return
        try:
            self._core.store.resize(file, size_bytes)
        except NoSpaceError as error:
            reason = errors.with_code(errors.DISK_FULL)
            raise CmdletError(reason, hresult=errors.DISK_FULL, target=file.path) from error


def _either(given: T | None, present: T) -> T:
    return present if given is None else given
