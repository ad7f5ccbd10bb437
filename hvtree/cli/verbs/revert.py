"""`revert`: take a VM back to the checkpoint it stands on."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Verb, add_vm, add_way_back
from hvtree.operations.apply import RevertVm
from hvtree.operations.base import Operation


def _describe(parser: argparse.ArgumentParser) -> None:
    add_vm(parser)
    add_way_back(parser)


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return RevertVm(targets.vm(arguments.target), safety=not arguments.no_safety, start=arguments.start)


REVERT = Verb("revert", "take a VM back to the checkpoint it stands on", _describe, _operation)
