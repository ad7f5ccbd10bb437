"""A reading of a host as JSON: the shape that scripts may rely on. README.md has the keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import DiskFile, HostState, SpaceTaken, VirtualMachine
from hvtree.domain.passport import Passport


def state_record(state: HostState) -> dict[str, Any]:
    """Return a reading; ids are GUIDs in lower case, times ISO 8601 in UTC, sizes bytes."""
    return {
        "host": state.host,
        "taken_at": time_text(state.taken_at_utc),
        "volumes": [
            {"name": each.name, "total_bytes": each.total_bytes, "free_bytes": each.free_bytes}
            for each in state.volumes
        ],
        "vms": [_vm_record(vm, state.taken_at_utc) for vm in state.vms.values()],
    }


def time_text(moment_utc: datetime) -> str:
    """Return a time as ISO 8601 with a `Z`."""
    return moment_utc.isoformat().replace("+00:00", "Z")


def _vm_record(vm: VirtualMachine, now_utc: datetime) -> dict[str, Any]:
    ordered = (vm.tree[checkpoint_id] for checkpoint_id in vm.tree.walk())
    return {
        "id": vm.id,
        "name": vm.name,
        "state": vm.state.value,
        "status": vm.status,
        "activity": vm.activity.value if vm.activity else None,
        "percent": vm.percent,
        "notes": vm.notes,
        "has_notes_here": vm.has_notes_here,
        "generation": vm.generation,
        "version": vm.version,
        "uptime_s": vm.uptime_s,
        "memory_bytes": vm.memory_bytes,
        "memory_startup_bytes": vm.memory_startup_bytes,
        "checkpoint_type": vm.checkpoint_type.value,
        "is_replica": vm.is_replica,
        "space": _space_record(vm.space),
        "is_measured": vm.is_measured,
        "now": vm.now_id,
        "checkpoints": [_checkpoint_record(checkpoint, now_utc) for checkpoint in ordered],
        "drives": list(vm.drives),
        "files": [_file_record(file) for file in vm.files],
    }


def _space_record(space: SpaceTaken) -> dict[str, int | None]:
    """Return what a VM takes; a part of which something has not been measured is null."""
    return {
        "checkpoint_bytes": space.checkpoint_bytes if space.is_complete else None,
        "leftover_bytes": space.leftover_bytes if space.is_complete else None,
        "written_bytes": space.written_bytes if space.is_written_complete else None,
    }


def _passport_record(passport: Passport | None, now_utc: datetime) -> dict[str, Any] | None:
    """Return what HVTree has written into the notes of a checkpoint; null if nothing."""
    if passport is None:
        return None
    return {
        "reason": passport.reason,
        "ticket": passport.ticket,
        "keep_until": passport.keep_until.isoformat() if passport.keep_until else None,
        "is_expired": passport.is_expired(now_utc),
        "is_locked": passport.is_locked,
        "author": passport.author,
        "at": time_text(passport.at_utc) if passport.at_utc else None,
        "safety_before": passport.safety or None,
        "group": passport.group.id if passport.group else None,
        "group_mark": _mark_record(passport.group) if passport.group else None,
    }


def _mark_record(mark: GroupMark) -> dict[str, Any]:
    """Return what a checkpoint says of the group checkpoint that it belongs to; times in milliseconds."""
    of_group = {"id": mark.group_id, "name": mark.group_name} if mark.group_id else None
    return {
        "size": mark.size or None,
        "of_group": of_group,
        "spread_ms": mark.spread_ms,
        "stopped_ms": mark.stopped_ms,
    }


def _checkpoint_record(checkpoint: Checkpoint, now_utc: datetime) -> dict[str, Any]:
    return {
        "id": checkpoint.id,
        "parent": checkpoint.parent_id,
        "name": checkpoint.name,
        "kind": checkpoint.kind.value,
        "has_memory": checkpoint.has_memory,
        "is_automatic": checkpoint.is_automatic,
        "created": time_text(checkpoint.created_utc),
        "size_bytes": checkpoint.size_bytes,
        "state_bytes": checkpoint.state_bytes,
        "notes": checkpoint.notes,
        "has_notes_here": checkpoint.has_notes_here,
        "passport": _passport_record(checkpoint.passport, now_utc),
        "drives": list(checkpoint.drives),
    }


def _file_record(file: DiskFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "parent": file.parent_path,
        "size_bytes": file.size_bytes,
        "virtual_bytes": file.virtual_bytes,
    }
