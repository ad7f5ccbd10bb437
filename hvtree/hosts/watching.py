"""News of one host: asked for, heard, and passed on to who wants them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hvtree.domain.errors import BadHostData
from hvtree.hosts.codec import Body, decoded
from hvtree.hosts.messages import Changed, Message
from hvtree.hosts.rpc import Rpc


class Watch:
    """Passes news on, once somebody listens; what has come before is not lost."""

    def __init__(self, rpc: Rpc, revision: Callable[[], int]) -> None:
        """`revision` is that of the last reading."""
        self._rpc = rpc
        self._revision = revision
        self._on_change: Callable[[], None] | None = None
        self._on_same: Callable[[], None] | None = None
        self._ahead: asyncio.Task[Body] | None = None
        self._has_news = False
        """Something has changed before anybody listened."""

    def ask_ahead(self) -> None:
        """Ask the agent for news before anybody listens."""
        self._ahead = self._asked()

    async def ask(self) -> None:
        """Ask the agent for news, unless that has been done."""
        ahead, self._ahead = self._ahead, None
        await (ahead or self._asked())

    def listen(self, on_change: Callable[[], None], on_same: Callable[[], None] | None) -> None:
        """Tell these from now on: that something has changed, and that the host has answered without news."""
        self._on_change, self._on_same = on_change, on_same
        if self._has_news:
            self.changed()

    def hear(self, message: Message) -> None:
        """Take an event of the agent."""
        if message.ev == "changed" and self._is_news(message):
            self.changed()

    def changed(self) -> None:
        """Tell that something has changed, or may have."""
        self._has_news = self._on_change is None
        if self._on_change is not None:
            self._on_change()

    def unchanged(self) -> None:
        """Tell that what was last read is still so."""
        if self._on_same is not None:
            self._on_same()

    def _is_news(self, message: Message) -> bool:
        try:
            return decoded(message.data, Changed, "the wish for news").revision != self._revision()
        except BadHostData:
            return True  # then the reading that follows says what is wrong with the host

    def _asked(self) -> asyncio.Task[Body]:
        return self._rpc.ask_ahead("host.watch", {"on": True}, "report changes")
