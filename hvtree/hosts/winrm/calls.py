"""`hosts.calls.Calls` over WinRM: a PowerShell for each call, all in one shell, each lane with a road of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator

from winrm.exceptions import WSManFaultError

from hvtree.domain.errors import HVTreeError
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.door import RESUME_WAITS_S, Door
from hvtree.hosts.winrm.one_call import OneCall
from hvtree.hosts.winrm.road import Road
from hvtree.hosts.winrm.scrub import scrubbed
from hvtree.hosts.winrm.settings import WinRmSettings
from hvtree.hosts.winrm.shell_pool import COMMANDS_PER_SHELL, Shell, ShellPool
from hvtree.hosts.winrm.trouble import FOREIGN, QUOTA, Trouble, trouble

OPERATION_S = 20
PATIENCE_S = 180.0
"""After so many seconds a call that only looks is given up; one that changes something may take as long as it takes."""
_ANEW = (Trouble.CUT, Trouble.QUIET, Trouble.BUSY, Trouble.GONE)
"""What beginning anew may help against."""


class WinRmCalls:
    """Calls to one host. `wait` pauses for seconds and gives True when all was killed meanwhile."""

    def __init__(
        self,
        settings: WinRmSettings,
        wait: Callable[[float], bool] | None = None,
        *,
        commands_per_shell: int = COMMANDS_PER_SHELL,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._door = Door(settings)
        self._wait = wait or self._door.killed.wait
        self._patience_s = patience_s
        self._pool = ShellPool(self._door, commands_per_shell)
        self._roads: dict[str, Road] = {}
        self._control: Road | None = None
        self._is_ending = threading.Event()

    @property
    def mode(self) -> str:
        """How the agent is reached, in words: "NTLM, encrypted, one PowerShell per request: slower"."""
        return f"{self._door.settings.login}, one PowerShell per request: slower"

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._door.exchanges

    def open(self) -> None:
        """Log in and open a shell; a wrong password is tried exactly once."""
        self._door.knock()
        road = self._control = self._door.road(OPERATION_S)
        try:
            self._pool.open(road)
        except FOREIGN as error:
            raise self._door.failure(error) from scrubbed(error)

    def call(self, lane: str, lines: bytes, *, once: bool) -> Generator[bytes | None, None, None]:
        """Run one PowerShell; see `hosts.calls.Calls`."""
        if lane not in self._roads:
            operation_s = OPERATION_S if once else min(OPERATION_S, max(1, int(self._patience_s)))
            self._roads[lane] = self._door.road(operation_s)
        road = self._roads[lane]
        shell, call = self._begun(road, bootstrap.agent_line() + lines, once=once)
        try:
            yield from call.outputs(None if once else self._patience_s)
        finally:
            if not self._is_ending.is_set():
                call.dismiss()
                self._pool.leave(road, shell)

    def leave(self, lane: str) -> None:
        """Close a lane's road."""
        road = self._roads.pop(lane, None)
        if road is not None:
            road.hang_up()

    def end(self) -> None:
        """Close all shells, and with them all PowerShells; brief, and silent if they are gone already."""
        self._is_ending.set()
        if self._control is not None:
            if not self._door.killed.is_set():
                self._pool.close(self._control)
            self._control.hang_up()

    def renew(self) -> None:
        """Cut the connections that are open; shells and what runs in them live on."""
        self._door.renew()

    def kill(self) -> None:
        """Cut all connections at once."""
        self._door.kill()

    def _begun(self, road: Road, data: bytes, *, once: bool) -> tuple[Shell, OneCall]:
        """Start a PowerShell that has all of its input; in another one, or another shell, as long as it can be."""
        waits = iter(RESUME_WAITS_S)
        while True:
            if self._is_ending.is_set():
                raise self._door.closed()
            shell: Shell | None = None
            try:
                shell = self._pool.enter(road)
                call = OneCall(self._door, road, shell.id, self._wait)
                call.start(data, once=once)
            except FOREIGN as error:
                self._give_back(road, shell)
                self._pause(road, error, next(waits, None), is_full=shell is not None and _is_full(error))
            except HVTreeError:
                self._give_back(road, shell)
                raise
            else:
                return shell, call

    def _give_back(self, road: Road, shell: Shell | None) -> None:
        """Use another shell from now on: in this one a PowerShell may wait for input that will never come."""
        if shell is not None:
            self._pool.spend(shell)
            self._pool.leave(road, shell)

    def _pause(self, road: Road, error: BaseException, wait_s: float | None, *, is_full: bool) -> None:
        """Wait before the next attempt; raise if there is to be none."""
        if trouble(error) is Trouble.CUT:
            road.hang_up()
        may_help = is_full or trouble(error) in _ANEW
        if not may_help or wait_s is None or self._wait(wait_s):
            raise self._door.failure(error) from scrubbed(error)


def _is_full(error: BaseException) -> bool:
    """Return whether the host takes no more commands in a shell."""
    return isinstance(error, WSManFaultError) and QUOTA in (error.wsman_fault_code, error.wmierror_code)
