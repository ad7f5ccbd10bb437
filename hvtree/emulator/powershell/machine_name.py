"""The name of the machine for a real PowerShell: that of the emulated host, as far as the system lets it have one.

`hostname` is a program, and ours comes first on the PATH. `[Environment]::MachineName` asks the system: on Linux a process may
have a name of its own for it (a UTS namespace), if users may make such; elsewhere it tells the name of the machine underneath.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_RENAMED = ("unshare", "--map-root-user", "--uts", "sh", "-c", '"$1" "$0" && shift && exec "$@"')
"""Begins a command line: what follows are the new name, the system's `hostname`, and the program with its arguments."""
_TRY_S = 10.0
_SH = "#!/bin/sh\nprintf '%s\\r\\n' \"$COMPUTERNAME\"\n"
_CMD = "@echo %COMPUTERNAME%\r\n"


def make_hostname(folder: Path) -> None:
    """Put a `hostname` into a folder that tells the name of the emulated host."""
    if sys.platform == "win32":
        folder.joinpath("hostname.cmd").write_bytes(_CMD.encode())
        return
    program = folder / "hostname"
    program.write_bytes(_SH.encode())
    program.chmod(0o755)


@cache
def named(name: str) -> tuple[str, ...]:
    """Return what goes before a command line so that its process runs on a machine of that name; empty if that cannot be."""
    setter = shutil.which("hostname")
    if not sys.platform.startswith("linux") or not shutil.which("unshare") or not setter:
        return ()
    renamed = (*_RENAMED, name, setter)
    try:
        trial = subprocess.run((*renamed, setter), capture_output=True, timeout=_TRY_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return renamed if trial.stdout.decode(errors="replace").strip() == name else ()
