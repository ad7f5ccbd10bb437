"""WinRM shells and their commands: what Create, Command, Send, Receive, Signal, Delete and Get do."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from hvtree.emulator.winrm import soap
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.process import (
    STDERR,
    NoFolderError,
    ProcessOutput,
    Program,
    Superseded,
    Taken,
)
from hvtree.emulator.winrm.shell import Command, Shell, command_line, opened
from hvtree.emulator.winrm.soap import NAMESPACES, SoapRequest
from hvtree.emulator.winrm.wsman_faults import (
    aborted,
    broken_pipe,
    invalid_parameter,
    no_executable,
    no_folder,
    timed_out,
    too_many,
    unknown,
    unknown_resource,
)

SHELL_URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
ENVELOPE_OVERHEAD = 2_900
"""Bytes of a ReceiveResponse around its streams."""


class Answer(Struct, frozen=True):
    """The body of an answer, and how to undo what it took if it cannot be delivered."""

    body: str
    undo: Callable[[], None] | None = None


class Shells:
    """All shells of one endpoint. Thread-safe."""

    def __init__(
        self,
        program: Program,
        connection_faults: ConnectionFaults,
        *,
        envelope_kb: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._program = program
        self._connection_faults = connection_faults
        self._envelope_limit = envelope_kb * 1024
        self._now = now
        self._shells: dict[str, Shell] = {}
        self._lock = threading.Condition(threading.RLock())

    def create(self, request: SoapRequest, owner: str) -> Answer:
        """Open a shell of cmd; raise the fault for any other, such as PowerShell remoting. A client may bring its own id."""
        if request.resource_uri.rstrip("/").lower() != SHELL_URI:
            raise unknown_resource()
        element = request.body.find("rsp:Shell", NAMESPACES)
        if element is None:
            raise invalid_parameter("The request opens no shell.")
        shell = opened(element, owner, self._now())
        with self._lock:
            most = self._connection_faults.most_shells
            if most is not None and len(self._shells) >= most:
                raise too_many()
            self._shells[shell.id] = shell
        return Answer(_resource_created(shell) + _shell_xml(shell, self._now()))

    def command(self, request: SoapRequest, _owner: str) -> Answer:
        """Start a command in a shell; raise fault 2147942402 without the executable, 2147942667 without the folder."""
        shell = self._shell(request)
        element = request.body.find("rsp:CommandLine", NAMESPACES)
        if element is None:
            raise invalid_parameter("The request has no command line.")
        self._count(shell)
        output = ProcessOutput(self._connection_faults.shape)
        output.write(self._connection_faults.stdout_noise)
        output.write(self._connection_faults.stderr_noise, STDERR)
        try:
            process = self._program(command_line(element, request, shell), output)
        except NoFolderError:
            raise no_folder() from None
        if process is None:
            raise no_executable()
        command = Command(output, process, soap.flag(request.options.get("WINRS_CONSOLEMODE_STDIN", "TRUE")))
        command.id = element.get("CommandId", command.id).upper()
        with self._lock:
            shell.commands[command.id] = command
        return Answer(
            f"<rsp:CommandResponse><rsp:CommandId>{escape(command.id)}</rsp:CommandId></rsp:CommandResponse>"
        )

    def send(self, request: SoapRequest, _owner: str) -> Answer:
        """Write to the standard input of a command; raise fault 109 if it has ended."""
        streams = request.body.findall("rsp:Send/rsp:Stream", NAMESPACES)
        for stream in streams:
            command = self._command(self._shell(request), stream.get("CommandId", ""))
            if command.output.exit_code is not None:
                raise broken_pipe()
            data = _decoded(soap.text_of(stream))
            if data:
                command.process.feed(data)
            if soap.flag(stream.get("End", "")):
                command.process.end_of_input()
        return Answer("<rsp:SendResponse/>")

    def receive(self, request: SoapRequest, _owner: str) -> Answer:
        """Wait for output of a command; raise the timeout fault if none comes, 995 if a later Receive takes over."""
        shell = self._shell(request)
        wanted = request.body.find("rsp:Receive/rsp:DesiredStream", NAMESPACES)
        command = self._command(shell, wanted.get("CommandId", "") if wanted is not None else "")
        limit = min(request.envelope_limit, self._envelope_limit)
        timeout_s = min(request.timeout_s, soap.DEFAULT_TIMEOUT_S)
        self._listen(shell, 1)
        try:
            taken = command.output.take(
                timeout_s, _raw_bytes(limit), self._connection_faults.pieces_per_receive
            )
        except Superseded:
            raise aborted() from None
        finally:
            self._listen(shell, -1)
        if taken is None:
            raise timed_out()
        if shell.is_deleted and self._connection_faults.aborts_receive:
            raise aborted()
        return Answer(_receive_response(command.id, taken), lambda: command.output.put_back(taken))

    def signal(self, request: SoapRequest, _owner: str) -> Answer:
        """End a command (terminate), or interrupt one that has a console for its input (ctrl_c, ctrl_break)."""
        shell = self._shell(request)
        element = request.body.find("rsp:Signal", NAMESPACES)
        command = self._command(shell, element.get("CommandId", "") if element is not None else "")
        code = soap.text_of(element.find("rsp:Code", NAMESPACES) if element is not None else None)
        name = code.rpartition("/")[2].lower()
        if name == "terminate":
            with self._lock:
                shell.commands.pop(command.id, None)
            command.kill()
        elif name in ("ctrl_c", "ctrl_break"):
            if command.has_console_input:
                command.kill()
        else:
            raise invalid_parameter(f"{code!r} is not a signal.")
        return Answer("<rsp:SignalResponse/>")

    def delete(self, request: SoapRequest, _owner: str) -> Answer:
        """Close a shell and end every process in it."""
        self._close(self._shell(request))
        return Answer("")

    def get(self, request: SoapRequest, _owner: str) -> Answer:
        """Return the state of a shell, or the configuration of the service."""
        if request.resource_uri.rstrip("/").lower().endswith("/config"):
            return Answer(_config_xml(self._envelope_limit // 1024))
        return Answer(_shell_xml(self._shell(request), self._now()))

    def outputs(self) -> tuple[ProcessOutput, ...]:
        """The outputs of all commands, oldest first: for tests that write garbage into them or end them."""
        with self._lock:
            return tuple(
                command.output for shell in self._shells.values() for command in shell.commands.values()
            )

    def wait_for_listener(self, timeout_s: float) -> bool:
        """Wait until a client has a Receive under way: for tests that act at such a moment."""
        with self._lock:
            return self._lock.wait_for(
                lambda: any(shell.receiving for shell in self._shells.values()), timeout_s
            )

    def expire(self) -> None:
        """Close the shells that have been idle for longer than they asked for."""
        with self._lock:
            idle = [shell for shell in self._shells.values() if self._is_idle(shell)]
        for shell in idle:
            self._close(shell)

    def close(self) -> None:
        """Close all shells."""
        with self._lock:
            shells = list(self._shells.values())
        for shell in shells:
            self._close(shell)

    def _count(self, shell: Shell) -> None:
        """Count one more command; raise the quota's fault if the shell has reached the limit."""
        with self._lock:
            if shell.started >= self._connection_faults.commands_per_shell:
                raise too_many()
            shell.started += 1

    def _is_idle(self, shell: Shell) -> bool:
        return not shell.receiving and self._now() - shell.used_at > shell.idle_s

    def _close(self, shell: Shell) -> None:
        with self._lock:
            self._shells.pop(shell.id, None)
            shell.is_deleted = True
            commands = list(shell.commands.values())
        for command in commands:
            command.kill()

    def _listen(self, shell: Shell, change: int) -> None:
        with self._lock:
            shell.receiving += change
            shell.used_at = self._now()
            self._lock.notify_all()

    def _shell(self, request: SoapRequest) -> Shell:
        with self._lock:
            shell = self._shells.get(request.selectors.get("shellid", "").upper())
            if shell is None:
                raise unknown("The shell was not found on the server.")
            shell.used_at = self._now()
            return shell

    def _command(self, shell: Shell, command_id: str) -> Command:
        with self._lock:
            command = shell.commands.get(command_id.upper())
        if command is None:
            raise unknown("The command was not found in the shell.")
        return command


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise invalid_parameter(f"A stream is not in base64: {error}.") from error


