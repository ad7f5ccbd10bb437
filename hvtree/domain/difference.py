"""How a VM differs between two states: the one comparison behind refresh, re-check, verification, news and preview.

A comparison passes over VMs that are the same object in both states, so its cost is that of what may have changed. It
says what is different and leaves it to others how much of that matters to them and what they call it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct, field

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.passport import unmeasured
from hvtree.domain.predictions import is_placeholder


class CheckpointDifference(Struct, frozen=True):
    """A checkpoint that is in both states and is not quite the same."""

    before: Checkpoint
    after: Checkpoint
    is_moved: bool
    """It has another parent, or none any more."""

    @property
    def is_renamed(self) -> bool:
        """It has another name."""
        return self.before.name != self.after.name

    @property
    def is_renoted(self) -> bool:
        """It has other notes."""
        return self.before.notes != self.after.notes

    @property
    def is_rewritten(self) -> bool:
        """It has other notes, whatever was measured when it was taken."""
        return self.is_renoted and unmeasured(self.before.notes) != unmeasured(self.after.notes)


class VmDifference(Struct, frozen=True):
    """What is different about one VM. At most one of `before` and `after` is None: a VM that came, or that went."""

    before: VirtualMachine | None
    after: VirtualMachine | None
    added: tuple[Checkpoint, ...] = ()
    """Checkpoints that only `after` has, in its order."""
    removed: tuple[Checkpoint, ...] = ()
    """Checkpoints that only `before` has, in its order."""
    changed: tuple[CheckpointDifference, ...] = ()
    """Checkpoints that both have, in the order of `before`."""
    is_now_moved: bool = False
    """The VM stands on another checkpoint, or on none any more."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """The id in `after` of each checkpoint of `before` that is there: its own, unless it was only predicted."""

    @property
    def is_state_changed(self) -> bool:
        """The VM is in another state, such as Running instead of Off."""
        return (
            self.before is not None and self.after is not None and self.before.state is not self.after.state
        )

    @property
    def has_other_rows(self) -> bool:
        """Something about the checkpoints or about Now is different: the tree below the VM is another one."""
        return bool(self.added or self.removed or self.changed or self.is_now_moved)

    @property
    def is_substantial(self) -> bool:
        """It matters to a plan.

        That is: VMs that came or went, their states, which checkpoints there are, their names and parents, and where
        Now stands. Sizes, times, files, activities and merges change by themselves.
        """
        return (
            self.before is None
            or self.after is None
            or self.is_state_changed
            or bool(self.added or self.removed or self.is_now_moved)
            or any(each.is_moved or each.is_renamed for each in self.changed)
        )

    @property
    def has_other_locks(self) -> bool:
        """A checkpoint is locked or unlocked."""
        return any(each.before.is_locked is not each.after.is_locked for each in self.changed)

    def renoted(self, noted: Collection[str]) -> tuple[CheckpointDifference, ...]:
        """Return those of its checkpoints whose notes are different, among those of these ids."""
        return tuple(each for each in self.changed if each.before.id in noted and each.is_rewritten)

    def is_renoted(self, noted: Collection[str]) -> bool:
        """Return whether notes are different that matter to a plan: those of VMs and checkpoints of these ids.

        Backup programs write notes of VMs as they go, so that notes count only where a plan is about them.
        """
        if self.before is None or self.after is None:
            return False
        is_vm_renoted = self.before.id in noted and self.before.notes != self.after.notes
        return is_vm_renoted or bool(noted and self.renoted(noted))


def compare(
    before: HostState, after: HostState, vm_ids: Iterable[str] | None = None
) -> Iterator[VmDifference]:
    """Yield how each VM differs, in the order of `vm_ids`; VMs that are equal in both states are passed over.

    Without `vm_ids` all VMs are compared: those of `after` in its order, then those that are gone.
    """
    ids = {**after.vms, **before.vms} if vm_ids is None else dict.fromkeys(vm_ids)
    for vm_id in ids:
        difference = compare_vms(before.vms.get(vm_id), after.vms.get(vm_id))
        if difference is not None:
            yield difference


def compare_vms(before: VirtualMachine | None, after: VirtualMachine | None) -> VmDifference | None:
    """Return how a VM differs; None if it does not, or if it is in neither state."""
    if before is after or before == after:
        return None
    if before is None or after is None:
        return VmDifference(before, after)
    if before.checkpoints == after.checkpoints:  # mostly the same objects: nothing has to be looked up
        ids = {each.id: each.id for each in before.checkpoints}
        return VmDifference(before, after, is_now_moved=before.now_id != after.now_id, ids=ids)
    matches = matching_ids(before, after)
    found = frozenset(matches.values())
    return VmDifference(
        before,
        after,
        added=tuple(each for each in after.checkpoints if each.id not in found),
        removed=tuple(each for each in before.checkpoints if each.id not in matches),
        changed=tuple(_changed(before, after, matches)),
        is_now_moved=_translated(before.now_id, matches) != after.now_id,
        ids=matches,
    )


def matching_ids(before: VirtualMachine, after: VirtualMachine) -> Mapping[str, str]:
    """Return the id in `after` of each checkpoint of `before` that is there.

    A checkpoint that was only predicted is found again by its name and its parent among those that `before` does not
    know by id; if there are several, the newest is taken.
    """
    ids = {each.id: each.id for each in before.checkpoints if each.id in after.by_id}
    predicted = [each for each in before.checkpoints if is_placeholder(each.id) and each.id not in ids]
    if not predicted:
        return ids
    fresh: dict[tuple[str | None, str], list[Checkpoint]] = {}
    for each in sorted(after.checkpoints, key=lambda one: (one.created_utc, one.id)):
        if each.id not in before.by_id:
            fresh.setdefault((_parent(each, after), each.name), []).append(each)
    for each in predicted:  # a placeholder comes after its parent: it was appended later
        parent_id = _parent(each, before)
        candidates = fresh.get((_translated(parent_id, ids), each.name))
        if candidates and (parent_id is None or parent_id in ids):
            ids[each.id] = candidates.pop().id
    return ids


def _changed(
    before: VirtualMachine, after: VirtualMachine, ids: Mapping[str, str]
) -> Iterator[CheckpointDifference]:
    for each in before.checkpoints:
        twin = after.by_id.get(ids.get(each.id, ""))
        if twin is None:
            continue
        is_moved = _translated(_parent(each, before), ids) != _parent(twin, after)
        if is_moved or (twin is not each and twin != each):
            yield CheckpointDifference(each, twin, is_moved)


def _translated(checkpoint_id: str | None, ids: Mapping[str, str]) -> str | None:
    """Return the id in the later state; empty, which is no id, for a checkpoint that is gone there."""
    return ids.get(checkpoint_id, "") if checkpoint_id is not None else None


def _parent(checkpoint: Checkpoint, vm: VirtualMachine) -> str | None:
    """Return the parent that is there, or None."""
    return checkpoint.parent_id if checkpoint.parent_id in vm.by_id else None
