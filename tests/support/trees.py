"""The one-line tree language of the tests: `base(patch1(patch2*) patch3)`, the star where the VM stands.

After a name, in any order: `*` Now stands here, `~` it holds memory, `!` it is automatic, `:Recovery` its kind. Names are
made of anything but blanks, brackets and these marks. Without a star Now is directly under the VM.

    vm("base(patch1(patch2*) patch3)")                     one VM called `vm`, with disks
    lab(web="base(p1*)", db="x*")                          a host with two VMs
    ref(state, "web", "p1")                                the address of a checkpoint
    shape(vm)                                              back to one line

Ids are made from the names (`id_of("web", "p1")`), so they are the same in each run; the n-th checkpoint of a VM was
taken n minutes after `EPOCH`. Each VM has one drive `D:\\VMs\\<vm>\\<vm>.vhdx` with the chain that Hyper-V would have
made: a checkpoint froze the file that its child is based on.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind, CheckpointRef
from hvtree.domain.lease import LEASE_S
from hvtree.domain.model import DiskFile, HostState, VirtualMachine, VmState, Volume
from hvtree.values import replace

EPOCH = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
"""When the first checkpoint of each VM was taken."""
READ_AT = EPOCH + timedelta(days=3)
"""When the host was read."""

MB = 1024**2
GB = 1024**3

_TOKEN = re.compile(r"[()]|[^\s()]+")
_WORD = re.compile(r"(?P<name>[^*~!:]+)(?P<marks>(?:[*~!]|:[A-Za-z]+)*)$")


def id_of(vm_name: str, checkpoint_name: str = "") -> str:
    """Return the id of a VM or of its (first) checkpoint of that name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{vm_name}/{checkpoint_name}"))


def ref(state: HostState, vm_name: str, checkpoint_name: str) -> CheckpointRef:
    """Return the address of the only checkpoint of that name on the only VM of that name."""
    owner = vm_named(state, vm_name)
    (found,) = (each for each in owner.checkpoints if each.name == checkpoint_name)
    return found.ref


def vm_named(state: HostState, name: str) -> VirtualMachine:
    """Return the only VM of that name."""
    (found,) = (each for each in state.vms.values() if each.name == name)
    return found


def lab(host: str = "vhost", /, **trees: str | VirtualMachine) -> HostState:
    """Return a host with VMs called like the arguments, and two volumes with space."""
    vms = [vm(tree, name) if isinstance(tree, str) else tree for name, tree in trees.items()]
    volumes = (Volume("C:", 100 * GB, 60 * GB), Volume("D:", 1000 * GB, 500 * GB))
    return replace(HostState.of(host, READ_AT, vms, volumes), lease_s=LEASE_S)


def vm(tree: str = "", name: str = "vm", **fields: Any) -> VirtualMachine:
    """Return a VM with the checkpoints of a line, with a chain of 1 GB files on a disk of 40 GB; it is Off."""
    parsed = _parse(tree)
    ids = _ids(name, parsed)
    base, own, leaf = _files(name, parsed)
    checkpoints = tuple(_checkpoint(name, number, parsed, ids, own) for number in range(len(parsed)))
    now_id = next((checkpoints[number].id for number, each in enumerate(parsed) if each.is_now), None)
    made = VirtualMachine(
        id=id_of(name),
        name=name,
        state=VmState.OFF,
        now_id=now_id,
        checkpoints=checkpoints,
        memory_startup_bytes=2 * GB,
        drives=(leaf.path,),
        files=tuple({file.path: file for file in (base, *own, leaf)}.values()),
    )
    return replace(made, **fields)


def log_collector() -> VirtualMachine:
    """Return a VM called `web` whose only checkpoint is tiny and which has written 113 GB since."""
    made = vm("before*", "web")
    base, leaf = made.files
    before = replace(made.checkpoints[0], state_bytes=72 * 1024, size_bytes=72 * 1024)
    return replace(made, checkpoints=(before,), files=(base, replace(leaf, size_bytes=113 * GB)))


