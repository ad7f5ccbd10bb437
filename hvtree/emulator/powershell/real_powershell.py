"""A real PowerShell as the `powershell` of the emulated host, with the stand-in for the Hyper-V module on its path.

Every script that a client sends runs in a process of its own, with that client's standard streams, and works on the one
emulated host, which it reaches through `cmdlet_service`. What the process writes is passed on as it comes, with the
line ends of Windows (`line_ends`); standard error of an encoded command is turned into what powershell.exe makes of it (`clixml`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from hvtree.assets import resource
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.powershell.clixml import ErrorRecords
from hvtree.emulator.powershell.cmdlet_service import CmdletService
from hvtree.emulator.powershell.command_words import is_encoded, script_in, understood, words
from hvtree.emulator.powershell.folders import home_of, stand_in
from hvtree.emulator.powershell.line_ends import WindowsLineEnds
from hvtree.emulator.powershell.machine_name import make_hostname, named
from hvtree.emulator.winrm.process import STDERR, STDOUT, CommandLine, ProcessOutput

VARIABLE = "HVTREE_PWSH"
"""The environment variable that names a PowerShell."""
_CHUNK = 64 * 1024
_END_S = 10.0
_FAILED = 1
_TELLS_PROGRESS = "HVTREE_PROGRESS"
"""Tells the module to write progress to standard error, for a PowerShell whose host does nothing with it."""
_OURS = "HVTREE_"
"""The prefix of variables that are meant for HVTree, some of them secret: they are hidden from scripts."""


def found_powershell(wanted: str | None = None) -> str | None:
    """Return the path of a PowerShell: the wanted one, that of `HVTREE_PWSH`, or `pwsh` on the PATH; None without one."""
    return shutil.which(wanted or os.environ.get(VARIABLE) or "pwsh")


class RealPowerShell:
    """The program; at the end of `with` all its processes have ended. Thread-safe."""

    def __init__(self, hyperv: HyperV, path: str) -> None:
        self._path = str(Path(path).absolute())
        self._machine = hyperv.name
        self._named = named(hyperv.name)
        self._disk = Path(tempfile.mkdtemp(prefix="hvtree-"))
        self._tools = stand_in(self._disk, "C:\\Windows\\System32")
        make_hostname(self._tools)
        self._service = CmdletService(hyperv)
        self._processes: set[PowerShellProcess] = set()
        self._lock = threading.Lock()

    def __call__(self, command: CommandLine, output: ProcessOutput) -> PowerShellProcess | None:
        """Start a PowerShell with the arguments of a command line; None if it cannot be started."""
        arguments = understood(words(command.text)[1:])
        line = [*self._named, self._path, *arguments]
        records = ErrorRecords() if is_encoded(arguments) else None
        environment = {**self.environment(command.variables), **({_TELLS_PROGRESS: "1"} if records else {})}
        if shutil.which(self._path) is None:
            return None
        try:
            folder = stand_in(self._disk, command.folder or home_of(command.user))
            process = PowerShellProcess(
                line,
                environment,
                output,
                self._forget,
                records=records,
                folder=folder,
                ends=WindowsLineEnds(script_in(arguments)),
            )
        except OSError:
            return None
        with self._lock:
            self._processes.add(process)
        process.start()
        return process

    def __enter__(self) -> RealPowerShell:
        self._service.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with self._lock:
            left = list(self._processes)
        for process in left:
            process.kill()
        for process in left:
            process.join()
        self._service.close()
        shutil.rmtree(self._disk, ignore_errors=True)

    def environment(self, given: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return what a PowerShell needs in its environment to find the module and, with it, the host.

        `given` are the variables of its shell; of PATH and PSModulePath they cannot take away what is needed here.
        """
        theirs = {_as_here(name): value for name, value in (given or {}).items()}
        kept = {**os.environ, **theirs}
        path, modules = _as_here("PATH"), _as_here("PSModulePath")
        return {
            **{name: value for name, value in kept.items() if not name.upper().startswith(_OURS)},
            path: _joined(str(self._tools), theirs.get(path), os.environ.get(path)),
            modules: _joined(*self._module_folders(), theirs.get(modules)),
            "COMPUTERNAME": self._machine,
            "HVTREE_HYPERV": self._service.address,
            "HVTREE_HYPERV_TOKEN": self._service.token,
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
            "DOTNET_TieredPGO": "0",  # .NET's measuring of its own code: a third more work in a process of a minute
            "NO_COLOR": "1",
        }

    def _module_folders(self) -> list[str]:
        """Return the module path with our folder first: otherwise PowerShell puts its own, with real CIM cmdlets on Windows, in front."""
        own = Path(os.path.realpath(self._path)).parent / "Modules"
        return [str(resource("emulator")), str(own)]

    def _forget(self, process: PowerShellProcess) -> None:
        with self._lock:
            self._processes.discard(process)


