"""The live tests run for those only who name a host, and say so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def collected(*words: str) -> str:
    """Return what pytest says when it looks for tests."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))
    }
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/live"]
    ended = subprocess.run(
        [*command, *words], cwd=ROOT, env=inherited, capture_output=True, text=True, check=False
    )
    return ended.stdout + ended.stderr


def test_without_a_host_they_are_deselected_and_the_header_says_so() -> None:
    said = collected("-m", "live", "-v")
    assert "live tests: deselected, for no --host is given (tests/live/README.md)" in said
    assert "test_sweep" not in said
    assert "deselected" in said.splitlines()[-1]
