"""The name of whoever works at this computer."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """Return the name of whoever runs the program; empty if the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name in the environment, and none for this number
        return ""
