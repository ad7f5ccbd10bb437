"""A host that is being read for the first time is shown part by part."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from hvtree.app.batches import Batches
from hvtree.app.host_view import HostView
from hvtree.domain.model import HostState
from hvtree.values import replace

PAUSE_S, LONGEST_S = 0.5, 4.0
"""Between two times at which parts are shown: each time all rows of the host are laid out anew, and they become more."""


class FirstReading:
    """Gathers the parts of a host's first reading. One that was read before stays as it is until it has been read again."""

    def __init__(self, view: Callable[[], HostView], show: Callable[[HostState], None]) -> None:
        """`view` gives the host as it is shown now; `show` gets what has come of it so far."""
        self._view = view
        self._show = show
        self._partly: HostState | None = None
        self._parts = self._new_parts()

    def take(self, state: HostState) -> None:
        """Take what has come so far."""
        if self._view().state is None or self._view().is_partial:
            self._partly = state
            self._parts.came()

    def end(self) -> None:
        """Show no more parts: the reading is whole, or was broken off."""
        self._parts.drop()
        self._parts = self._new_parts()
        self._partly = None

    def _new_parts(self) -> Batches:
        return Batches(self._tell, PAUSE_S, LONGEST_S)

    def _tell(self) -> None:
        if self._partly is None:
            return
        shown = self._view().state
        before = shown.vms if shown is not None else {}  # of a reading that was broken off
        self._show(replace(self._partly, vms=MappingProxyType({**before, **self._partly.vms})))
