"""What a verb is, and the options that several verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from hvtree.cli.targets import Targets
from hvtree.operations.base import Operation


class Thing(Enum):
    """What a verb is about; the value says how it is named."""

    VM = "GUID, or a name that only one VM has"
    CHECKPOINT = "GUID, VM/CHECKPOINT, or a name that only one checkpoint has"


def _without_options(_parser: argparse.ArgumentParser) -> None:
    """Describe nothing."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of `hvtree plan` and `hvtree do`."""

    name: str
    purpose: str
    """What it does, for the help."""
    thing: Thing
    operation: Callable[[argparse.Namespace, Targets], Operation]
    """Makes the operation from options and targets; raises `BadInput` unless each target means exactly one thing."""
    options: Callable[[argparse.ArgumentParser], None] = _without_options
    """Describes its own options to argparse."""
    takes_many: bool = False
    """It takes any number of things, on one host or several."""


def add_way_back(parser: argparse.ArgumentParser) -> None:
    """Let a verb that takes a VM back say what becomes of its present state, and whether it is started."""
    parser.add_argument(
        "--no-safety", action="store_true", help="take no checkpoint of the present state before: it is lost"
    )
    parser.add_argument("--start", action="store_true", help="start the VM afterwards")
