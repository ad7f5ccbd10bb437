"""What a verb is, and the arguments that several verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from hvtree.cli.targets import Targets
from hvtree.operations.base import Operation

CHECKPOINT = "GUID, VM/CHECKPOINT, or a name that only one checkpoint has"
VM = "GUID, or a name that only one VM has"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of `hvtree plan` and `hvtree do`."""

    name: str
    purpose: str
    """What it does, for the help."""
    describe: Callable[[argparse.ArgumentParser], None]
    """Describes its arguments after the host to argparse."""
    operation: Callable[[argparse.Namespace, Targets], Operation]
    """Makes the operation that the arguments mean; raises `BadInput` for a target that is none or several."""


def add_vms(parser: argparse.ArgumentParser) -> None:
    """Let the verb take one VM or more."""
    parser.add_argument("targets", metavar="VM", nargs="+", help=VM)


def add_vm(parser: argparse.ArgumentParser) -> None:
    """Let the verb take one VM."""
    parser.add_argument("target", metavar="VM", help=VM)


def add_checkpoints(parser: argparse.ArgumentParser) -> None:
    """Let the verb take one checkpoint or more."""
    parser.add_argument("targets", metavar="CHECKPOINT", nargs="+", help=CHECKPOINT)


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """Let the verb take one checkpoint."""
    parser.add_argument("target", metavar="CHECKPOINT", help=CHECKPOINT)


def add_way_back(parser: argparse.ArgumentParser) -> None:
    """Let a verb that takes a VM back say what becomes of its present state, and whether it is started."""
    parser.add_argument(
        "--no-safety", action="store_true", help="take no checkpoint of the present state before: it is lost"
    )
    parser.add_argument("--start", action="store_true", help="start the VM afterwards")
