"""The verbs of `hvtree group` that act: on its members, and on one of its group checkpoints."""

from __future__ import annotations

import argparse

from hvtree.cli.group_members import add_method, method_meant
from hvtree.cli.group_verb import GroupCall, GroupVerb, add_without_missing
from hvtree.cli.passport_options import (
    add_passport,
    new_passport,
    passport_change,
    passport_for_safety,
    signer,
)
from hvtree.cli.verbs import add_leave
from hvtree.domain.group import start_stages
from hvtree.domain.group_rates import stop_rates
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint, ExportGroupCheckpoint, RenameGroupCheckpoint
from hvtree.operations.group_notes import EditGroupNotes
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.operations.notes import LockCheckpoints, UnlockCheckpoints
from hvtree.operations.preconditions import demand, name_forbids

_LOST_MEMBERS = "members that cannot be found"


def _checkpoint_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="name of all its checkpoints (default: the time)")
    add_method(parser, "default: that of the group")
    parser.add_argument(
        "--keep-partial",
        action="store_true",
        help="keep what was taken if one of them fails (default: it is deleted again)",
    )
    add_without_missing(parser, _LOST_MEMBERS)
    add_passport(parser, is_new=True)
    add_leave(parser)


def _checkpoint(call: GroupCall) -> Operation:
    arguments, members = call.arguments, call.members()
    if arguments.name is not None:  # no name means a default one, but a blank one is a mistake
        demand("The checkpoint cannot be called that.", name_forbids(arguments.name))
    method = method_meant(arguments, call.group.method)
    return CheckpointGroup(
        tuple(each.vm for each in members),
        arguments.name or "",
        passport=new_passport(arguments),
        leave_stopped=arguments.leave_stopped,
        method=method,
        keep_partial=arguments.keep_partial,
        group_id=call.group.id,
        group_name=call.group.name,
        starts=start_stages(members),
        rates=stop_rates(call.groups.records, method),
    )


def _apply_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-safety",
        action="store_true",
        help="take no group checkpoint of the present state before: it is lost",
    )
    parser.add_argument(
        "--no-start", action="store_true", help="leave VMs that ran before stopped afterwards"
    )
    add_without_missing(parser, "VMs whose checkpoints are missing")
    add_leave(parser)


def _apply(call: GroupCall) -> Operation:
    arguments = call.arguments
    return ApplyGroupCheckpoint(
        call.target(),
        safety=not arguments.no_safety,
        start=not arguments.no_start,
        partial=arguments.without_missing,
        members=call.group.members,
        passport=None if arguments.no_safety else passport_for_safety(),
        leave_stopped=arguments.leave_stopped,
    )


def _rename_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the new name of all its checkpoints")


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="FOLDER", required=True, help="folder, on each of the hosts")


def _notes_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text", help="the notes beside what HVTree keeps there, in place of those that are there"
    )
    add_passport(parser, is_new=False)


def _notes(call: GroupCall) -> Operation:
    change = passport_change(call.arguments)
    return EditGroupNotes(call.target(), change, call.arguments.text, signer().author)


def _start_options(parser: argparse.ArgumentParser) -> None:
    add_without_missing(parser, _LOST_MEMBERS)


def _start(call: GroupCall) -> Operation:
    members = call.members()
    return StartGroup(tuple(each.vm for each in members), start_stages(members))


def _save(call: GroupCall) -> Operation:
    members = call.members()
    return SaveGroup(tuple(each.vm for each in members), start_stages(members))


def _shut_down(call: GroupCall) -> Operation:
    members = call.members()
    return ShutDownGroup(tuple(each.vm for each in members), start_stages(members))


GROUP_VERBS = (
    GroupVerb("checkpoint", _checkpoint, _checkpoint_options),
    GroupVerb("apply", _apply, _apply_options, is_of_checkpoint=True),
    GroupVerb(
        "rename-checkpoint",
        lambda call: RenameGroupCheckpoint(call.target(), call.arguments.name),
        _rename_options,
        is_of_checkpoint=True,
    ),
    GroupVerb(
        "export-checkpoint",
        lambda call: ExportGroupCheckpoint(call.target(), call.arguments.to),
        _export_options,
        is_of_checkpoint=True,
    ),
    GroupVerb(
        "remove-checkpoint",
        lambda call: DeleteGroupCheckpoint(call.target()),
        is_of_checkpoint=True,
    ),
    GroupVerb(
        "notes",
        _notes,
        _notes_options,
        is_of_checkpoint=True,
    ),
    GroupVerb(
        "lock",
        lambda call: LockCheckpoints(call.found().addresses, signer().author),
        is_of_checkpoint=True,
    ),
    GroupVerb(
        "unlock",
        lambda call: UnlockCheckpoints(call.found().addresses),
        is_of_checkpoint=True,
    ),
    GroupVerb("start", _start, _start_options),
    GroupVerb("save", _save, _start_options),
    GroupVerb(
        "shut-down",
        _shut_down,
        _start_options,
    ),
    GroupVerb(
        "delete-all-checkpoints",
        lambda call: DeleteAllCheckpoints(call.vms()),
        _start_options,
    ),
)
"""In the order of the help."""
