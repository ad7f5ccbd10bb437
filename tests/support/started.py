"""HVTree started in a fresh process, and what is found when it has come to a certain point."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tests.support.hvtree_until import COUNT

PAINTED = "the window is on the screen"
FILLED = "the window is filled"
SHOWN = "a host is on the screen"
_CHILD = Path(__file__).with_name("hvtree_until.py")


class Found(msgspec.Struct, frozen=True):
    """What was found at the point."""

    modules: list[str]
    sources: list[str]
    """The files whose source text is held."""
    texts: list[str]
    """What the visible labels say."""
    events: list[str]
    """`process` for each that was started, what was imported of Qt, and which files of its own PySide6 compiled, in order."""
    drawings: int
    """How many drawings were rendered, if they were counted."""
    collections: int
    """How often garbage was collected since Qt was loaded."""
    watched: int
    """How many objects a collection of garbage would go through."""
    at_s: float
    """When it was, as `time.time` has it."""
    processor_s: float
    rss: int
    pss: int

    @property
    def roots(self) -> set[str]:
        """The packages that were imported."""
        return {name.partition(".")[0] for name in self.modules}


def started(point: str, *words: str, home: Mapping[str, str], counts: bool = False) -> Found:
    """Start HVTree off the screen with these words, and return what is found at a point; `counts` its drawings, too.

    `home` are the variables of a home of its own.
    """
    variables = {"QT_QPA_PLATFORM": "offscreen", **home, **({COUNT: "1"} if counts else {})}
    said = subprocess.run(
        command(point, *words),
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return read(said.stdout)


def command(point: str, *words: str) -> list[str]:
    """Return what starts HVTree up to a point."""
    return [sys.executable, str(_CHILD), point, *words]


def read(said: str) -> Found:
    """Return what such a process has printed."""
    return msgspec.json.decode(said.splitlines()[-1], type=Found)
