"""A Hyper-V host at cmdlet level: one method per cmdlet, same names in snake case, same errors, same warnings.

How to call it
--------------
    clock = RealClock()                                   # or VirtualClock() in tests
    host = HyperV(worlds.contents("lab", clock.now()), clock)

    host.get_vm().objects                                 # every VM, as frozen `objects.VirtualMachine`
    host.get_vm(id=vm_id).one()                           # raises CmdletError if it is not there
    call = host.checkpoint_vm(vm=[vm_id], snapshot_name="before")
    call.on_done(lambda: ...)                             # once, when every target has its answer
    for outcome in call.outcomes:                         # .target .error .value .began .ended .job

- VMs and checkpoints are meant by name (`name=`, `vm_name=`; wildcards where the cmdlet takes them) or by object
  (`vm=`, `vm_snapshot=`), where an id (GUID) may stand for the object. Ids come back in lower case.
- Reading cmdlets give an `Output`: `.objects`, and `.errors` beside them. They never wait for work in progress.
- Changing cmdlets give an `Invocation` at once: one `Outcome` for each target, in order. Short work is done on return;
  long work is a `HostJob` (`outcome.job.percent`), and ends when the clock gets there: nothing here has a thread.
  With a `VirtualClock` call `advance`; a `RealClock` does it on its own thread. `call.cancel()` stops what can be
  stopped. Targets are worked on one after the other (quirk `targets_side_by_side`); one failure does not stop the rest.
- `on_done` and `on_progress` callbacks and change listeners run with no lock held, on the thread that made it happen.
- A cmdlet that is refused as a whole (no rights, a bad argument) raises `CmdletError`.

Change tracking
---------------
`revision` grows with every change, also of a merge's percentage (about once a second of host time).
`changed_since(n)` names the VMs to read again and those that are gone, at the cost of the change; `read_vm(id)` gives
one with everything that an inventory needs. `on_change(listener)` calls with the new revision after each change.

All methods may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hvtree.emulator import views
from hvtree.emulator.checkpoints import Checkpoints
from hvtree.emulator.clock import Clock
from hvtree.emulator.cmdlets import CheckpointCmdlets
from hvtree.emulator.core import Contents, Core, Facts
from hvtree.emulator.enums import SnapshotType
from hvtree.emulator.exports import Exports
from hvtree.emulator.faults import Faults
from hvtree.emulator.invocation import Invocation
from hvtree.emulator.merging import Merger
from hvtree.emulator.objects import (
    ChangedVms,
    HardDiskDrive,
    JobView,
    Output,
    VirtualHardDisk,
    VirtualMachine,
    VMHost,
    VmReading,
    VMSnapshot,
    VolumeView,
)
from hvtree.emulator.power import Power
from hvtree.emulator.queries import Queries
from hvtree.emulator.quirks import Quirks, Timings
from hvtree.emulator.selection import Names, Snapshots, Vms
from hvtree.emulator.space import Space


class HyperV:
    """The emulated host. See the module's text for how to call it."""

    def __init__(
        self,
        world: Contents,
        clock: Clock,
        *,
        quirks: Quirks | None = None,
        timings: Timings | None = None,
        faults: Faults | None = None,
    ) -> None:
        """Start a host with these contents (`worlds.contents`); quirks and timings override the world's own."""
        self.faults = faults if faults is not None else Faults(world.faults)
        self.faults.host = world.facts.name
        self._core = Core(world, clock, quirks or world.quirks, timings or world.timings, self.faults)
        self._guard = self._core.guard
        with self._guard:
            merger = Merger(self._core)
            checkpoints = Checkpoints(self._core, merger)
            self._space = Space(self._core)
            self._power = Power(self._core, checkpoints, merger, self._space)
            self._exports = Exports(self._core)
            self._cmdlets = CheckpointCmdlets(self._core, checkpoints, self._exports)
            self._queries = Queries(self._core)

    # -- reading -----------------------------------------------------------------------------------------------

    def get_vm(self, name: Names | None = None, *, id: Names | None = None) -> Output[VirtualMachine]:  # noqa: A002
        """Get-VM."""
        with self._guard:
            return self._queries.vms(name, id)

    def get_vm_snapshot(
        self,
        vm_name: Names | None = None,
        *,
        vm: Vms | None = None,
        id: str | None = None,  # noqa: A002
        parent_of: VirtualMachine | VMSnapshot | str | None = None,
        child_of: VirtualMachine | VMSnapshot | str | None = None,
        name: str | None = None,
        snapshot_type: SnapshotType | None = None,
    ) -> Output[VMSnapshot]:
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
    ) -> Output[HardDiskDrive]:
        """Get-VMHardDiskDrive."""
        with self._guard:
            return self._queries.hard_disk_drives(vm_name=vm_name, vm=vm, vm_snapshot=vm_snapshot)

    def get_vhd(self, path: Names | None = None, *, vm_id: Names | None = None) -> Output[VirtualHardDisk]:
        """Get-VHD."""
        with self._guard:
            return self._queries.vhds(path, vm_id)

    def get_vm_host(self) -> VMHost:
        """Get-VMHost."""
        with self._guard:
            return self._queries.host()

    # -- power -------------------------------------------------------------------------------------------------

    def start_vm(self, name: Names | None = None, *, vm: Vms | None = None) -> Invocation:
        """Start-VM."""
        with self._guard:
            return self._power.run("Start-VM", self._power.start, name=name, vm=vm)

    def stop_vm(
        self,
        name: Names | None = None,
        *,
        vm: Vms | None = None,
        turn_off: bool = False,
        save: bool = False,
        force: bool = False,
    ) -> Invocation:
        """Stop-VM, with -TurnOff, -Save or -Force."""
        with self._guard:
            return self._power.stop(name=name, vm=vm, turn_off=turn_off, save=save, force=force)

    def save_vm(self, name: Names | None = None, *, vm: Vms | None = None) -> Invocation:
        """Save-VM."""
        with self._guard:
            return self._power.run("Save-VM", self._power.save, name=name, vm=vm)

    def suspend_vm(self, name: Names | None = None, *, vm: Vms | None = None) -> Invocation:
        """Suspend-VM."""
        with self._guard:
            return self._power.run("Suspend-VM", self._power.suspend, name=name, vm=vm)

    def resume_vm(self, name: Names | None = None, *, vm: Vms | None = None) -> Invocation:
        """Resume-VM."""
        with self._guard:
            return self._power.run("Resume-VM", self._power.resume, name=name, vm=vm)

    def remove_vm_saved_state(
        self,
        vm_name: Names | None = None,
        *,
        vm: Vms | None = None,
        vm_snapshot: Snapshots | None = None,
    ) -> Invocation:
        """Remove-VMSavedState."""
        with self._guard:
            if vm_snapshot is not None:
                return self._cmdlets.remove_saved_state(vm_snapshot)
            return self._power.run("Remove-VMSavedState", self._power.forget_state, name=vm_name, vm=vm)

    # -- checkpoints -------------------------------------------------------------------------------------------

    def checkpoint_vm(
        self, name: Names | None = None, snapshot_name: str | None = None, *, vm: Vms | None = None
    ) -> Invocation:
        """Checkpoint-VM. The value of each outcome is the new VMSnapshot."""
        with self._guard:
            return self._cmdlets.checkpoint(name=name, vm=vm, snapshot_name=snapshot_name)

    def restore_vm_snapshot(
        self,
        vm_name: Names | None = None,
        name: Names | None = None,
        *,
        vm: Vms | None = None,
        vm_snapshot: Snapshots | None = None,
        confirm: bool = True,
    ) -> Invocation:
        """Restore-VMSnapshot (Restore-VMCheckpoint). Nobody answers its question: pass `confirm=False`."""
        with self._guard:
            return self._cmdlets.restore(
                vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name, confirm=confirm
            )

    def remove_vm_snapshot(
        self,
        vm_name: Names | None = None,
        name: Names | None = None,
        *,
        vm: Vms | None = None,
        vm_snapshot: Snapshots | None = None,
        include_all_child_snapshots: bool = False,
    ) -> Invocation:
        """Remove-VMSnapshot (Remove-VMCheckpoint). Without a name: all checkpoints of the VMs."""
        with self._guard:
            return self._cmdlets.remove(
                vm_snapshot=vm_snapshot,
                vm_name=vm_name,
                vm=vm,
                name=name,
                subtree=include_all_child_snapshots,
            )

    def rename_vm_snapshot(
        self,
        vm_name: Names | None = None,
        name: Names | None = None,
        *,
        new_name: str,
        vm: Vms | None = None,
        vm_snapshot: Snapshots | None = None,
    ) -> Invocation:
        """Rename-VMSnapshot (Rename-VMCheckpoint)."""
        with self._guard:
            return self._cmdlets.rename(
                vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name, new_name=new_name
            )

    def export_vm_snapshot(
        self,
        vm_name: Names | None = None,
        name: Names | None = None,
        *,
        path: str,
        vm: Vms | None = None,
        vm_snapshot: Snapshots | None = None,
    ) -> Invocation:
        """Export-VMSnapshot (Export-VMCheckpoint)."""
        with self._guard:
            return self._cmdlets.export(vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name, path=path)

    # -- jobs, volumes, changes --------------------------------------------------------------------------------

    def get_jobs(self) -> tuple[JobView, ...]:
        """The host's jobs (Msvm_ConcreteJob): running ones, and those that ended in the last five minutes."""
        with self._guard:
            return tuple(views.job_view(job) for job in self._core.jobs.all())

    def cancel_job(self, instance_id: str) -> bool:
        """Ask a job to stop; False if it is over or cannot be stopped."""
        with self._guard:
            return self._core.jobs.cancel(instance_id)

    def get_volume(self) -> tuple[VolumeView, ...]:
        """The host's volumes (Get-Volume), by name."""
        with self._guard:
            ordered = sorted(self._core.store.volumes, key=lambda volume: volume.name)
            return tuple(views.volume_view(volume) for volume in ordered)

    def get_child_item(self, folder: str) -> tuple[str, ...]:
        """Paths of the files in a folder and below (Get-ChildItem -Recurse -File), by name."""
        with self._guard:
            return tuple(sorted(views.files_under(self._core, folder), key=str.lower))

    def fill_volume(self, name: str, *, free: int = 0) -> None:
        """Let files that belong to no VM take all of a volume but `free` bytes."""
        with self._guard:
            self._space.fill(name, free=free)

    @property
    def name(self) -> str:
        """The host's name."""
        return self._core.facts.name

    @property
    def facts(self) -> Facts:
        """Name, culture and zone of the host."""
        return self._core.facts

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
            if revision <= 0:
                every: Sequence[str] = tuple(self._core.machines)
                return ChangedVms(changes.revision, tuple(every), ())
            return ChangedVms(
                changes.revision, changes.changed_since(revision), changes.removed_since(revision)
            )

    def read_vm(self, vm_id: str) -> VmReading | None:
        """Give one VM with its checkpoints and disk files, or None if it is gone (or hidden from the caller)."""
        with self._guard:
            machine = self._core.machines.get(vm_id)
            if machine is None or self.faults.is_listing_empty:
                return None
            return views.reading(self._core, machine)

    def on_change(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Call `listener` with the revision after each batch of changes; call what this gives to end that."""
        with self._guard:
            return self._core.changes.listen(listener)
