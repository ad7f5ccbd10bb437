"""Copy a checkpoint as a VM of its own into a folder; the VM and its checkpoints stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.disks import chain
from hvtree.domain.edits import Export
from hvtree.domain.forecast import volume_of
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.words import size_words
from hvtree.operations import folding
from hvtree.operations.base import Plan, Risk, Step
from hvtree.operations.folders import below, folder_forbids, is_share
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    Deed,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    kind_forbids,
    name_checkpoint,
    unavailable,
)


@dataclass(frozen=True, slots=True)
class ExportCheckpoint:
    """Export a checkpoint into `<folder>\\<VM name>\\`: one VM without checkpoints, its disks in one file each."""

    ref: CheckpointRef
    folder: str

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` for a folder that cannot be. Whether it can be written to, only the host knows."""
        vm, checkpoint = find_checkpoint(state, self.ref)
        demand(
            checkpoint_cannot(checkpoint, vm, Deed.EXPORT),
            kind_forbids(checkpoint, Deed.EXPORT),
            unavailable(vm),
            folder_forbids(self.folder),
        )
        title = f"Export {name_checkpoint(checkpoint, vm)}"
        steps = (Step(f"{title} to {quoted(self.folder)}", Export(self.ref, self.folder), can_cancel=True),)
        return Plan(
            operation=self,
            title=title,
            verb="Export",
            steps=steps,
            before=state,
            expected=folding.after(state, steps),
            risk=Risk.NONE,
            vm_ids=(vm.id,),
            consequences=tuple(_consequences(state, vm, checkpoint, self.folder)),
            powershell=script(steps),
        )


def exported_bytes(vm: VirtualMachine, checkpoint: Checkpoint) -> int:
    """Return how much an export writes at most: each drive's chain in one file, and the saved state."""
    return checkpoint.state_bytes + sum(_flattened_bytes(vm, drive) for drive in checkpoint.drives)


def _flattened_bytes(vm: VirtualMachine, drive: str) -> int:
    files = chain(vm, drive)
    written = sum(file.size_bytes for file in files)
    return min(written, max(files[0].virtual_bytes, files[-1].size_bytes)) if files else 0


def _consequences(state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, folder: str) -> Iterator[str]:
    target = below(folder, vm.name)
    size_bytes = exported_bytes(vm, checkpoint)
    yield f"Up to {size_words(size_bytes)} are written to {quoted(target)}; each drive becomes one file."
    volume = volume_of(folder, state.volumes)
    if volume is not None and volume.free_bytes < size_bytes:
        yield f"Volume {volume.name} has only {size_words(volume.free_bytes)} free: this may not be enough."
    yield "If files of an earlier export are there, it fails and leaves them as they are."
    namesakes = sum(each.name.casefold() == vm.name.casefold() for each in state.vms.values())
    if namesakes > 1:
        yield (
            f"{namesakes} VMs on this host are called {quoted(vm.name)}, "
            "and exports of both would go to the same folder: choose a folder of its own for each."
        )
    if is_share(folder):
        yield f"The host writes as itself: the computer account {quoted(state.host + '$')} needs rights on the share."
    yield "VM and checkpoints stay as they are; until the export has ended, nothing else can be done with the VM."
    yield "Cancelling leaves a part of the files behind."
