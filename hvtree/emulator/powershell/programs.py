"""The few programs of the emulated host besides the agent: enough to try out any WinRM client."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping

from hvtree.emulator.powershell.surroundings import Surroundings
from hvtree.emulator.winrm.process import (
    STDERR,
    CommandLine,
    NoFolderError,
    Process,
    ProcessOutput,
    Program,
)
from hvtree.values import replace

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_FULL_PATH = re.compile(r"[A-Za-z]:\\")
_LONGEST_LINE = 8_191
"""Characters of a command line that cmd takes (fact 219)."""


class Finished:
    """A process that has ended already."""

    def feed(self, data: bytes) -> None:
        """Ignore the input."""

    def end_of_input(self) -> None:
        """Change nothing."""

    def kill(self) -> None:
        """Change nothing."""


class Copier:
    """`more`: copies its input to its output as it comes, and ends with its input."""

    def __init__(self, output: ProcessOutput) -> None:
        self._output = output

    def feed(self, data: bytes) -> None:
        """Copy."""
        self._output.write(data)

    def end_of_input(self) -> None:
        """End."""
        self._output.end(0)

    def kill(self) -> None:
        """End."""
        self._output.end(1)


class Sorter:
    """`sort`: reads its input to the end, and then answers once."""

    def __init__(self, output: ProcessOutput) -> None:
        self._output = output
        self._read: list[bytes] = []
        self._lock = threading.Lock()

    def feed(self, data: bytes) -> None:
        """Keep the input."""
        with self._lock:
            self._read.append(data)

    def end_of_input(self) -> None:
        """Answer."""
        lines = b"".join(self._read).splitlines(keepends=True)
        _finish(self._output, b"".join(sorted(lines)))

    def kill(self) -> None:
        """End without an answer."""
        self._output.end(1)


class Programs:
    """Starts a program by the name of its executable, as cmd does.

    Built-ins are `cd`, `echo`, `exit`, `hostname`, `more`, `set` and `sort`. Through cmd an unknown name is no fault: cmd says
    so on standard error and ends with 1. Only without cmd (WINRS_SKIP_CMD_SHELL) is it one, also for a known name without its
    full path.
    """

    def __init__(
        self,
        machine: str,
        others: Mapping[str, Program] | None = None,
        exists: Callable[[str, str], bool] | None = None,
    ) -> None:
        """`others` are further programs by lower-case name without extension, such as `powershell`.

        `exists` says whether the host has a folder, for a user; without it every folder is there.
        """
        self._machine = machine
        self._others = dict(others or {})
        self._exists = exists or (lambda _folder, _user: True)

    def __call__(self, command: CommandLine, output: ProcessOutput) -> Process | None:
        """Start a program; None if there is no such executable. Raise `NoFolderError` without the working directory."""
        if command.folder and not self._exists(command.folder, command.user):
            raise NoFolderError
        if len(command.text) > _LONGEST_LINE and not command.skip_cmd_shell:
            output.write(b"The command line is too long.\r\n", STDERR)
            return _finish(output, b"", 1)
        around = Surroundings(self._machine, command)
        line = command.text if command.skip_cmd_shell else around.expanded(command.text)
        name, rest = split_command(line)
        if name == "cmd" and rest.lower().startswith("/c"):
            name, rest = split_command(rest[2:].strip())
        elif command.skip_cmd_shell and not _FULL_PATH.match(command.text.lstrip('"')):
            return None
        if name in self._others:
            return self._others[name](replace(command, text=f"{name} {rest}".strip()), output)
        return self._builtin(name, rest, around, output) or self._unknown(name, command, output)

    def _builtin(self, name: str, rest: str, around: Surroundings, output: ProcessOutput) -> Process | None:
        if name == "more":
            return Copier(output)
        if name == "sort":
            return Sorter(output)
        at_once = {
            "cd": lambda: _finish(output, b"" if rest else f"{around.folder}\r\n".encode()),
            "echo": lambda: _finish(output, f"{rest}\r\n".encode()),
            "hostname": lambda: _finish(output, f"{self._machine}\r\n".encode()),
            "exit": lambda: _finish(output, b"", _exit_code(rest)),
            "set": lambda: _variables(around, rest, output),
        }.get(name)
        return at_once() if at_once is not None else None

    def _unknown(self, name: str, command: CommandLine, output: ProcessOutput) -> Process | None:
        if command.skip_cmd_shell:
            return None
        text = f"'{name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
        output.write(text.encode(), STDERR)
        return _finish(output, b"", 1)


def split_command(text: str) -> tuple[str, str]:
    """Return the bare lower-case name of the executable, and the rest of the line."""
    match = _WORDS.match(text.strip())
    if match is None:
        return "", ""
    word = match[1] if match[1] is not None else match[2]
    name = re.split(r"[\\/]", word)[-1].lower().removesuffix(".exe")
    return name, text.strip()[match.end() :].strip()


def _exit_code(text: str) -> int:
    digits = text.removeprefix("/b").removeprefix("/B").strip()
    return int(digits) if re.fullmatch(r"-?\d{1,9}", digits) else 0


def _variables(around: Surroundings, prefix: str, output: ProcessOutput) -> Process:
    """Do what `set` does without an equals sign: list variables."""
    found = around.listed(prefix)
    if not found:
        output.write(f"Environment variable {prefix} not defined\r\n".encode(), STDERR)
    return _finish(output, "".join(f"{line}\r\n" for line in found).encode(), 0 if found else 1)


def _finish(output: ProcessOutput, data: bytes, exit_code: int = 0) -> Process:
    output.write(data)
    output.end(exit_code)
    return Finished()
