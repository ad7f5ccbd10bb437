"""From a selection to its details: a host, a VM, a Now, a checkpoint, several of them, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hvtree.app.host_view import HostView, Phase
from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.errors import AuthenticationFailure
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.ui.format import (
    count_words,
    host_words,
    kind_words,
    local_time_and_age,
    shown_name,
    size_words,
    state_words,
    status_words,
)
from hvtree.ui.selection import Selection
from hvtree.ui.views.details_disks import checkpoint_chains, vm_chains
from hvtree.ui.views.details_powershell import checkpoint_powershell, host_powershell, vm_powershell
from hvtree.ui.views.details_values import Details, Notice, PathItem
from hvtree.ui.widgets.banner import Tone

NOTHING = Details("Nothing is selected", "Select a host, a VM or a checkpoint to see what it is.")
_DOCTOR = ("host.doctor", "Connection Doctor…")
_ITEMS_AT_MOST = 30
_PATH_AT_MOST = 30
_NEARLY_FULL = 0.05
"""Share of a volume that is free; below it somebody has to do something."""


def describe(selection: Selection, view: HostView | None, now_utc: datetime) -> Details:
    """Return the details of a selection on a host; what is gone from the host counts as not selected."""
    if view is None or (selection.is_empty and view.phase is Phase.CONNECTED):
        return NOTHING
    if view.state is None or selection.is_empty or (selection.has_host_row and not selection.targets):
        return _host(view, now_utc)
    details = _of_state(selection, view.state, now_utc)
    if view.phase is not Phase.CONNECTED and details is not NOTHING:
        return replace(details, notice=_host_notice(view))
    return details


def _of_state(selection: Selection, state: HostState, now_utc: datetime) -> Details:
    refs = tuple(ref for ref in selection.refs if _is_there(state, ref))
    vm_ids = tuple(i for i in dict.fromkeys((*selection.vm_ids, *selection.now_ids)) if i in state.vms)
    if len(refs) == 1 and not vm_ids:
        return _checkpoint(state, state.vms[refs[0].vm_id], state.checkpoint(refs[0]), now_utc)
    if len(vm_ids) == 1 and not refs:
        return _vm(state, state.vms[vm_ids[0]])
    return _several(state, vm_ids, refs, now_utc) if vm_ids or refs else NOTHING


def _host(view: HostView, now_utc: datetime) -> Details:
    facts = [("Connection", view.mode or view.phase.value.capitalize())]
    state = view.state
    if state is not None:
        running = sum(1 for vm in state.vms.values() if vm.state is VmState.RUNNING)
        checkpoints = sum(len(vm.checkpoints) for vm in state.vms.values())
        taken = sum(vm.checkpoint_bytes for vm in state.vms.values())
        facts += [
            ("Last reading", local_time_and_age(state.taken_at_utc, now_utc)),
            ("Virtual machines", f"{count_words(len(state.vms), 'VM')}, {running:,} running"),
            ("Checkpoints", f"{checkpoints:,}, {size_words(taken)}"),
        ]
        facts += [
            (
                f"Volume {volume.name}",
                f"{size_words(volume.free_bytes)} free of {size_words(volume.total_bytes)}",
            )
            for volume in state.volumes
        ]
    powershell = host_powershell() if state is not None else ""
    return Details(host_words(view), "Hyper-V host", _host_notice(view), tuple(facts), powershell=powershell)


def _host_notice(view: HostView) -> Notice | None:
    if view.phase is Phase.CONNECTING and view.state is None:
        return Notice(Tone.INFO, "Connecting…", "The VMs appear as soon as the host has been read.")
    if view.phase is Phase.CONNECTING:
        return Notice(Tone.INFO, "Connecting again…", "What you see is the last reading.")
    if view.error is None:
        return _volume_notice(view.state)
    why = " ".join(part for part in (view.error.why, view.error.now) if part)
    if view.phase is Phase.STALE:
        last = "What you see is the last reading."
        more = " ".join(part for part in (why, last) if part)
        return Notice(Tone.WARNING, view.error.what, more, "host.reconnect", "Connect again now", *_DOCTOR)
    again = "Connect again…" if isinstance(view.error, AuthenticationFailure) else "Connect again now"
    return Notice(Tone.DANGER, view.error.what, why, "host.reconnect", again, *_DOCTOR)


def _volume_notice(state: HostState | None) -> Notice | None:
    """Warn of volumes that are nearly full: when one is full, Hyper-V pauses every VM that writes to it."""
    volumes = state.volumes if state is not None else ()
    full = [volume.name for volume in volumes if volume.free_bytes < volume.total_bytes * _NEARLY_FULL]
    if not full:
        return None
    what = f"Volume {full[0]} is" if len(full) == 1 else f"Volumes {', '.join(full)} are"
    more = "If a volume fills up, Hyper-V pauses every VM that writes to it."
    return Notice(Tone.WARNING, f"{what} nearly full.", more)


def _vm(state: HostState, vm: VirtualMachine) -> Details:
    base = vm.by_id.get(vm.now_id) if vm.now_id is not None else None
    total = sum(checkpoint.size_bytes for checkpoint in vm.checkpoints)
    facts = [
        ("State", status_words(vm)),
        ("Checkpoints", f"{len(vm.checkpoints):,}, {size_words(total)}" if vm.checkpoints else "none"),
        ("Now", f"based on ‘{shown_name(base.name)}’" if base is not None else "not based on a checkpoint"),
        ("Takes", _type_words(vm)),
        ("Memory", _memory_words(vm)),
        (
            "Generation",
            f"{vm.generation}, configuration version {vm.version}" if vm.version else str(vm.generation),
        ),
        ("Host says", vm.status),
        ("VM id", vm.id),
    ]
    path = (*_path_items(vm, vm.now_id, None), PathItem("Now", is_here=True, is_now=True))
    return Details(
        shown_name(vm.name),
        f"Virtual machine on {state.host}",
        _vm_notice(vm),
        tuple((label, value) for label, value in facts if value),
        vm.notes,
        path,
        vm_chains(vm),
        powershell=vm_powershell(vm.id),
    )


def _vm_notice(vm: VirtualMachine) -> Notice | None:
    if vm.state.is_critical:
        more = "The VM has lost its storage, or the volume is full. Free some space on the host before anything else."
        return Notice(Tone.DANGER, f"The VM is in the state {state_words(vm.state)}.", more)
    if vm.activity is not None:
        return Notice(Tone.INFO, status_words(vm))
    return None


def _checkpoint(state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, now_utc: datetime) -> Details:
    is_base = checkpoint.id == vm.now_id
    notice = (
        Notice(Tone.CALM, "The VM runs on this checkpoint.", "Revert takes it back here.")
        if is_base
        else None
    )
    path = _path_items(vm, checkpoint.id, checkpoint.id)
    return Details(
        shown_name(checkpoint.name),
        "Checkpoint",
        notice,
        _checkpoint_facts(state, vm, checkpoint, now_utc),
        checkpoint.notes,
        (*path, PathItem("Now", is_now=True)) if is_base else path,
        checkpoint_chains(vm, checkpoint),
        powershell=checkpoint_powershell(checkpoint),
    )


def _checkpoint_facts(
    state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, now_utc: datetime
) -> tuple[tuple[str, str], ...]:
    children = len(vm.tree.children(checkpoint.id))
    below = len(vm.tree.subtree(checkpoint.id)) - 1
    parent_id = vm.tree.parent(checkpoint.id)
    return (
        ("VM", f"{shown_name(vm.name)} on {state.host}, {status_words(vm)}"),
        ("Created", local_time_and_age(checkpoint.created_utc, now_utc)),
        ("Kind", kind_words(checkpoint)),
        (
            "After Apply",
            "Saved: it resumes where it was" if checkpoint.has_memory else "Off: it has to be started",
        ),
        ("Size", f"{size_words(checkpoint.size_bytes)}, of these {size_words(checkpoint.state_bytes)} state"),
        ("Parent", shown_name(vm.by_id[parent_id].name) if parent_id is not None else "none: a root"),
        ("Children", f"{children:,}, {below:,} in the whole subtree" if children else "none"),
        ("Checkpoint id", checkpoint.id),
    )


def _several(
    state: HostState, vm_ids: tuple[str, ...], refs: tuple[CheckpointRef, ...], now_utc: datetime
) -> Details:
    vms = [state.vms[vm_id] for vm_id in vm_ids]
    checkpoints = [state.checkpoint(ref) for ref in refs]
    counts = [count_words(len(vms), "VM")] if vms else []
    counts += [count_words(len(checkpoints), "checkpoint")] if checkpoints else []
    facts = [("States", ", ".join(_state_counts(vms)))] if vms else []
    facts += _checkpoints_facts(checkpoints, now_utc)
    names = [shown_name(vm.name) for vm in vms]
    names += [shown_name(checkpoint.name) for checkpoint in checkpoints]
    if len(names) > _ITEMS_AT_MOST:
        names[_ITEMS_AT_MOST:] = [f"and {len(names) - _ITEMS_AT_MOST:,} more"]
    title = f"{' and '.join(counts)} selected"
    return Details(title, f"on {state.host}", facts=tuple(facts), list_caption="Selected", items=tuple(names))


def _checkpoints_facts(checkpoints: list[Checkpoint], now_utc: datetime) -> list[tuple[str, str]]:
    if not checkpoints:
        return []
    moments = [checkpoint.created_utc for checkpoint in checkpoints]
    return [
        ("Size", size_words(sum(checkpoint.size_bytes for checkpoint in checkpoints))),
        ("Of VMs", count_words(len({checkpoint.vm_id for checkpoint in checkpoints}), "VM")),
        ("Oldest", local_time_and_age(min(moments), now_utc)),
        ("Newest", local_time_and_age(max(moments), now_utc)),
    ]


def _state_counts(vms: Iterable[VirtualMachine]) -> list[str]:
    counts: dict[str, int] = {}
    for vm in vms:
        counts[state_words(vm.state)] = counts.get(state_words(vm.state), 0) + 1
    return [f"{count:,} {words}" for words, count in counts.items()]


def _path_items(vm: VirtualMachine, checkpoint_id: str | None, here_id: str | None) -> tuple[PathItem, ...]:
    """Return the way from the root; of a very long one only the last stops."""
    ids = vm.tree.path(checkpoint_id)
    shown = ids[-_PATH_AT_MOST:]
    items = tuple(
        PathItem(shown_name(vm.by_id[i].name), CheckpointRef(vm.id, i), is_here=i == here_id) for i in shown
    )
    skipped = len(ids) - len(shown)
    return (PathItem(f"… {count_words(skipped, 'checkpoint')} above"), *items) if skipped else items


def _type_words(vm: VirtualMachine) -> str:
    words = {
        "Disabled": "no checkpoints (they are switched off)",
        "Production": "production checkpoints, else standard ones",
        "ProductionOnly": "production checkpoints only",
        "Standard": "standard checkpoints",
    }
    return words[vm.checkpoint_type.value]


def _memory_words(vm: VirtualMachine) -> str:
    if vm.memory_bytes:
        return f"{size_words(vm.memory_bytes)} in use"
    return f"{size_words(vm.memory_startup_bytes)} at start" if vm.memory_startup_bytes else ""


def _is_there(state: HostState, ref: CheckpointRef) -> bool:
    return ref.vm_id in state.vms and ref.checkpoint_id in state.vms[ref.vm_id].by_id
