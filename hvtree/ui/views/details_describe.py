"""From a selection to its details: a host, a VM, a Now, a checkpoint, several of them, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hvtree.app.host_view import HostView
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import CHECKPOINT_LIMIT, Checkpoint
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, SpaceTaken, VirtualMachine, VmState
from hvtree.domain.state_words import kind_words, state_words, status_words, type_words, worth_words
from hvtree.domain.words import count_words, size_words, space_words
from hvtree.ui.format import host_words, local_time_and_age, reading_words, shown_name
from hvtree.ui.host_time import time_and_age_words, zone_words
from hvtree.ui.selection import Selection
from hvtree.ui.views.details_disks import checkpoint_chains, vm_chains
from hvtree.ui.views.details_notices import Help, host_notice, vm_notice
from hvtree.ui.views.details_powershell import checkpoint_powershell, host_powershell, vm_powershell
from hvtree.ui.views.details_values import Details, Link, Notice, PathItem
from hvtree.ui.widgets.banner import Tone

NOTHING = Details("Nothing is selected", "Select a host, a VM or a checkpoint to see what it is.")
_ITEMS_AT_MOST = 30
_PATH_AT_MOST = 30


def _no_help(_view: HostView) -> tuple[Link, ...]:
    return ()


def describe(
    selection: Selection,
    views: Iterable[HostView],
    now_utc: datetime,
    help_for: Help = _no_help,
) -> Details:
    """Return the details of a selection; what is gone from its host counts as not selected.

    While nothing is selected, a host that is the only one shows what is wrong with it.
    """
    open_hosts = tuple(views)
    if selection.is_empty:
        view = open_hosts[0] if len(open_hosts) == 1 else None
        return NOTHING if view is None or view.is_connected else _host(view, now_utc, help_for)
    meant = [view for view in open_hosts if view.id in selection.host_ids]
    if len(meant) > 1:
        return _of_several_hosts(selection, meant, now_utc)
    return _of_one_host(selection, meant[0], now_utc, help_for) if meant else NOTHING


def _of_one_host(selection: Selection, view: HostView, now_utc: datetime, help_for: Help) -> Details:
    if view.state is None or not selection.targets:
        return _host(view, now_utc, help_for)
    found = _found(selection, (view,))
    if len(found.checkpoints) == 1 and not found.vms:
        details = _checkpoint(view, view.state, *found.checkpoints[0], now_utc)
    elif len(found.vms) == 1 and not found.checkpoints:
        details = _vm(view, view.state, found.vms[0], now_utc)
    elif found.vms or found.checkpoints:
        details = _several(found, f"on {view.state.host}", now_utc)
    else:
        return NOTHING
    return details if view.is_connected else replace(details, notice=host_notice(view, help_for))


def _of_several_hosts(selection: Selection, views: list[HostView], now_utc: datetime) -> Details:
    names = [host_words(view) for view in views]
    away = [host_words(view) for view in views if not view.is_connected]
    notice = Notice(Tone.WARNING, f"Not connected: {', '.join(away)}.") if away else None
    found = _found(selection, views)
    if not (found.vms or found.checkpoints):
        title = f"{count_words(len(views), 'host')} selected"
        return Details(title, notice=notice, list_caption="Selected", items=tuple(names))
    return replace(_several(found, f"on {', '.join(names)}", now_utc), notice=notice)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is there of a selection; a VM and its Now count once."""

    vms: tuple[VirtualMachine, ...]
    checkpoints: tuple[tuple[VirtualMachine, Checkpoint], ...]
    names: tuple[str, ...]
    """Of all of it, with the host where there are several."""


def _found(selection: Selection, views: Iterable[HostView]) -> _Found:
    fleet = Fleet.of({view.id: view.state for view in views if view.state is not None})
    vms: list[VirtualMachine] = []
    checkpoints: list[tuple[VirtualMachine, Checkpoint]] = []
    names: list[str] = []
    for address in dict.fromkeys((*selection.vms, *selection.nows)):
        vm = fleet.find_vm(address)
        if vm is not None:
            vms.append(vm)
            names.append(shown_name(vm.name) + _place(fleet, address.host_id))
    for each in selection.checkpoints:
        owner = fleet.find_vm(each.vm)
        checkpoint = owner.by_id.get(each.checkpoint_id) if owner is not None else None
        if owner is not None and checkpoint is not None:
            checkpoints.append((owner, checkpoint))
            names.append(shown_name(checkpoint.name) + _place(fleet, each.host_id))
    return _Found(tuple(vms), tuple(checkpoints), tuple(names))


def _place(fleet: Fleet, host_id: str) -> str:
    return f" on {shown_name(fleet.hosts[host_id].host)}" if len(fleet.hosts) > 1 else ""


