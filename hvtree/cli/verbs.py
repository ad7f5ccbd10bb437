"""The verbs of `hvtree plan` and `hvtree do`: their words, their arguments, and the operation that each means.

A new verb is an entry in `VERBS`; those about notes are in `notes_verbs`.
"""

from __future__ import annotations

import argparse

from hvtree.cli.connection import ConnectedHosts
from hvtree.cli.host_words import target_words
from hvtree.cli.notes_verbs import NOTES_VERBS
from hvtree.cli.options import add_connection, add_json, add_login
from hvtree.cli.passport_options import add_passport, new_passport, passport_for_safety
from hvtree.cli.targets import ManyMeant, Target, Targets
from hvtree.cli.verb import Thing, Verb
from hvtree.domain.address import VmAddress
from hvtree.domain.passport import Passport
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.preconditions import demand, name_forbids
from hvtree.operations.rename import RenameCheckpoint


def _checkpoint_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="name of the checkpoint (default: the VM's name and the time)")
    parser.add_argument(
        "--group",
        action="store_true",
        help="pause and save all of them first: one instant for the whole group",
    )
    add_passport(parser, is_new=True)
    add_leave(parser)


def _checkpoint(arguments: argparse.Namespace, targets: Targets) -> Operation:
    vms = targets.vms()
    if arguments.name is not None:  # no name means a default one, but a blank one is a mistake
        demand("The checkpoint cannot be called that.", name_forbids(arguments.name))
    if arguments.group:
        name, passport = arguments.name or "", new_passport(arguments)
        return CheckpointGroup(vms, name, passport=passport, leave_stopped=arguments.leave_stopped)
    return CreateCheckpoint(vms, arguments.name or "", passport=new_passport(arguments))


def _rename_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the new name")


def _way_back_options(parser: argparse.ArgumentParser) -> None:
    """Let a verb that takes a VM back say what becomes of its present state, and whether it is started."""
    parser.add_argument(
        "--no-safety", action="store_true", help="take no checkpoint of the present state before: it is lost"
    )
    parser.add_argument("--start", action="store_true", help="start the VM afterwards")
    add_leave(parser)


def add_leave(parser: argparse.ArgumentParser) -> None:
    """Describe `--leave-stopped`."""
    parser.add_argument(
        "--leave-stopped",
        action="store_true",
        help="leave VMs as they are if the connection fails while they are stopped; else the host brings them back",
    )


def _apply(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return ApplyCheckpoint(
        targets.checkpoint(),
        safety=not arguments.no_safety,
        start=arguments.start,
        passport=_passport(arguments),
        leave_stopped=arguments.leave_stopped,
    )


def _revert(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return RevertVm(
        targets.vm(),
        safety=not arguments.no_safety,
        start=arguments.start,
        passport=_passport(arguments),
        leave_stopped=arguments.leave_stopped,
    )


def _passport(arguments: argparse.Namespace) -> Passport | None:
    return None if arguments.no_safety else passport_for_safety()


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="FOLDER", required=True, help="folder on the host")


VERBS = (
    Verb(
        "checkpoint",
        "take a checkpoint of VMs",
        Thing.VM,
        _checkpoint,
        _checkpoint_options,
        takes_many=True,
    ),
    Verb(
        "rename",
        "give a checkpoint another name",
        Thing.CHECKPOINT,
        lambda arguments, targets: RenameCheckpoint(targets.checkpoint(), arguments.name),
        _rename_options,
    ),
    Verb("apply", "take a VM back to a checkpoint", Thing.CHECKPOINT, _apply, _way_back_options),
    Verb("revert", "take a VM back to the checkpoint it stands on", Thing.VM, _revert, _way_back_options),
    Verb(
        "export",
        "copy a checkpoint as a VM into a folder on the host",
        Thing.CHECKPOINT,
        lambda arguments, targets: ExportCheckpoint(targets.checkpoint(), arguments.to),
        _export_options,
    ),
    Verb(
        "delete",
        "delete checkpoints; their children stay",
        Thing.CHECKPOINT,
        lambda _arguments, targets: DeleteCheckpoints(targets.checkpoints()),
        takes_many=True,
    ),
    Verb(
        "delete-subtree",
        "delete a checkpoint with all below it",
        Thing.CHECKPOINT,
        lambda _arguments, targets: DeleteCheckpointSubtree(targets.checkpoint()),
    ),
    *NOTES_VERBS,
)
"""In the order of the help."""


def add_verbs(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Describe all verbs to argparse; return the parser of each."""
    add_login(parser)
    add_json(parser)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    return [_add_verb(verbs.add_parser(verb.name, help=verb.purpose), verb) for verb in VERBS]


def hosts_meant(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Return the words for the hosts that the arguments are about, each once.

    Raise `BadInput` if only some targets name their host. End the program with the usage if there is no target.
    """
    words = target_words(arguments.host_word, _rest(arguments))
    if not words:
        arguments.complain(f"the following arguments are required: {arguments.verb.thing.name}")
    return tuple(dict.fromkeys(word.host for word in words))


async def plan_meant(arguments: argparse.Namespace, hosts: ConnectedHosts) -> Plan:
    """Return the plan that the arguments mean, with all sizes that its hosts tell.

    Raise `BadInput` unless each target means exactly one thing, and `Refused` if it cannot be done.
    """
    try:
        operation = _operation_meant(arguments, hosts)
    except ManyMeant as error:  # its table shows sizes: they are read for those VMs, and it is made once more
        states = hosts.workspace.fleet.hosts
        await hosts.workspace.measured(
            VmAddress(host_id, vm_id)
            for host_id in states
            for vm_id in error.vm_ids & states[host_id].vms.keys()
        )
        operation = _operation_meant(arguments, hosts)
    return await measured_plan(operation, hosts)


async def measured_plan(operation: Operation, hosts: ConnectedHosts) -> Plan:
    """Return the plan of an operation, with all sizes that its hosts tell; raise `Refused` if it cannot be done."""
    plan = hosts.workspace.plan(operation)
    if all(vm.is_measured for state in plan.before.hosts.values() for vm in state.vms.values()):
        return plan
    await hosts.workspace.measured(plan.vms)
    return hosts.workspace.plan(operation)


def _operation_meant(arguments: argparse.Namespace, hosts: ConnectedHosts) -> Operation:
    words = target_words(arguments.host_word, _rest(arguments))
    found = [Target(hosts.ids[word.host], word.text) for word in words]
    verb: Verb = arguments.verb
    return verb.operation(arguments, Targets(hosts.workspace.fleet.hosts, found))


def _rest(arguments: argparse.Namespace) -> list[str]:
    """Return the words behind the first one."""
    verb: Verb = arguments.verb
    words: list[str | None] = arguments.targets if verb.takes_many else [arguments.target]
    return [word for word in words if word is not None]


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> argparse.ArgumentParser:
    thing = verb.thing.name
    add_connection(parser, f"HOST|HOST/{thing}", f"; or the first {thing}, with its host before it")
    parser.add_argument(
        "targets" if verb.takes_many else "target",
        metavar=f"{thing}|HOST/{thing}" if verb.takes_many else thing,
        nargs="*" if verb.takes_many else "?",
        help=f"{verb.thing.value}; with its host before it if the first word has one",
    )
    add_json(parser)
    verb.options(parser)
    parser.set_defaults(verb=verb, complain=parser.error)
    return parser
