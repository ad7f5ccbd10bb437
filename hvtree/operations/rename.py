"""Give a checkpoint another name; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.edits import Rename
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import Activity, VirtualMachine
from hvtree.domain.names import comparable, quoted
from hvtree.operations.base import Plan, Risk, Step, before_and_after
from hvtree.operations.consequence import Consequence, Name, vms
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    CheckpointAction,
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


class RenameCheckpoint(Struct, frozen=True):
    """Rename a checkpoint. Names need not be unique on Hyper-V."""

    verb: ClassVar[str] = "rename"

    checkpoint: CheckpointAddress
    name: str

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` for a name that cannot be, and for the name that it already has.

        Disks may be merging meanwhile: only the display name in the configuration changes (fact 48).
        """
        vm, checkpoint = find_checkpoint(fleet, self.checkpoint)
        demand(
            checkpoint_cannot(checkpoint, vm, CheckpointAction.RENAME),
            kind_forbids(checkpoint, CheckpointAction.RENAME),
            unsettled(vm) if vm.activity is Activity.MERGING else unavailable(vm),
            name_forbids(self.name),
            _same(checkpoint, self.name),
        )
        title = f"Rename {name_checkpoint(checkpoint, vm)} to {quoted(self.name)}"
        phases = ((Step(title, self.checkpoint.host_id, Rename(self.checkpoint.ref, self.name)),),)
        before, expected = before_and_after(fleet, (self.checkpoint.vm,), phases)
        return Plan(
            operation=self,
            title=title,
            button="Rename",
            phases=phases,
            before=before,
            expected=expected,
            vms=(self.checkpoint.vm,),
            risk=Risk.NONE,
            consequences=tuple(_consequences(vm, checkpoint, self.name)),
            powershell=script(phases, fleet),
        )


def _same(checkpoint: Checkpoint, name: str) -> Reason | None:
    if checkpoint.name != name:
        return None
    return Reason(f"It is already called {quoted(name)}.", "Enter another name.")


def _consequences(vm: VirtualMachine, checkpoint: Checkpoint, name: str) -> Iterator[Consequence]:
    yield Consequence(
        "only-the-name-changes", "Only the name changes: its time, its disks and what depends on it stay."
    )
    if any(comparable(each.name) == comparable(name) and each.id != checkpoint.id for each in vm.checkpoints):
        yield Consequence(
            "name-is-taken",
            "{vm} has another checkpoint called {name}; scripts that go by names may take the wrong one.",
            {"vm": vms((vm,)), "name": Name(name)},
        )
