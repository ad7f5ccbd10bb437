"""Which hosts need a slower mode, kept from one run of the program to the next, so that it is not looked for each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType

from hvtree.app.settings import Settings, SlowerMode
from hvtree.app.settings_file import Store
from hvtree.domain.errors import BadInput
from hvtree.hosts.fallback import ModeMemory

KEPT_DAYS = 14
"""Then the quicker modes are tried once more: the host may have been repaired."""


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
        if kept is not None and self.known(host) is None and self._is_fresh(kept) and 0 < kept.mode < count:
            super().note(host, kept.mode)
        return super().order(host, count)

    def note(self, host: str, mode: int) -> None:
        """Remember the mode that worked; the first is not written down, because every host begins with it."""
        super().note(host, mode)
        kept = self._kept().get(host)
        is_known = kept is None if mode == 0 else kept is not None and self._says(kept, mode)
        if not is_known:
            try:
                self._store.note(lambda settings: _with_mode(settings, host, mode, self._today()))
            except BadInput:
                return  # then it is known for this run only

    def _says(self, kept: SlowerMode, mode: int) -> bool:
        return kept.mode == mode and self._is_fresh(kept)

    def _is_fresh(self, kept: SlowerMode) -> bool:
        return (self._today() - kept.since).days < KEPT_DAYS

    def _kept(self) -> Mapping[str, SlowerMode]:
        try:
            return self._store.read().modes
        except BadInput:
            return {}


def _with_mode(settings: Settings, host: str, mode: int, since: date) -> Settings:
    modes = {name: kept for name, kept in settings.modes.items() if name != host}
    if mode > 0:
        modes[host] = SlowerMode(mode, since)
    return replace(settings, modes=MappingProxyType(modes))
