"""Single settings, read whenever they count; where the file cannot be read, the usual one stands for each, and that is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hvtree.app.settings import Settings
from hvtree.app.settings_file import Store
from hvtree.domain.errors import BadInput

T = TypeVar("T")


class UsualSettings:
    """Reads settings on the loop's thread. `tell` hears once that the file cannot be read, and again when it could be meanwhile."""

    def __init__(self, store: Store, tell: Callable[[BadInput], None]) -> None:
        self._store = store
        self._tell = tell
        self._told = ""

    def read(self, choose: Callable[[Settings], T], usual: T) -> T:
        """Return what is chosen from the settings, or the usual value while they cannot be read."""
        try:
            chosen = choose(self._store.read())
        except BadInput as error:
            self._say(error)
            return usual
        self._told = ""
        return chosen

    def _say(self, error: BadInput) -> None:
        if error.sentence == self._told:
            return
        self._told = error.sentence
        now = f"{error.now} Until then HVTree goes on with its usual settings."
        self._tell(BadInput(error.what, why=error.why, now=now, details=error.details, code=error.code))
