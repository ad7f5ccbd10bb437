"""`apply`: take a VM back to a checkpoint."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Verb, add_checkpoint, add_way_back
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Operation


def _describe(parser: argparse.ArgumentParser) -> None:
    add_checkpoint(parser)
    add_way_back(parser)


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    checkpoint = targets.checkpoint(arguments.target)
    return ApplyCheckpoint(checkpoint, safety=not arguments.no_safety, start=arguments.start)


APPLY = Verb("apply", "take a VM back to a checkpoint", _describe, _operation)
