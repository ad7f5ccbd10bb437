"""Talking to the machine: running commands, telling the user, and the one error that needs no traceback."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Run = Callable[[Sequence[str]], int]
Say = Callable[[str], None]


class SetupError(Exception):
    """The set-up cannot go on; the text says what happened and what to do now."""


def say(text: str) -> None:
    """Print at once: the lines must not come after those of the commands that they announce."""
    print(text, flush=True)


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
    """Run a command with the terminal of this one; return its exit code, 128 + n if a signal n ended it."""
    variables = {**os.environ, **(env or {})}
    code = subprocess.run(list(command), env=variables, cwd=cwd, check=False).returncode
    return code if code >= 0 else 128 - code


def run_quietly(command: Sequence[str]) -> int:
    """Run a command whose words interest nobody; return its exit code, 127 if it cannot be started."""
    try:
        return subprocess.run(list(command), capture_output=True, check=False).returncode
    except OSError:
        return 127
