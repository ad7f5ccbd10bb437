"""A client by hand, over any connection to an agent: requests out, messages in, each decoded.

connection = StdioConnection(powershell, environment)          # or over_memory(host), over_winrm(endpoint)
connection.event("hello")
connection.ask("host.read", since=0).vms[0]["state"]
"""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from requests.exceptions import RequestException
from winrm.exceptions import WinRMError, WinRMOperationTimeoutError, WinRMTransportError

from hvtree.emulator.agent.agent import Agent
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.winrm.wsman import Endpoint
from hvtree.hosts import agent_starter, wire
from tests.support.agent_answer import Answer, Message
from tests.support.narrowing import not_none
from tests.support.waiting import WAIT_S
from tests.support.wsman_clients import pywinrm


@dataclass(frozen=True)
class _End:
    """The last thing heard: the agent has ended, or the connection to it was lost by this error."""

    error: BaseException | None = None


class AgentConnection:
    """One agent, and all that it has said. Subclasses bring the bytes there and back."""

    def __init__(self) -> None:
        self.noise: list[bytes] = []
        self.is_over = False
        """Nothing will be heard any more, or nothing was heard for too long: whoever waits fails."""
        self.wait_s = WAIT_S
        self._heard: queue.Queue[Message | _End] = queue.Queue()
        self._kept: list[Message] = []
        self._numbers = count(1)
        self._lines = wire.LineBuffer()

    def write(self, data: bytes) -> None:
        """Write to the agent's standard input."""
        raise AssertionError("a subclass says how")

    def close(self) -> None:
        """Leave the agent, whatever it is at."""
        raise AssertionError("a subclass says how")

    end_input = close
    """Close the agent's standard input."""

    def send(self, verb: str, request_id: str = "", **args: Any) -> str:
        """Send a request without waiting for the answer; return its id."""
        request_id = request_id or f"r{next(self._numbers)}"
        self.write(wire.client_line(wire.ascii_json({"id": request_id, "verb": verb, "args": args})))
        return request_id

    def ask(self, verb: str, **args: Any) -> Answer:
        """Send a request and wait for its answer."""
        return self.answer(self.send(verb, **args))

    def answer(self, request_id: str) -> Answer:
        """Wait for the answer to a request."""
        answer = Answer({})
        while True:
            message = self.next(lambda message: message.get("id") == request_id)
            if "part" in message:
                answer.parts.append(message["part"])
            elif "progress" in message:
                answer.progress.append(message["progress"])
            else:
                answer.message = message
                return answer

    def event(self, name: str) -> Message:
        """Wait for an event; return what it carries."""
        return dict(self.next(lambda message: message.get("ev") == name)["data"])

    def progress(self, request_id: str) -> Message:
        """Wait for the next word on how far a request is."""
        return dict(
            self.next(lambda message: message.get("id") == request_id and "progress" in message)["progress"]
        )

    def next(self, wanted: Callable[[Message], bool]) -> Message:
        """Wait for the first message of a kind; others are kept for later. Fails the test if none will come."""
        for kept in self._kept:
            if wanted(kept):
                self._kept.remove(kept)
                return kept
        while True:
            message = self._hear_next()
            if wanted(message):
                return message
            self._kept.append(message)

    def forget(self) -> None:
        """Forget what has been said and not been looked at."""
        self._kept.clear()

    def _hear_next(self) -> Message:
        try:
            heard = self._heard.get(timeout=self.wait_s)
        except queue.Empty:
            self.is_over = True  # what still comes is for nobody
            raise AssertionError("The agent has said nothing for too long.") from None
        if not isinstance(heard, _End):
            return heard
        self._heard.put(heard)  # for whoever waits next
        raise AssertionError(f"The agent has ended. {self._noise}") from heard.error

    @property
    def _noise(self) -> str:
        return b"".join(self.noise).decode(errors="replace")

    def _listen(self) -> None:
        """Hear the agent to its end, on a thread of its own; whoever waits is told of what came in between."""
        error: BaseException | None = None
        try:
            self._hear_all()
        except BaseException as caught:  # noqa: BLE001 - it is raised again where somebody waits
            error = caught
        self._end(error)

    def _hear_all(self) -> None:
        raise AssertionError("a subclass with a thread says how")

    def _hear(self, data: bytes) -> None:
        for line in self._lines.feed(data):
            payload = wire.from_agent(line)
            if payload is None:
                self.noise.append(line)
            else:
                self._heard.put(json.loads(payload))

    def _end(self, error: BaseException | None = None) -> None:
        self.is_over = True
        self._heard.put(_End(error))


