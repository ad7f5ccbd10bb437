"""The part of the emulated host that only reads: cmdlets that change nothing, jobs, volumes, and change tracking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from hvtree.emulator.cmdlets.groups import Groups
from hvtree.emulator.cmdlets.hardware import Hardware
from hvtree.emulator.cmdlets.queries import Queries
from hvtree.emulator.cmdlets.selection import Names, Snapshots, Vms
from hvtree.emulator.host import views
from hvtree.emulator.host.clock import Clock
from hvtree.emulator.host.core import Core, Facts
from hvtree.emulator.host.enums import SnapshotType
from hvtree.emulator.host.languages import spoken
from hvtree.emulator.host.machine import Guest
from hvtree.emulator.host.objects import (
    ChangedVms,
    CmdletOutput,
    HardDiskDrive,
    HostJobView,
    VirtualHardDisk,
    VirtualMachine,
    VMGroup,
    VMHost,
    VmReading,
    VMSnapshot,
    VolumeView,
)
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.host.vhd_reads import VhdReads
from hvtree.values import replace

T = TypeVar("T")


class HostReader:
    """What can be read from an emulated host, from any thread; see `hvtree.emulator.cmdlets.hyperv`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._guard = core.guard
        self._groups = Groups(core)
        self._queries = Queries(core, self._groups)
        self._hardware = Hardware(core)

    # -- reading -----------------------------------------------------------------------------------------------

    def get_vm(self, name: Names | None = None, *, id: Names | None = None) -> CmdletOutput[VirtualMachine]:  # noqa: A002 - -Id
        """Get-VM."""
        with self._guard:
            return self._queries.vms(name, id)

    def get_vm_snapshot(
        self,
        vm_name: Names | None = None,
        *,
        vm: Vms | None = None,
        id: str | None = None,  # noqa: A002 - -Id
        parent_of: VirtualMachine | VMSnapshot | str | None = None,
        child_of: VirtualMachine | VMSnapshot | str | None = None,
        name: str | None = None,
        snapshot_type: SnapshotType | None = None,
    ) -> CmdletOutput[VMSnapshot]:
        """Get-VMSnapshot (Get-VMCheckpoint)."""
        with self._guard:
            if parent_of is not None:
                return self._queries.parent_of(parent_of, name)
            if child_of is not None:
                return self._queries.children_of(child_of, name)
            return self._queries.snapshots(
                vm_name=vm_name, vm=vm, snapshot_id=id, name=name, snapshot_type=snapshot_type
            )

    def get_vm_hard_disk_drive(
        self,
        vm_name: Names | None = None,
        *,
        vm: Vms | None = None,
        vm_snapshot: Snapshots | None = None,
    ) -> CmdletOutput[HardDiskDrive]:
        """Get-VMHardDiskDrive."""
        with self._guard:
            return self._queries.hard_disk_drives(vm_name=vm_name, vm=vm, vm_snapshot=vm_snapshot)

    def get_vhd(
        self, path: Names | None = None, *, vm_id: Names | None = None
    ) -> CmdletOutput[VirtualHardDisk]:
        """Get-VHD. It takes `Faults.vhd_delay_s` of host time for each file, in which the caller waits."""
        self.begin_vhd()
        try:
            with self._guard:
                output = self._queries.vhds(path, vm_id)
                delay_s = self._core.faults.vhd_delay_s * len(output.objects)
                self._core.vhd_reads.paths.extend(each.path for each in output.objects)
            if delay_s:
                _pause(self.clock, delay_s)
            return output
        finally:
            self.end_vhd()

    def begin_vhd(self, path: str | None = None) -> float:
        """Begin a Get-VHD of a file, for a caller that doesn't wait; return how many seconds of host time it takes.

        `end_vhd` is to be called then.
        """
        with self._guard:
            self._core.vhd_reads.begin()
            if path is not None:
                self._core.vhd_reads.paths.append(path)
            return self._core.faults.vhd_delay_s

    def end_vhd(self) -> None:
        """End a Get-VHD that was begun."""
        with self._guard:
            self._core.vhd_reads.end()

    @property
    def vhd_reads(self) -> VhdReads:
        """What Get-VHD was asked to open so far."""
        return self._core.vhd_reads

    def get_vm_host(self) -> VMHost:
        """Get-VMHost."""
        with self._guard:
            return self._queries.host()

    def hardware(self, read: Callable[[Hardware], T]) -> T:
        """Return what `read` makes of the hardware of VMs, checkpoints and the host, with the lock held."""
        with self._guard:
            return read(self._hardware)

    def get_vm_group(self, name: Names | None = None) -> CmdletOutput[VMGroup]:
        """Get-VMGroup."""
        with self._guard:
            return self._groups.all(name)

    def guest_of(self, vm_id: str) -> Guest | None:
        """Return what the guest of a VM can do (Get-VMIntegrationService), or None if there is no such VM."""
        with self._guard:
            machine = self._core.machines.get(vm_id.lower())
            return replace(machine.guest) if machine is not None else None

    # -- jobs, volumes, changes --------------------------------------------------------------------------------

    def get_jobs(self) -> tuple[HostJobView, ...]:
        """The host's jobs (Msvm_ConcreteJob): running ones, and those that ended in the last five minutes."""
        with self._guard:
            return tuple(views.job_view(job) for job in self._core.jobs.all())

    def get_volume(self) -> tuple[VolumeView, ...]:
        """The host's volumes (Get-Volume), by name."""
        with self._guard:
            ordered = sorted(self._core.store.volumes, key=lambda volume: volume.name)
            return tuple(views.volume_view(volume) for volume in ordered)

    def get_child_item(self, folder: str) -> tuple[str, ...]:
        """Paths of the files in a folder and below (Get-ChildItem -Recurse -File), by name."""
        with self._guard:
            return tuple(sorted(views.files_under(self._core, folder), key=str.lower))

    @property
    def name(self) -> str:
        """The host's name."""
        return self._core.facts.name

    @property
    def facts(self) -> Facts:
        """Name, culture and zone of the host."""
        return self._core.facts

    def spoken(self, text: str) -> str:
        """Return an English text in the language of the host."""
        return spoken(text, self._core.facts.ui_language)

    @property
    def quirks(self) -> Quirks:
        """How it behaves where the sources are silent."""
        return self._core.quirks

    @property
    def clock(self) -> Clock:
        """The host's clock."""
        return self._core.clock

    @property
    def revision(self) -> int:
        """The number of the last change."""
        with self._guard:
            return self._core.changes.revision

    def changed_since(self, revision: int) -> ChangedVms:
        """Name what changed after a revision; 0 names every VM, in the host's order."""
        with self._guard:
            changes = self._core.changes
            if self._core.faults.is_listing_empty:
                return ChangedVms(changes.revision, (), ())
            if revision <= 0:
                return ChangedVms(changes.revision, tuple(self._core.machines), ())
            return ChangedVms(
                changes.revision, changes.changed_since(revision), changes.removed_since(revision)
            )

    def read_vm(self, vm_id: str) -> VmReading | None:
        """Return one VM with its checkpoints and disk files, or None if it is gone (or hidden from the caller)."""
        with self._guard:
            machine = self._core.machines.get(vm_id)
            if machine is None or self._core.faults.is_listing_empty:
                return None
            return views.reading(self._core, machine)

    def on_change(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Call `listener` with the revision after each batch of changes; return what ends that when called."""
        with self._guard:
            return self._core.changes.listen(listener)


def _pause(clock: Clock, seconds: float) -> None:
    """Wait until host time has passed; on a thread that may be held up."""
    over = threading.Event()
    clock.call_later(seconds, over.set)
    over.wait()
