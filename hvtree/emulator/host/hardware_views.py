"""Virtual hardware as the cmdlets return it: each part with the VM or checkpoint that it belongs to."""

from __future__ import annotations

from msgspec import Struct

from hvtree.emulator.host.core import Core
from hvtree.emulator.host.enums import ControllerType, VMState
from hvtree.emulator.host.hardware import DvdDrive, NetworkAdapter, Switch
from hvtree.emulator.host.machine import Checkpoint, Machine, VmSettings
from hvtree.emulator.host.views import controller_id


class Owner(Struct, frozen=True):
    """A VM, or one of its checkpoints."""

    vm_id: str
    vm_name: str
    snapshot_id: str
    """Empty for the VM itself."""
    snapshot_name: str
    computer: str
    settings: VmSettings
    is_running: bool
    has_contact: bool
    has_vss: bool

    @property
    def settings_id(self) -> str:
        """The first part of the ids of what belongs to it."""
        return f"Microsoft:{(self.snapshot_id or self.vm_id).upper()}"


class OwnedAdapter(Struct, frozen=True):
    """A network adapter (Get-VMNetworkAdapter); its switch if the host has it."""

    owner: Owner
    adapter: NetworkAdapter
    switch: Switch | None


class HostAdapter(Struct, frozen=True):
    """The network adapter of the host itself on a switch (Get-VMNetworkAdapter -ManagementOS)."""

    switch: Switch
    mac: str
    computer: str


class HostSwitch(Struct, frozen=True):
    """A virtual switch (Get-VMSwitch)."""

    switch: Switch
    computer: str


class OwnedDvdDrive(Struct, frozen=True):
    """A DVD drive (Get-VMDvdDrive); `controller` begins its id."""

    owner: Owner
    drive: DvdDrive
    controller: str


class Memory(Struct, frozen=True):
    """The memory of a VM or checkpoint (Get-VMMemory)."""

    owner: Owner


class Processor(Struct, frozen=True):
    """The processors of a VM or checkpoint (Get-VMProcessor)."""

    owner: Owner


class ScsiController(Struct, frozen=True):
    """A SCSI controller (Get-VMScsiController)."""

    owner: Owner
    number: int
    id: str


class IntegrationService(Struct, frozen=True):
    """An integration service (Get-VMIntegrationService)."""

    owner: Owner
    name: str


def owner_of(core: Core, machine: Machine, entry: Checkpoint | None) -> Owner:
    """Return a VM or a checkpoint as the owner of its hardware."""
    return Owner(
        vm_id=machine.id,
        vm_name=machine.name,
        snapshot_id=entry.id if entry else "",
        snapshot_name=entry.name if entry else "",
        computer=core.facts.name,
        settings=entry.settings if entry else machine.settings,
        is_running=entry is None and machine.state is VMState.Running,
        has_contact=machine.guest.has_contact,
        has_vss=machine.guest.has_vss,
    )


def adapters(core: Core, owner: Owner) -> list[OwnedAdapter]:
    """Return the network adapters of a VM or checkpoint."""
    return [
        OwnedAdapter(owner, one, core.switch_named(one.switch) if one.switch else None)
        for one in owner.settings.adapters
    ]


def dvd_drives(owner: Owner) -> list[OwnedDvdDrive]:
    """Return the DVD drives of a VM or checkpoint."""
    return [
        OwnedDvdDrive(owner, one, controller_id(owner.vm_id, _kind(one.is_ide), one.controller_number))
        for one in owner.settings.dvd_drives
    ]


def scsi_controllers(machine: Machine, entry: Checkpoint | None, owner: Owner) -> list[ScsiController]:
    """Return the SCSI controllers: the one that every VM has from the start, and those with drives (fact 157)."""
    disks = (one.controller_number for one in (entry or machine).drives if not one.is_ide)
    dvds = (one.controller_number for one in owner.settings.dvd_drives if not one.is_ide)
    return [
        ScsiController(owner, number, controller_id(owner.vm_id, ControllerType.SCSI, number))
        for number in sorted({0, *disks, *dvds})
    ]


def _kind(is_ide: bool) -> ControllerType:
    return ControllerType.IDE if is_ide else ControllerType.SCSI
