"""A Hyper-V host at cmdlet level: one method per cmdlet, same names in snake case, same errors, same warnings.

How to call it
--------------
    clock = RealClock()                                   # or VirtualClock() in tests
    host = HyperV(worlds.contents("lab", clock.now()), clock)

    host.get_vm().objects                                 # every VM, as frozen `objects.VirtualMachine`
    host.get_vm(id=vm_id).one()                           # raises CmdletError if it is not there
    call = host.checkpoint_vm(vm=[vm_id], snapshot_name="before")
    call.on_done(lambda: ...)                             # once, when every target has its answer
    for result in call.results:                          # .target .error .value .began .ended .job

- VMs and checkpoints are given by name (`name=`, `vm_name=`; wildcards where the cmdlet takes them) or by object
  (`vm=`, `vm_snapshot=`), where an id (GUID) may stand for the object. Ids come back in lower case.
- Reading cmdlets give an `Output`: `.objects`, and `.errors` beside them. They never wait for work in progress.
- Changing cmdlets give an `Invocation` at once: one `Outcome` for each target, in order. Short work is done on return;
  long work is a `HostJob` (`result.job.percent`), and ends when the clock gets there: nothing here has a thread.
  With a `VirtualClock` call `advance`; a `RealClock` does it on its own thread. `call.cancel()` stops what can be
  stopped. Targets are worked on one after the other (quirk `targets_side_by_side`); one failure does not stop the rest.
- `on_done` and `on_progress` callbacks and change listeners run with no lock held, on the thread that caused them.
- A cmdlet that is refused as a whole (no rights, a bad argument) raises `CmdletError`.

Change tracking
---------------
`revision` grows with every change, also of a merge's percentage (about once a second of host time).
`changed_since(n)` names the VMs to read again and those that are gone, at the cost of the change; `read_vm(id)` gives
one with everything that an inventory needs. `on_change(listener)` calls the listener with the new revision after each change.

All methods may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Mapping

from hvtree.emulator.cmdlets.checkpoint_cmdlets import CheckpointCmdlets
from hvtree.emulator.cmdlets.checkpoints import Checkpoints
from hvtree.emulator.cmdlets.exports import Exports
from hvtree.emulator.cmdlets.imports import CompatibilityReport, Import, Imports
from hvtree.emulator.cmdlets.lifecycle import Lifecycle, NewVm
from hvtree.emulator.cmdlets.power import PowerCmdlets
from hvtree.emulator.cmdlets.reading import HostReader
from hvtree.emulator.cmdlets.registry import Registry
from hvtree.emulator.cmdlets.selection import Names, Snapshots, Vms
from hvtree.emulator.cmdlets.settings import SettingsCmdlets, VmChange
from hvtree.emulator.host import errors
from hvtree.emulator.host.clock import Clock
from hvtree.emulator.host.core import Contents, Core
from hvtree.emulator.host.enums import GroupType
from hvtree.emulator.host.faults import Faults
from hvtree.emulator.host.invocation import Invocation
from hvtree.emulator.host.merging import Merger
from hvtree.emulator.host.objects import (
    VMGroup,
)
from hvtree.emulator.host.quirks import Quirks, Timings
from hvtree.emulator.host.space import Space


class HyperV(HostReader):
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
        core = Core(world, clock, quirks or world.quirks, timings or world.timings, self.faults)
        super().__init__(core)
        with self._guard:
            merger = Merger(core)
            checkpoints = Checkpoints(core, merger)
            exports = Exports(core)
            self._space = Space(core)
            self._power = PowerCmdlets(core, checkpoints, merger, self._space)
            self._cmdlets = CheckpointCmdlets(core, checkpoints, exports)
            self._settings = SettingsCmdlets(core)
            registry = Registry(core)
            self._imports = Imports(core, registry)
            self._lifecycle = Lifecycle(core, self._settings, exports, merger, registry)

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

    def restart_vm(self, name: Names | None = None, *, vm: Vms | None = None) -> Invocation:
        """Restart-VM."""
        with self._guard:
            return self._power.run("Restart-VM", self._power.restart, name=name, vm=vm)

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
        """Checkpoint-VM. The value of each result is the new VMSnapshot."""
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
        """Restore-VMSnapshot (Restore-VMCheckpoint). It fails at its question unless `confirm` is False."""
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

    def set_vm_snapshot_notes(self, notes: Mapping[str, str]) -> Invocation:
        """ModifySystemSettings of WMI, for notes by the ids of checkpoints: no cmdlet writes them."""
        with self._guard:
            return self._cmdlets.set_notes(notes)

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

    # -- VMs -------------------------------------------------------------------------------------------------

    def set_vm(self, name: Names | None = None, *, change: VmChange, vm: Vms | None = None) -> Invocation:
        """Set-VM; `change` holds its parameters."""
        with self._guard:
            return self._settings.set_vm(name=name, vm=vm, change=change)

    def rename_vm(self, name: Names | None = None, *, new_name: str, vm: Vms | None = None) -> Invocation:
        """Rename-VM."""
        with self._guard:
            return self._settings.rename_vm(name=name, vm=vm, new_name=new_name)

    def new_vm(self, wanted: NewVm) -> Invocation:
        """New-VM; `wanted` holds its parameters. The value of the result is the VirtualMachine."""
        with self._guard:
            return self._lifecycle.new(wanted)

    def remove_vm(self, name: Names | None = None, *, vm: Vms | None = None) -> Invocation:
        """Remove-VM."""
        with self._guard:
            return self._lifecycle.remove(name=name, vm=vm)

    def export_vm(self, name: Names | None = None, *, path: str, vm: Vms | None = None) -> Invocation:
        """Export-VM."""
        with self._guard:
            return self._lifecycle.export(name=name, vm=vm, path=path)

    def import_vm(self, wanted: Import) -> Invocation:
        """Import-VM; `wanted` holds its parameters. The value of the result is the VirtualMachine."""
        with self._guard:
            return self._imports.bring_in(wanted)

    def import_planned_vm(self, vm_id: str) -> Invocation:
        """Import-VM -CompatibilityReport; `vm_id` is the id of the report's VM."""
        with self._guard:
            return self._imports.bring_in_planned(vm_id)

    def compare_vm(self, wanted: Import) -> CompatibilityReport:
        """Compare-VM for an import; raises `CmdletError` if there is nothing to compare."""
        with self._guard:
            return self._imports.compare(wanted)

    def compare_planned_vm(self, vm_id: str) -> CompatibilityReport:
        """Compare-VM -CompatibilityReport; `vm_id` is the id of the report's VM."""
        with self._guard:
            return self._imports.compare_again(vm_id)

    def resize_vhd(self, path: Names, size_bytes: int) -> Invocation:
        """Resize-VHD."""
        with self._guard:
            return self._settings.resize_vhd(path, size_bytes)

    # -- groups ----------------------------------------------------------------------------------------------

    def new_vm_group(self, name: str, group_type: GroupType, *, id: str | None = None) -> VMGroup:  # noqa: A002 - -Id
        """New-VMGroup."""
        with self._guard:
            return self._groups.new(name, group_type, id)

    def remove_vm_group(self, name: str) -> None:
        """Remove-VMGroup; raises `CmdletError` unless it is empty."""
        with self._guard:
            self._groups.remove(name)

    def rename_vm_group(self, name: str, *, new_name: str) -> VMGroup:
        """Rename-VMGroup."""
        with self._guard:
            return self._groups.rename(name, new_name)

    def add_vm_group_member(self, name: str, *, vm: Vms = (), group: Names = ()) -> VMGroup:
        """Add-VMGroupMember -VM or -VMGroupMember; groups by their ids."""
        with self._guard:
            return self._groups.add_groups(name, group) if group else self._groups.add(name, vm)

    def remove_vm_group_member(self, name: str, *, vm: Vms = (), group: Names = ()) -> VMGroup:
        """Remove-VMGroupMember."""
        with self._guard:
            return self._groups.take_groups(name, group) if group else self._groups.take(name, vm)

    # -- the host itself -------------------------------------------------------------------------------------

    def cancel_job(self, instance_id: str) -> bool:
        """Ask a job to stop; return False if it has ended or cannot be stopped."""
        with self._guard:
            return self._core.jobs.cancel(instance_id)

    def remove_vm_switch(self, name: str) -> None:
        """Take a virtual switch away; adapters that were connected to it are connected to none."""
        with self._guard:
            switch = self._core.switch_named(name)
            if switch is None:
                raise errors.switch_not_found(name)
            del self._core.switches[switch.id]

    def fill_volume(self, name: str, *, free: int = 0) -> None:
        """Let other files take all of a volume but `free` bytes."""
        with self._guard:
            self._space.fill(name, free=free)
