"""Asks before VMs are removed."""

from __future__ import annotations

import sys


def is_agreed(*, is_sure: bool) -> bool:
    """Return whether what was shown is to be removed: somebody was sure beforehand, or says so on the terminal."""
    if is_sure:
        return True
    if not sys.stdin.isatty():
        print("Nothing is removed: run this on a terminal to be asked, or with --yes.")
        return False
    print("Remove them, with their disks and checkpoints? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
