"""A process whose clocks all jump at once, as on a computer that was asleep: its wall clock and its monotonic one.

It needs Linux and a C compiler. Without them no cases are made for it.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

_SOURCE = Path(__file__).with_name("clock_jump.c")
_COMPILER = shutil.which("cc")
CAN_JUMP = sys.platform == "linux" and _COMPILER is not None


class JumpingClock:
    """What makes the clocks of one process jump."""

    def __init__(self, folder: Path) -> None:
        self._library = folder / "clock_jump.so"
        self._jump = folder / "clock_jump"
        self._jump.write_bytes(struct.pack("q", 0))
        assert _COMPILER is not None
        subprocess.run([_COMPILER, "-shared", "-fPIC", "-O1", "-o", self._library, _SOURCE], check=True)

    @property
    def environment(self) -> dict[str, str]:
        """What such a process is started with."""
        return {"LD_PRELOAD": os.fspath(self._library), "HVTREE_TEST_CLOCK": os.fspath(self._jump)}

    def jump(self, seconds: int) -> None:
        """Let the clocks be so far ahead of the true time from now on."""
        with self._jump.open("r+b") as file:
            file.write(struct.pack("q", seconds))
