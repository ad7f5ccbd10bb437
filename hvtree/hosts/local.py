"""A `channel.Pipe` to an agent on this computer: a PowerShell process of its own, reached over its standard streams.

No WinRM, no login: the agent has the rights of whoever runs HVTree. It ends when its input ends, so it never outlives HVTree.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts.agent_starter import reason_in
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.clixml import words_of
from hvtree.hosts.process_group import apart_from_the_terminal

POWERSHELL_VARIABLE = "HVTREE_PWSH"
"""Names the PowerShell to use instead of the one that would be found."""
READ_BYTES = 64 * 1024
END_S = 1.5
"""How long a PowerShell whose input has ended may take to end by itself."""
REAP_S = 1.0
STDERR_KEPT = 4_000
_WINDOWS = sys.platform == "win32"


class LocalPipe:
    """An agent in a PowerShell process on this computer.

    `arguments` start the starter; the first thing to send is `agent_starter.agent_text`. `hidden` variables are kept from the
    process. After `end_s` without any input it is ended by force.
    """

    mode = "PowerShell on this computer, one persistent process"
    exchanges = 0

    def __init__(self, arguments: Sequence[str], hidden: Sequence[str] = (), end_s: float = END_S) -> None:
        self._arguments = tuple(arguments)
        self._hidden = tuple(hidden)
        self._end_s = end_s
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._guard = threading.Lock()
        self._is_killed = False
        self._is_left = False
        self._is_ended = False
        self._is_receiving = False

    def open(self) -> None:
        """Start PowerShell; raise `ConnectionFailure` if there is none, or it does not start."""
        executable = find_powershell(os.environ)
        words = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            process = subprocess.Popen(
                [executable, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                bufsize=0,
                env=environment_for(executable, os.environ, self._hidden),
                **apart_from_the_terminal(),
            )
        except OSError as error:
            words.close()
            raise ConnectionFailure(
                "PowerShell cannot be started on this computer.",
                why=f"{executable}: {error.strerror or error}.",
                now=f"Check it, or name another one in the variable {POWERSHELL_VARIABLE}.",
            ) from error
        with self._guard:
            self._process, self._words = process, words
            if self._is_killed:
                _kill(process)

    def send(self, data: bytes) -> None:
        """Write whole lines to its standard input."""
        process = self._running()
        assert process.stdin is not None
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[process.stdin.write(rest) :]
        except OSError as error:
            raise self._ended() from error

    def receive(self) -> bytes:
        """Return the next output."""
        process = self._running()
        with self._guard:
            if self._is_ended:
                raise self._closed()
            self._is_receiving = True
        assert process.stdout is not None
        data = os.read(process.stdout.fileno(), READ_BYTES)
        if not data:
            raise self._ended()
        return data

    def resume(self) -> None:
        """Do nothing: a process is not cut and resumed."""

    def stop_receiving(self) -> None:
        """Let go of its output, at the end of the receiving thread."""
        with self._guard:
            self._is_receiving = False
            if self._is_ended:
                self._close_streams()

    def leave_agent(self) -> None:
        """Use no force against it: it ends by itself after its input."""
        self._is_left = True

    def end(self) -> None:
        """End the agent by ending its input; by force if that takes too long."""
        process = self._process
        if process is None:
            return
        self._close_input(process)
        if not self._is_left:
            self._wait_for_end(process)
        with self._guard:
            self._is_ended = True
            if not self._is_receiving:
                self._close_streams()

    def _wait_for_end(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(self._end_s)
        except subprocess.TimeoutExpired:
            self.kill()
            _reap(process)

    def renew(self) -> None:
        """Do nothing: there is no network connection."""

    def kill(self) -> None:
        """End the process and its children at once, also when it is only just starting."""
        with self._guard:
            self._is_killed = True
            if self._process is not None and not self._is_left:
                _kill(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise self._closed()
        return self._process

    def _close_input(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        try:
            process.stdin.close()
        except OSError:
            return  # it has ended before

    def _close_streams(self) -> None:
        """Close what is read, by whichever of the two threads is the last; the guard is held."""
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._words is not None
        self._process.stdout.close()
        self._words.close()

    def _ended(self) -> ConnectionFailure:
        """Return the error for a process that has gone, or goes just now."""
        assert self._process is not None
        if self._is_killed:
            return self._closed()
        _reap(self._process)
        said = self._said()
        refusal = reason_in(said)
        return AgentUnreachable(
            f"HVTree's agent on this computer has {'not started' if refusal else 'ended'}.",
            why=refusal or f"Its PowerShell came to an end with exit code {self._process.returncode}.",
            now="Connect again; if it stays so, the details show what PowerShell said.",
            details=said,
        )

    def _said(self) -> str:
        """Return the end of what PowerShell wrote to standard error."""
        with self._guard:
            if self._words is None or self._words.closed:
                return ""
            size = self._words.seek(0, os.SEEK_END)
            self._words.seek(max(0, size - STDERR_KEPT))
            return words_of(self._words.read())

    def _closed(self) -> ConnectionFailure:
        return ConnectionFailure("The connection to this computer has been closed.")


def find_powershell(environment: Mapping[str, str]) -> str:
    """Return the program to run: `HVTREE_PWSH`, else Windows' own PowerShell, else `pwsh`; raise `ConnectionFailure`."""
    given = environment.get(POWERSHELL_VARIABLE)
    path = environment.get("PATH")
    if given:
        found = shutil.which(given, path=path)
        if found is None:
            raise ConnectionFailure(
                "PowerShell was not found on this computer.",
                why=f"The variable {POWERSHELL_VARIABLE} says ‘{given}’, and that is no program.",
                now="Correct the variable, or remove it so that HVTree looks for PowerShell itself.",
            )
        return found
    own = Path(environment.get("SystemRoot", ""), "System32", "WindowsPowerShell", "v1.0", "powershell.exe")
    if _WINDOWS and own.is_file():
        return str(own)
    found = shutil.which("pwsh", path=path)
    if found is None:
        raise ConnectionFailure(
            "There is no PowerShell on this computer.",
            why="HVTree looked for Windows PowerShell and for `pwsh` on the PATH.",
            now=f"Install PowerShell, or name it in the variable {POWERSHELL_VARIABLE}.",
        )
    return found


def environment_for(executable: str, environment: Mapping[str, str], hidden: Sequence[str]) -> dict[str, str]:
    """Return the environment of the process: ours without the `hidden` variables.

    Windows PowerShell finds the module folders of a PowerShell 7 that started us, and then loads modules that it cannot
    run; without the variable it makes its own list.
    """
    left_out = {name.upper() for name in hidden}
    if Path(executable).name.lower() == "powershell.exe":
        left_out.add("PSMODULEPATH")
    return {name: value for name, value in environment.items() if name.upper() not in left_out}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)  # with its children, which hold its output open
    except ProcessLookupError:
        return


def _reap(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(REAP_S)
    except subprocess.TimeoutExpired:
        return  # it is beyond our reach; nothing of ours waits for it
