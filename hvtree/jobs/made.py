"""The checkpoints that a job has taken so far: what stands for them in its plan, and the ids that their hosts gave them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.difference import matching_ids
from hvtree.domain.edits import Apply, Delete, Edit, SetNotes
from hvtree.domain.model import HostState
from hvtree.domain.predictions import is_placeholder, placeholder
from hvtree.values import replace

OnCheckpoints = SetNotes | Apply | Delete
"""An edit of checkpoints that the job may have taken itself."""
T = TypeVar("T", bound=OnCheckpoints)


class MadeCheckpoints:
    """Remembers checkpoints as hosts tell that they have taken them."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}
        """The id by host and placeholder."""
        self._counts: dict[tuple[str, str], int] = {}
        self._unsure: set[str] = set()

    def add(self, host_id: str, taken: Iterable[CheckpointRef]) -> None:
        """Remember checkpoints that were taken, in that order."""
        for ref in taken:
            number = self._counts[host_id, ref.vm_id] = self._counts.get((host_id, ref.vm_id), 0) + 1
            self._ids[host_id, placeholder(ref.vm_id, number)] = ref.checkpoint_id

    def find(self, host_id: str, expected: HostState, present: HostState) -> None:
        """Find those among the checkpoints that are there of which no answer told: by name and parent, among the new ones."""
        for vm_id, vm in expected.vms.items():
            now = present.vms.get(vm_id)
            if now is None:
                continue
            for key, checkpoint_id in matching_ids(vm, now).items():
                is_new = now.by_id[checkpoint_id].created_utc >= expected.taken_at_utc
                if is_placeholder(key) and is_new:
                    self._ids.setdefault((host_id, key), checkpoint_id)
        self._unsure.discard(host_id)

    def lose(self, host_id: str) -> None:
        """Remember that no answer has told which checkpoints a host has taken."""
        self._unsure.add(host_id)

    def is_unsure(self, host_id: str) -> bool:
        """Return whether a host may have taken checkpoints of which no answer told."""
        return host_id in self._unsure

    def as_planned(self, checkpoint_id: str, host_id: str) -> str:
        """Return what stands in the plan for a checkpoint that the job has taken; for any other its own id."""
        return next(
            (known for (host, known), made in self._ids.items() if (host, made) == (host_id, checkpoint_id)),
            checkpoint_id,
        )

    def resolved(self, edit: Edit, host_id: str) -> Edit:
        """Return an edit about the checkpoints themselves instead of what stands for them."""
        return self._named(edit, host_id) if isinstance(edit, OnCheckpoints) else edit

    def only(self, edit: T, host_id: str) -> T:
        """Return an edit without those checkpoints that were to be taken and were not."""
        named = self._named(edit, host_id)
        if isinstance(named, SetNotes):
            there = (each for each in named.written if not is_placeholder(each.ref.checkpoint_id))
            return replace(named, written=tuple(there))
        return replace(named, refs=tuple(ref for ref in named.refs if not is_placeholder(ref.checkpoint_id)))

    def _named(self, edit: T, host_id: str) -> T:
        if isinstance(edit, SetNotes):
            written = (replace(each, ref=self._known(each.ref, host_id)) for each in edit.written)
            return replace(edit, written=tuple(written))
        return replace(edit, refs=tuple(self._known(ref, host_id) for ref in edit.refs))

    def _known(self, ref: CheckpointRef, host_id: str) -> CheckpointRef:
        return replace(ref, checkpoint_id=self._ids.get((host_id, ref.checkpoint_id), ref.checkpoint_id))
