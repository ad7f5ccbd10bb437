"""The texts of the tree: cells, tool tips, and one line for screen readers."""

from __future__ import annotations

from datetime import datetime

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.domain.model import SpaceTaken, VirtualMachine
from hvtree.domain.passport import Passport, others_notes
from hvtree.domain.passport_words import notes_words, passport_words
from hvtree.domain.state_words import kind_words, since_words, state_words, status_words, worth_words
from hvtree.domain.words import age_words, count_words, size_words, space_words, sum_words
from hvtree.ui.format import (
    bare_name,
    checkpoint_name,
    host_words,
    local_day,
    local_time,
    local_time_and_age,
    phase_words,
    reading_words,
    shown_name,
    without_marks,
)
from hvtree.ui.host_time import time_words
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import CheckpointNode, HostNode, Node, NoteNode, NowNode, VmNode


def text(node: Node, column: Column, now_utc: datetime) -> str:
    """Return the text of a cell."""
    match node:
        case HostNode():
            return _host_text(node, column, now_utc)
        case VmNode():
            return _vm_text(node.vm, column)
        case CheckpointNode():
            return _checkpoint_text(node, column, now_utc)
        case NowNode():
            return _now_text(node.owner.vm, column, now_utc)
        case NoteNode() if column is Column.NAME:
            return node.text
    return ""


def plain_name(node: Node) -> str:
    """Return the name of a row as it would be typed, with nothing added or replaced."""
    match node:
        case HostNode(view=view):
            return without_marks(host_words(view))
        case VmNode(vm=vm):
            return vm.name
        case CheckpointNode(checkpoint=checkpoint):
            return checkpoint.name
        case NowNode():
            return "Now"
        case NoteNode():
            return node.text
    return ""


def is_called(node: Node, beginning: str, now_utc: datetime) -> bool:
    """Return whether the name of a row begins like this, in lower case; as it is, or as it is shown."""
    shown = without_marks(text(node, Column.NAME, now_utc))
    return any(name.casefold().startswith(beginning) for name in (plain_name(node), shown))


def edited_text(node: Node) -> str:
    """Return the name as it is typed, to be changed in place."""
    if isinstance(node, CheckpointNode):
        return node.pending_name if node.pending_name is not None else node.checkpoint.name
    return ""


def tool_tip(node: Node, now_utc: datetime) -> str:
    """Return everything about a row, in lines of plain text."""
    match node:
        case HostNode():
            lines = _host_lines(node, now_utc)
        case VmNode(vm=vm):
            lines = _vm_lines(vm)
        case CheckpointNode():
            lines = _checkpoint_lines(node, now_utc)
        case NowNode():
            lines = _now_lines(node.owner.vm, now_utc)
        case NoteNode():
            lines = [node.text]
        case _:
            lines = []
    return "\n".join(line for line in lines if line)


def spoken(node: Node, now_utc: datetime) -> str:
    """Return name, kind, age, size and "current" as one line to be read aloud."""
    match node:
        case HostNode(view=view):
            parts = [
                f"Host {without_marks(host_words(view))}",
                *(_host_text(node, column, now_utc) for column in (1, 2)),
            ]
        case VmNode(vm=vm):
            parts = [
                f"VM {bare_name(vm.name)}",
                status_words(vm),
                count_words(len(vm.checkpoints), "checkpoint"),
                _vm_text(vm, Column.SIZE),
            ]
        case CheckpointNode(checkpoint=checkpoint):
            parts = [
                f"Checkpoint {without_marks(_name_of(node, now_utc))}",
                kind_words(checkpoint),
                age_words(checkpoint.created_utc, now_utc),
                size_words(checkpoint.size_bytes),
                "locked" if checkpoint.is_locked else "",
                "current" if node.owner.vm.now_id == checkpoint.id else "",
            ]
        case NowNode():
            parts = [
                f"Now, the present state of {bare_name(node.owner.vm.name)}",
                state_words(node.owner.vm.state),
                worth_words(node.owner.vm, now_utc),
            ]
        case NoteNode():
            parts = [node.text]
        case _:
            parts = []
    return ", ".join(part for part in parts if part)


def _host_text(node: HostNode, column: int, now_utc: datetime) -> str:
    view = node.view
    match column:
        case Column.NAME:
            return host_words(view)
        case Column.STATE:
            vms = f" · {count_words(len(view.state.vms), 'VM')}" if view.state is not None else ""
            return phase_words(view) + vms + _countdown(view, now_utc)  # its column is narrow
        case Column.CREATED:
            return _reading(node, now_utc)
        case Column.SIZE if node.space.total_bytes or not node.space.is_complete:
            return _total_words(node.space)
        case Column.NOTES:
            return _host_remark(view)
    return ""


def _total_words(space: SpaceTaken) -> str:
    return sum_words(space.total_bytes, is_complete=space.is_complete)


def _countdown(view: HostView, now_utc: datetime) -> str:
    """Return in how many seconds a host is tried again; nothing if it is not."""
    if view.retry_at_utc is None:
        return ""
    seconds = max(0, round((view.retry_at_utc - now_utc).total_seconds()))
    return f" · next attempt in {seconds} s"