class PowerShellProcess:
    """One process in a group of its own, and the threads that carry its streams."""

    def __init__(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        output: ProcessOutput,
        ended: Callable[[PowerShellProcess], None],
        *,
        ends: WindowsLineEnds,
        records: ErrorRecords | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start it in a folder; raise `OSError` if that cannot be done. `start` begins to carry its streams.

        `records` are made of its standard error, if they are given.
        """
        self._output = output
        self._records = records
        self._ends = ends
        self._ended = ended
        self._input: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_over = False
        self._process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        self._threads = [
            threading.Thread(target=self._write, name="powershell-in", daemon=True),
            threading.Thread(target=self._watch, name="powershell", daemon=True),
        ]

    def start(self) -> None:
        """Begin to carry its streams."""
        for thread in self._threads:
            thread.start()

    def feed(self, data: bytes) -> None:
        """Write to its standard input, in order, without waiting for it to read."""
        self._input.put(data)

    def end_of_input(self) -> None:
        """Close its standard input once everything is written."""
        self._input.put(None)

    def kill(self) -> None:
        """End it and all that it has started."""
        with self._lock:
            if not self._is_over:
                _end_tree(self._process.pid)

    def join(self) -> None:
        """Wait for its threads; they end with it."""
        for thread in self._threads:
            thread.join(_END_S)

    def _write(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended, or closed its input: the rest is lost
            while (data := self._input.get()) is not None:
                self._ends.notice(data)
                self._process.stdin.write(data)
                self._process.stdin.flush()
        with suppress(OSError):
            self._process.stdin.close()

    def _watch(self) -> None:
        readers = [
            threading.Thread(target=self._read, args=pair, name="powershell-out", daemon=True)
            for pair in ((self._process.stdout, STDOUT), (self._process.stderr, STDERR))
        ]
        for reader in readers:
            reader.start()
        self._wait()
        for reader in readers:
            reader.join()
        self._input.put(None)
        code = self._process.wait()
        self._output.end(code if code >= 0 else _FAILED)
        self._ended(self)

    def _wait(self) -> None:
        """Wait for its end, and end its child processes, as a shell's job object does on Windows."""
        if sys.platform == "win32":
            self._process.wait()
        else:
            os.waitid(
                os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT
            )  # its process id stays in use meanwhile
        with self._lock:
            _end_tree(self._process.pid)
            self._is_over = True

    def _read(self, stream: IO[bytes], name: str) -> None:
        with stream:
            records = self._records if name == STDERR else None
            while data := os.read(stream.fileno(), _CHUNK):
                self._output.write(self._ends.take(records.take(data) if records else data, name), name)
            if records:
                self._output.write(self._ends.take(records.end(), name), name)


def _as_here(name: str) -> str:
    """Return the name of a variable as the system has it: on Windows letter case does not tell two apart."""
    return name.upper() if sys.platform == "win32" else name


def _joined(*folders: str | None) -> str:
    return os.pathsep.join(folder for folder in folders if folder)


def _end_tree(process: int) -> None:
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process)],  # noqa: S607 - found as Windows finds it
            check=False,
            capture_output=True,
            timeout=_END_S,
        )
    else:
        with suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)
