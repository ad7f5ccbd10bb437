"""Imports as Python does them, with PySide6 loaded.

PySide6 replaces `builtins.__import__`: from then on it reads the source text of each module that anybody imports, to find out
whether `from __feature__ import snake_case` may concern it. HVTree has no use for that. It took 12 ms of the time to the first
paint, 55 to a filled window and 110 to the demo's tree, and held 7 million characters of source [6.11.3, measured 2026-11-26].
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  (it is this that replaces it)


def import_plainly() -> None:
    """Take PySide6's import away again; where it has replaced none there is nothing to do."""
    replaced = getattr(builtins, "__orig_import__", None)
    if replaced is not None:
        builtins.__import__ = replaced
