"""Edits: one thing that can be done to a host, each with a pure prediction `on(state) -> state`.

This is the only place that predicts what, say, deleting an inner checkpoint does to its children and to Now. Edits do
not judge whether they are wise or allowed (that is `operations`); they raise `KeyError` for a VM or a checkpoint that
is not in the state. The work is done in `domain.predictions`; the disks are as they are when all merges have ended.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hvtree.domain import power, predictions
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.model import HostState
from hvtree.domain.power import Power

__all__ = [
    "Apply",
    "CheckpointNotes",
    "Create",
    "Delete",
    "DeleteSubtree",
    "Edit",
    "Export",
    "Power",
    "Rename",
    "SetNotes",
    "SetPower",
    "SetVmNotes",
    "noted_by",
    "vm_ids_of",
]


class SetPower(Struct, frozen=True):
    """Start, save, pause, resume, shut down or turn off some VMs, in one request."""

    vm_ids: tuple[str, ...]
    power: Power

    def on(self, state: HostState) -> HostState:
        """Predict the states of the VMs; a VM that cannot get there from its state stays as it is."""
        return predictions.set_power(state, self.vm_ids, self.power)

    def still_needed(self, present: HostState, goal: HostState) -> SetPower | None:
        """Return the same edit for only those VMs that are not in the state of `goal` and can be changed from their present one.

        None if there is none. A VM that is gone needs nothing.
        """
        waiting = tuple(
            vm_id
            for vm_id in self.vm_ids
            if vm_id in present.vms
            and vm_id in goal.vms
            and present.vms[vm_id].state is not goal.vms[vm_id].state
            and power.applies(self.power, present.vms[vm_id].state)
        )
        return SetPower(waiting, self.power) if waiting else None


class Create(Struct, frozen=True):
    """Take a checkpoint of each of some VMs, all under one name, in one request."""

    vm_ids: tuple[str, ...]
    name: str

    def on(self, state: HostState) -> HostState:
        """Predict the new checkpoints; their ids and files are placeholders (`predictions.is_placeholder`)."""
        return predictions.create(state, self.vm_ids, self.name)


class Rename(Struct, frozen=True):
    """Give a checkpoint another name."""

    ref: CheckpointRef
    name: str

    def on(self, state: HostState) -> HostState:
        """Predict the new name; nothing else changes."""
        return predictions.rename(state, self.ref, self.name)


class CheckpointNotes(Struct, frozen=True):
    """The notes that a checkpoint is to have.

    Its id may be a placeholder: it stands for the checkpoint that the job takes before (`predictions.is_placeholder`).
    """

    ref: CheckpointRef
    text: str


class SetNotes(Struct, frozen=True):
    """Write the notes of some checkpoints, in one request, in place of what is there."""

    written: tuple[CheckpointNotes, ...]

    @property
    def refs(self) -> tuple[CheckpointRef, ...]:
        """The checkpoints, in their order."""
        return tuple(each.ref for each in self.written)

    def on(self, state: HostState) -> HostState:
        """Predict the new notes; nothing else changes."""
        return predictions.set_notes(state, {each.ref: each.text for each in self.written})


class SetVmNotes(Struct, frozen=True):
    """Write the notes of a VM, in place of what is there."""

    vm_ids: tuple[str, ...]
    notes: str

    def on(self, state: HostState) -> HostState:
        """Predict the new notes; nothing else changes."""
        return predictions.set_vm_notes(state, self.vm_ids, self.notes)


class Apply(Struct, frozen=True):
    """Take some VMs back, each to one checkpoint, in one request. What was written since their last checkpoints is gone."""

    refs: tuple[CheckpointRef, ...]
    """Each of another VM."""

    def on(self, state: HostState) -> HostState:
        """Predict where Now stands on each VM, its state (Saved with memory, else Off) and its disks."""
        return predictions.apply(state, self.refs)


class Export(Struct, frozen=True):
    """Copy a checkpoint as a VM of its own into a folder on the host."""

    ref: CheckpointRef
    folder: str

    def on(self, state: HostState) -> HostState:
        """Predict the same state: an export changes nothing on the host. Raise `KeyError` all the same."""
        state.checkpoint(self.ref)
        return state


class Delete(Struct, frozen=True):
    """Delete some checkpoints, each alone, in this order; their children move up."""

    refs: tuple[CheckpointRef, ...]

    def on(self, state: HostState) -> HostState:
        """Predict the trees without them: children and Now go up to the nearest ancestor that stays."""
        return predictions.delete(state, self.refs)


class DeleteSubtree(Struct, frozen=True):
    """Delete a checkpoint with all its descendants."""

    ref: CheckpointRef
    only: tuple[str, ...] = ()
    """The ids of the checkpoints that may go, its own included: with others below it the host does nothing. Empty for any."""

    def on(self, state: HostState) -> HostState:
        """Predict the tree without the branch; a Now inside it goes up to the parent of the branch."""
        return predictions.delete_subtree(state, self.ref)


Edit = SetPower | Create | Rename | SetNotes | SetVmNotes | Apply | Export | Delete | DeleteSubtree


def vm_ids_of(edit: Edit) -> tuple[str, ...]:
    """Return the ids of the VMs that an edit is about, each once; it changes nothing else."""
    match edit:
        case SetPower(vm_ids=ids) | Create(vm_ids=ids) | SetVmNotes(vm_ids=ids):
            return tuple(dict.fromkeys(ids))
        case Delete(refs=refs) | Apply(refs=refs) | SetNotes(refs=refs):
            return tuple(dict.fromkeys(ref.vm_id for ref in refs))
        case _:
            return (edit.ref.vm_id,)


def noted_by(edits: Iterable[Edit]) -> frozenset[str]:
    """Return the ids of the VMs and checkpoints whose notes some edits write: with these alone notes count."""
    found: set[str] = set()
    for edit in edits:
        match edit:
            case SetNotes(refs=refs):
                found.update(ref.checkpoint_id for ref in refs)
            case SetVmNotes(vm_ids=ids):
                found.update(ids)
            case _:
                continue
    return frozenset(found)
