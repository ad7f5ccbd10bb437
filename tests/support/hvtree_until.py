"""HVTree in a process of its own until a certain line is logged; then it prints what is found there as JSON, and ends at once.

`python hvtree_until.py LINE WORDS`. Nothing is imported here that would hide what HVTree itself imports.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

COUNT = "HVTREE_TEST_COUNTS_DRAWINGS"
"""Set to count what is rendered. Qt is imported at once then, so that imports say nothing."""
CLOSE = "HVTREE_TEST_CLOSES"
"""Set to close the window at that line, as its user would, instead of telling."""


class _Line(logging.Handler):
    """Waits for the line."""

    def __init__(self, line: str, on_line: Callable[[], None]) -> None:
        super().__init__()
        self._line = line
        self._on_line = on_line

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == self._line:
            self._on_line()


def main(line: str, words: list[str]) -> int:
    """Be HVTree until the line comes."""
    sys.path[0] = os.path.abspath(f"{__file__}/../../..")  # noqa: PTH100  (pathlib is what others may import)
    events = _overheard()
    drawings = _counted() if COUNT in os.environ else []
    collections = _collections_with_qt()

    def on_line() -> None:
        if CLOSE in os.environ:
            _close()
            return
        found = {"at_s": time.time(), "processor_s": time.process_time(), "modules": [*sys.modules]}
        found["sources"] = [*sys.modules["linecache"].cache] if "linecache" in sys.modules else []
        _tell({**found, "events": events, "drawings": len(drawings), "collections": len(collections)})

    log = logging.getLogger("hvtree")
    log.setLevel(logging.INFO)
    log.addHandler(_Line(line, on_line))
    from hvtree.cli import run

    sys.argv[1:] = words
    return run()


def _close() -> None:
    from PySide6.QtWidgets import QApplication

    for each in QApplication.topLevelWidgets():
        each.close()


def _overheard() -> list[str]:
    """Return the list of what will happen, in order: see `Found.events`."""
    events: list[str] = []

    def hear(event: str, values: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen":
            events.append("process")
        elif event == "import" and str(values[0]).startswith("PySide6."):
            events.append(values[0])
        elif event == "compile" and str(values[1]).startswith("shibokensupport/"):
            events.append(values[1])

    sys.addaudithook(hear)
    return events


def _collections_with_qt() -> list[int]:
    """Return the list that grows with each collection of garbage, once Qt is loaded."""
    collections: list[int] = []

    def hear(phase: str, values: dict[str, int]) -> None:
        if phase == "start" and "PySide6.QtWidgets" in sys.modules:
            collections.append(values["generation"])

    gc.callbacks.append(hear)
    return collections


def _counted() -> list[int]:
    """Return the list that grows with each drawing that is rendered."""
    from PySide6 import QtSvg

    drawings: list[int] = []

    class Counted(QtSvg.QSvgRenderer):
        def render(self, *values: Any) -> None:
            drawings.append(1)
            super().render(*values)

    QtSvg.QSvgRenderer = Counted  # type: ignore[misc]
    return drawings


def _tell(found: dict[str, Any]) -> None:
    import json
    from pathlib import Path

    found["watched"] = len(gc.get_objects())
    from PySide6.QtWidgets import QApplication, QLabel

    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    labels = [label for window in windows for label in window.findChildren(QLabel) if label.isVisible()]
    found["texts"] = [label.text() for label in labels if label.text()]
    memory = Path("/proc/self/smaps_rollup")
    lines = memory.read_text("ascii").splitlines() if memory.exists() else []
    sizes = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines[1:])}
    found["rss"], found["pss"] = (1024 * int(sizes.get(name, 0)) for name in ("Rss", "Pss"))
    print(json.dumps(found), flush=True)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
