"""`checkpoint`: take a checkpoint of VMs, each by itself or as a group at one instant."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.preconditions import demand, name_forbids


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="name of the checkpoint (default: the VM's name and the time)")
    parser.add_argument(
        "--group",
        action="store_true",
        help="pause and save all of them first: one instant for the whole group",
    )


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    vms = targets.vms()
    if arguments.name is not None:  # no name means a default one, but a blank one is a mistake
        demand("The checkpoint cannot be called that.", name_forbids(arguments.name))
    return (CheckpointGroup if arguments.group else CreateCheckpoint)(vms, arguments.name or "")


CREATE = Verb("checkpoint", "take a checkpoint of VMs", Thing.VM, _operation, _options, takes_many=True)