def _host_remark(view: HostView) -> str:
    """Return what is wrong with a host, unless a row of its own says it; else how it is reached."""
    if view.error is None or not view.is_in_trouble:
        return view.mode
    return view.error.sentence if view.state is not None and view.phase is not ConnectionPhase.FAILED else ""


def _reading(node: HostNode, now_utc: datetime) -> str:
    """Return when the host was last read: only how long ago if it is no longer being read."""
    read_utc = node.view.read_utc
    if read_utc is not None and node.is_dimmed:
        return f"Read {age_words(read_utc, now_utc)}"
    return reading_words(node.view, now_utc)


def _vm_text(vm: VirtualMachine, column: Column) -> str:
    match column:
        case Column.NAME:
            return shown_name(vm.name)
        case Column.STATE:
            return status_words(vm)
        case Column.SIZE if vm.checkpoints or vm.space.total_bytes or not vm.space.is_complete:
            return _total_words(vm.space)
        case Column.NOTES:
            return _one_line(vm.notes)
    return ""


def _checkpoint_text(node: CheckpointNode, column: Column, now_utc: datetime) -> str:
    checkpoint = node.checkpoint
    match column:
        case Column.NAME:
            return _name_of(node, now_utc)
        case Column.STATE:
            return kind_words(checkpoint)
        case Column.CREATED:
            return local_time_and_age(checkpoint.created_utc, now_utc)
        case Column.SIZE:
            return size_words(checkpoint.size_bytes)
        case Column.NOTES:
            return _one_line(notes_words(checkpoint.notes, now_utc))
    passport = checkpoint.passport
    return "" if passport is None else _passport_text(passport, column)


def _passport_text(passport: Passport, column: Column) -> str:
    match column:
        case Column.REASON:
            return shown_name(passport.reason)
        case Column.TICKET:
            return shown_name(passport.ticket)
        case Column.KEEP_UNTIL:
            return local_day(passport.keep_until) if passport.keep_until is not None else ""
        case Column.AUTHOR:
            return shown_name(passport.author)
    return ""


def _name_of(node: CheckpointNode, now_utc: datetime) -> str:
    """Return the name as it is shown: a name that nobody typed short, one that was just asked for in full."""
    if node.pending_name is not None:
        return shown_name(node.pending_name)
    return checkpoint_name(node.owner.vm, node.checkpoint, now_utc)


def _now_text(vm: VirtualMachine, column: Column, now_utc: datetime) -> str:
    match column:
        case Column.NAME:
            return "Now"
        case Column.STATE:
            return state_words(vm.state)
        case Column.SIZE if vm.space.written_bytes or not vm.space.is_written_complete:
            return sum_words(vm.space.written_bytes, is_complete=vm.space.is_written_complete)
        case Column.CREATED:
            return since_words(vm, now_utc)
    return ""


def _host_lines(node: HostNode, now_utc: datetime) -> list[str]:
    view = node.view
    state = view.state
    reading = reading_words(view, now_utc)
    retry = (
        f"Connects again at {local_time(view.retry_at_utc, with_seconds=True)}" if view.retry_at_utc else ""
    )
    error = view.error.sentence if view.error is not None else ""
    vms = count_words(len(state.vms), "VM") if state is not None else ""
    number = sum(len(vm.checkpoints) for vm in state.vms.values()) if state is not None else 0
    space = space_words(node.space, number)
    return [host_words(view), phase_words(view, now_utc), view.mode, reading, vms, space, error, retry]


def _vm_lines(vm: VirtualMachine) -> list[str]:
    number = len(vm.checkpoints)
    count = (
        f"{count_words(number, 'checkpoint')} of {CHECKPOINT_LIMIT} at most" if number else "No checkpoints"
    )
    return [
        shown_name(vm.name),
        status_words(vm),
        _one_line(vm.status),
        count,
        space_words(vm.space, number),
        vm.notes[:2000],
    ]


def _checkpoint_lines(node: CheckpointNode, now_utc: datetime) -> list[str]:
    checkpoint = node.checkpoint
    pending = "" if node.pending_name is None else f"To be renamed: {shown_name(node.pending_name)}"
    return [
        shown_name(checkpoint.name),
        pending,
        node.owner.vm.origin_of(checkpoint).words,
        kind_words(checkpoint),
        f"{_created(node)}, {age_words(checkpoint.created_utc, now_utc)}",
        size_words(checkpoint.size_bytes),
        "The VM runs on this checkpoint." if node.owner.vm.now_id == checkpoint.id else "",
        passport_words(passport, now_utc) if (passport := checkpoint.passport) is not None else "",
        others_notes(checkpoint.notes)[:2000],
    ]


def _created(node: CheckpointNode) -> str:
    """Return to the second when a checkpoint was taken, by both clocks where the host's is in another time zone."""
    state, created_utc = node.owner.host.view.state, node.checkpoint.created_utc
    if state is None:
        return local_time(created_utc, with_seconds=True)
    return time_words(created_utc, state, with_seconds=True)


def _now_lines(vm: VirtualMachine, now_utc: datetime) -> list[str]:
    return [
        f"Now: the present state of {shown_name(vm.name)}",
        status_words(vm),
        worth_words(vm, now_utc),
    ]


def _one_line(notes: str) -> str:
    return shown_name(" ".join(notes[:500].split())) if notes.strip() else ""
