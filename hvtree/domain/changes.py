"""The changes that lead from one reading of a host to the next, row by row, in an order in which they can be applied.

Rows: the host has one row per VM in the host's order; a VM has a row for each checkpoint without a parent; a
checkpoint has a row for each child. Siblings are in order of creation, then of id. Each VM has one Now row, always the
last one below its parent (a checkpoint, or the VM itself); it comes and goes with its VM.

Every added or moved row says where it belongs in two ways: `position` is its row among its siblings when *all* changes
have been made, `after_id` the sibling right before it (None: it is the first). While changes are being made, rows that
will go may still stand in between, so insert it right behind the row of `after_id`; that is always right.
Now does not count as a sibling.
"""

from __future__ import annotations

from dataclasses import dataclass

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import VirtualMachine


@dataclass(frozen=True, slots=True)
class VmAdded:
    """A VM came, with all its checkpoints and its Now: build the whole branch in one go."""

    vm: VirtualMachine
    position: int
    after_id: str | None


@dataclass(frozen=True, slots=True)
class VmMoved:
    """The host lists a VM at another place."""

    vm_id: str
    position: int
    after_id: str | None


@dataclass(frozen=True, slots=True)
class VmChanged:
    """Something about a VM differs; its own row and its Now row show it. Comes for each VM that is another object."""

    old: VirtualMachine
    new: VirtualMachine


@dataclass(frozen=True, slots=True)
class VmRemoved:
    """A VM is gone, with its whole branch."""

    vm_id: str


@dataclass(frozen=True, slots=True)
class CheckpointAdded:
    """A checkpoint came. Its parent is already there; its children come after it."""

    checkpoint: Checkpoint
    parent_id: str | None
    """None: directly below the VM, also if Hyper-V names a parent that is not among the checkpoints."""
    position: int
    after_id: str | None


@dataclass(frozen=True, slots=True)
class CheckpointMoved:
    """A checkpoint, with everything below it, goes below another parent or to another place below the same one."""

    vm_id: str
    checkpoint_id: str
    parent_id: str | None
    position: int
    after_id: str | None


@dataclass(frozen=True, slots=True)
class CheckpointChanged:
    """A checkpoint that stays looks different."""

    old: Checkpoint
    new: Checkpoint


@dataclass(frozen=True, slots=True)
class NowMoved:
    """The VM stands on another checkpoint, or on none: its Now row goes there, as the last one."""

    vm_id: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class CheckpointRemoved:
    """A checkpoint is gone; nothing is below it any more."""

    vm_id: str
    checkpoint_id: str


Change = (
    VmAdded
    | VmMoved
    | VmChanged
    | VmRemoved
    | CheckpointAdded
    | CheckpointMoved
    | CheckpointChanged
    | NowMoved
    | CheckpointRemoved
)