def _raw_bytes(envelope_limit: int) -> int:
    """Return how many bytes of output fit into a reply, in base64 and with their stream elements."""
    return max((envelope_limit - ENVELOPE_OVERHEAD) * 3 // 4, 1024)


def _receive_response(command_id: str, taken: Taken) -> str:
    owner = f"CommandId={quoteattr(command_id)}"
    streams = [
        f'<rsp:Stream Name="{chunk.stream}" {owner}>{base64.b64encode(chunk.data).decode()}</rsp:Stream>'
        for chunk in taken.chunks
    ]
    state, exit_code = "Running", ""
    if taken.exit_code is not None:
        ends = (f'<rsp:Stream Name="{name}" {owner} End="true"/>' for name in ("stdout", "stderr"))
        streams.extend(ends)
        state, exit_code = "Done", f"<rsp:ExitCode>{taken.exit_code}</rsp:ExitCode>"
    return (
        f"<rsp:ReceiveResponse>{''.join(streams)}<rsp:CommandState {owner} "
        f'State="{soap.SHELL}CommandState/{state}">{exit_code}</rsp:CommandState></rsp:ReceiveResponse>'
    )


def _resource_created(shell: Shell) -> str:
    return (
        "<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{SHELL_URI}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{escape(shell.id)}</w:Selector></w:SelectorSet>'
        "</a:ReferenceParameters></x:ResourceCreated>"
    )


def _shell_xml(shell: Shell, now: float) -> str:
    return (
        f"<rsp:Shell><rsp:ShellId>{escape(shell.id)}</rsp:ShellId><rsp:ResourceUri>{SHELL_URI}</rsp:ResourceUri>"
        f"<rsp:Owner>{escape(shell.owner)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
        f"<rsp:IdleTimeOut>PT{shell.idle_s:.3f}S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime>"
        f"<rsp:ShellInactivity>PT{max(now - shell.used_at, 0):.3f}S</rsp:ShellInactivity></rsp:Shell>"
    )


def _config_xml(envelope_kb: int) -> str:
    return (
        f"<cfg:Config><cfg:MaxEnvelopeSizekb>{envelope_kb}</cfg:MaxEnvelopeSizekb>"
        f"<cfg:MaxTimeoutms>{soap.DEFAULT_TIMEOUT_S * 1000:.0f}</cfg:MaxTimeoutms>"
        "<cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config>"
    )
