"""The rows of one host: its VMs in the order of their names, or a line that says why there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.model import HostState, SpaceTaken
from hvtree.ui.filtering import CurrentFilter, Match
from hvtree.ui.format import host_words
from hvtree.ui.models.nodes import NOTE_KEY, NOW_KEY, HostNode, Node, NoteNode, VmNode
from hvtree.ui.models.patch import arrange, remove_others
from hvtree.ui.models.vm_rows import TreeOperations, make_vm_node, update_vm

_DIGITS = re.compile(r"(\d+)")
_WEIGHED_PER_STEP = 200
_KEYS_PER_STEP = 100
_INSERTED_AT_MOST = 1_024
"""VMs that come in one piece, as many as a host runs at most: whenever some have come, Qt lays out all rows of the host again."""


def update_host(
    operations: TreeOperations, host: HostNode, current: CurrentFilter, now_utc: datetime
) -> Iterator[None]:
    """Update the rows of a host to its view and the filter."""
    state = host.view.state
    is_filtered = current.value.is_active
    visible: list[str] = []
    if state is not None:
        yield from _order(host, state)
        yield
        yield from current.search(host.view, now_utc)
    matches = current.matches(host.view.id)
    if state is not None:
        visible = [vm_id for vm_id in host.order if not is_filtered or matches[vm_id].is_visible]
    note = note_of(host.view, has_rows=bool(visible), is_filtered=is_filtered)
    wanted = [NOTE_KEY, *visible] if note else visible
    yield from _place(operations, host, wanted, note, matches)
    if not _stand(host, wanted):
        keys = set(wanted)
        yield from remove_others(operations, [host], lambda row: _key(row) in keys)
    yield from _refresh(operations, host, visible, matches)
    if state is not None:
        yield from _weigh(operations, host, state)


def note_of(view: HostView, *, has_rows: bool, is_filtered: bool) -> tuple[str, str] | None:
    """Return text and icon of the line that stands for what is missing, or None if nothing is."""
    name = host_words(view)
    reason = view.error.sentence if view.error is not None else ""
    if view.wants_password:
        return "Enter its password to connect.", "info"
    if view.phase is ConnectionPhase.FAILED:
        return reason or f"{name} cannot be reached.", "error"
    if view.state is None:
        return {
            ConnectionPhase.CONNECTING: (f"Connecting to {name}…", "busy"),
            ConnectionPhase.CONNECTED: (f"Reading {name}…", "busy"),
            ConnectionPhase.STALE: (reason or f"The connection to {name} is lost.", "error"),
        }.get(view.phase, (f"Not connected to {name}.", "info"))
    if has_rows:
        return None
    if is_filtered and view.state.vms:
        return f"Nothing on {name} matches the filter.", "filter"
    return "This host has no VMs.", "info"


def name_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return the sort key of a name: without regard to case, numbers by value, so that web2 comes before web10."""
    return tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(name.casefold())
        if part
    )


def _order(host: HostNode, state: HostState) -> Iterator[None]:
    """Sort the VMs of a host if any came, went or has another name."""
    names = {vm_id: vm.name for vm_id, vm in state.vms.items()}
    if names == host.ordered_for:
        return
    keys = {}
    for number, (vm_id, name) in enumerate(names.items(), start=1):
        keys[vm_id] = (name_key(name), vm_id)
        if number % _KEYS_PER_STEP == 0:
            yield
    host.ordered_for = names
    host.order = tuple(sorted(names, key=keys.__getitem__))


def _stand(host: HostNode, wanted: list[str]) -> bool:
    """Return whether these rows, and no others, stand under a host in this order already: as nearly always."""
    return [host.rows.get(key) for key in wanted] == host.children


def _weigh(operations: TreeOperations, host: HostNode, state: HostState) -> Iterator[None]:
    """Add up what all VMs take because of their checkpoints, some VMs at a time; each VM caches its own sum."""
    space, vms = SpaceTaken(), list(state.vms.values())
    for start in range(0, len(vms), _WEIGHED_PER_STEP):
        space += SpaceTaken.of_all(vms[start : start + _WEIGHED_PER_STEP])
        yield
    if space != host.space:
        host.space = space
        operations.changed(host)


def _place(
    operations: TreeOperations,
    host: HostNode,
    wanted: list[str],
    note: tuple[str, str] | None,
    matches: Mapping[str, Match],
) -> Iterator[None]:
    """Put note and VM rows into place, and update the text of the note."""
    state = host.view.state

    def make(key: str) -> Node:
        if key == NOTE_KEY:
            assert note is not None
            line = NoteNode(operations.next_serial(), host, *note)
            host.rows[NOTE_KEY] = line
            return line
        assert state is not None
        match = matches.get(key)
        return make_vm_node(operations, host, state.vms[key], _shown(match))

    line = host.rows.get(NOTE_KEY)
    if line is not None and not note and wanted and host.children == [line]:
        operations.replace_note(line, make(wanted[0]))
    if note and isinstance(line, NoteNode) and (line.text, line.icon) != note:
        line.text, line.icon = note
        operations.changed(line)
    if not _stand(host, wanted):
        yield from arrange(operations, host, wanted, host.rows, make, chunk=_INSERTED_AT_MOST)


def _refresh(
    operations: TreeOperations, host: HostNode, visible: list[str], matches: Mapping[str, Match]
) -> Iterator[None]:
    """Update the VMs that are shown and have changed."""
    state = host.view.state
    for vm_id in visible:
        node = host.rows[vm_id]
        assert isinstance(node, VmNode)
        assert state is not None
        vm = state.vms[vm_id]
        match = matches.get(vm_id)
        shown = _shown(match)
        node.found = match.found if match else None
        if node.vm is not vm or node.shown != shown or not node.is_settled:
            yield from update_vm(operations, node, vm, shown)
            yield


def _shown(match: Match | None) -> frozenset[str] | None:
    """Return the keys of the rows under a VM that are shown; None for all."""
    if match is None or match.shown is None:
        return None
    return match.shown | {NOW_KEY} if match.is_now_found else match.shown


def _key(row: Node) -> str:
    return row.row_key[1]
