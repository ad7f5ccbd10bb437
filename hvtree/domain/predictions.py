"""What each edit leads to, as functions from a state to a state; used through `domain.edits`.

What cannot be known beforehand is a placeholder: a new checkpoint has the id `new:<number>:<VM id>` and the time of
the reading and the notes of its VM (fact 243), a new disk file is called `<base>_new-<number>.avhdx`. Sizes are the worst case. Disks are as they are
when all merges have ended. VM and checkpoint names survive an apply: whether Hyper-V takes the VM's name back is
uncertain (fact 82).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import count

from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.disks import FRESH_BYTES, settle
from hvtree.domain.model import CheckpointType, DiskFile, HostState, VirtualMachine, VmState
from hvtree.domain.paths import file_name, path_key
from hvtree.domain.power import Power, state_after
from hvtree.values import replace

_PLACEHOLDER = "new:"


def is_placeholder(checkpoint_id: str) -> bool:
    """Return whether an id stands for a checkpoint that does not exist yet."""
    return checkpoint_id.startswith(_PLACEHOLDER)


def placeholder(vm_id: str, number: int = 1) -> str:
    """Return what stands for the id of a checkpoint that a plan takes of a VM: its first one has the number 1."""
    return f"{_PLACEHOLDER}{number:04}:{vm_id}"


def set_power(state: HostState, vm_ids: Iterable[str], power: Power) -> HostState:
    """Return the state after a cmdlet has changed the power of some VMs."""
    return state.with_vms(*(_powered(state.vms[vm_id], power) for vm_id in vm_ids))


def create(state: HostState, vm_ids: Iterable[str], name: str) -> HostState:
    """Return the state with a new checkpoint on each VM: Now moves onto it and writes to fresh files."""
    return state.with_vms(
        *(_with_checkpoint(state, state.vms[vm_id], name) for vm_id in dict.fromkeys(vm_ids))
    )


def rename(state: HostState, ref: CheckpointRef, name: str) -> HostState:
    """Return the state with another name of one checkpoint."""
    renamed = replace(state.checkpoint(ref), name=name)
    vm = state.vms[ref.vm_id]
    checkpoints = tuple(renamed if each.id == renamed.id else each for each in vm.checkpoints)
    return state.with_vms(replace(vm, checkpoints=checkpoints))


def set_notes(state: HostState, notes: Mapping[CheckpointRef, str]) -> HostState:
    """Return the state with other notes of some checkpoints."""
    noted: dict[str, dict[str, str]] = {}
    for ref, text in notes.items():
        noted.setdefault(ref.vm_id, {})[state.checkpoint(ref).id] = text
    return state.with_vms(*(_with_notes(state.vms[vm_id], texts) for vm_id, texts in noted.items()))


def set_vm_notes(state: HostState, vm_ids: Iterable[str], notes: str) -> HostState:
    """Return the state with other notes of some VMs."""
    return state.with_vms(*(replace(state.vms[vm_id], notes=notes) for vm_id in vm_ids))


def apply(state: HostState, refs: Iterable[CheckpointRef]) -> HostState:
    """Return the state with VMs taken back, each to one checkpoint: what its drives held is gone, fresh files follow the checkpoint's.

    A VM is Saved if its checkpoint has memory, else Off [Hyper-V Best Practices Analyzer], and never started.
    """
    return state.with_vms(*(_taken_back(state, ref) for ref in refs))


def _taken_back(state: HostState, ref: CheckpointRef) -> VirtualMachine:
    checkpoint = state.checkpoint(ref)
    vm = state.vms[ref.vm_id]
    fresh = _fresh_files(vm, checkpoint.drives)
    drives = tuple(file.path for file in fresh)
    owned = [drive for each in vm.checkpoints for drive in each.drives]
    settled = settle((*vm.files, *fresh), (*owned, *drives))
    return replace(
        vm,
        state=VmState.SAVED if checkpoint.has_memory else VmState.OFF,
        now_id=checkpoint.id,
        checkpoints=tuple(_repointed(each, settled.moved) for each in vm.checkpoints),
        drives=tuple(settled.owner_path(drive) for drive in drives),
        files=settled.files,
        memory_bytes=0,
        uptime_s=0,
    )


def delete(state: HostState, refs: Iterable[CheckpointRef]) -> HostState:
    """Return the state without some checkpoints; their children and Now go up to the nearest ancestor that stays."""
    doomed: dict[str, set[str]] = {}
    for ref in refs:
        doomed.setdefault(ref.vm_id, set()).add(state.checkpoint(ref).id)
    return state.with_vms(*(without(state.vms[vm_id], ids) for vm_id, ids in doomed.items()))


def delete_subtree(state: HostState, ref: CheckpointRef) -> HostState:
    """Return the state without a checkpoint and its descendants."""
    vm = state.vms[ref.vm_id]
    return state.with_vms(without(vm, vm.tree.subtree(state.checkpoint(ref).id)))


def without(vm: VirtualMachine, doomed: Collection[str]) -> VirtualMachine:
    """Return a VM without some of its checkpoints, its disks settled."""
    gone = frozenset(doomed)
    heirs = _nearest_survivors(vm, gone)
    survivors = tuple(_moved_up(each, heirs) for each in vm.checkpoints if each.id not in gone)
    owned = [drive for each in survivors for drive in each.drives]
    settled = settle(vm.files, (*owned, *vm.drives))
    return replace(
        vm,
        now_id=heirs.get(vm.now_id, vm.now_id),
        checkpoints=tuple(_repointed(each, settled.moved) for each in survivors),
        drives=tuple(settled.owner_path(drive) for drive in vm.drives),
        files=settled.files,
    )


def _nearest_survivors(vm: VirtualMachine, gone: frozenset[str]) -> dict[str | None, str | None]:
    """Return for each checkpoint that goes the nearest ancestor that stays; each chain of them is walked once."""
    parents = {each.id: each.parent_id for each in vm.checkpoints}
    heirs: dict[str | None, str | None] = {}
    for start in gone:
        path: list[str] = []
        node: str | None = start
        while node in gone and node not in heirs:
            path.append(node)
            node = parents[node]
        heir = heirs.get(node, node if node in parents else None)
        heirs.update(dict.fromkeys(path, heir))
    return heirs


def _moved_up(checkpoint: Checkpoint, heirs: dict[str | None, str | None]) -> Checkpoint:
    if checkpoint.parent_id not in heirs:
        return checkpoint
    return replace(checkpoint, parent_id=heirs[checkpoint.parent_id])


def _repointed(checkpoint: Checkpoint, moved: Mapping[str, str]) -> Checkpoint:
    if not moved:
        return checkpoint
    drives = tuple(moved.get(path_key(drive), drive) for drive in checkpoint.drives)
    return checkpoint if drives == checkpoint.drives else replace(checkpoint, drives=drives)


def _powered(vm: VirtualMachine, power: Power) -> VirtualMachine:
    after = state_after(power, vm.state)
    if after is vm.state:
        return vm
    keeps_memory = after in (VmState.RUNNING, VmState.PAUSED)
    memory_bytes = (vm.memory_bytes or vm.memory_startup_bytes) if keeps_memory else 0
    if (
        power is Power.SHUT_DOWN
    ):  # fact 13: what Hyper-V took when the VM was started goes when it is shut down
        vm = without(vm, [each.id for each in vm.checkpoints if each.is_automatic])
    return replace(vm, state=after, memory_bytes=memory_bytes, uptime_s=vm.uptime_s if keeps_memory else 0)


def _with_notes(vm: VirtualMachine, notes: Mapping[str, str]) -> VirtualMachine:
    checkpoints = (
        replace(each, notes=notes[each.id]) if each.id in notes else each for each in vm.checkpoints
    )
    return replace(vm, checkpoints=tuple(checkpoints))


def _with_checkpoint(state: HostState, vm: VirtualMachine, name: str) -> VirtualMachine:
    newest_utc = max((each.created_utc for each in vm.checkpoints), default=state.taken_at_utc)
    has_memory = takes_memory(vm)
    state_bytes = (vm.memory_bytes or vm.memory_startup_bytes) if has_memory else 0
    checkpoint = Checkpoint(
        id=_new_id(vm),
        vm_id=vm.id,
        parent_id=vm.now_id,
        name=name,
        created_utc=max(state.taken_at_utc, newest_utc),
        has_memory=has_memory,
        notes=vm.notes,
        drives=vm.drives,
        state_bytes=state_bytes,
        size_bytes=state_bytes + vm.space.written_bytes if vm.space.is_written_complete else None,
    )
    fresh = _fresh_files(vm, vm.drives)
    return replace(
        vm,
        now_id=checkpoint.id,
        checkpoints=(*vm.checkpoints, checkpoint),
        drives=tuple(file.path for file in fresh),
        files=(*vm.files, *fresh),
    )


def takes_memory(vm: VirtualMachine) -> bool:
    """Return whether a checkpoint of the VM would hold memory.

    A saved VM's state is kept with it (fact 83, uncertain), a standard checkpoint of a running or paused VM
    captures it; a production checkpoint does not, but it needs a guest that can answer: a paused one cannot, so
    Hyper-V falls back to a standard checkpoint [Microsoft, checkpoints.md]. Of an unknown kind nothing is promised.
    """
    if vm.state is VmState.RUNNING:
        return vm.checkpoint_type is CheckpointType.STANDARD
    return vm.state in (VmState.SAVED, VmState.PAUSED)


def _new_id(vm: VirtualMachine) -> str:
    return placeholder(vm.id, 1 + sum(1 for each in vm.checkpoints if is_placeholder(each.id)))


def _fresh_files(vm: VirtualMachine, parents: Iterable[str]) -> tuple[DiskFile, ...]:
    """Return a new differencing disk for each of some files, beside it and named after the root of its chain."""
    book = {path_key(file.path): file for file in vm.files}
    taken = set(book)
    fresh: list[DiskFile] = []
    for path in parents:
        parent = book.get(path_key(path))
        file = DiskFile(_fresh_path(path, taken), path, FRESH_BYTES, parent.virtual_bytes if parent else 0)
        taken.add(path_key(file.path))
        fresh.append(file)
    return tuple(fresh)


def _fresh_path(parent_path: str, taken: Collection[str]) -> str:
    """Return an unused path: `SRV01.vhdx` and `SRV01_<GUID>.avhdx` both have children `SRV01_new-1.avhdx`."""
    name = file_name(parent_path)
    folder = parent_path[: len(parent_path) - len(name)]
    stem, _, extension = name.rpartition(".")
    base = stem.rpartition("_")[0] or stem if extension.casefold().startswith("avhd") else stem
    kind = "avhd" if extension.casefold() in ("vhd", "avhd") else "avhdx"
    paths = (f"{folder}{base}_new-{number}.{kind}" for number in count(1))
    return next(path for path in paths if path_key(path) not in taken)
