"""A stand-in for this computer's PowerShell: a process that is HVTree's agent on an emulated host, over its standard streams.

As a module it makes the program that `HVTREE_PWSH` may name; run as a program (with the switches of a PowerShell) it is
that process. Before anything else it writes down its process id, arguments and environment, and at last that it has ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
AGENT, DEAF, DYING, CHATTY, FRAIL = "agent", "deaf", "dying", "chatty", "frail"
"""Kinds of it; a frail one dies of the request to rename a checkpoint."""
FACTS = "#hvtree-facts#"
"""What the doctor's question begins with."""


@dataclass(frozen=True)
class LocalPowerShell:
    """A program to be named by `HVTREE_PWSH`, and what its last process has said about itself."""

    path: Path
    notes: Path

    @property
    def seen(self) -> dict[str, Any]:
        """`pid`, `arguments` and `environment` of the process that was started last, and `has_ended` if it did by itself."""
        return dict(json.loads(self.notes.read_text(encoding="utf-8")))

    @property
    def is_running(self) -> bool:
        """The process that was started last is alive, or was not waited for."""
        try:
            os.kill(self.seen["pid"], 0)
        except ProcessLookupError:
            return False
        return True


def make(folder: Path, kind: str = AGENT) -> LocalPowerShell:
    """Make the program in a folder."""
    notes = folder / "notes.json"
    words = f'"{sys.executable}" "{__file__}" "{notes}" {kind}'
    if sys.platform == "win32":
        path = folder / "pwsh.cmd"
        path.write_text(f"@{words} %*\r\n", encoding="utf-8")
    else:
        path = folder / "pwsh"
        path.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    return LocalPowerShell(path, notes)


def main(notes: str, kind: str) -> int:
    """Be the process."""
    seen = {"pid": os.getpid(), "arguments": sys.argv[3:], "environment": dict(os.environ)}
    Path(notes).write_text(json.dumps(seen), encoding="utf-8")
    if FACTS in _script():
        sys.stdout.write(f"{FACTS}\npowershell=5.1.1\nlanguage=FullLanguage\nculture=en-US\n")
        return 0
    if kind == DYING:
        sys.stderr.write("#< CLIXML\nout of memory\n")
        return 3
    if kind == DEAF:
        child = [sys.executable, "-c", "import time; time.sleep(600)"]
        return subprocess.Popen(
            child
        ).wait()  # it never looks at its input, and its child holds its output open
    if kind == CHATTY:
        os.write(1, b"\xef\xbb\xbfWARNING: profile\r\nno line end")
        os.write(2, b"#< CLIXML\r\n<Objs/>")
    code = _serve(dies_of=b"checkpoint.rename" if kind == FRAIL else None)
    Path(notes).write_text(json.dumps(seen | {"has_ended": True}), encoding="utf-8")
    return code


def _script() -> str:
    """Return what -Command says."""
    return sys.argv[-1]


def _serve(dies_of: bytes | None) -> int:
    sys.path.insert(0, str(ROOT))
    from hvtree.emulator.agent.agent import Agent
    from hvtree.emulator.cmdlets.hyperv import HyperV
    from hvtree.emulator.host.clock import RealClock
    from hvtree.emulator.worlds import worlds

    clock = RealClock(200.0)
    hyperv = HyperV(worlds.contents("pair", clock.now()), clock)
    while not sys.stdin.buffer.readline().startswith(b"#hvtree-end"):
        pass  # the agent's script
    agent = Agent(hyperv, _write)
    agent.start()
    while data := os.read(0, 65536):
        if dies_of and dies_of in data:
            os._exit(9)
        agent.feed(data)
    agent.close()
    clock.close()
    return 0


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
