"""Independent WinRM clients, pointed at an emulated endpoint."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from winrm.exceptions import WinRMOperationTimeoutError
from winrm.protocol import Protocol

from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.waiting import WAIT_S

ACCOUNT = Account("demo", "correct horse")


def pywinrm(endpoint: Endpoint, /, transport: str = "ntlm", **options: Any) -> Protocol:
    """Return a pywinrm `Protocol` that logs in with the right name and password unless told otherwise."""
    settings: dict[str, Any] = {
        "transport": transport,
        "endpoint": endpoint.url,
        "username": ACCOUNT.user,
        "password": ACCOUNT.password,
        "proxy": None,
        "ca_trust_path": None,
        "read_timeout_sec": WAIT_S,
    }
    return Protocol(**(settings | options))


class LiveCommand:
    """One command with live standard input, by pywinrm, all on one connection."""

    def __init__(self, protocol: Protocol, command: str, **options: Any) -> None:
        self.protocol = protocol
        self.shell = protocol.open_shell(codepage=65001, idle_timeout="PT300S")
        self.id = protocol.run_command(self.shell, command, console_mode_stdin=False, **options)

    def send(self, data: bytes, *, end: bool = False) -> None:
        self.protocol.send_command_input(self.shell, self.id, data, end=end)

    def receive(self) -> tuple[bytes, bytes, int, bool]:
        """One Receive: standard output, standard error, exit code (-1 until done), done."""
        answer: tuple[bytes, bytes, int, bool] = self.protocol.get_command_output_raw(self.shell, self.id)
        return answer

    def receive_until(self, is_enough: Callable[[bytes], bool]) -> bytes:
        """Standard output until there is enough of it, or the command is done."""
        output, is_done = b"", False
        while not is_done and not is_enough(output):
            with suppress(WinRMOperationTimeoutError):  # nothing to hear for a while
                stdout, _, _, is_done = self.receive()
                output += stdout
        return output

    def close(self) -> None:
        self.protocol.close_shell(self.shell)
