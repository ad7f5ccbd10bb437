"""Everything that is fuzzed, by its name."""

from __future__ import annotations

from functools import cache

from tests.fuzz import file_targets, winrm_targets, wire_targets
from tests.fuzz.target import Target


@cache
def targets() -> dict[str, Target]:
    """Return the targets by their names, with samples that are made when they are first asked for."""
    return wire_targets.targets() | winrm_targets.targets() | file_targets.targets()
