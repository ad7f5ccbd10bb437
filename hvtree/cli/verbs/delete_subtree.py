"""`delete-subtree`: delete a checkpoint with all below it."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Verb, add_checkpoint
from hvtree.operations.base import Operation
from hvtree.operations.delete import DeleteCheckpointSubtree


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return DeleteCheckpointSubtree(targets.checkpoint(arguments.target))


DELETE_SUBTREE = Verb("delete-subtree", "delete a checkpoint with all below it", add_checkpoint, _operation)
