"""Copy a checkpoint as a VM of its own into a folder; the VM and its checkpoints stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.disks import chain
from hvtree.domain.edits import Export
from hvtree.domain.fleet import Fleet
from hvtree.domain.forecast import volume_of
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.words import size_words
from hvtree.operations.base import Consequence, Plan, Risk, Step, before_and_after
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
class WritesFiles(Consequence):
    """How much an export writes, and where."""

    folder: str
    size_bytes: int = field(compare=False)

    @property
    def sentence(self) -> str:
        amount = size_words(self.size_bytes)
        return f"Up to {amount} are written to {quoted(self.folder)}; each drive becomes one file."


@dataclass(frozen=True, slots=True)
class ExportLacksSpace(Consequence):
    """A volume may be too small for an export."""

    volume: str
    free_bytes: int = field(compare=False)

    @property
    def sentence(self) -> str:
        return f"Volume {self.volume} has only {size_words(self.free_bytes)} free: this may not be enough."


@dataclass(frozen=True, slots=True)
class OverwritesNothing(Consequence):
    """An export over an earlier one fails."""

    @property
    def sentence(self) -> str:
        return "If files of an earlier export are there, it fails and leaves them as they are."


@dataclass(frozen=True, slots=True)
class SharesItsFolder(Consequence):
    """Several VMs of one name export to one folder."""

    name: str
    count: int = field(compare=False)

    @property
    def sentence(self) -> str:
        return (
            f"{self.count} VMs on this host are called {quoted(self.name)}, "
            "and exports of both would go to the same folder: choose a folder of its own for each."
        )


@dataclass(frozen=True, slots=True)
class NeedsRightsOnShare(Consequence):
    """The host's computer account writes to a share."""

    account: str

    @property
    def sentence(self) -> str:
        return f"The host writes as itself: the computer account {quoted(self.account)} needs rights on the share."


@dataclass(frozen=True, slots=True)
class OccupiesVm(Consequence):
    """Nothing else can be done with the VM meanwhile."""

    @property
    def sentence(self) -> str:
        return "VM and checkpoints stay as they are; until the export has ended, nothing else can be done with the VM."


@dataclass(frozen=True, slots=True)
class CancelLeavesFiles(Consequence):
    """A cancelled export is not cleaned up."""

    @property
    def sentence(self) -> str:
        return "Cancelling leaves a part of the files behind."


@dataclass(frozen=True, slots=True)
class ExportCheckpoint:
    """Export a checkpoint into `<folder>\\<VM name>\\`: one VM without checkpoints, its disks in one file each."""

    checkpoint: CheckpointAddress
    folder: str

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` for a folder that cannot be. Whether it can be written to, only the host knows."""
        vm, checkpoint = find_checkpoint(fleet, self.checkpoint)
        demand(
            checkpoint_cannot(checkpoint, vm, Deed.EXPORT),
            kind_forbids(checkpoint, Deed.EXPORT),
            unavailable(vm),
            folder_forbids(self.folder),
        )
        host_id = self.checkpoint.host_id
        title = f"Export {name_checkpoint(checkpoint, vm)}"
        edit = Export(self.checkpoint.ref, self.folder)
        phases = ((Step(f"{title} to {quoted(self.folder)}", host_id, edit, can_cancel=True),),)
        before, expected = before_and_after(fleet, (self.checkpoint.vm,), phases)
        return Plan(
            operation=self,
            title=title,
            verb="Export",
            phases=phases,
            before=before,
            expected=expected,
            vms=(self.checkpoint.vm,),
            risk=Risk.NONE,
            consequences=tuple(_consequences(fleet.hosts[host_id], vm, checkpoint, self.folder)),
            powershell=script(phases, fleet),
        )


def exported_bytes(vm: VirtualMachine, checkpoint: Checkpoint) -> int:
    """Return how much an export writes at most: each drive's chain in one file, and the saved state."""
    return checkpoint.state_bytes + sum(_flattened_bytes(vm, drive) for drive in checkpoint.drives)


def _flattened_bytes(vm: VirtualMachine, drive: str) -> int:
    files = chain(vm, drive)
    written = sum(file.size_bytes for file in files)
    return min(written, max(files[0].virtual_bytes, files[-1].size_bytes)) if files else 0


def _consequences(
    state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, folder: str
) -> Iterator[Consequence]:
    size_bytes = exported_bytes(vm, checkpoint)
    yield WritesFiles(below(folder, vm.name), size_bytes)
    volume = volume_of(folder, state.volumes)
    if volume is not None and volume.free_bytes < size_bytes:
        yield ExportLacksSpace(volume.name, volume.free_bytes)
    yield OverwritesNothing()
    namesakes = sum(each.name.casefold() == vm.name.casefold() for each in state.vms.values())
    if namesakes > 1:
        yield SharesItsFolder(vm.name, namesakes)
    if is_share(folder):
        yield NeedsRightsOnShare(state.host + "$")
    yield OccupiesVm()
    yield CancelLeavesFiles()
