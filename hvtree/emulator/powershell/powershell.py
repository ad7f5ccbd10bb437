"""The `powershell` of the emulated host: it runs HVTree's agent, in Python, and nothing else.

The starter that HVTree sends as `-EncodedCommand` is recognised by the marker of the wire, which it must contain. The
first line of its input is then the agent's script, gzip in base64: it is checked and put aside, because the Python agent
answers in its place. The doctor's question is recognised by its own marker.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
import zlib
from collections.abc import Callable

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
_ENCODED = re.compile(r"(?<!\S)[-/](?:e|ec|en\w*)\s+(\S+)", re.IGNORECASE)
NO_METHODS = (
    "Cannot invoke method. Method invocation is supported only on core types in this language mode.\r\n"
    "    + FullyQualifiedErrorId : MethodInvocationNotSupportedInConstrainedLanguage\r\n"
)
"""What PowerShell says to the agent's starter in ConstrainedLanguage (fact 137)."""
BLOCKED = "This script contains malicious content and has been blocked by your antivirus software.\r\n"
NO_SYNTAX = (
    "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.\r\n"
    "    + FullyQualifiedErrorId : ScriptsNotAllowed\r\n"
)
NO_SCRIPT = (
    'Exception calling "FromBase64String" with "1" argument(s): "Value cannot be null."\r\n'
    "    + FullyQualifiedErrorId : ArgumentNullException\r\n"
)
"""The starter's error if its input ends before the first line."""
SCRIPT_LIMIT = 4 * 1024 * 1024
"""Bytes of an agent's first line, and of its script."""


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
        if is_agent and language == "FullLanguage":
            return StandardInput(
                AgentProcess(output, self._agent), reading_of(script), self._connection_faults
            )
        return _refused(output, NO_METHODS if is_agent else NO_SCRIPTS)

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
    """A process that reads the agent's script from its first line, and then is the agent."""

    def __init__(
        self, output: ProcessOutput, make: Callable[[Callable[[bytes], None], Callable[[int], None]], Agent]
    ) -> None:
        self._output = output
        self._make = make
        self._script = bytearray()
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
            if self._agent is None and self._script:
                self._read_script(b"\n")  # the end of the input ends a line, too
            if self._agent is not None:
                self._agent.end_of_input()
            elif not self._script:
                self._output.write(NO_SCRIPT.encode(), STDERR)
                self._output.end(1)

    def kill(self) -> None:
        """End it at once."""
        with self._lock:
            if self._agent is not None:
                self._agent.close()
        self._output.end(1)

    def _read_script(self, data: bytes) -> bytes:
        """Collect the first line; start the agent once it is complete. Return what comes after it."""
        line, newline, rest = data.partition(b"\n")
        self._script += line
        if len(self._script) > SCRIPT_LIMIT or (newline and not _is_script(bytes(self._script))):
            self._output.write(b"The first line is not a script in gzip and base64.\r\n", STDERR)
            self._output.end(1)
        elif newline and self._output.exit_code is None:
            self._agent = self._make(self._output.write, self._output.end)
            self._agent.start()
        return rest


def script_of(command_line: str) -> str:
    """Return the script of a command line with -EncodedCommand; empty if it has none that can be decoded."""
    match = _ENCODED.search(command_line)
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


def _is_script(line: bytes) -> bool:
    try:
        packed = base64.b64decode(line.strip(), validate=True)
        unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        text = unzip.decompress(packed, SCRIPT_LIMIT)
    except (binascii.Error, zlib.error):
        return False
    return unzip.eof and bool(text.strip())
