"""The verbs about notes, and about what they say: `notes`, `vm-notes`, `lock`, `unlock`, `delete-expired`."""

from __future__ import annotations

import argparse

from hvtree.app.workspace import utc_now
from hvtree.cli.passport_options import add_passport, changed_notes, signer
from hvtree.cli.targets import Targets
from hvtree.cli.verb import Thing, Verb
from hvtree.operations.base import Operation
from hvtree.operations.delete_expired import DeleteExpired, all_expired_safety
from hvtree.operations.notes import EditNotes, LockCheckpoints, UnlockCheckpoints, Written


def _notes_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text", help="the notes beside what HVTree keeps there, in place of those that are there"
    )
    add_passport(parser, is_new=False)


def _notes(arguments: argparse.Namespace, targets: Targets) -> Operation:
    address = targets.checkpoint()
    state = targets.state(address.host_id)
    notes = state.checkpoint(address.ref).notes
    return EditNotes((Written(address, changed_notes(notes, arguments, state.taken_at_utc)),))


def _vm_notes_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", required=True, help="the notes, in place of those that are there")


def _vm_notes(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return EditNotes(tuple(Written(vm, arguments.text) for vm in targets.vms()))


def _delete_expired(_arguments: argparse.Namespace, targets: Targets) -> Operation:
    return DeleteExpired(all_expired_safety(targets.fleet, utc_now(), targets.vms()))


NOTES_VERBS = (
    Verb("notes", "change the notes of a checkpoint", Thing.CHECKPOINT, _notes, _notes_options),
    Verb("vm-notes", "change the notes of VMs", Thing.VM, _vm_notes, _vm_notes_options, takes_many=True),
    Verb(
        "lock",
        "refuse to delete checkpoints until they are unlocked",
        Thing.CHECKPOINT,
        lambda _arguments, targets: LockCheckpoints(targets.checkpoints(), signer().author),
        takes_many=True,
    ),
    Verb(
        "unlock",
        "let checkpoints be deleted again",
        Thing.CHECKPOINT,
        lambda _arguments, targets: UnlockCheckpoints(targets.checkpoints()),
        takes_many=True,
    ),
    Verb(
        "delete-expired",
        "delete safety checkpoints of VMs that nobody wants any more",
        Thing.VM,
        _delete_expired,
        takes_many=True,
    ),
)
"""In the order of the help."""
