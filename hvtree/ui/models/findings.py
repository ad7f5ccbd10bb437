"""What the filter of a tree model has found: how much, and where the first of it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.ui.format import count_words
from hvtree.ui.models.nodes import HostNode, Verdict
from hvtree.ui.models.tree_model import TreeModel


@dataclass(frozen=True, slots=True)
class Findings:
    """How many checkpoints are found, and of how many VMs; a VM that is found itself counts with all it has."""

    checkpoints: int
    vms: int

    def words(self) -> str:
        """Return it in words: "3 checkpoints on 2 VMs"."""
        return f"{count_words(self.checkpoints, 'checkpoint')} on {count_words(self.vms, 'VM')}"


def findings(model: TreeModel) -> Findings:
    """Count what the filter has found on all hosts, as far as it has looked."""
    verdicts = [verdict for _, verdict in _visible(model)]
    return Findings(sum(map(_count, verdicts)), len(verdicts))


def first_found(model: TreeModel) -> QModelIndex:
    """Return the topmost row that was looked for; invalid if there is none, or no filter."""
    for host_id, verdict in _visible(model):
        vm, found = verdict.vm, verdict.found
        if found:
            first = next(key for key in vm.tree.walk() if key in found)
            return model.index_of(CheckpointRef(vm.id, first), host_id)
        return model.index_of_vm(host_id, vm.id)
    return QModelIndex()


def _visible(model: TreeModel) -> Iterator[tuple[str, Verdict]]:
    """Return the verdict of each VM that is shown, with its host, in the order of the rows."""
    for host_id in model.host_ids:
        host = model.node(model.index_of_host(host_id))
        if isinstance(host, HostNode):
            found = (host.verdicts.get(vm_id) for vm_id in host.order)
            yield from ((host_id, verdict) for verdict in found if verdict is not None and verdict.is_visible)


def _count(verdict: Verdict) -> int:
    return len(verdict.vm.checkpoints) if verdict.found is None else len(verdict.found)
