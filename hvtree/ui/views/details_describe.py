"""From a selection to its details: a host, a VM, a Now, a checkpoint, several of them, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from hvtree.app.groups import Groups
from hvtree.app.host_view import HostView
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import CHECKPOINT_LIMIT, Checkpoint
from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, SpaceTaken, VirtualMachine, VmState
from hvtree.domain.passport import others_notes
from hvtree.domain.state_words import kind_words, status_words, type_words, worth_words
from hvtree.domain.words import UNKNOWN, count_words, size_words, space_words
from hvtree.operations.apply import RevertVm
from hvtree.ui.format import host_words, phase_words, reading_words, shown_name
from hvtree.ui.host_time import time_and_age_words, zone_words
from hvtree.ui.selection import Selection
from hvtree.ui.views.details_disks import checkpoint_chains, vm_chains
from hvtree.ui.views.details_groups import belonging, describe_groups
from hvtree.ui.views.details_notices import Help, host_notice, vm_notice
from hvtree.ui.views.details_passport import KEPT_HERE, expired_notice, passport_facts, passport_notice
from hvtree.ui.views.details_powershell import checkpoint_powershell, host_powershell, vm_powershell
from hvtree.ui.views.details_several import Found, find, several
from hvtree.ui.views.details_values import NOTHING, Details, Link, Notice, Offer, PathItem
from hvtree.ui.widgets.banner import Tone
from hvtree.values import replace

_PATH_AT_MOST = 30
_VOLUMES_AT_MOST = 30
"""Each mount folder is a volume, so there may be thousands; laying them out would hold up the window."""


Offers = Callable[[Selection], tuple[Offer, ...]]
"""Return what can be done with a selection, and what cannot."""


def _no_offers(_selection: Selection) -> tuple[Offer, ...]:
    return ()


def _no_help(_view: HostView) -> tuple[Link, ...]:
    return ()


def describe(
    selection: Selection,
    views: Iterable[HostView],
    now_utc: datetime,
    help_for: Help = _no_help,
    offers_for: Offers = _no_offers,
    *,
    groups: Groups | None = None,
) -> Details:
    """Return the details of a selection; what is gone from its host counts as not selected.

    While nothing is selected, a host that is the only one shows what is wrong with it. `groups` are those that are known.
    """
    open_hosts = tuple(views)
    if groups is None:
        return _of_hosts(selection, open_hosts, now_utc, help_for, offers_for)
    fleet = Fleet.of({view.id: view.state for view in open_hosts if view.state is not None})
    if selection.is_of_groups:
        return describe_groups(selection, groups, fleet, offers_for(selection))
    details = _of_hosts(selection, open_hosts, now_utc, help_for, offers_for)
    return replace(details, belonging=belonging(selection, groups, fleet))


def _of_hosts(
    selection: Selection,
    open_hosts: tuple[HostView, ...],
    now_utc: datetime,
    help_for: Help,
    offers_for: Offers,
) -> Details:
    if selection.is_empty:
        view = open_hosts[0] if len(open_hosts) == 1 else None
        return NOTHING if view is None or view.is_connected else _host(view, now_utc, help_for)
    meant = [view for view in open_hosts if view.id in selection.host_ids]
    found = find(selection, meant)
    if found.count > 1:
        return several(found, now_utc, offers_for(selection))
    return _of_one(selection, meant[0], found, now_utc, help_for) if meant else NOTHING


def _of_one(selection: Selection, view: HostView, found: Found, now_utc: datetime, help_for: Help) -> Details:
    """Return the details of the one thing that is there of a selection; `view` is its host."""
    if view.state is None or found.hosts or not selection.targets:
        return _host(found.hosts[0] if found.hosts else view, now_utc, help_for)
    if found.checkpoints:
        details = _checkpoint(view, view.state, *found.checkpoints[0], now_utc)
    elif found.vms:
        details = _vm(view, view.state, found.vms[0], now_utc)
    else:
        return NOTHING
    return details if view.is_connected else replace(details, notice=host_notice(view, help_for))


def _host(view: HostView, now_utc: datetime, help_for: Help) -> Details:
    facts = [("Connection", view.mode or phase_words(view, now_utc))]
    state = view.state
    if state is not None:
        running = sum(1 for vm in state.vms.values() if vm.state is VmState.RUNNING)
        checkpoints = sum(len(vm.checkpoints) for vm in state.vms.values())
        space = SpaceTaken.of_all(state.vms.values())
        facts += [
            ("Reading", reading_words(view, now_utc)),
            ("Its clock", zone_words(now_utc, state)),
            ("Virtual machines", f"{count_words(len(state.vms), 'VM')}, {running:,} running"),
            ("Checkpoints", f"{checkpoints:,}" if checkpoints else "none"),
            ("On disk", space_words(space, checkpoints)),
        ]
        facts += [
            (
                f"Volume {shown_name(volume.name)}",
                f"{size_words(volume.free_bytes)} free of {size_words(volume.total_bytes)}",
            )
            for volume in state.volumes[:_VOLUMES_AT_MOST]
        ]
        more = len(state.volumes) - _VOLUMES_AT_MOST
        facts += [("Volumes", f"{more:,} more")] if more > 0 else []
    powershell = host_powershell() if state is not None else ""
    notice = host_notice(view, help_for) or expired_notice(state, now_utc)
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
            f"{vm.generation}, configuration version {shown_name(vm.version)}"
            if vm.version
            else str(vm.generation),
        ),
        ("Host says", shown_name(vm.status)),
        ("Notes are kept", KEPT_HERE if vm.has_notes_here else ""),
        ("VM id", vm.id),
    ]
    path = (*_path_items(view.id, vm, vm.now_id, None), PathItem("Now", is_here=True, is_now=True))
    return Details(
        shown_name(vm.name),
        f"Virtual machine on {shown_name(state.host)}",
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
    notice = passport_notice(checkpoint, now_utc) or (_base_notice(view, state, vm) if is_base else None)
    path = _path_items(view.id, vm, checkpoint.id, checkpoint.id)
    return Details(
        shown_name(checkpoint.name),
        vm.origin_of(checkpoint).words or "Checkpoint",
        notice,
        (*passport_facts(checkpoint, now_utc), *_checkpoint_facts(state, vm, checkpoint, now_utc)),
        others_notes(checkpoint.notes),
        (*path, PathItem("Now", is_now=True)) if is_base else path,
        checkpoint_chains(vm, checkpoint),
        powershell=checkpoint_powershell(checkpoint),
    )


def _base_notice(view: HostView, state: HostState, vm: VirtualMachine) -> Notice:
    """Say of the checkpoint that a VM runs on whether Revert takes it back there, as the menu does."""
    try:
        RevertVm(VmAddress(view.id, vm.id), safety=False).plan(Fleet.of({view.id: state}))
    except HVTreeError as refusal:
        more = f"It cannot be reverted to now: {refusal.why or refusal.what}"
    else:
        more = "Revert takes it back here."
    return Notice(Tone.CALM, "The VM runs on this checkpoint.", more)


def _checkpoint_facts(
    state: HostState, vm: VirtualMachine, checkpoint: Checkpoint, now_utc: datetime
) -> tuple[tuple[str, str], ...]:
    children = len(vm.tree.children(checkpoint.id))
    below = len(vm.tree.subtree(checkpoint.id)) - 1
    parent_id = vm.tree.parent(checkpoint.id)
    return (
        ("VM", f"{shown_name(vm.name)} on {shown_name(state.host)}, {status_words(vm)}"),
        ("Created", time_and_age_words(checkpoint.created_utc, now_utc, state)),
        ("Kind", kind_words(checkpoint)),
        (
            "After Apply",
            "Saved: it resumes where it was" if checkpoint.has_memory else "Off: it has to be started",
        ),
        ("Size", _size_words(checkpoint)),
        ("Parent", shown_name(vm.by_id[parent_id].name) if parent_id is not None else "none: a root"),
        ("Children", f"{children:,}, {below:,} in the whole subtree" if children else "none"),
        ("Checkpoint id", checkpoint.id),
    )


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


def _size_words(checkpoint: Checkpoint) -> str:
    if checkpoint.size_bytes is None:
        return f"{UNKNOWN} (being measured)"
    return f"{size_words(checkpoint.size_bytes)}, of which state {size_words(checkpoint.state_bytes)}"


def _memory_words(vm: VirtualMachine) -> str:
    if vm.memory_bytes:
        return f"{size_words(vm.memory_bytes)} in use"
    return f"{size_words(vm.memory_startup_bytes)} at start" if vm.memory_startup_bytes else ""