def shape(owner: VirtualMachine) -> str:
    """Return the checkpoints of a VM as a line: names, brackets and the star."""
    names = {each.id: each.name for each in owner.checkpoints}
    children: dict[str | None, list[str]] = {}
    for each in sorted(owner.checkpoints, key=lambda one: (one.created_utc, one.id)):
        parent = each.parent_id if each.parent_id in names else None
        children.setdefault(parent, []).append(each.id)
    parts: list[str] = []
    waiting: list[str | None] = list(reversed(children.get(None, [])))
    while waiting:
        node = waiting.pop()
        if node is None:
            parts.append(")")
            continue
        parts.append(f" {names[node]}{'*' if node == owner.now_id else ''}")
        if node in children:
            parts.append("(")
            waiting.append(None)
            waiting.extend(reversed(children[node]))
    return "".join(parts).replace("( ", "(").strip()


@dataclass
class _Node:
    name: str
    parent: int | None
    is_now: bool
    has_memory: bool
    is_automatic: bool
    kind: CheckpointKind


def _parse(tree: str) -> list[_Node]:
    nodes: list[_Node] = []
    above: list[int | None] = [None]
    for token in _TOKEN.findall(tree):
        if token == "(":
            above.append(len(nodes) - 1)
        elif token == ")":
            above.pop()
        else:
            nodes.append(_node(token, above[-1]))
    if len(above) != 1:
        raise ValueError(f"The brackets of {tree!r} do not match.")
    return nodes


def _node(token: str, parent: int | None) -> _Node:
    match = _WORD.match(token)
    if match is None:
        raise ValueError(f"{token!r} is no checkpoint.")
    marks = match["marks"]
    kind = re.search(r":([A-Za-z]+)", marks)
    return _Node(
        match["name"],
        parent,
        "*" in marks,
        "~" in marks,
        "!" in marks,
        CheckpointKind(kind[1]) if kind else CheckpointKind.STANDARD,
    )


def _ids(vm_name: str, nodes: list[_Node]) -> list[str]:
    """Return an id for each checkpoint; the second of one name gets another one."""
    seen: dict[str, int] = {}
    ids = []
    for node in nodes:
        seen[node.name] = seen.get(node.name, 0) + 1
        again = f"#{seen[node.name]}" if seen[node.name] > 1 else ""
        ids.append(id_of(vm_name, node.name + again))
    return ids


def _files(vm_name: str, nodes: list[_Node]) -> tuple[DiskFile, list[DiskFile], DiskFile]:
    """Return the base disk, the file that each checkpoint froze, and the file that Now writes to.

    The base belongs to the only root if Now is below it; else a root was deleted that had several dependents.
    """
    base = DiskFile(f"D:\\VMs\\{vm_name}\\{vm_name}.vhdx", None, 10 * GB, 40 * GB)
    now = next((number for number, node in enumerate(nodes) if node.is_now), None)
    is_whole = now is not None and sum(node.parent is None for node in nodes) == 1
    own: list[DiskFile] = []
    for number, node in enumerate(nodes):
        if node.parent is None and is_whole:
            own.append(base)
        else:
            own.append(_child(vm_name, str(number), base if node.parent is None else own[node.parent]))
    if not nodes:
        return base, own, base
    return base, own, _child(vm_name, "now", base if now is None else own[now])


def _child(vm_name: str, label: str, parent: DiskFile) -> DiskFile:
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{vm_name}/disk/{label}")).upper()
    return DiskFile(f"D:\\VMs\\{vm_name}\\{vm_name}_{guid}.avhdx", parent.path, GB, parent.virtual_bytes)


def _checkpoint(
    vm_name: str, number: int, nodes: list[_Node], ids: list[str], own: list[DiskFile]
) -> Checkpoint:
    node, file = nodes[number], own[number]
    state_bytes = 2 * GB if node.has_memory else MB
    return Checkpoint(
        id=ids[number],
        vm_id=id_of(vm_name),
        parent_id=None if node.parent is None else ids[node.parent],
        name=node.name,
        created_utc=EPOCH + timedelta(minutes=number),
        kind=node.kind,
        has_memory=node.has_memory,
        is_automatic=node.is_automatic,
        drives=(file.path,),
        state_bytes=state_bytes,
        size_bytes=state_bytes + (file.size_bytes if file.parent_path else 0),
    )
