"""A screen to draw on: the one that is there, or an Xvfb for the time of a benchmark; without either Qt draws off screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hvtree.ui.display import window_problem

_ENDS_WITHIN_S = 10


@contextmanager
def screen() -> Iterator[Mapping[str, str]]:
    """Give the variables for processes that are to draw there."""
    if "DISPLAY" in os.environ and window_problem({"DISPLAY": os.environ["DISPLAY"]}) is None:
        yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": os.environ["DISPLAY"]}
        return
    server = shutil.which("Xvfb")
    if server is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    words = [server, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as said:
            yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{said.readline().strip()}"}
    finally:
        process.terminate()
        process.wait(_ENDS_WITHIN_S)
