"""`delete-subtree`: delete a checkpoint with all below it."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb
from hvtree.operations.base import Operation
from hvtree.operations.delete import DeleteCheckpointSubtree


def _operation(_arguments: argparse.Namespace, targets: Targets) -> Operation:
    return DeleteCheckpointSubtree(targets.checkpoint())


DELETE_SUBTREE = Verb("delete-subtree", "delete a checkpoint with all below it", Thing.CHECKPOINT, _operation)
