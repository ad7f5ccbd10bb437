"""The agent in a real PowerShell: find one, start the agent in it as a host would, talk to it line by line."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hvtree.hosts import wire
from hvtree.hosts.winrm import bootstrap
from tests.support.patience import PATIENCE_S

MODULES = Path(__file__).resolve().parent.parent / "agent" / "modules"
"""A tiny Hyper-V and its WMI, as PowerShell modules."""
NO_POWERSHELL = "no PowerShell here: set HVTREE_PWSH to one, or put pwsh on the PATH"


def find_powershell() -> str | None:
    """Give the PowerShell of HVTREE_PWSH, or `pwsh` of the PATH, or None."""
    return os.environ.get("HVTREE_PWSH") or shutil.which("pwsh")


@dataclass
class Answer:
    """What came back for one request."""

    message: dict[str, Any]
    parts: list[dict[str, Any]] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ok(self) -> dict[str, Any]:
        """The good answer; fails the test with the error if there is none."""
        assert "ok" in self.message, self.message
        return dict(self.message["ok"])

    @property
    def error(self) -> dict[str, Any]:
        """The error; fails the test if it went well."""
        assert "error" in self.message, self.message
        return dict(self.message["error"])

    @property
    def vms(self) -> dict[str, dict[str, Any]]:
        """The VMs of an inventory, by name."""
        return {vm["name"]: vm for part in self.parts for vm in part["vms"]}

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """The results of a request, by id."""
        return {result["id"]: result for result in self.ok["results"]}


class AgentProcess:
    """An agent over the standard streams of a PowerShell process."""

    def __init__(
        self,
        powershell: str,
        environment: Mapping[str, str] | None = None,
        *,
        silence_s: float | None = None,
        modules: Path = MODULES,
    ) -> None:
        arguments = bootstrap.arguments()
        if silence_s is not None:
            patient = bootstrap.BOOTSTRAP.replace("$r $w", f"$r $w {silence_s}")
            arguments = (*arguments[:-1], bootstrap.encoded(patient))
        self._process = subprocess.Popen(
            [powershell, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PSModulePath": str(modules), **(environment or {})},
        )
        self.noise: list[bytes] = []
        self.stderr = b""
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._kept: list[dict[str, Any]] = []
        self._count = 0
        self._threads = [
            threading.Thread(target=self._listen),
            threading.Thread(target=self._listen_to_errors),
        ]
        for thread in self._threads:
            thread.start()
        self.write(bootstrap.agent_line())

    def write(self, data: bytes) -> None:
        """Write to its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def send(self, verb: str, request_id: str = "", **args: Any) -> str:
        """Send a request without waiting for the answer; give its id."""
        self._count += 1
        request_id = request_id or f"r{self._count}"
        payload = wire.ascii_json({"id": request_id, "verb": verb, "args": args})
        self.write(wire.client_line(payload))
        return request_id

    def answer(self, request_id: str) -> Answer:
        """Wait for the answer to a request."""
        answer = Answer({})
        while True:
            message = self._next(lambda message: message.get("id") == request_id)
            if "part" in message:
                answer.parts.append(message["part"])
            elif "progress" in message:
                answer.progress.append(message["progress"])
            else:
                answer.message = message
                return answer

    def ask(self, verb: str, **args: Any) -> Answer:
        """Send a request and wait for its answer."""
        return self.answer(self.send(verb, **args))

    def event(self, name: str) -> dict[str, Any]:
        """Wait for an event; give what it carries."""
        return dict(self._next(lambda message: message.get("ev") == name)["data"])

    def any_message(self) -> dict[str, Any]:
        """Wait for whatever comes next."""
        return self._next(bool)

    def progress(self, request_id: str) -> dict[str, Any]:
        """Wait for the next word on how far a request is."""
        return dict(
            self._next(lambda message: message.get("id") == request_id and "progress" in message)["progress"]
        )

    def end_input(self) -> None:
        """Close its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait(self) -> int:
        """Wait for the end of the process; give its exit code."""
        return self._process.wait(PATIENCE_S)

    def close(self) -> None:
        """End it, however it is."""
        self._process.kill()
        self._process.wait(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue  # what was still to be written goes nowhere

    def _next(self, wanted: Any) -> dict[str, Any]:
        for kept in self._kept:
            if wanted(kept):
                self._kept.remove(kept)
                return kept
        while True:
            message = self._messages.get(timeout=PATIENCE_S)
            assert message is not None, f"The agent has ended. {self.stderr.decode()}"
            if wanted(message):
                return message
            self._kept.append(message)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            payload = wire.from_agent(line.rstrip(b"\n"))
            if payload is None:
                self.noise.append(line)
            else:
                self._messages.put(json.loads(payload))
        self._messages.put(None)

    def _listen_to_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.stderr += line


def read(agent: AgentProcess, since: int = 0) -> Answer:
    """Ask the agent for the inventory, or for what changed in it since a revision."""
    return agent.ask("host.read", since=since)
