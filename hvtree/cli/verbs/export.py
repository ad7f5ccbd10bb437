"""`export`: copy a checkpoint as a VM into a folder on the host."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Verb, add_checkpoint
from hvtree.operations.base import Operation
from hvtree.operations.export import ExportCheckpoint


def _describe(parser: argparse.ArgumentParser) -> None:
    add_checkpoint(parser)
    parser.add_argument("--to", metavar="FOLDER", required=True, help="folder on the host")


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return ExportCheckpoint(targets.checkpoint(arguments.target), arguments.to)


EXPORT = Verb("export", "copy a checkpoint as a VM into a folder on the host", _describe, _operation)
