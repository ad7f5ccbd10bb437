"""What is selected in the tree: addresses only, so that a selection outlives every refresh."""

from __future__ import annotations

from dataclasses import dataclass

from hvtree.domain.checkpoint import CheckpointRef


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected rows of one host, by kind, each in the order of the rows.

    `host_id` is None if nothing is selected, or if the rows belong to several hosts: then there is nothing that can
    be done with them at once.
    """

    host_id: str | None = None
    has_host_row: bool = False
    """The row of the host itself is selected."""
    vm_ids: tuple[str, ...] = ()
    """VMs whose own row is selected."""
    now_ids: tuple[str, ...] = ()
    """VMs whose Now leaf is selected."""
    refs: tuple[CheckpointRef, ...] = ()
    """Selected checkpoints."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the VMs that a command on VMs is about: by their own row, their Now, or one of their checkpoints."""
        return tuple(dict.fromkeys((*self.vm_ids, *self.now_ids, *(ref.vm_id for ref in self.refs))))

    @property
    def is_empty(self) -> bool:
        """Nothing is selected."""
        return not (self.has_host_row or self.vm_ids or self.now_ids or self.refs)

    @property
    def has_only_checkpoints(self) -> bool:
        """Checkpoints are selected, and nothing else."""
        return bool(self.refs) and not (self.vm_ids or self.now_ids or self.has_host_row)

    @property
    def only_checkpoint(self) -> CheckpointRef | None:
        """Return the one checkpoint that is selected; None if it is not exactly one, or something else as well."""
        return self.refs[0] if len(self.refs) == 1 and self.has_only_checkpoints else None
