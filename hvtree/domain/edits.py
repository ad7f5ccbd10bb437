"""Edits: one thing that can be done to a host, each with a pure prediction `on(state) -> state`.

This is the only place that predicts what, say, deleting an inner checkpoint does to its children and to Now. Edits do
not judge whether they are wise or allowed (that is `operations`); they raise `KeyError` for a VM or a checkpoint that
is not in the state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hvtree.domain.checkpoint import CheckpointRef


class Power(StrEnum):
    """A change of a VM's state, by the cmdlet that makes it."""

    START = "Start-VM"
    SAVE = "Save-VM"
    PAUSE = "Suspend-VM"
    RESUME = "Resume-VM"
    TURN_OFF = "Stop-VM -TurnOff"


@dataclass(frozen=True, slots=True)
class SetPower:
    """Start, save, pause, resume or turn off some VMs, in one request."""

    vm_ids: tuple[str, ...]
    power: Power


@dataclass(frozen=True, slots=True)
class Create:
    """Take a checkpoint of each of some VMs, all under one name, in one request."""

    vm_ids: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a checkpoint another name."""

    ref: CheckpointRef
    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Take a VM back to a checkpoint. What was written since the last checkpoint is gone."""

    ref: CheckpointRef


@dataclass(frozen=True, slots=True)
class Export:
    """Copy a checkpoint as a VM of its own into a folder on the host."""

    ref: CheckpointRef
    folder: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete some checkpoints, each alone, in this order; their children move up."""

    refs: tuple[CheckpointRef, ...]


@dataclass(frozen=True, slots=True)
class DeleteSubtree:
    """Delete a checkpoint with all its descendants."""

    ref: CheckpointRef


Edit = SetPower | Create | Rename | Apply | Export | Delete | DeleteSubtree
