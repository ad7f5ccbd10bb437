"""The rows of one VM: which ones it should have, and updating those it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from hvtree.domain.difference import compare_vms
from hvtree.domain.model import VirtualMachine
from hvtree.ui.models.nodes import NOW_KEY, CheckpointNode, HostNode, Node, NowNode, VmNode
from hvtree.ui.models.patch import RowOperations, arrange, remove_others

_UPDATES_PER_STEP = 200


class TreeOperations(RowOperations, Protocol):
    """Row operations, and what else the updates need of the model."""

    def changed(self, node: Node) -> None:
        """Note that the texts or the icon of a row have changed."""
        ...

    def replace_note(self, note: Node, row: Node) -> None:
        """Put a new row in place of a line of text that is the only row of its host."""
        ...

    def next_serial(self) -> int:
        """Return a number for a new node."""
        ...


class WantedRows(Struct, frozen=True):
    """The rows that a VM should have: keys by parent key, in order; the VM itself has the key ""."""

    children: dict[str, Sequence[str]]
    on_path: frozenset[str]

    @classmethod
    def of(cls, vm: VirtualMachine, shown: frozenset[str] | None) -> WantedRows:
        """Say which rows: all of them, or the shown ones, whose ancestors must be among them."""
        tree = vm.tree
        children: dict[str, Sequence[str]] = {"": tree.roots}
        for key in tree.walk():
            if kids := tree.children(key):
                children[key] = kids
        children[tree.now_id or ""] = (*children.get(tree.now_id or "", ()), NOW_KEY)
        if shown is not None:
            children = {
                parent: [key for key in kids if key in shown]
                for parent, kids in children.items()
                if not parent or parent in shown
            }
        return cls(children, frozenset(tree.now_path))

    def walk(self) -> Iterator[str]:
        """Return the key of every row that has rows under it, parents first."""
        waiting = [""]
        while waiting:
            key = waiting.pop()
            yield key
            waiting.extend(kid for kid in reversed(self.children[key]) if kid in self.children)


def update_vm(
    operations: TreeOperations, node: VmNode, vm: VirtualMachine, shown: frozenset[str] | None
) -> Iterator[None]:
    """Update the row of a VM, and the rows under it if they are built, to a new value."""
    difference = compare_vms(node.vm, vm)
    if (difference is not None and difference.has_other_rows) or shown != node.shown:
        node.is_settled = False
    has_other_face = difference is not None and _face(node.vm) != _face(vm)
    old = node.vm
    node.vm, node.shown = vm, shown
    if has_other_face:
        operations.changed(node)
        if node.rows is not None and NOW_KEY in node.rows:
            operations.changed(node.rows[NOW_KEY])
    if node.rows is None:
        node.is_settled = True
    elif not node.is_settled:
        yield from patch_vm(operations, node)
    if node.rows is not None and difference is not None:
        _update_short_names(operations, node, old)


def _update_short_names(operations: TreeOperations, node: VmNode, old: VirtualMachine) -> None:
    """Show the names anew that are shortened otherwise than before, although they are the same: the VM is renamed."""
    before, after = old.made_names, node.vm.made_names
    if before == after:
        return
    for key, row in (node.rows or {}).items():
        if before.get(key) != after.get(key):
            operations.changed(row)


def patch_vm(operations: TreeOperations, node: VmNode) -> Iterator[None]:
    """Update the rows under a VM to its value and the filter; build them if they are not built."""
    if node.rows is None:
        node.rows = {}
    node.is_settled = False
    rows = node.rows
    wanted = WantedRows.of(node.vm, node.shown)
    make = _maker(operations, node, wanted)
    for key in wanted.walk():
        parent = rows[key] if key else node
        yield from arrange(operations, parent, wanted.children[key], rows, make)
    keys = {key for kids in wanted.children.values() for key in kids}
    yield from remove_others(operations, _parents_of_unwanted(node, keys), lambda row: row.row_key[2] in keys)
    node.measure()
    yield from _update_checkpoints(operations, node, wanted)
    node.measure()
    node.is_settled = True


def _parents_of_unwanted(node: VmNode, wanted: set[str]) -> list[Node]:
    assert node.rows is not None
    parents: dict[int, Node] = {}
    for key, row in node.rows.items():
        parent = row.parent
        if key not in wanted and parent is not None and (parent is node or parent.row_key[2] in wanted):
            parents[parent.serial] = parent
    return list(parents.values())


def _update_checkpoints(operations: TreeOperations, node: VmNode, wanted: WantedRows) -> Iterator[None]:
    assert node.rows is not None
    checkpoints = node.vm.by_id
    for number, row in enumerate(list(node.rows.values())):
        if isinstance(row, CheckpointNode):
            checkpoint = checkpoints[row.checkpoint.id]
            if row.take(checkpoint, checkpoint.id in wanted.on_path):
                operations.changed(row)
        if number % _UPDATES_PER_STEP == _UPDATES_PER_STEP - 1:
            yield


def _maker(operations: TreeOperations, owner: VmNode, wanted: WantedRows) -> Callable[[str], Node]:
    """Return a function that makes the node of a key with every new node under it, so that they come in one piece."""
    rows = owner.rows
    assert rows is not None
    checkpoints = owner.vm.by_id

    def make_one(key: str) -> Node:
        node: Node
        if key == NOW_KEY:
            node = NowNode(operations.next_serial(), owner)
        else:
            node = CheckpointNode(operations.next_serial(), owner, checkpoints[key], key in wanted.on_path)
        rows[key] = node
        return node

    def make(key: str) -> Node:
        top = make_one(key)
        waiting = [(key, top)]
        while waiting:
            parent_key, parent = waiting.pop()
            for kid in wanted.children.get(parent_key, ()):
                if kid not in rows:
                    child = make_one(kid)
                    child.parent = parent
                    child.row_hint = len(parent.children)
                    parent.children.append(child)
                    waiting.append((kid, child))
        return top

    return make


def _face(vm: VirtualMachine) -> tuple[object, ...]:
    """Everything that the row of the VM and its Now leaf show."""
    return (
        vm.name,
        vm.state,
        vm.activity,
        vm.percent,
        vm.status,
        vm.notes,
        vm.checkpoints,
        vm.drives,
        vm.files,
        vm.is_measured,
        vm.is_replica,
    )


def make_vm_node(
    operations: TreeOperations, host: HostNode, vm: VirtualMachine, shown: frozenset[str] | None
) -> VmNode:
    """Return the node of a VM, entered with its host, its rows not built."""
    node = VmNode(operations.next_serial(), host, vm, shown)
    host.rows[vm.id] = node
    return node
