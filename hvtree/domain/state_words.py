"""States, activities, kinds and types in words: one table for the window, the terminal, plans and verdicts."""

from __future__ import annotations

import re
from datetime import datetime

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.model import Activity, CheckpointType, VirtualMachine, VmState
from hvtree.domain.words import size_words, span_words

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_ACTIVITIES = {
    Activity.BUSY: "Busy",
    Activity.CREATING: "Creating checkpoint",
    Activity.APPLYING: "Applying checkpoint",
    Activity.DELETING: "Deleting checkpoint",
    Activity.MERGING: "Merging disks",
    Activity.EXPORTING: "Exporting",
    Activity.MIGRATING: "Migrating",
    Activity.BACKING_UP: "Backing up",
    Activity.MODIFYING: "Modifying",
}

_KINDS = {
    CheckpointKind.RECOVERY: "Recovery (backup)",
    CheckpointKind.PLANNED: "Planned",
    CheckpointKind.MISSING: "Missing",
    CheckpointKind.REPLICA: "Replica",
    CheckpointKind.APP_CONSISTENT_REPLICA: "Replica, application-consistent",
    CheckpointKind.SYNCED_REPLICA: "Replica, planned failover",
}

_TYPES = {
    CheckpointType.DISABLED: "no checkpoints (they are switched off)",
    CheckpointType.PRODUCTION: "production checkpoints, else standard ones",
    CheckpointType.PRODUCTION_ONLY: "production checkpoints only",
    CheckpointType.STANDARD: "standard checkpoints",
    CheckpointType.UNKNOWN: "unknown (the host does not tell)",
}


def state_words(state: VmState) -> str:
    """Return the state of a VM: "Running", "Fast saved", "Off (critical)"."""
    words = _CAMEL.sub(" ", state.value.removesuffix("Critical")).capitalize()
    return f"{words} (critical)" if state.is_critical else words


def percent_words(value: int) -> str:
    """Return a share in percent, 0 to 100; a narrow blank keeps number and sign together."""
    return f"{min(max(value, 0), 100)}\u202f%"


def activity_words(vm: VirtualMachine) -> str:
    """Return what the host is doing with a VM: "Merging disks 40 %"; empty if nothing."""
    if vm.activity is None:
        return ""
    words = _ACTIVITIES[vm.activity]
    return words if vm.percent is None else f"{words} {percent_words(vm.percent)}"


def status_words(vm: VirtualMachine) -> str:
    """Return state and activity of a VM in one line: "Running · Merging disks 40 %"."""
    return " · ".join(part for part in (state_words(vm.state), activity_words(vm)) if part)


def worth_words(vm: VirtualMachine, now_utc: datetime) -> str:
    """Return what the VM has changed since its last checkpoint: "2.2 GB changed in 30 days"; empty if that is not known."""
    span = _span_of_now(vm, now_utc)
    return (
        f"{size_words(vm.space.written_bytes)} changed in {span}"
        if span and vm.space.is_written_complete
        else ""
    )


def since_words(vm: VirtualMachine, now_utc: datetime) -> str:
    """Return how long a VM has been changing since its last checkpoint: "30 days of changes"; empty as `worth_words`."""
    span = _span_of_now(vm, now_utc)
    return f"{span} of changes" if span else ""


def _span_of_now(vm: VirtualMachine, now_utc: datetime) -> str:
    base = vm.by_id.get(vm.now_id) if vm.now_id is not None else None
    return span_words(base.created_utc, now_utc) if base is not None and vm.space.written_bytes else ""


def kind_words(checkpoint: Checkpoint) -> str:
    """Return what sort of checkpoint it is: "With memory", "Disks only, automatic", "Recovery (backup)"."""
    if checkpoint.kind is not CheckpointKind.STANDARD:
        return _KINDS[checkpoint.kind]
    words = "With memory" if checkpoint.has_memory else "Disks only"
    return f"{words}, automatic" if checkpoint.is_automatic else words


def type_words(checkpoint_type: CheckpointType) -> str:
    """Return which checkpoints a VM takes, as what follows "Takes": "production checkpoints only"."""
    return _TYPES[checkpoint_type]
