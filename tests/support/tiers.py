"""The fast tier: the tests that need neither a process nor a connection, so that they are run after each change.

A test belongs to it by the folder that it is in (`devtools.checks.FAST_FOLDERS`) and by what its module imports, directly or
through other modules of the tests: nobody has to mark it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLOW = (
    "subprocess",
    "socket",
    "hvtree.emulator.serve",
    "hvtree.emulator.winrm",
    "hvtree.emulator.powershell",
)
"""Who imports one of these has to do with processes or connections."""


def add_option(parser: pytest.Parser) -> None:
    """Describe the option that chooses the fast tier."""
    parser.addoption("--fast", action="store_true", help="only tests without processes and connections")


def deselect(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what is not to run: with --fast whatever is slow."""
    unwanted = [item for item in items if is_slow(item.path)] if config.getoption("--fast") else []
    if unwanted:
        items[:] = [item for item in items if item not in unwanted]
        config.hook.pytest_deselected(items=unwanted)


@cache
def is_slow(path: Path) -> bool:
    """Return whether a module imports something slow, directly or through other modules of the tests."""
    seen, waiting = {path}, [path]
    while waiting:
        for name in _imports(waiting.pop()):
            if any(f"{name}.".startswith(f"{slow}.") for slow in SLOW):
                return True
            other = ROOT / f"{name.replace('.', '/')}.py"
            if name.startswith("tests.") and other not in seen and other.exists():
                seen.add(other)
                waiting.append(other)
    return False


def _imports(path: Path) -> Iterator[str]:
    """Return the modules that a module imports anywhere in it, and the names that it imports from them, which may be some too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
