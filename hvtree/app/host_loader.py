"""Loads what reaching hosts takes, once for all of them."""

from __future__ import annotations

import asyncio

from hvtree.app.loading import CONNECTIONS, load_off_loop


class HostLoader:
    """Loads what a connection needs, beside the loop: `app.ports.Loader`.

    Hosts that wait for it go on one after the other, so that the window gets on between two of them.
    """

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._is_loaded = False

    async def to_connect(self) -> None:
        async with self._one_at_a_time:
            if not self._is_loaded:
                await load_off_loop(CONNECTIONS, "HVTree cannot reach hosts")
            self._is_loaded = True
