"""How standard input comes to a script: by itself, through `$input`, or, on hosts that fail at that, not at all."""

from __future__ import annotations

import base64

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.powershell.powershell import PowerShell
from hvtree.emulator.winrm.connection_faults import ConnectionFaults, Stdin
from hvtree.emulator.winrm.process import CommandLine, Process, ProcessOutput
from hvtree.emulator.winrm.standard_input import InputMode, reading_of
from hvtree.emulator.worlds import worlds
from hvtree.hosts import wire
from tests.support.agents import SCRIPT

SCRIPTS = {
    InputMode.RAW: "[Console]::OpenStandardInput()",
    InputMode.LINES: "begin { } process { foreach ($line in $input) { } }",
    InputMode.WHOLE: "$lines = @($input)",
}
PING = b'{"id":"1","verb":"ping"}\n'
WEB = "a0000000-0000-4000-8000-000000000001"


class Console:
    """A process of the emulated PowerShell, and what it has written so far."""

    def __init__(self, reading: InputMode, connection_faults: ConnectionFaults) -> None:
        self.clock = VirtualClock()
        self.output = ProcessOutput()
        host = HyperV(worlds.contents("pair", self.clock.now()), self.clock)
        script = f"{SCRIPTS[reading]} {wire.MARKER.decode()}"
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        command = CommandLine(f"powershell -EncodedCommand {encoded}")
        self.process: Process = PowerShell(host, connection_faults=connection_faults)(command, self.output)

    def exit_code(self) -> int | None:
        return self.output.exit_code

    def heard(self) -> int:
        """Return how many lines there were since the last time."""
        taken = self.output.take(0, 100_000)
        return sum(chunk.data.count(wire.MARKER) for chunk in taken.chunks) if taken else 0


@pytest.mark.parametrize("reading", SCRIPTS)
def test_a_script_shows_how_it_reads(reading: InputMode) -> None:  # fact 220
    assert reading_of(SCRIPTS[reading]) is reading


@pytest.mark.parametrize(
    ("reading", "stdin", "while_open", "at_end"),
    [
        (InputMode.RAW, Stdin.EVERYWHERE, 2, 0),
        (InputMode.LINES, Stdin.EVERYWHERE, 2, 0),
        (InputMode.WHOLE, Stdin.EVERYWHERE, 0, 2),
        (InputMode.RAW, Stdin.INPUT_ONLY, 0, 0),
        (InputMode.LINES, Stdin.INPUT_ONLY, 2, 0),
        (InputMode.WHOLE, Stdin.INPUT_ONLY, 0, 2),
        (InputMode.RAW, Stdin.INPUT_AT_END, 0, 0),
        (InputMode.LINES, Stdin.INPUT_AT_END, 0, 2),
        (InputMode.WHOLE, Stdin.INPUT_AT_END, 0, 2),
        (InputMode.LINES, Stdin.RAW_ENDED, 2, 0),
        (InputMode.LINES, Stdin.NOWHERE, 0, 0),
        (InputMode.WHOLE, Stdin.NOWHERE, 0, 0),
    ],
)
def test_each_script_hears_what_the_host_delivers(
    reading: InputMode, stdin: Stdin, while_open: int, at_end: int
) -> None:  # fact 221, switched
    console = Console(reading, ConnectionFaults(stdin=stdin))
    console.process.feed(SCRIPT + PING)
    heard = console.heard()
    console.process.end_of_input()
    assert (heard, console.heard()) == (while_open, at_end)


def test_a_raw_input_that_has_ended_ends_the_script_at_once() -> None:
    console = Console(InputMode.RAW, ConnectionFaults(stdin=Stdin.RAW_ENDED))
    assert console.output.exit_code == 1


def test_a_raw_input_with_a_limit_takes_no_more() -> None:
    console = Console(InputMode.RAW, ConnectionFaults(raw_stdin_limit=len(SCRIPT) + len(PING)))
    console.process.feed(SCRIPT + PING)
    console.process.feed(PING)
    assert console.heard() == 2


def test_work_that_takes_time_is_answered_before_the_end() -> None:
    console = Console(InputMode.WHOLE, ConnectionFaults())
    work = f'{{"id":"1","verb":"vm.checkpoint","args":{{"ids":["{WEB}"],"name":"x"}}}}'
    console.process.feed(SCRIPT + work.encode())
    console.process.end_of_input()
    assert console.exit_code() is None
    console.clock.run_until(lambda: console.exit_code() is not None)
    assert (console.heard(), console.exit_code()) == (3, 0)  # hello, progress, answer


def test_a_second_end_of_the_input_changes_nothing() -> None:
    console = Console(InputMode.WHOLE, ConnectionFaults())
    console.process.feed(SCRIPT + PING)
    console.process.end_of_input()
    console.process.end_of_input()
    console.process.feed(PING)
    assert (console.heard(), console.exit_code()) == (2, 0)
