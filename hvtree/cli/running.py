"""Coroutines of a command, run to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


def finished(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine on a loop of its own, as `asyncio.run` does, and return what it returns.

    What it returns is kept out of its task. When Python puts its handler of Ctrl+C back it writes the task out in words, twice, and
    nobody reads them: for the reading of a host with 100,000 checkpoints that takes longer than to show it [measured].
    """
    found: list[_T] = []

    async def kept() -> None:
        found.append(await work)

    asyncio.run(kept())
    return found[0]
