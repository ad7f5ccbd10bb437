"""Counts how often something is done: for what must cost by what is shown, not by how much there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


class Calls:
    """How often a function or method has been called; it does what it did before."""

    def __init__(self, patch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        """To be made before any object whose method is counted: Qt remembers which methods an object has."""
        self.number = 0
        counted = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            self.number += 1
            return counted(*given, **named)

        patch.setattr(owner, name, call)

    def during(self, what: Callable[[], object]) -> int:
        """Do something, and return how many calls there were meanwhile."""
        before = self.number
        what()
        return self.number - before
