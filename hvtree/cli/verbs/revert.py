"""`revert`: take a VM back to the checkpoint it stands on."""

from __future__ import annotations

import argparse

from hvtree.cli.targets import Targets
from hvtree.cli.verbs.verb import Thing, Verb, add_way_back
from hvtree.operations.apply import RevertVm
from hvtree.operations.base import Operation


def _operation(arguments: argparse.Namespace, targets: Targets) -> Operation:
    return RevertVm(targets.vm(), safety=not arguments.no_safety, start=arguments.start)


REVERT = Verb("revert", "take a VM back to the checkpoint it stands on", Thing.VM, _operation, add_way_back)
