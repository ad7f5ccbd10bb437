"""`rename`: give a checkpoint another name."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Verb, add_checkpoint
from hvtree.operations.base import Operation
from hvtree.operations.rename import RenameCheckpoint


def _describe(parser: argparse.ArgumentParser) -> None:
    add_checkpoint(parser)
    parser.add_argument("--name", required=True, help="the new name")


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return RenameCheckpoint(targets.checkpoint(arguments.target), arguments.name)


RENAME = Verb("rename", "give a checkpoint another name", _describe, _operation)
