"""Which hosts need a slower mode, kept from one run of the program to the next, so that it is not looked for each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from hvtree.app.settings import Settings
from hvtree.app.store import Store
from hvtree.domain.errors import BadInput
from hvtree.hosts.fallback import ModeMemory

KEPT_DAYS = 14
"""Then the quicker modes are tried once more: the host may have been mended."""


class _Kept(msgspec.Struct):
    rung: int
    since: date


def _today() -> date:
    return datetime.now(UTC).date()


class ConnectionCache(ModeMemory):
    """A memory that begins with what is in the settings. Settings that cannot be used only make it forgetful."""

    def __init__(self, store: Store, today: Callable[[], date] = _today) -> None:
        super().__init__()
        self._store = store
        self._today = today

    def order(self, host: str, count: int) -> list[int]:
        """Return the modes in the order in which to try them."""
        kept = self._kept().get(host)
        if kept is not None and self.known(host) is None and self._is_fresh(kept) and 0 < kept.rung < count:
            super().note(host, kept.rung)
        return super().order(host, count)

    def note(self, host: str, index: int) -> None:
        """Remember the index that has led to a host; the first one is what everybody begins with."""
        super().note(host, index)
        kept = self._kept().get(host)
        is_known = (kept is None) if index == 0 else (kept is not None and self._says(kept, index))
        if not is_known:
            try:
                self._store.note(lambda settings: _with_mode(settings, host, index, self._today()))
            except BadInput:
                return  # then it is known for this run only

    def _says(self, kept: _Kept, index: int) -> bool:
        return kept.rung == index and self._is_fresh(kept)

    def _is_fresh(self, kept: _Kept) -> bool:
        return (self._today() - kept.since).days < KEPT_DAYS

    def _kept(self) -> Mapping[str, _Kept]:
        try:
            return msgspec.convert(dict(self._store.read().roads), dict[str, _Kept])
        except (BadInput, msgspec.ValidationError):
            return {}


def _with_mode(settings: Settings, host: str, index: int, since: date) -> Settings:
    roads: dict[str, Any] = {name: road for name, road in settings.roads.items() if name != host}
    if index > 0:
        roads[host] = {"rung": index, "since": since.isoformat()}
    return replace(settings, roads=MappingProxyType(roads))
