"""What a verb of `hvtree plan` and `hvtree do` is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from hvtree.cli.targets import Targets
from hvtree.operations.base import Operation


class Thing(Enum):
    """What a verb is about; the value says how it is named."""

    VM = "GUID, or a name that only one VM has"
    CHECKPOINT = "GUID, VM/CHECKPOINT, or a name that only one checkpoint has"


def _without_options(_parser: argparse.ArgumentParser) -> None:
    """Describe nothing."""


class Verb(Struct, frozen=True):
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
