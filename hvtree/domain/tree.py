"""The checkpoints of one VM as a frozen `networkx.DiGraph`, with the walks that HVTree needs; none of them recurses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hvtree.domain.checkpoint import Checkpoint

if TYPE_CHECKING:
    import networkx as nx


class CheckpointTree:
    """Parents and children of the checkpoints of one VM, and where Now stands.

    A parent that is not among the checkpoints counts as none, so its children are roots. Siblings are in order of
    creation, then of id.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], now_id: str | None) -> None:
        """Raise `ValueError` for two checkpoints of one id, for parents in a circle, or for a Now that is nowhere."""
        import networkx as nx  # noqa: PLC0415  (0.2 s, which neither the help nor the first paint can spare)

        graph: nx.DiGraph[str] = nx.DiGraph()
        ordered = sorted(checkpoints, key=lambda checkpoint: (checkpoint.created_utc, checkpoint.id))
        for checkpoint in ordered:
            if checkpoint.id in graph:
                raise ValueError(f"Two checkpoints have the id {checkpoint.id}.")
            graph.add_node(checkpoint.id, checkpoint=checkpoint)
        for checkpoint in ordered:
            if checkpoint.parent_id is not None and checkpoint.parent_id in graph:
                graph.add_edge(checkpoint.parent_id, checkpoint.id)
        if now_id is not None and now_id not in graph:
            raise ValueError(f"Now stands on the checkpoint {now_id}, which does not exist.")
        self.graph = nx.freeze(graph)
        self.now_id = now_id
        if sum(1 for _ in self.walk()) != len(graph):
            raise ValueError("The parents of some checkpoints form a circle.")

    def __len__(self) -> int:
        return len(self.graph)

    def __contains__(self, checkpoint_id: object) -> bool:
        return checkpoint_id in self.graph

    def __getitem__(self, checkpoint_id: str) -> Checkpoint:
        checkpoint: Checkpoint = self.graph.nodes[checkpoint_id]["checkpoint"]
        return checkpoint

    @property
    def roots(self) -> tuple[str, ...]:
        """Ids of the checkpoints without a parent; several after a root with several children was deleted."""
        return tuple(node for node, degree in self.graph.in_degree() if degree == 0)

    def parent(self, checkpoint_id: str) -> str | None:
        """Return the id of the parent, or None for a root."""
        return next(iter(self.graph.pred[checkpoint_id]), None)

    def children(self, checkpoint_id: str | None) -> tuple[str, ...]:
        """Return the ids of the direct children, or the roots for None."""
        return self.roots if checkpoint_id is None else tuple(self.graph.succ[checkpoint_id])

    def walk(self) -> Iterator[str]:
        """Return every id, parents before their children and each branch in one piece."""
        yield from self._walk_from(self.roots)

    def subtree(self, checkpoint_id: str) -> tuple[str, ...]:
        """Return the ids of a checkpoint and all its descendants, parents first."""
        return tuple(self._walk_from((checkpoint_id,)))

    def path(self, checkpoint_id: str | None) -> tuple[str, ...]:
        """Return the ids from the root down to a checkpoint, both included; empty for None."""
        upwards: list[str] = []
        while checkpoint_id is not None:
            upwards.append(checkpoint_id)
            checkpoint_id = self.parent(checkpoint_id)
        return tuple(reversed(upwards))

    @property
    def now_path(self) -> tuple[str, ...]:
        """The ids from the root to the checkpoint that the VM runs on."""
        return self.path(self.now_id)

    def _walk_from(self, starts: tuple[str, ...]) -> Iterator[str]:
        waiting = list(reversed(starts))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(tuple(self.graph.succ[node])))
