"""Line ends of what a real PowerShell writes behind WinRM: those of Windows, but for bytes that a script writes itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from winrm import Session

from hvtree.emulator.powershell.line_ends import WindowsLineEnds
from hvtree.emulator.worlds.schema import HostSpec
from tests.emulator.powershell.sessions import QUIET, raw, session_with
from tests.support.wsman_clients import LiveCommand

BARE = "[Console]::OpenStandardOutput().Write([byte[]] (97, 10, 98, 10), 0, 4)"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with session_with(HostSpec("HOST")) as session:
        yield session


def run(session: Session, command: str) -> tuple[bytes, bytes]:
    """Run a command line; return both streams."""
    protocol = session.protocol
    shell = protocol.open_shell(codepage=65001)
    out, err, _ = protocol.get_command_output(shell, protocol.run_command(shell, command))
    protocol.close_shell(shell)
    return out, err


def only_crlf(data: bytes) -> bool:
    """Return whether there are line ends, and all of them CR LF."""
    return data.count(b"\n") == data.count(b"\r\n") > 0


@pytest.mark.parametrize(
    "script",
    ["'a'; 'b'", "Get-VM | Format-Table", "Get-VM db | ConvertTo-Json -Depth 1 -WarningAction Ignore"],
)
def test_lines_of_output_end_as_on_windows(session: Session, script: str) -> None:  # fact 235
    assert only_crlf(raw(session, QUIET + script)[0])


def test_lines_of_errors_end_as_on_windows(session: Session) -> None:  # fact 235
    _, plain = run(session, 'powershell -Command "Get-VM nosuch"')
    assert only_crlf(plain)
    _, coded = raw(session, QUIET + "Get-VM nosuch")
    assert coded.startswith(b"#< CLIXML\r\n")
    assert b"\n" not in coded.removeprefix(b"#< CLIXML\r\n")


def test_bytes_that_a_script_writes_to_the_bare_stream_pass_unchanged(session: Session) -> None:  # fact 235
    assert raw(session, BARE)[0] == b"a\nb\n"
    assert run(session, f'powershell -Command "{BARE}"')[0] == b"a\nb\n"


def test_a_script_that_comes_by_standard_input_may_open_the_bare_stream_too(session: Session) -> None:
    command = LiveCommand(session.protocol, "powershell -Command -")
    command.send(BARE[:20].encode())
    command.send(BARE[20:].encode(), end=True)
    assert command.receive_until(lambda _: False) == b"a\nb\n"
    command.close()


def test_a_line_end_that_comes_in_two_pieces_is_one() -> None:
    ends = WindowsLineEnds("'a'", is_needed=True)
    assert ends.take(b"a\r", "stdout") + ends.take(b"\nb", "stdout") == b"a\r\nb"
    assert ends.take(b"\n", "stderr") + ends.take(b"\n", "stdout") == b"\r\n\r\n"
