"""The settings of this user: read again before each change, so that two windows don't undo each other's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hvtree.app.settings import Settings
from hvtree.app.settings_file import load, save
from hvtree.domain.errors import BadInput

Change = Callable[[Settings], Settings]


class Store:
    """The settings file at one place."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Settings:
        """Return the settings; raise `BadInput` for a file that cannot be used."""
        return load(self._path)

    def change(self, change: Change) -> None:
        """Change the settings because the user wants it; raise `BadInput` if they cannot be written.

        A file that cannot be used is put aside, whole, and new settings begin.
        """
        try:
            settings = load(self._path)
        except BadInput:
            settings = Settings()
        self._write(settings, change(settings))

    def note(self, change: Change) -> None:
        """Change what is remembered without the user's asking; raise `BadInput`, and change nothing, if the file is damaged."""
        settings = load(self._path)
        self._write(settings, change(settings))

    def _write(self, before: Settings, after: Settings) -> None:
        if after != before:
            save(self._path, after)
