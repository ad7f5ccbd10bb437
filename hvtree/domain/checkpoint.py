"""A checkpoint: what Hyper-V tells about one, as a frozen value."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hvtree.domain.passport import Passport, passport_of

NAME_LIMIT = 100
"""Longest checkpoint name in characters [Microsoft, checkpoints.md: "100 characters", not blank]."""

CHECKPOINT_LIMIT = 50
"""Most checkpoints that one VM may have [Microsoft, Plan for Hyper-V scalability, 2016 and later]."""


class CheckpointKind(StrEnum):
    """SnapshotType of a checkpoint, by the names of the Hyper-V module's enum."""

    STANDARD = "Standard"
    RECOVERY = "Recovery"
    PLANNED = "Planned"
    MISSING = "Missing"
    REPLICA = "Replica"
    APP_CONSISTENT_REPLICA = "AppConsistentReplica"
    SYNCED_REPLICA = "SyncedReplica"


class CheckpointRef(Struct, frozen=True):
    """The address of a checkpoint: two GUIDs in lower case, never a name."""

    vm_id: str
    checkpoint_id: str


class Checkpoint(Struct, frozen=True, gc=False):
    """One checkpoint of one VM. Ids are GUIDs in lower case; times are UTC."""

    id: str
    vm_id: str
    parent_id: str | None
    name: str
    created_utc: datetime
    kind: CheckpointKind = CheckpointKind.STANDARD
    has_memory: bool = False
    """A saved state belongs to it (WMI IsSaved): applying it leaves the VM Saved instead of Off."""
    is_automatic: bool = False
    notes: str = ""
    has_notes_here: bool = False
    """The host would not take its notes, and HVTree keeps them on this computer alone."""
    drives: tuple[str, ...] = ()
    """The frozen disk file of each drive, by controller order (`HardDrives[].Path`)."""
    state_bytes: int | None = 0
    """Configuration and saved-state files together, in bytes; None if they have not been measured."""
    size_bytes: int | None = 0
    """What it holds on disk: `state_bytes` plus its own differencing disks. A base disk does not count, nor does a
    differencing disk that somebody made by hand: they would be there without any checkpoint. None if it is not known yet."""

    @property
    def ref(self) -> CheckpointRef:
        """Its address."""
        return CheckpointRef(self.vm_id, self.id)

    @property
    def passport(self) -> Passport | None:
        """What HVTree has written into its notes, or None."""
        return passport_of(self.notes) if self.notes else None

    @property
    def is_locked(self) -> bool:
        """HVTree does not delete it until somebody unlocks it."""
        passport = self.passport
        return passport is not None and passport.is_locked
