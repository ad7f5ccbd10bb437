"""Which icon stands for which row, by the names of files in `resources/icons`; they differ in shape."""

from __future__ import annotations

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.made_names import Origin
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.ui.models.nodes import CheckpointNode, HostNode, Node, NoteNode, NowNode, VmNode

_VM_STATES = {
    VmState.RUNNING: "vm-running",
    VmState.OFF: "vm-off",
    VmState.PAUSED: "vm-paused",
    VmState.SAVED: "vm-saved",
    VmState.FAST_SAVED: "vm-saved",
    VmState.HIBERNATED: "vm-saved",
}
_KINDS = {
    CheckpointKind.RECOVERY: "checkpoint-recovery",
    CheckpointKind.PLANNED: "checkpoint-planned",
    CheckpointKind.MISSING: "checkpoint-missing",
    CheckpointKind.REPLICA: "checkpoint-replica",
    CheckpointKind.APP_CONSISTENT_REPLICA: "checkpoint-replica-consistent",
    CheckpointKind.SYNCED_REPLICA: "checkpoint-replica-failover",
}
_ORIGINS = {Origin.SAFETY: "checkpoint-safety", Origin.GROUP: "checkpoint-group"}


def icon_name(node: Node) -> str:
    """Return the name of the icon in front of a row."""
    match node:
        case HostNode(view=view):
            is_well = view.is_connected or view.wants_password or view.phase is ConnectionPhase.CONNECTING
            return "host" if is_well else "host-away"
        case VmNode(vm=vm):
            return vm_icon(vm)
        case CheckpointNode(checkpoint=checkpoint, owner=owner):
            return checkpoint_icon(checkpoint, owner.vm.origin_of(checkpoint))
        case NowNode():
            return "now"
        case NoteNode(icon=icon):
            return icon
    return ""


def vm_icon(vm: VirtualMachine) -> str:
    """Return the icon of a VM by its state; one between two states is busy."""
    if vm.state.is_critical:
        return "vm-critical"
    return _VM_STATES.get(vm.state, "vm-busy")


def checkpoint_icon(checkpoint: Checkpoint, origin: Origin = Origin.DEFAULT) -> str:
    """Return the icon of a checkpoint by its kind, whether it is locked, by why it was taken, and by what it holds."""
    if checkpoint.kind in _KINDS:
        return _KINDS[checkpoint.kind]
    if checkpoint.is_locked:
        return "checkpoint-locked"
    if checkpoint.passport is not None and checkpoint.passport.is_safety:
        return "checkpoint-safety"
    if checkpoint.is_automatic:
        return "checkpoint-automatic"
    if origin in _ORIGINS:
        return _ORIGINS[origin]
    return "checkpoint-memory" if checkpoint.has_memory else "checkpoint"
