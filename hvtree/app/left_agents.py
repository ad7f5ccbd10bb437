"""Agents that were left behind by connections that were lost: as long as they hold VMs, they may still start some."""

from __future__ import annotations

import asyncio

BRINGING_BACK_S = 10
"""How long an agent takes to bring back what it holds."""


class LeftAgents:
    """Those on one host."""

    def __init__(self) -> None:
        self._until_s = 0.0

    def leave(self, lease_left_s: int) -> None:
        """Note that a connection has ended whose agent holds VMs for so long; 0 for one that holds none."""
        if lease_left_s:
            now_s = asyncio.get_running_loop().time()
            self._until_s = max(self._until_s, now_s + lease_left_s + BRINGING_BACK_S)

    async def gone(self) -> None:
        """Return when none of them is going to do anything more."""
        left_s = self._until_s - asyncio.get_running_loop().time()
        if left_s > 0:
            await asyncio.sleep(left_s)
