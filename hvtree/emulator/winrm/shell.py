"""One WinRM shell: what its client gave it, and its commands."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from msgspec import Struct, field

from hvtree.emulator.winrm import soap
from hvtree.emulator.winrm.process import CommandLine, Process, ProcessOutput
from hvtree.emulator.winrm.soap import NAMESPACES, SoapRequest

DEFAULT_IDLE_S = 7200.0
KILLED = 1
"""Exit code of a process that was ended from outside."""


class Command(Struct):
    """One command of a shell."""

    output: ProcessOutput
    process: Process
    has_console_input: bool
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())

    def kill(self) -> None:
        """End its process, and with it whatever waits for its output."""
        self.process.kill()
        self.output.end(KILLED)


class Shell(Struct):
    """One shell with its commands."""

    owner: str
    idle_s: float
    used_at: float
    variables: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    """Its working directory; empty for the user's home."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    commands: dict[str, Command] = field(default_factory=dict)
    started: int = 0
    """Commands so far, ended ones included."""
    receiving: int = 0
    """Receives that are waiting now: such a shell is not idle."""
    is_deleted: bool = False


def opened(element: ET.Element, owner: str, now: float) -> Shell:
    """Return the shell that a Create asks for; a client may bring its own id."""
    idle = soap.duration_s(soap.text_of(element.find("rsp:IdleTimeOut", NAMESPACES)), DEFAULT_IDLE_S)
    shell = Shell(owner, idle, now, _variables(element), _folder(element))
    shell.id = element.get("ShellId", shell.id).upper()
    return shell


def command_line(element: ET.Element, request: SoapRequest, shell: Shell) -> CommandLine:
    """Return what a Command asks for, with what its shell adds."""
    parts = [element.find("rsp:Command", NAMESPACES), *element.findall("rsp:Arguments", NAMESPACES)]
    text = " ".join(text for text in map(soap.text_of, parts) if text)
    skip_cmd_shell = soap.flag(request.options.get("WINRS_SKIP_CMD_SHELL", "FALSE"))
    return CommandLine(text, skip_cmd_shell, shell.variables, shell.folder, shell.owner)


def _variables(element: ET.Element) -> dict[str, str]:
    """Return the environment variables that a client gives its shell (fact 231)."""
    given = element.findall("rsp:Environment/rsp:Variable", NAMESPACES)
    return {name: each.text or "" for each in given if (name := each.get("Name", ""))}


def _folder(element: ET.Element) -> str:
    """Return the working directory that a client gives its shell; an empty one counts as none (fact 232)."""
    return soap.text_of(element.find("rsp:WorkingDirectory", NAMESPACES)).strip()
