"""The `powershell` of the emulated host: it runs HVTree's agent, in Python, and nothing else.

The starter that HVTree sends is recognised by the marker of the wire, which it must contain. Its input then begins with the
agent's script: it is measured as the starter would and put aside, because the Python agent answers in its place. What a
starter says where it runs nothing stands in it, in the order: another language mode, a script cut off, a damaged one. The
doctor's question is recognised by its own marker.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable, Sequence

from hvtree.emulator.agent.agent import Agent
from hvtree.emulator.agent.inventory import Inventory
from hvtree.emulator.agent.records import iso
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.powershell.programs import Finished
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.process import STDERR, CommandLine, Process, ProcessOutput
from hvtree.emulator.winrm.standard_input import StandardInput, reading_of
from hvtree.hosts import wire
from hvtree.hosts.messages import FACTS_MARKER

NO_SCRIPTS = "The emulated host has no PowerShell of its own: it runs HVTree's agent and no other script.\r\n"
_PLAIN = re.compile(r"(?<!\S)[-/](?:c|co\w*)\s+(.*)", re.IGNORECASE | re.DOTALL)
_ENCODED = re.compile(r"(?<!\S)[-/](?:e|ec|en\w*)\s+(\S+)", re.IGNORECASE)
NO_METHODS = (
    "Cannot invoke method. Method invocation is supported only on core types in this language mode.\r\n"
    "    + FullyQualifiedErrorId : MethodInvocationNotSupportedInConstrainedLanguage\r\n"
)
"""What PowerShell says in ConstrainedLanguage to a script that does not look before (fact 137)."""
_THROWN = re.compile(r"throw '([^']*)'")
BLOCKED = "This script contains malicious content and has been blocked by your antivirus software.\r\n"
NO_SYNTAX = (
    "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.\r\n"
    "    + FullyQualifiedErrorId : ScriptsNotAllowed\r\n"
)
_END = re.compile(rb"\n" + wire.SCRIPT_END + rb" ([^\r\n]*)\r?\n")
_BEGIN = b"\n" + wire.SCRIPT_BEGIN
SCRIPT_LIMIT = 4 * 1024 * 1024
"""Bytes of an agent's script."""


class PowerShell:
    """The program: a process with an agent for HVTree's starter, a sentence on standard error for any other script."""

    def __init__(
        self,
        hyperv: HyperV,
        envelope_kb: int | None = None,
        connection_faults: ConnectionFaults | None = None,
    ) -> None:
        """`connection_faults` decides which scripts get standard input."""
        self._hyperv = hyperv
        self._connection_faults = connection_faults or ConnectionFaults()
        self._inventory = Inventory(hyperv, envelope_kb)

    def __call__(self, command: CommandLine, output: ProcessOutput) -> Process:
        """Start it."""
        script, language = script_of(command.text), self._hyperv.faults.session.language
        is_agent = wire.MARKER.decode("ascii") in script
        if language in ("RestrictedLanguage", "NoLanguage"):
            return _refused(output, NO_SYNTAX)
        if FACTS_MARKER in script:
            output.write(self._facts().encode("ascii"))
            output.end(0)
            return Finished()
        if is_agent and self._hyperv.faults.session.is_agent_blocked:
            return _refused(output, BLOCKED)
        if not is_agent:
            return _refused(output, NO_SCRIPTS)
        restricted, *others = _words_of(script)
        if language != "FullLanguage":
            return _refused(output, _error(restricted + language) if restricted else NO_METHODS)
        process = AgentProcess(output, self._agent, others)
        return StandardInput(process, reading_of(script), self._connection_faults)

    def _facts(self) -> str:
        """Return the answer to the doctor's question."""
        session, host = self._hyperv.faults.session, self._hyperv
        facts = {
            "powershell": session.powershell,
            "edition": "Desktop",
            "language": session.language,
            "culture": host.facts.culture,
            "time": iso(host.clock.now()),
        }
        lines = (FACTS_MARKER, *(f"{name}={value}" for name, value in facts.items()))
        return "".join(f"{line}\r\n" for line in lines)

    def _agent(self, send: Callable[[bytes], None], ended: Callable[[int], None]) -> Agent:
        return Agent(self._hyperv, send, ended, inventory=self._inventory)


class AgentProcess:
    """A process that reads the agent's script, and then is the agent. `words` are for a script cut off, and a damaged one."""

    def __init__(
        self,
        output: ProcessOutput,
        make: Callable[[Callable[[bytes], None], Callable[[int], None]], Agent],
        words: Sequence[str],
    ) -> None:
        self._output = output
        self._make = make
        self._cut_off, self._damaged = words
        self._script = bytearray(b"\n")
        """After the end of a line, as each line of it."""
        self._agent: Agent | None = None
        self._lock = threading.Lock()

    def feed(self, data: bytes) -> None:
        """Write to its standard input."""
        with self._lock:  # Sends may come over several connections; their bytes must not mix
            if self._agent is None:
                data = self._read_script(data)
            if self._agent is not None and data:
                self._agent.feed(data)

    def end_of_input(self) -> None:
        """Let the agent answer what it was asked, and end; without a script there is nothing to run."""
        with self._lock:
            if self._agent is None and len(self._script) > 1:
                self._read_script(b"\n")  # the end of the input ends a line, too
            if self._agent is not None:
                self._agent.end_of_input()
            else:
                self._refuse(self._cut_off)

    def kill(self) -> None:
        """End it at once."""
        with self._lock:
            if self._agent is not None:
                self._agent.close()
        self._output.end(1)

    def _read_script(self, data: bytes) -> bytes:
        """Collect the script; start the agent once it is complete. Return what comes after it."""
        self._script += data
        end = _END.search(self._script)
        if end is None:
            if len(self._script) > SCRIPT_LIMIT:
                self._refuse(self._damaged)
            return b""
        script, rest = bytes(self._script[: end.start() + 1]), bytes(self._script[end.end() :])
        if _size_of(script) != end[1]:
            self._refuse(self._damaged)
        elif self._output.exit_code is None:
            self._agent = self._make(self._output.write, self._output.end)
            self._agent.start()
        return rest

    def _refuse(self, words: str) -> None:
        self._output.write(_error(words).encode(), STDERR)
        self._output.end(1)


def script_of(command_line: str) -> str:
    """Return the script of a command line with -Command or -EncodedCommand; empty if there is none that can be read."""
    match = _ENCODED.search(command_line)
    plain = _PLAIN.search(command_line)
    if plain is not None and (match is None or plain.start() < match.start()):
        return plain[1].strip().strip('"')
    if match is None:
        return ""
    try:
        return base64.b64decode(match[1].strip('"'), validate=True).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _refused(output: ProcessOutput, words: str) -> Process:
    output.write(words.encode(), STDERR)
    output.end(1)
    return Finished()


def _words_of(starter: str) -> tuple[str, str, str]:
    """Return what a starter says where it runs nothing."""
    restricted, cut_off, damaged, *_ = (*_THROWN.findall(starter), "", "", "")
    return restricted, cut_off, damaged


def _error(words: str) -> str:
    """Return an error that was thrown, as PowerShell writes it."""
    return f"{words}\r\n    + FullyQualifiedErrorId : {words}\r\n"


def _size_of(script: bytes) -> bytes:
    """Return the number of characters of a script from where it began last, as the line behind it has it."""
    text = script.rpartition(_BEGIN)[2].partition(b"\n")[2].decode("utf-8", "replace").replace("\r\n", "\n")
    return str(len(text.encode("utf-16-le")) // 2).encode("ascii")
