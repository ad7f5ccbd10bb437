"""The verbs of `hvtree plan` and `hvtree do`: what each takes on the command line, and which operation it means."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from hvtree.cli.options import add_connection, add_json, add_login
from hvtree.cli.targets import find_checkpoint, find_vm, refs, vm_ids
from hvtree.domain.model import HostState
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.preconditions import demand, name_forbids
from hvtree.operations.rename import RenameCheckpoint

_CHECKPOINT = "GUID, VM/CHECKPOINT, or a name that only one checkpoint has"
_VM = "GUID, or a name that only one VM has"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its help, its words after the host, and the operation that they mean."""

    name: str
    purpose: str
    describe: Callable[[argparse.ArgumentParser], None]
    intend: Callable[[argparse.Namespace, HostState], Operation]


def add_verbs(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Describe all verbs to argparse; give the parser of each."""
    add_login(parser)
    add_json(parser)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    return [_add_verb(verbs.add_parser(verb.name, help=verb.purpose), verb) for verb in VERBS]


def intention(arguments: argparse.Namespace, state: HostState) -> Operation:
    """Return the operation that the arguments mean on a host; raise `BadInput` for a target that is none or several."""
    verb: Verb = arguments.verb
    return verb.intend(arguments, state)


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> argparse.ArgumentParser:
    add_connection(parser)
    add_json(parser)
    verb.describe(parser)
    parser.set_defaults(verb=verb)
    return parser


def _vms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("targets", metavar="VM", nargs="+", help=_VM)
    parser.add_argument("--name", help="name of the checkpoint (default: the VM's name and the time)")
    parser.add_argument(
        "--group",
        action="store_true",
        help="pause and save all of them first: one instant for the whole group",
    )


def _checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="CHECKPOINT", help=_CHECKPOINT)


def _checkpoints(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("targets", metavar="CHECKPOINT", nargs="+", help=_CHECKPOINT)


def _renaming(parser: argparse.ArgumentParser) -> None:
    _checkpoint(parser)
    parser.add_argument("--name", required=True, help="the new name")


def _exporting(parser: argparse.ArgumentParser) -> None:
    _checkpoint(parser)
    parser.add_argument("--to", metavar="FOLDER", required=True, help="folder on the host")


def _applying(parser: argparse.ArgumentParser) -> None:
    _checkpoint(parser)
    _add_safety(parser)


def _reverting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="VM", help=_VM)
    _add_safety(parser)


def _add_safety(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-safety", action="store_true", help="take no checkpoint of the present state before: it is lost"
    )
    parser.add_argument("--start", action="store_true", help="start the VM afterwards")


def _create(arguments: argparse.Namespace, state: HostState) -> Operation:
    ids = vm_ids(arguments.targets, state)
    if arguments.name is not None:  # no name means a default one, but a blank one is a mistake
        demand("The checkpoint cannot be called that.", name_forbids(arguments.name))
    return (CheckpointGroup if arguments.group else CreateCheckpoint)(ids, arguments.name or "")


def _rename(arguments: argparse.Namespace, state: HostState) -> Operation:
    return RenameCheckpoint(find_checkpoint(arguments.target, state).ref, arguments.name)


def _apply(arguments: argparse.Namespace, state: HostState) -> Operation:
    ref = find_checkpoint(arguments.target, state).ref
    return ApplyCheckpoint(ref, safety=not arguments.no_safety, start=arguments.start)


def _revert(arguments: argparse.Namespace, state: HostState) -> Operation:
    vm_id = find_vm(arguments.target, state).id
    return RevertVm(vm_id, safety=not arguments.no_safety, start=arguments.start)


def _export(arguments: argparse.Namespace, state: HostState) -> Operation:
    return ExportCheckpoint(find_checkpoint(arguments.target, state).ref, arguments.to)


def _delete(arguments: argparse.Namespace, state: HostState) -> Operation:
    return DeleteCheckpoints(refs(arguments.targets, state))


def _delete_subtree(arguments: argparse.Namespace, state: HostState) -> Operation:
    return DeleteCheckpointSubtree(find_checkpoint(arguments.target, state).ref)


VERBS = (
    Verb("checkpoint", "take a checkpoint of VMs", _vms, _create),
    Verb("rename", "give a checkpoint another name", _renaming, _rename),
    Verb("apply", "take a VM back to a checkpoint", _applying, _apply),
    Verb("revert", "take a VM back to the checkpoint it stands on", _reverting, _revert),
    Verb("export", "copy a checkpoint as a VM into a folder on the host", _exporting, _export),
    Verb("delete", "delete checkpoints; their children stay", _checkpoints, _delete),
    Verb("delete-subtree", "delete a checkpoint with all below it", _checkpoint, _delete_subtree),
)
"""All verbs, in the order of the help."""
