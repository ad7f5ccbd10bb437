"""`delete`: delete checkpoints; their children stay."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb
from hvtree.operations.base import Operation
from hvtree.operations.delete import DeleteCheckpoints


def _operation(_arguments: argparse.Namespace, targets: Targets) -> Operation:
    return DeleteCheckpoints(targets.checkpoints())


DELETE = Verb(
    "delete", "delete checkpoints; their children stay", Thing.CHECKPOINT, _operation, takes_many=True
)