def _host(view: HostView, now_utc: datetime, help_for: Help) -> Details:
    facts = [("Connection", view.mode or view.phase.value.capitalize())]
    state = view.state
    if state is not None:
        running = sum(1 for vm in state.vms.values() if vm.state is VmState.RUNNING)
        checkpoints = sum(len(vm.checkpoints) for vm in state.vms.values())
        space = sum((vm.space for vm in state.vms.values()), SpaceTaken())
        facts += [
            ("Reading", reading_words(view, now_utc)),
            ("Its clock", zone_words(now_utc, state)),
            ("Virtual machines", f"{count_words(len(state.vms), 'VM')}, {running:,} running"),
            ("Checkpoints", f"{checkpoints:,}" if checkpoints else "none"),
            ("On disk", space_words(space, checkpoints)),
        ]
        facts += [
            (
                f"Volume {volume.name}",
                f"{size_words(volume.free_bytes)} free of {size_words(volume.total_bytes)}",
            )
            for volume in state.volumes
        ]
    powershell = host_powershell() if state is not None else ""
    notice = host_notice(view, help_for)
    told = tuple((label, value) for label, value in facts if value)
    return Details(host_words(view), "Hyper-V host", notice, told, powershell=powershell)


def _vm(view: HostView, state: HostState, vm: VirtualMachine, now_utc: datetime) -> Details:
    facts = [
        ("State", status_words(vm)),
        (
            "Checkpoints",
            f"{len(vm.checkpoints):,} of {CHECKPOINT_LIMIT} at most" if vm.checkpoints else "none",
        ),
        ("On disk", space_words(vm.space, len(vm.checkpoints))),
        ("Now", _now_words(vm, now_utc)),
        ("Takes", type_words(vm.checkpoint_type)),
        ("Memory", _memory_words(vm)),
        (
            "Generation",
            f"{vm.generation}, configuration version {vm.version}" if vm.version else str(vm.generation),
        ),
        ("Host says", vm.status),
        ("VM id", vm.id),
    ]
    path = (*_path_items(view.id, vm, vm.now_id, None), PathItem("Now", is_here=True, is_now=True))
    return Details(
        shown_name(vm.name),
        f"Virtual machine on {state.host}",
        vm_notice(vm, state.volumes),
        tuple((label, value) for label, value in facts if value),
        vm.notes,
        path,
        vm_chains(vm),
        powershell=vm_powershell(vm.id),
    )


def _now_words(vm: VirtualMachine, now_utc: datetime) -> str:
    base = vm.by_id.get(vm.now_id) if vm.now_id is not None else None
    if base is None:
        return "not based on a checkpoint"
    return ", ".join(
        part for part in (f"based on ‘{shown_name(base.name)}’", worth_words(vm, now_utc)) if part
    )


def _checkpoint(
    view: HostView, state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, now_utc: datetime
) -> Details:
    is_base = checkpoint.id == vm.now_id
    notice = (
        Notice(Tone.CALM, "The VM runs on this checkpoint.", "Revert takes it back here.")
        if is_base
        else None
    )
    path = _path_items(view.id, vm, checkpoint.id, checkpoint.id)
    return Details(
        shown_name(checkpoint.name),
        vm.origin_of(checkpoint).words or "Checkpoint",
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
        ("Created", time_and_age_words(checkpoint.created_utc, now_utc, state)),
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


def _several(found: _Found, where: str, now_utc: datetime) -> Details:
    checkpoints = [checkpoint for _, checkpoint in found.checkpoints]
    counts = [count_words(len(found.vms), "VM")] if found.vms else []
    counts += [count_words(len(checkpoints), "checkpoint")] if checkpoints else []
    facts = [("States", ", ".join(_state_counts(found.vms)))] if found.vms else []
    facts += _checkpoints_facts(checkpoints, now_utc)
    names = list(found.names)
    if len(names) > _ITEMS_AT_MOST:
        names[_ITEMS_AT_MOST:] = [f"and {len(names) - _ITEMS_AT_MOST:,} more"]
    title = f"{' and '.join(counts)} selected"
    return Details(title, where, facts=tuple(facts), list_caption="Selected", items=tuple(names))


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
    counts = Counter(state_words(vm.state) for vm in vms)
    return [f"{count:,} {words}" for words, count in counts.items()]


def _path_items(
    host_id: str, vm: VirtualMachine, checkpoint_id: str | None, here_id: str | None
) -> tuple[PathItem, ...]:
    """Return the path from the root; of a very long one only the end."""
    ids = vm.tree.path(checkpoint_id)
    shown = ids[-_PATH_AT_MOST:]
    items = tuple(
        PathItem(shown_name(vm.by_id[i].name), CheckpointAddress(host_id, vm.id, i), is_here=i == here_id)
        for i in shown
    )
    skipped = len(ids) - len(shown)
    return (PathItem(f"… {count_words(skipped, 'checkpoint')} above"), *items) if skipped else items


def _memory_words(vm: VirtualMachine) -> str:
    if vm.memory_bytes:
        return f"{size_words(vm.memory_bytes)} in use"
    return f"{size_words(vm.memory_startup_bytes)} at start" if vm.memory_startup_bytes else ""
