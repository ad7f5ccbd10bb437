"""`rename`: give a checkpoint another name."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb
from hvtree.operations.base import Operation
from hvtree.operations.rename import RenameCheckpoint


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the new name")


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return RenameCheckpoint(targets.checkpoint(), arguments.name)


RENAME = Verb("rename", "give a checkpoint another name", Thing.CHECKPOINT, _operation, _options)
