"""A `channel.Pipe` to the agent in a PowerShell on this machine, so that the real client can be tested against it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts import agent_starter
from tests.support.powershell import MODULES


class LocalPipe:
    """Starts the starter as a host would, and is its standard streams."""

    def __init__(self, powershell: str, environment: Mapping[str, str]) -> None:
        self._command = [powershell, *agent_starter.arguments()]
        self._environment = {**os.environ, "PSModulePath": str(MODULES), **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self.mode = "PowerShell on this machine"
        self.exchanges = 0

    def open(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        self.send(agent_starter.agent_text())

    def send(self, data: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError as error:
            raise ConnectionFailure("The agent takes no more lines.") from error

    def receive(self) -> bytes | None:
        assert self._process is not None
        assert self._process.stdout is not None
        data = os.read(self._process.stdout.fileno(), 65536)
        if not data:
            raise ConnectionFailure("The agent has ended.")
        return data

    def resume(self) -> None:
        pass

    def stop_receiving(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()

    def end(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()

    def renew(self) -> None:
        pass

    def leave_agent(self) -> None:
        pass

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
