"""The checkpoints of one VM as a tree: its walks, none of which recurses, and the same as a frozen `networkx.DiGraph`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from hvtree.domain.checkpoint import Checkpoint

if TYPE_CHECKING:
    import networkx as nx


class CheckpointTree:
    """Parents and children of the checkpoints of one VM, and where Now stands.

    A parent that is not among the checkpoints counts as none, so its children are roots. Siblings are in order of
    creation, then of id. What shows a tree asks for parents and children, which are at hand; whoever asks for more asks
    its `graph`, which is made then.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], now_id: str | None) -> None:
        """Raise `ValueError` for two checkpoints of one id, for parents in a circle, or for a Now that is nowhere."""
        self._checkpoints: dict[str, Checkpoint] = {}
        for checkpoint in sorted(checkpoints, key=lambda checkpoint: (checkpoint.created_utc, checkpoint.id)):
            if checkpoint.id in self._checkpoints:
                raise ValueError(f"Two checkpoints have the id {checkpoint.id}.")
            self._checkpoints[checkpoint.id] = checkpoint
        children: dict[str | None, list[str]] = {}
        for checkpoint_id in self._checkpoints:
            children.setdefault(self.parent(checkpoint_id), []).append(checkpoint_id)
        self._children = {parent: tuple(each) for parent, each in children.items()}
        if now_id is not None and now_id not in self:
            raise ValueError(f"Now stands on the checkpoint {now_id}, which does not exist.")
        self.now_id = now_id
        if sum(1 for _ in self.walk()) != len(self):
            raise ValueError("The parents of some checkpoints form a circle.")

    def __len__(self) -> int:
        return len(self._checkpoints)

    def __contains__(self, checkpoint_id: object) -> bool:
        return checkpoint_id in self._checkpoints

    def __getitem__(self, checkpoint_id: str) -> Checkpoint:
        return self._checkpoints[checkpoint_id]

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The tree as a graph that cannot be changed: from parents to children, each node with its `checkpoint`."""
        import networkx as nx  # noqa: PLC0415  (0.15 s, which whoever only looks at trees can do without)

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from((key, {"checkpoint": each}) for key, each in self._checkpoints.items())
        graph.add_edges_from(
            (parent, key) for key in self._checkpoints if (parent := self.parent(key)) is not None
        )
        nx.freeze(graph)
        return graph

    @property
    def roots(self) -> tuple[str, ...]:
        """Ids of the checkpoints without a parent; several after a root with several children was deleted."""
        return self.children(None)

    def parent(self, checkpoint_id: str) -> str | None:
        """Return the id of the parent, or None for a root."""
        parent_id = self._checkpoints[checkpoint_id].parent_id
        return parent_id if parent_id in self._checkpoints else None

    def children(self, checkpoint_id: str | None) -> tuple[str, ...]:
        """Return the ids of the direct children, or the roots for None."""
        return self._children.get(checkpoint_id, ())

    def walk(self) -> Iterator[str]:
        """Return every id, parents before their children and each branch in one piece."""
        waiting = list(reversed(self.roots))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(self.children(node)))

    def subtree(self, checkpoint_id: str) -> tuple[str, ...]:
        """Return the ids of a checkpoint and all its descendants, parents first."""
        import networkx as nx  # noqa: PLC0415  (as in `graph`)

        return tuple(nx.dfs_preorder_nodes(self.graph, checkpoint_id))

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
