"""The details of a selection of several things, of one host or of several: what it is, and what can be done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct

from hvtree.app.host_view import HostView
from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import SpaceTaken, VirtualMachine
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words, sizes_words, space_words
from hvtree.ui.format import host_words, local_time_and_age, shown_name
from hvtree.ui.selection import Selection
from hvtree.ui.views.details_values import Details, Notice, Offer
from hvtree.ui.widgets.banner import Tone

_ITEMS_AT_MOST = 30


class Found(Struct, frozen=True):
    """What is there of a selection; a VM and its Now count once."""

    hosts: tuple[HostView, ...]
    """Hosts whose own rows are selected."""
    vms: tuple[VirtualMachine, ...]
    checkpoints: tuple[tuple[VirtualMachine, Checkpoint], ...]
    owners: frozenset[VmAddress]
    """The VMs that the checkpoints are of; one and its replica on another host have the same id."""
    names: tuple[str, ...]
    """Of the first of it, as many as are shown, with the host where there are several."""
    shares: tuple[tuple[HostView, str], ...]
    """Every host that something is selected of, and what in words."""

    @property
    def count(self) -> int:
        """How many things are selected."""
        return len(self.hosts) + len(self.vms) + len(self.checkpoints)


def find(selection: Selection, views: Sequence[HostView]) -> Found:
    """Return what is there of a selection; `views` are the hosts that it is about, in the order in which they are shown."""
    fleet = Fleet.of({view.id: view.state for view in views if view.state is not None})
    hosts = tuple(view for view in views if view.id in selection.hosts)
    vms: list[VirtualMachine] = []
    checkpoints: list[tuple[VirtualMachine, Checkpoint]] = []
    owners: set[VmAddress] = set()
    names = [host_words(view) for view in hosts[:_ITEMS_AT_MOST]]
    counts: dict[str, Counter[str]] = {view.id: Counter() for view in views}
    for address in dict.fromkeys((*selection.vms, *selection.nows)):
        vm = fleet.find_vm(address)
        if vm is not None:
            vms.append(vm)
            counts[address.host_id]["VM"] += 1
            if len(names) < _ITEMS_AT_MOST:
                names.append(shown_name(vm.name) + _place(views, address.host_id))
    for (host_id, vm_id), of_vm in groupby(selection.checkpoints, lambda each: (each.host_id, each.vm_id)):
        owner = fleet.find_vm(VmAddress(host_id, vm_id))
        if owner is None:
            continue
        there = [each for each in (owner.by_id.get(it.checkpoint_id) for it in of_vm) if each is not None]
        if there:
            checkpoints += [(owner, each) for each in there]
            owners.add(VmAddress(host_id, vm_id))
            counts[host_id]["checkpoint"] += len(there)
            room = max(0, _ITEMS_AT_MOST - len(names))
            names += [_name(each, owner) + _place(views, host_id) for each in there[:room]]
    shares = tuple((view, _counted(counts[view.id])) for view in views)
    return Found(hosts, tuple(vms), tuple(checkpoints), frozenset(owners), tuple(names), shares)


def several(found: Found, now_utc: datetime, offers: tuple[Offer, ...]) -> Details:
    """Return the details of more than one thing."""
    kinds = Counter({"host": len(found.hosts), "VM": len(found.vms), "checkpoint": len(found.checkpoints)})
    away = [view for view, _ in found.shares if not view.is_connected]
    tone = Tone.INFO if all(view.wants_password for view in away) else Tone.WARNING
    notice = Notice(tone, f"Not connected: {', '.join(map(host_words, away))}.") if away else None
    names = list(found.names)
    if found.count > len(names):
        names.append(f"and {found.count - len(names):,} more")
    return Details(
        f"{_counted(kinds)} selected",
        _where(found),
        notice,
        tuple(_facts(found, now_utc)),
        list_caption="Selected",
        items=tuple(names),
        offers=offers,
    )


def _where(found: Found) -> str:
    """Return the hosts of what is selected; nothing where only hosts are."""
    if not (found.vms or found.checkpoints):
        return ""
    return f"on {', '.join(host_words(view) for view, share in found.shares if share)}"


def _facts(found: Found, now_utc: datetime) -> Iterator[tuple[str, str]]:
    if len(found.shares) > 1:
        words = "; ".join(f"{share} on {host_words(view)}" for view, share in found.shares if share)
        if words:
            yield "By host", words
    states = [view.state for view in found.hosts if view.state is not None]
    if states:
        vms = [vm for state in states for vm in state.vms.values()]
        number = sum(len(vm.checkpoints) for vm in vms)
        yield "Hosts hold", f"{count_words(len(vms), 'VM')}, {count_words(number, 'checkpoint')}"
        yield from _space("On disk", vms)
    if found.vms:
        yield "States", ", ".join(_state_counts(found.vms))
        yield from _space("VMs take" if found.checkpoints or found.hosts else "On disk", found.vms)
    checkpoints = [checkpoint for _, checkpoint in found.checkpoints]
    if checkpoints:
        moments = [checkpoint.created_utc for checkpoint in checkpoints]
        yield (
            "Checkpoints" if found.vms or found.hosts else "Size",
            sizes_words(checkpoint.size_bytes for checkpoint in checkpoints),
        )
        yield "Of VMs", count_words(len(found.owners), "VM")
        yield "Oldest", local_time_and_age(min(moments), now_utc)
        yield "Newest", local_time_and_age(max(moments), now_utc)


def _space(label: str, vms: Collection[VirtualMachine]) -> Iterator[tuple[str, str]]:
    """Yield what some VMs take because of their checkpoints, part by part; nothing if they take nothing."""
    words = space_words(SpaceTaken.of_all(vms), sum(len(vm.checkpoints) for vm in vms))
    if words:
        yield label, words


def _state_counts(vms: Iterable[VirtualMachine]) -> list[str]:
    counts: Counter[str] = Counter()
    for state, number in Counter(vm.state for vm in vms).items():
        counts[state_words(state)] += number
    return [f"{count:,} {words}" for words, count in counts.items()]


def _counted(kinds: Counter[str]) -> str:
    """Return counts of things in words: "1 host, 2 VMs and 3 checkpoints"; empty for none."""
    counts = [count_words(number, kind) for kind, number in kinds.items() if number]
    return " and ".join(part for part in (", ".join(counts[:-1]), *counts[-1:]) if part)


def _name(checkpoint: Checkpoint, owner: VirtualMachine) -> str:
    return f"{shown_name(checkpoint.name)} of {shown_name(owner.name)}"


def _place(views: Sequence[HostView], host_id: str) -> str:
    if len(views) < 2:
        return ""
    return next(f" on {host_words(view)}" for view in views if view.id == host_id)
