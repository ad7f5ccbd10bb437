"""Child processes in a group of their own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any


def apart_from_the_terminal() -> dict[str, Any]:
    """Return the options that keep Ctrl+C away from a child process: it must still answer while a job is brought to a safe end."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
