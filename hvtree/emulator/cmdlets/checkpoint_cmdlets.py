"""Checkpoint-VM and the -VMSnapshot cmdlets on many targets: who is meant, and one answer for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hvtree.emulator.cmdlets.checkpoints import Checkpoints
from hvtree.emulator.cmdlets.exports import Exports
from hvtree.emulator.cmdlets.selection import Names, Snapshots, Vms, find_snapshots, find_vms
from hvtree.emulator.host import errors
from hvtree.emulator.host.core import Core
from hvtree.emulator.host.invocation import Invocation, Target, TargetResult
from hvtree.emulator.host.jobs import HostJob
from hvtree.emulator.host.machine import Checkpoint, Machine

Work = Callable[[Machine, Checkpoint], "HostJob | object"]


class CheckpointCmdlets:
    """The checkpoint cmdlets, with all their ways to name targets."""

    def __init__(self, core: Core, checkpoints: Checkpoints, exports: Exports) -> None:
        self._core = core
        self._checkpoints = checkpoints
        self._exports = exports

    def checkpoint(self, *, name: Names | None, vm: Vms | None, snapshot_name: str | None) -> Invocation:
        """Checkpoint-VM."""
        warnings: list[str] = []

        def target(key: str, machine: Machine | None, missing: errors.CmdletError | None) -> Target:
            def begin(_: TargetResult) -> HostJob:
                if machine is None:
                    raise missing or errors.vm_not_found(key)
                return self._checkpoints.create(machine, snapshot_name, warnings)

            return Target(key, machine.id if machine else "", begin)

        targets = [target(*found) for found in find_vms(self._core, name=name, vm=vm)]
        invocation = self._core.invoke("Checkpoint-VM", targets)
        invocation.warnings = warnings
        return invocation

    def restore(
        self,
        *,
        vm_snapshot: Snapshots | None,
        vm_name: Names | None,
        vm: Vms | None,
        name: Names | None,
        confirm: bool,
    ) -> Invocation:
        """Restore-VMSnapshot. It asks unless `confirm` is False, and nobody is there to answer (fact 31)."""

        def work(machine: Machine, entry: Checkpoint) -> HostJob:
            if confirm:
                raise errors.cannot_prompt(machine.name)
            same = [
                one for one in machine.checkpoints.values() if one.name.casefold() == entry.name.casefold()
            ]
            if vm_snapshot is None and len(same) > 1:
                if self._core.quirks.ambiguous_restore == "fails":
                    message = f"More than one checkpoint of '{machine.name}' is named \"{entry.name}\"."
                    raise errors.bad_argument(message, entry.name)
                entry = same[0]
            return self._checkpoints.apply(machine, entry)

        return self._run(
            "Restore-VMSnapshot", work, vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name
        )

    def remove(
        self,
        *,
        vm_snapshot: Snapshots | None,
        vm_name: Names | None,
        vm: Vms | None,
        name: Names | None,
        subtree: bool,
    ) -> Invocation:
        """Remove-VMSnapshot. A name that no checkpoint has is not an error (fact 19)."""

        def work(machine: Machine, entry: Checkpoint) -> HostJob | object:
            return self._checkpoints.delete(machine, entry, subtree=subtree)

        return self._run(
            "Remove-VMSnapshot",
            work,
            vm_snapshot=vm_snapshot,
            vm_name=vm_name,
            vm=vm,
            name=name,
            on_missing=None,
        )

    def rename(
        self,
        *,
        vm_snapshot: Snapshots | None,
        vm_name: Names | None,
        vm: Vms | None,
        name: Names | None,
        new_name: str,
    ) -> Invocation:
        """Rename-VMSnapshot."""

        def work(machine: Machine, entry: Checkpoint) -> object:
            return self._checkpoints.rename(machine, entry, new_name)

        return self._run(
            "Rename-VMSnapshot", work, vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name
        )

    def set_notes(self, notes: Mapping[str, str]) -> Invocation:
        """ModifySystemSettings of WMI with the notes of checkpoints: no cmdlet writes them."""

        def work(machine: Machine, entry: Checkpoint) -> HostJob | object:
            return self._checkpoints.set_notes(machine, entry, notes[entry.id])

        return self._run("ModifySystemSettings", work, vm_snapshot=tuple(notes))

    def export(
        self,
        *,
        vm_snapshot: Snapshots | None,
        vm_name: Names | None,
        vm: Vms | None,
        name: Names | None,
        path: str,
    ) -> Invocation:
        """Export-VMSnapshot."""

        def work(machine: Machine, entry: Checkpoint) -> HostJob:
            return self._exports.export_checkpoint(machine, entry, path)

        return self._run(
            "Export-VMSnapshot", work, vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name
        )

    def remove_saved_state(self, vm_snapshot: Snapshots) -> Invocation:
        """Remove-VMSavedState of checkpoints."""

        def work(machine: Machine, entry: Checkpoint) -> None:
            self._checkpoints.forget_state(machine, entry)

        return self._run("Remove-VMSavedState", work, vm_snapshot=vm_snapshot)

    def _run(
        self,
        cmdlet: str,
        work: Work,
        *,
        vm_snapshot: Snapshots | None = None,
        vm_name: Names | None = None,
        vm: Vms | None = None,
        name: Names | None = None,
        on_missing: Callable[[str], errors.CmdletError] | None = errors.checkpoint_not_found,
    ) -> Invocation:
        def target(
            key: str, machine: Machine | None, entry: Checkpoint | None, missing: errors.CmdletError | None
        ) -> Target:
            def begin(_: TargetResult) -> HostJob | object:
                if machine is None or entry is None:
                    raise missing or errors.checkpoint_not_found(key)
                return work(machine, entry)

            return Target(key, machine.id if machine else "", begin)

        found = find_snapshots(
            self._core, vm_snapshot=vm_snapshot, vm_name=vm_name, vm=vm, name=name, on_missing=on_missing
        )
        return self._core.invoke(cmdlet, [target(*one) for one in found])
