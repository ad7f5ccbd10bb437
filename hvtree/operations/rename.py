"""Return a checkpoint another name; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.edits import Rename
from hvtree.domain.model import Activity, HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.operations import folding
from hvtree.operations.base import Plan, Risk, Step
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    Deed,
    Reason,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    kind_forbids,
    name_checkpoint,
    name_forbids,
    unavailable,
    unsettled,
)


@dataclass(frozen=True, slots=True)
class RenameCheckpoint:
    """Rename a checkpoint. Names need not be unique on Hyper-V."""

    ref: CheckpointRef
    name: str

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` for a name that cannot be, and for the name that it already has.

        Disks may be merging meanwhile: only the display name in the configuration changes (fact 48).
        """
        vm, checkpoint = find_checkpoint(state, self.ref)
        demand(
            checkpoint_cannot(checkpoint, vm, Deed.RENAME),
            kind_forbids(checkpoint, Deed.RENAME),
            unsettled(vm) if vm.activity is Activity.MERGING else unavailable(vm),
            name_forbids(self.name),
            _same(checkpoint, self.name),
        )
        title = f"Rename {name_checkpoint(checkpoint, vm)} to {quoted(self.name)}"
        steps = (Step(title, Rename(self.ref, self.name)),)
        return Plan(
            operation=self,
            title=title,
            verb="Rename",
            steps=steps,
            before=state,
            expected=folding.after(state, steps),
            risk=Risk.NONE,
            vm_ids=(vm.id,),
            consequences=tuple(_consequences(vm, checkpoint, self.name)),
            powershell=script(steps),
        )


def _same(checkpoint: Checkpoint, name: str) -> Reason | None:
    if checkpoint.name != name:
        return None
    return Reason(f"It is already called {quoted(name)}.", "Enter another name.")


def _consequences(vm: VirtualMachine, checkpoint: Checkpoint, name: str) -> Iterator[str]:
    yield "Only the name changes: its time, its disks and what depends on it stay."
    if any(each.name == name and each.id != checkpoint.id for each in vm.checkpoints):
        yield (
            f"VM {quoted(vm.name)} has another checkpoint called {quoted(name)}; "
            "scripts that go by names may take the wrong one."
        )
