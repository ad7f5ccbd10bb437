"""Which hosts need a slower mode, kept from one run of the program to the next, so that it is not looked for each time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType

from hvtree.app.settings import Settings
from hvtree.app.settings_file import Store
from hvtree.domain.errors import BadInput
from hvtree.hosts.mode_memory import ModeMemory, SlowerMode, utc_now
from hvtree.values import replace


class ConnectionCache(ModeMemory):
    """A memory that begins with what is in the settings. Settings that cannot be used only make it forgetful."""

    def __init__(self, store: Store, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(now)
        self._store = store

    def kept(self, host: str) -> SlowerMode | None:
        """Return what is remembered of a host: of this run, else of an earlier one."""
        if host in self._slower:
            return super().kept(host)
        try:
            return self._store.read().modes.get(host)
        except BadInput:
            return None

    def keep(self, host: str, slower: SlowerMode | None) -> None:
        """Remember this of a host; only for this run if it cannot be written down."""
        super().keep(host, slower)
        with suppress(BadInput):
            self._store.note(lambda settings: _with_mode(settings, host, slower))


def _with_mode(settings: Settings, host: str, slower: SlowerMode | None) -> Settings:
    modes = {name: kept for name, kept in settings.modes.items() if name != host}
    if slower is not None:
        modes[host] = slower
    return replace(settings, modes=MappingProxyType(modes))
