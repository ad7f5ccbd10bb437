"""`delete`: delete checkpoints; their children stay."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Verb, add_checkpoints
from hvtree.operations.base import Operation
from hvtree.operations.delete import DeleteCheckpoints


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return DeleteCheckpoints(targets.checkpoints(arguments.targets))


DELETE = Verb("delete", "delete checkpoints; their children stay", add_checkpoints, _operation)
