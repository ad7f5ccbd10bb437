"""Where the memory is."""

from __future__ import annotations

from pathlib import Path

import platformdirs

FILE_NAME = "memory.sqlite3"


def default_path() -> Path:
    """Return the place of the file: the data folder of the operating system."""
    return Path(platformdirs.user_data_dir("HVTree", appauthor=False)) / FILE_NAME
