"""What a host answered to one edit: an outcome for each thing it was asked about, with times by the host's clock."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.error_record import ErrorRecord


class Outcome(Struct, frozen=True):
    """The answer for one VM or checkpoint."""

    target_id: str
    """Id of the VM (power, create) or checkpoint (all others) that was asked about."""
    error: ErrorRecord | None = None
    result_id: str | None = None
    """Id of the checkpoint that came into being, for a creation."""
    began_utc: datetime | None = None
    ended_utc: datetime | None = None

    @property
    def is_ok(self) -> bool:
        """The host says that it was done; whether it is so is for the verification to say."""
        return self.error is None


class Receipt(Struct, frozen=True):
    """All answers to one edit, in the order of the question."""

    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...] = ()

    @property
    def taken(self) -> tuple[CheckpointRef, ...]:
        """The checkpoints that came into being, with their VMs."""
        return tuple(
            CheckpointRef(each.target_id, each.result_id) for each in self.outcomes if each.result_id
        )

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The outcomes with an error."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_ok)


class Progress(Struct, frozen=True):
    """How far a request is; `percent` is 0 to 100, or None if the host does not say."""

    target_id: str
    percent: int | None
    text: str = ""
