"""One run of the program, as the journal names it."""

from __future__ import annotations

import getpass
import os
import platform
import uuid
from dataclasses import dataclass, field


def user_name() -> str:
    """Return the name of whoever runs the program; empty if the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name in the environment, and none for this number
        return ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program, as the journal names it."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    computer: str = field(default_factory=platform.node)
    user: str = field(default_factory=user_name)
    process: int = field(default_factory=os.getpid)
