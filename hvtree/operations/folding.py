"""The state that steps lead to: their edits, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from hvtree.domain.model import HostState
from hvtree.operations.base import Step


def after(state: HostState, steps: Iterable[Step]) -> HostState:
    """Return the state after all these steps."""
    for step in steps:
        state = step.edit.on(state)
    return state
