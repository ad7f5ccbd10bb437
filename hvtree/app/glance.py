"""A glance at the settings before the first paint: how the window was left, and what will be opened in it.

It reads the file without the checks of `settings_file`, whose imports take longer than all of this. Where anything is not as
expected nothing is known: the settings are read again, with all checks and complaints, when the window is on the screen.
"""

from __future__ import annotations

import binascii
import json
from pathlib import Path
from typing import NamedTuple

import platformdirs

FILE_NAME = "settings.json"


class Glance(NamedTuple):
    """What is known before the settings are read."""

    geometry: bytes = b""
    """As Qt has written it; empty if unknown."""
    open_hosts: tuple[str, ...] = ()
    """The names of the saved hosts that were open last."""


def settings_path() -> Path:
    """Return the place of the settings file: the configuration folder of the operating system."""
    return Path(platformdirs.user_config_dir("HVTree", appauthor=False)) / FILE_NAME


def glance(path: Path) -> Glance:
    """Return what a settings file says at a glance; never raises."""
    try:
        found = json.loads(path.read_bytes())
        names = {host["name"] for host in found["hosts"]}
        return Glance(
            binascii.a2b_base64(found.get("window", {}).get("geometry", "")),
            tuple(name for name in found.get("open", ()) if isinstance(name, str) and name in names),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Glance()
