"""`apply`: take a VM back to a checkpoint."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb, add_way_back
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Operation


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return ApplyCheckpoint(targets.checkpoint(), safety=not arguments.no_safety, start=arguments.start)


APPLY = Verb("apply", "take a VM back to a checkpoint", Thing.CHECKPOINT, _operation, add_way_back)
