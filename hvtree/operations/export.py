"""Copy a checkpoint as a VM of its own into a folder; the VM and its checkpoints stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.disks import chain
from hvtree.domain.edits import Export
from hvtree.domain.fleet import Fleet
from hvtree.domain.forecast import volume_of
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import comparable, quoted
from hvtree.operations.base import Plan, Risk, Step, before_and_after
from hvtree.operations.consequence import Consequence, Count, Fate, Name, Size, changes
from hvtree.operations.folders import below, folder_forbids, is_share
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    CheckpointAction,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    kind_forbids,
    name_checkpoint,
    unavailable,
)


class ExportCheckpoint(Struct, frozen=True):
    """Export a checkpoint into `<folder>\\<VM name>\\`: one VM without checkpoints, its disks in one file each."""

    verb: ClassVar[str] = "export"

    checkpoint: CheckpointAddress
    folder: str

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` for a folder that cannot be. Whether it can be written to, only the host knows."""
        vm, checkpoint = find_checkpoint(fleet, self.checkpoint)
        demand(
            checkpoint_cannot(checkpoint, vm, CheckpointAction.EXPORT),
            kind_forbids(checkpoint, CheckpointAction.EXPORT),
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
            button="Export",
            phases=phases,
            before=before,
            expected=expected,
            vms=(self.checkpoint.vm,),
            risk=Risk.NONE,
            consequences=tuple(_consequences(fleet.hosts[host_id], vm, checkpoint, self.folder)),
            powershell=script(phases, fleet),
            needs_sizes=True,
        )


def exported_bytes(vm: VirtualMachine, checkpoint: Checkpoint) -> int | None:
    """Return how much an export writes at most: each drive's chain in one file, and the saved state.

    None if the sizes are not known yet.
    """
    if checkpoint.state_bytes is None or not vm.has_all_sizes:
        return None
    return checkpoint.state_bytes + sum(_flattened_bytes(vm, drive) for drive in checkpoint.drives)


def _flattened_bytes(vm: VirtualMachine, drive: str) -> int:
    files = chain(vm, drive)
    written = sum(file.size_bytes for file in files)
    return min(written, max(files[0].virtual_bytes, files[-1].size_bytes)) if files else 0


def _consequences(
    state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, folder: str
) -> Iterator[Consequence]:
    size_bytes = exported_bytes(vm, checkpoint)
    yield Consequence(
        "writes-files",
        "Up to {size} are written to {folder}; each drive becomes one file."
        if size_bytes is not None
        else "How much is written to {folder} is not known yet; each drive becomes one file.",
        {"folder": Name(below(folder, vm.name))},
        {"size": Size(size_bytes)},
        changes((file for drive in checkpoint.drives for file in chain(vm, drive)), Fate.COPIED),
    )
    volume = volume_of(folder, state.volumes)
    if volume is not None and size_bytes is not None and volume.free_bytes < size_bytes:
        yield Consequence(
            "export-lacks-space",
            "Volume {volume} has only {free} free: this may not be enough.",
            {"volume": volume.name},
            {"free": Size(volume.free_bytes)},
        )
    yield Consequence(
        "overwrites-nothing",
        "If files of an earlier export are there, it fails and leaves them as they are.",
    )
    namesakes = sum(comparable(each.name) == comparable(vm.name) for each in state.vms.values())
    if namesakes > 1:
        yield Consequence(
            "shares-its-folder",
            "{count} on this host are called {name}, and exports of both would go to the same folder: "
            "choose a folder of its own for each.",
            {"name": Name(vm.name)},
            {"count": Count(namesakes, "VM")},
        )
    if is_share(folder):
        yield Consequence(
            "needs-rights-on-share",
            "The host writes as itself: the computer account {account} needs rights on the share.",
            {"account": Name(state.host + "$")},
        )
    yield Consequence(
        "occupies-vm",
        "VM and checkpoints stay as they are; until the export has ended, nothing else can be done with the VM.",
    )
    yield Consequence("cancel-leaves-files", "Cancelling leaves a part of the files behind.")
