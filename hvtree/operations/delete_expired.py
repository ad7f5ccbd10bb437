"""Delete safety checkpoints that nobody wants any more; nothing deletes them by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState
from hvtree.domain.words import count_words
from hvtree.operations.base import Plan
from hvtree.operations.consequence import vms
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.values import replace

_HINT = "safety before"
"""What the notes of a safety checkpoint hold: reading all notes of a large host would take long."""


def is_expired_safety(checkpoint: Checkpoint, now_utc: datetime) -> bool:
    """Return whether a checkpoint was taken for safety, its last day is over, and nobody has locked it."""
    if _HINT not in checkpoint.notes:
        return False
    passport = checkpoint.passport
    is_expired = passport is not None and passport.is_safety and passport.is_expired(now_utc)
    return is_expired and not checkpoint.is_locked


def expired_safety(state: HostState, host_id: str, now_utc: datetime) -> Iterator[CheckpointAddress]:
    """Yield the expired safety checkpoints of a host."""
    for each in state.all_checkpoints():
        if is_expired_safety(each, now_utc):
            yield CheckpointAddress(host_id, each.vm_id, each.id)


def all_expired_safety(
    fleet: Fleet, now_utc: datetime, of: Collection[VmAddress] | None = None
) -> tuple[CheckpointAddress, ...]:
    """Return the expired safety checkpoints of all hosts, or of some VMs."""
    found = (
        each for host_id, state in fleet.hosts.items() for each in expired_safety(state, host_id, now_utc)
    )
    return tuple(each for each in found if of is None or each.vm in of)


class DeleteExpired(Struct, frozen=True):
    """Delete safety checkpoints that have expired, each alone."""

    verb: ClassVar[str] = "delete-expired"

    checkpoints: tuple[CheckpointAddress, ...]

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it as any deletion; raise `Refused` if there are none."""
        self._demand_some()
        plan = DeleteCheckpoints(self.checkpoints).plan(fleet)
        count = count_words(len(self.checkpoints), "expired safety checkpoint")
        machines = vms(fleet.vm(address) for address in plan.vms)
        return replace(plan, operation=self, title=f"Delete {count} on {machines}")

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        self._demand_some()
        return DeleteCheckpoints(self.checkpoints).check(fleet)

    def _demand_some(self) -> None:
        if not self.checkpoints:
            raise Refused(
                "No safety checkpoint has expired.",
                why="Each says in its notes until when it is wanted.",
                now="There is nothing to delete.",
            )
