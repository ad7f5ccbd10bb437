"""`export`: copy a checkpoint as a VM into a folder on the host."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb
from hvtree.operations.base import Operation
from hvtree.operations.export import ExportCheckpoint


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="FOLDER", required=True, help="folder on the host")


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return ExportCheckpoint(targets.checkpoint(), arguments.to)


EXPORT = Verb(
    "export", "copy a checkpoint as a VM into a folder on the host", Thing.CHECKPOINT, _operation, _options
)
