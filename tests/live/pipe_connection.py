"""A connection over the backends that HVTree itself uses, through the guard: WinRM in all its ways, or this computer's PowerShell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hvtree.app.credentials import Secret
from hvtree.app.hidden_variables import HIDDEN_VARIABLES
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import Pipe
from hvtree.hosts.local import LocalPipe
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.pipe import WinRmPipe
from tests.live.guard import Guard
from tests.support.agent_answer import Answer
from tests.support.agent_connection import AgentConnection

_PARTS = ("scratch.ps1", "scratch_wmi.ps1")
_END_S = 10.0


def scratch_text() -> bytes:
    """Return the script for scratch VMs as the lines that the starter reads."""
    here = Path(__file__).resolve().parent
    return agent_starter.framed(b"\n".join((here / part).read_bytes() for part in _PARTS))


class Ways:
    """How to start scripts on one host. What is started connections through the guard."""

    def __init__(self, profile: HostProfile, secret: Secret, guard: Guard) -> None:
        self.profile = profile
        self.guard = guard
        self._secret = secret
        self._refusal: AuthenticationFailure | None = None

    @property
    def winrm(self) -> WinRmLogin:
        """How to log in; not for this computer."""
        return WinRmLogin(self.profile, self._secret.reveal())

    def agent(self, script: str = agent_starter.STARTER) -> GuardedConnection:
        """Start HVTree's agent."""
        return self._connection(agent_starter.agent_text(), script)

    def scratch(self) -> GuardedConnection:
        """Start the script for scratch VMs."""
        return self._connection(scratch_text(), agent_starter.STARTER)

    def _connection(self, first_lines: bytes, script: str) -> GuardedConnection:
        if self._refusal is not None:
            raise self._refusal  # the same password again, test after test, would lock the account
        try:
            if self.profile.is_local:
                pipe: Pipe = LocalPipe(agent_starter.arguments(script), HIDDEN_VARIABLES)
                return GuardedConnection(pipe, first_lines, self.guard)
            return GuardedConnection(WinRmPipe(self.winrm, script=script), first_lines, self.guard)
        except AuthenticationFailure as error:
            self._refusal = error
            raise


class GuardedConnection(AgentConnection):
    """A script on the host. Lines are looked at before they are sent, and sent in the pieces in which they were written."""

    def __init__(self, pipe: Pipe, first_lines: bytes, guard: Guard) -> None:
        super().__init__()
        self.sizes: list[int] = []
        """Bytes of each piece of output that came in one go."""
        self.mode = pipe.mode
        self._pipe = pipe
        self._guard = guard
        self._pending: list[bytes] = []
        self._is_closed = False
        pipe.open()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        pipe.send(first_lines)

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far."""
        return self._pipe.exchanges

    def write(self, data: bytes) -> None:
        """Send pieces of lines once the lines are whole and harmless; raise `Forbidden` if one is not."""
        pieces, self._pending = [*self._pending, data], []
        *lines, rest = b"".join(pieces).split(b"\n")
        for line in lines:
            self._guard.check(line)
        if rest:
            self._pending = pieces
            return
        for piece in pieces:
            self._pipe.send(piece)

    def answer(self, request_id: str) -> Answer:
        """Wait for the answer to a request; the guard hears it, too."""
        answer = super().answer(request_id)
        self._guard.learn(answer)
        return answer

    def close(self) -> None:
        """End the script; by force if need be."""
        if self._is_closed:
            return
        self._is_closed = True
        self._pipe.end()
        self._thread.join(_END_S)
        if self._thread.is_alive():
            self._pipe.kill()
            self._thread.join(_END_S)

    def _listen(self) -> None:
        try:
            self._receive(self._hear_some)
        except HVTreeError as error:
            self.noise.append(str(error).encode())
        finally:
            self._pipe.stop_receiving()
            self._end()

    def _receive(self, hear: Callable[[bytes], Any]) -> None:
        while not self._is_closed:
            data = self._pipe.receive()
            if data is None:
                self._pipe.resume()
                self.noise.append(b"The connection was cut and taken up again.\n")
            elif data:
                hear(data)

    def _hear_some(self, data: bytes) -> None:
        self.sizes.append(len(data))
        self._hear(data)
