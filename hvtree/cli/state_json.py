"""A reading of a host as JSON: the shape that scripts may rely on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine


def state_record(state: HostState) -> dict[str, Any]:
    """Return a reading; ids are GUIDs in lower case, times ISO 8601 in UTC, sizes bytes."""
    return {
        "host": state.host,
        "taken_at": time_text(state.taken_at_utc),
        "vms": [_vm_record(vm) for vm in state.vms.values()],
    }


def time_text(moment_utc: datetime) -> str:
    """Return a time as ISO 8601 with a `Z`."""
    return moment_utc.isoformat().replace("+00:00", "Z")


def _vm_record(vm: VirtualMachine) -> dict[str, Any]:
    ordered = (vm.tree[checkpoint_id] for checkpoint_id in vm.tree.walk())
    return {
        "id": vm.id,
        "name": vm.name,
        "state": vm.state.value,
        "status": vm.status,
        "now": vm.now_id,
        "checkpoints": [_checkpoint_record(checkpoint) for checkpoint in ordered],
    }


def _checkpoint_record(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "id": checkpoint.id,
        "parent": checkpoint.parent_id,
        "name": checkpoint.name,
        "kind": checkpoint.kind.value,
        "created": time_text(checkpoint.created_utc),
        "size_bytes": checkpoint.size_bytes,
        "notes": checkpoint.notes,
    }
