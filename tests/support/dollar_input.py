"""A PowerShell that brings `$input` to a script line by line, as powershell.exe does, whichever engine runs it.

An engine without a console host of its own leaves standard input alone. There the script is started by another one, which
reads the lines and streams them into its pipeline.
"""

from __future__ import annotations

import base64
import re
import subprocess

from hvtree.emulator.winrm.process import CommandLine, Process, ProcessOutput, Program
from hvtree.emulator.winrm.standard_input import InputMode, reading_of
from hvtree.values import replace
from tests.support.encoded import encoded
from tests.support.waiting import WAIT_S

_COMMAND = re.compile(r'-EncodedCommand (\S+)|-Command "([^"]*)"', re.IGNORECASE)
_FEEDER = """\
$script = [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('{code}'))
& {{ while ($null -ne ($line = [Console]::In.ReadLine())) {{ $line }} }} | & ([ScriptBlock]::Create($script))
"""


def brings_input(powershell: str) -> bool:
    """Return whether this PowerShell brings `$input` by itself."""
    question = encoded('process { "<$input>" }')
    command = [powershell, "-NoProfile", "-NonInteractive", "-EncodedCommand", question]
    answer = subprocess.run(command, input=b"yes\n", capture_output=True, timeout=WAIT_S, check=False)
    return b"<yes>" in answer.stdout


class InputBringer:
    """A program like another one, which brings `$input` to the scripts that use it."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def __call__(self, command: CommandLine, output: ProcessOutput) -> Process | None:
        text = _COMMAND.sub(lambda match: fed(match[0], match[1] or encoded(match[2])), command.text)
        return self._program(replace(command, text=text), output)


def fed(command: str, code: str) -> str:
    """Return a command whose standard input is brought to it, if it uses `$input`; `code` is its script, encoded."""
    script = base64.b64decode(code).decode("utf-16-le")
    if reading_of(script) is InputMode.RAW:
        return command
    return f"-EncodedCommand {encoded(_FEEDER.format(code=code))}"