class _MemoryConnection(AgentConnection):
    """An agent in this process."""

    def __init__(self, host: HyperV) -> None:
        super().__init__()
        self._agent = Agent(host, self._hear, lambda _: self._end())
        self._agent.start()

    def write(self, data: bytes) -> None:
        self._agent.feed(data)

    def end_input(self) -> None:
        self._agent.end_of_input()

    def close(self) -> None:
        self._agent.close()


class StdioConnection(AgentConnection):
    """An agent in a PowerShell process, over its standard streams."""

    def __init__(
        self, powershell: str, environment: Mapping[str, str], script: str = agent_starter.STARTER
    ) -> None:
        super().__init__()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._stderr = b""
        self._process = subprocess.Popen(
            [powershell, *agent_starter.arguments(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            env=dict(environment),
        )
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        self.write(agent_starter.agent_text())

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def stderr(self) -> bytes:
        """What the process has written to standard error, once it has ended."""
        if not self._errors.closed:
            self._errors.seek(0)
            self._stderr = self._errors.read()
        return self._stderr

    def write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        rest = memoryview(data)
        while rest:
            rest = rest[self._process.stdin.write(rest) :]

    def end_input(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait(self) -> int:
        """Wait for the end of the process, and hear all that it has said; return its exit code."""
        code = self._process.wait(WAIT_S)
        self._thread.join(WAIT_S)
        return code

    def close(self) -> None:
        if self._errors.closed:
            return
        self._process.kill()
        self.wait()
        self._stderr = self.stderr
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            assert stream is not None
            stream.close()

    @property
    def _noise(self) -> str:
        return super()._noise + self.stderr.decode(errors="replace")

    def _hear_all(self) -> None:
        assert self._process.stdout is not None
        while data := self._process.stdout.read(65536):
            self._hear(data)


class _WinRmConnection(AgentConnection):
    """An agent behind a WinRM endpoint, over pywinrm: one connection sends, another receives."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self._sender = pywinrm(endpoint)
        self._receiver = pywinrm(endpoint)
        self._shell = self._sender.open_shell(codepage=65001)
        self._command = self._sender.run_command(
            self._shell,
            f"{agent_starter.EXECUTABLE} {' '.join(agent_starter.arguments_for_cmd())}",
            console_mode_stdin=False,
        )
        self._receiver.transport.build_session()  # here: two threads that make sessions at once trip over each other
        for each in (self._sender, self._receiver):
            # and so do two requests, which put a variable into the environment for a moment
            not_none(each.transport.session).trust_env = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        self.write(agent_starter.agent_text())

    def write(self, data: bytes) -> None:
        for start in range(0, len(data), 90_000):
            self._sender.send_command_input(self._shell, self._command, data[start : start + 90_000])

    def end_input(self) -> None:
        self._sender.send_command_input(self._shell, self._command, b"", end=True)

    def close(self) -> None:
        if self._is_closing:
            return
        self._is_closing = True
        with suppress(WinRMError, WinRMTransportError, RequestException):  # it is gone already
            self._sender.close_shell(self._shell)
        self._thread.join(WAIT_S)
        self._sender.transport.close_session()

    def _hear_all(self) -> None:
        is_done = False
        try:
            while not is_done:
                is_done = self._take()
        finally:
            self._receiver.transport.close_session()

    def _take(self) -> bool:
        """Hear what there is; return whether that was all."""
        try:
            stdout, stderr, _, is_done = self._receiver.get_command_output_raw(self._shell, self._command)
        except WinRMOperationTimeoutError:
            return False  # nothing to hear for a while
        self._hear(stdout)
        self.noise.extend([stderr] if stderr else [])
        return bool(is_done)


def over_memory(host: HyperV) -> AgentConnection:
    """AgentConnection to the agent in Python, in this process."""
    return _MemoryConnection(host)


def over_winrm(endpoint: Endpoint) -> AgentConnection:
    """AgentConnection to whatever agent is behind an endpoint."""
    return _WinRmConnection(endpoint)
