"""The process of the demo lab: an emulated host that ends when this process dies.

It takes as long to start as the window, so whoever knows that it will be needed starts it first: nothing is imported here that
takes long itself. Everything but `DemoProcess()` blocks.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress

from hvtree.app.hidden_variables import PASSWORD_VARIABLE
from hvtree.hosts.process_group import apart_from_the_terminal

END_S = 3.0
"""How long it may take to end by itself once its input has ended."""


class DemoProcess:
    """Runs `hvtree emulate` from the moment it is made; raises `OSError` where no process can be started."""

    def __init__(self, world: str) -> None:
        self.world = world
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  (it belongs to the process, and `end` closes it)
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            [*_this_program(), "emulate", "--world", world, "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env={key: value for key, value in os.environ.items() if key != PASSWORD_VARIABLE},
            **apart_from_the_terminal(),
        )

    def announcement(self) -> bytes:
        """Return the line in which it says where it is; empty once it has ended without one."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def words(self) -> str:
        """Return what it has said on standard error."""
        self._words.seek(0)
        return self._words.read().decode(errors="replace").strip()

    def end(self) -> None:
        """End it, by force if need be, and wait for that."""
        process = self._process
        assert process.stdin is not None
        with suppress(OSError):  # it has gone already
            process.stdin.close()
        for harder in (process.terminate, process.kill):
            try:
                process.wait(END_S)
                break
            except subprocess.TimeoutExpired:
                harder()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._words.close()


def _this_program() -> list[str]:
    """Return the command that starts HVTree again: the bundled program itself, or Python with the package."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "hvtree"]
