"""What surrounds a command of the emulated host: its environment variables and working directory, as cmd shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hvtree.emulator.powershell.folders import home_of
from hvtree.emulator.winrm.process import CommandLine

_VARIABLE = re.compile(r"%([^%=]+)%")


class Surroundings:
    """The variables of one command, those of its shell among them, and its folder. Names in any letter case."""

    def __init__(self, machine: str, command: CommandLine) -> None:
        """`machine` is the name of the host."""
        home = home_of(command.user)
        self.folder = command.folder or home
        own = {
            "ALLUSERSPROFILE": "C:\\ProgramData",
            "COMPUTERNAME": machine,
            "ComSpec": "C:\\Windows\\system32\\cmd.exe",
            "OS": "Windows_NT",
            "ProgramData": "C:\\ProgramData",
            "PROMPT": "$P$G",
            "PUBLIC": "C:\\Users\\Public",
            "SystemDrive": "C:",
            "SystemRoot": "C:\\Windows",
            "USERNAME": home.rpartition("\\")[2],
            "USERPROFILE": home,
            "windir": "C:\\Windows",
        }
        self._variables = _merged(own, command.variables)

    def expanded(self, line: str) -> str:
        """Return a command line with the values for `%NAME%`; what is not defined stays as it is (fact 233)."""
        return _VARIABLE.sub(lambda match: self._value(match[1], match[0]), line)

    def listed(self, prefix: str) -> list[str]:
        """Return `NAME=value` of the variables whose names begin so, sorted, as `set` does."""
        named = sorted(self._variables.values(), key=lambda pair: pair[0].lower())
        return [f"{name}={value}" for name, value in named if name.lower().startswith(prefix.lower())]

    def _value(self, name: str, otherwise: str) -> str:
        known = self._variables.get(name.lower())
        if known is not None:
            return known[1]
        return self.folder if name.lower() == "cd" else otherwise


def _merged(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return names and values by the name in lower case; what a client gives counts."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in (*own.items(), *given.items()):
        found[name.lower()] = (found.get(name.lower(), (name, ""))[0], value)
    return {name: pair for name, pair in found.items() if pair[1]}
