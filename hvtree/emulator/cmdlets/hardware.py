"""The cmdlets that read virtual hardware: Get-VMNetworkAdapter, -VMSwitch, -VMProcessor, -VMMemory, -VMScsiController, -VMDvdDrive."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

from hvtree.emulator.cmdlets.selection import Names, Snapshots, Vms, find_snapshots, find_vms, listed, matches
from hvtree.emulator.host import errors
from hvtree.emulator.host import hardware_views as views
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.hardware import SwitchType
from hvtree.emulator.host.hardware_views import Owner
from hvtree.emulator.host.machine import Checkpoint, Machine
from hvtree.emulator.host.objects import CmdletOutput

T = TypeVar("T")
_HOST_ADAPTERS = uuid.UUID("3f6f6b06-9a3e-4f0e-8f0b-2d9c4a7e5b03")
SERVICES = (
    "Guest Service Interface",
    "Heartbeat",
    "Key-Value Pair Exchange",
    "Shutdown",
    "Time Synchronization",
    "VSS",
)


class Owners(Struct, frozen=True):
    """Whose hardware is asked for: VMs by names or as objects, or checkpoints."""

    vm_name: Names | None = None
    vm: Vms | None = None
    vm_snapshot: Snapshots | None = None


class Hardware:
    """Reading cmdlets about the parts of VMs and checkpoints, and the switches of the host."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def adapters(
        self, owners: Owners, name: str | None = None, *, is_legacy: bool | None = None
    ) -> CmdletOutput[views.OwnedAdapter]:
        """Get-VMNetworkAdapter of VMs or checkpoints. A name that no adapter has gives nothing (fact 153)."""
        output = self._of("Get-VMNetworkAdapter", owners, lambda owner, *_: views.adapters(self._core, owner))
        chosen = (
            one
            for one in output.objects
            if (name is None or matches(one.adapter.name, name))
            and is_legacy in (None, one.adapter.is_legacy)
        )
        return CmdletOutput(tuple(chosen), output.errors)

    def host_adapters(
        self, name: str | None = None, switch_name: str | None = None
    ) -> CmdletOutput[views.HostAdapter]:
        """Get-VMNetworkAdapter -ManagementOS: they bear the names of their switches (fact 153)."""
        self._core.faults.check_rights("Get-VMNetworkAdapter")
        if switch_name is not None and self._core.switch_named(switch_name) is None:
            raise errors.switch_not_found(switch_name)
        found = [
            views.HostAdapter(one, self._mac(one.id), self._core.facts.name)
            for one in self._core.switches.values()
            if one.has_host
            and (name is None or matches(one.name, name))
            and (switch_name is None or one.name.casefold() == switch_name.casefold())
        ]
        return CmdletOutput(tuple(found))

    def switches(
        self,
        name: str | None = None,
        ids: Iterable[str] = (),
        types: Iterable[SwitchType] = (),
    ) -> CmdletOutput[views.HostSwitch]:
        """Get-VMSwitch: all, or those of a name, ids or types (fact 154)."""
        self._core.faults.check_rights("Get-VMSwitch")
        kinds = set(types)
        known = self._core.switches
        wanted = [one.lower() for one in ids]
        found = [known[one] for one in wanted if one in known] if wanted else list(known.values())
        wrong = [errors.switch_id_not_found(one) for one in wanted if one not in known]
        if name is not None:
            found = [one for one in found if matches(one.name, name)]
            if not found and not any(sign in name for sign in "*?["):
                wrong.append(errors.switch_not_found(name))
        chosen = [one for one in found if not kinds or one.type in kinds]
        computer = self._core.facts.name
        return CmdletOutput(
            tuple(views.HostSwitch(one, computer) for one in chosen),
            tuple(error.by("Get-VMSwitch") for error in wrong),
        )

    def dvd_drives(self, owners: Owners) -> CmdletOutput[views.OwnedDvdDrive]:
        """Get-VMDvdDrive."""
        return self._of("Get-VMDvdDrive", owners, lambda owner, *_: views.dvd_drives(owner))

    def memory(self, owners: Owners) -> CmdletOutput[views.Memory]:
        """Get-VMMemory."""
        return self._of("Get-VMMemory", owners, lambda owner, *_: [views.Memory(owner)])

    def processors(self, owners: Owners) -> CmdletOutput[views.Processor]:
        """Get-VMProcessor."""
        return self._of("Get-VMProcessor", owners, lambda owner, *_: [views.Processor(owner)])

    def scsi_controllers(self, owners: Owners) -> CmdletOutput[views.ScsiController]:
        """Get-VMScsiController."""
        return self._of(
            "Get-VMScsiController",
            owners,
            lambda owner, machine, entry: views.scsi_controllers(machine, entry, owner),
        )

    def services(self, owners: Owners, names: Names | None = None) -> CmdletOutput[views.IntegrationService]:
        """Get-VMIntegrationService."""
        wanted = None if names is None else listed(names)
        chosen = [one for one in SERVICES if wanted is None or any(matches(one, each) for each in wanted)]
        return self._of(
            "Get-VMIntegrationService",
            owners,
            lambda owner, *_: [views.IntegrationService(owner, name) for name in chosen],
        )

    def _of(
        self, cmdlet: str, owners: Owners, parts: Callable[[Owner, Machine, Checkpoint | None], list[T]]
    ) -> CmdletOutput[T]:
        self._core.faults.check_rights(cmdlet)
        found: list[T] = []
        wrong: list[CmdletError] = []
        for machine, entry, error in self._owners(owners):
            if error is not None:
                wrong.append(error.by(cmdlet))
            elif machine is not None:
                found.extend(parts(views.owner_of(self._core, machine, entry), machine, entry))
        return CmdletOutput(tuple(found), tuple(wrong))

    def _owners(
        self, owners: Owners
    ) -> Iterator[tuple[Machine | None, Checkpoint | None, CmdletError | None]]:
        for _, machine, error in find_vms(self._core, name=owners.vm_name, vm=owners.vm, planned=True):
            yield machine, None, error
        for _, machine, entry, error in find_snapshots(self._core, vm_snapshot=owners.vm_snapshot):
            yield machine, entry, error

    @staticmethod
    def _mac(switch_id: str) -> str:
        return "00155D" + uuid.uuid5(_HOST_ADAPTERS, switch_id).hex[-6:].upper()
