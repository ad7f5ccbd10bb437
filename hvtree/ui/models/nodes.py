"""The nodes behind the rows of the tree: plain objects that each hold a value and know their place.

A model index carries a node's serial number and nothing else, so an index that outlives its row finds no node rather
than a dead pointer.
"""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.app.host_view import HostView
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import SpaceTaken, VirtualMachine

NOW_KEY = "now"
"""Key of the Now leaf among the checkpoints of its VM; no GUID looks like it."""

NOTE_KEY = "note"
"""Key of the line of text among the VMs of a host."""

RowKey = tuple[str, str, str]
"""Host id, VM id, and checkpoint id or `NOW_KEY`; empty strings where there is none. The same row after each refresh
has the same address."""


class Node:
    """One row: its place in the tree. `row_hint` is where it was last seen among its siblings."""

    __slots__ = ("children", "depth", "parent", "row_hint", "serial")
    is_on_path = False
    """It lies between the root of a VM's checkpoints and Now, or is Now."""

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.row_hint = 0
        self.depth = 0

    @property
    def row(self) -> int:
        """Its present row among its siblings; looked up again for all of them if something has moved."""
        assert self.parent is not None
        siblings = self.parent.children
        hint = self.row_hint
        if hint >= len(siblings) or siblings[hint] is not self:
            for row, sibling in enumerate(siblings):
                sibling.row_hint = row
        return self.row_hint

    @property
    def row_key(self) -> RowKey:
        """What stays the same through refreshes."""
        return ("", "", "")

    @property
    def has_more(self) -> bool:
        """Its rows are known but not built yet."""
        return False

    def leave(self) -> None:
        """Leave its owner's list, since its row is removed."""

    def below(self) -> Iterator[Node]:
        """Return every built node under it, parents first; without recursion, since chains may be thousands deep."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


class HostNode(Node):
    """The row of a host. `rows` holds its VM and note nodes by key, shown ones only."""

    __slots__ = ("order", "ordered_for", "rows", "space", "view")

    def __init__(self, serial: int, view: HostView) -> None:
        super().__init__(serial)
        self.view = view
        self.rows: dict[str, Node] = {}
        self.order: tuple[str, ...] = ()
        """Ids of all its VMs in the order of the rows."""
        self.ordered_for: dict[str, str] = {}
        """The VM names by id that `order` was made from."""
        self.space = SpaceTaken()
        """What all its VMs take on disk because of their checkpoints."""

    @property
    def row_key(self) -> RowKey:
        return (self.view.id, "", "")

    @property
    def is_dimmed(self) -> bool:
        """What it shows is not current: the connection is lost or being made."""
        return not (self.view.is_connected or self.view.is_being_read)


class VmNode(Node):
    """The row of a VM. `rows` is None until its checkpoint rows are first needed."""

    __slots__ = ("deepest", "found", "host", "is_settled", "path_children", "rows", "shown", "vm")

    def __init__(self, serial: int, host: HostNode, vm: VirtualMachine, shown: frozenset[str] | None) -> None:
        super().__init__(serial)
        self.host = host
        self.vm = vm
        self.shown = shown
        self.found: frozenset[str] | None = None
        """What the filter looks for; other rows are shown because they are above these. None for all."""
        self.rows: dict[str, Node] | None = None
        self.is_settled = True
        """False while its rows are being updated to `vm` and `shown`."""
        self.deepest = 0
        """Levels of rows under it, as far as they are built."""
        self.path_children: dict[int, Node] = {}
        """For each row above Now, by its serial: the row right under it that Now is in."""

    @property
    def row_key(self) -> RowKey:
        return (self.host.view.id, self.vm.id, "")

    @property
    def vm_address(self) -> VmAddress:
        """The address of its VM."""
        return VmAddress(self.host.view.id, self.vm.id)

    @property
    def has_more(self) -> bool:
        return self.rows is None

    def leave(self) -> None:
        self.host.rows.pop(self.vm.id, None)

    def measure(self) -> None:
        """Compute the depth of every row under it, the greatest depth, and the path to Now."""
        self.deepest = 0
        self.path_children = {}
        for node in self.below():
            assert node.parent is not None
            node.depth = node.parent.depth + 1
            self.deepest = max(self.deepest, node.depth - self.depth)
            if node.is_on_path:
                self.path_children[node.parent.serial] = node


class CheckpointNode(Node):
    """The row of a checkpoint."""

    __slots__ = ("_is_on_path", "checkpoint", "owner", "pending_name")

    def __init__(self, serial: int, owner: VmNode, checkpoint: Checkpoint, is_on_path: bool) -> None:
        super().__init__(serial)
        self.owner = owner
        self.checkpoint = checkpoint
        self._is_on_path = is_on_path
        self.pending_name: str | None = None
        """A name that was asked for and that the host has not confirmed."""

    @property
    def row_key(self) -> RowKey:
        return (self.owner.host.view.id, self.checkpoint.vm_id, self.checkpoint.id)

    @property
    def is_on_path(self) -> bool:  # type: ignore[override] # a row without one is never on it
        return self._is_on_path

    @property
    def checkpoint_address(self) -> CheckpointAddress:
        """The address of its checkpoint."""
        return CheckpointAddress(self.owner.host.view.id, self.checkpoint.vm_id, self.checkpoint.id)

    @property
    def is_beside(self) -> bool:
        """The filter has not found it: it is shown because of what is below it."""
        return self.owner.found is not None and self.checkpoint.id not in self.owner.found

    def take(self, checkpoint: Checkpoint, is_on_path: bool) -> bool:
        """Take a newer value, and return whether the row looks different now; a new name confirms a pending one."""
        old = self.checkpoint
        is_new = is_on_path != self._is_on_path or (checkpoint is not old and checkpoint != old)
        self.checkpoint, self._is_on_path = checkpoint, is_on_path
        if self.pending_name is not None and checkpoint.name != old.name:
            self.pending_name = None
            return True
        return is_new

    def leave(self) -> None:
        if self.owner.rows is not None:
            self.owner.rows.pop(self.checkpoint.id, None)


class NowNode(Node):
    """The leaf that shows where a VM stands."""

    __slots__ = ("owner",)
    is_on_path = True

    def __init__(self, serial: int, owner: VmNode) -> None:
        super().__init__(serial)
        self.owner = owner

    @property
    def row_key(self) -> RowKey:
        return (self.owner.host.view.id, self.owner.vm.id, NOW_KEY)

    def leave(self) -> None:
        if self.owner.rows is not None:
            self.owner.rows.pop(NOW_KEY, None)


class NoteNode(Node):
    """A line of text under a host in place of what is missing. `icon` names its picture."""

    __slots__ = ("host", "icon", "text")

    def __init__(self, serial: int, host: HostNode, text: str, icon: str) -> None:
        super().__init__(serial)
        self.host = host
        self.text = text
        self.icon = icon

    @property
    def row_key(self) -> RowKey:
        return (self.host.view.id, NOTE_KEY, "")

    def leave(self) -> None:
        self.host.rows.pop(NOTE_KEY, None)
