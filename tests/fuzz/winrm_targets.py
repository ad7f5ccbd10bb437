"""WinRM: what a client may send to the emulated endpoint, and what a server may answer to ours."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import takewhile
from typing import Any

import requests
from requests.adapters import BaseAdapter

from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm import soap
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.operations import Operations
from hvtree.emulator.winrm.process import CommandLine, Process, ProcessOutput
from hvtree.emulator.winrm.shells import SHELL_URI, Shells
from hvtree.emulator.winrm.soap import NAMESPACES, WsmanFault
from hvtree.hosts.identify import IDENTIFY, look_at_service, product_of
from hvtree.hosts.winrm.faults import FOREIGN, fault_kind, translated
from hvtree.hosts.winrm.http_adapter import Sockets
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.wsman_connection import WsmanConnection
from tests.fuzz.target import Target
from tests.support.hostile_server import http
from tests.support.logins import login_to

_DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_XML_WORDS = (
    b"<!DOCTYPE a [",
    b"<![CDATA[",
    b"&#0;",
    b"&a;",
    b'<?xml version="1.0" encoding="utf-16"?>',
    b"<a>" * 500,
)


class _Still:
    """A process that does nothing."""

    def feed(self, data: bytes) -> None: ...

    def end_of_input(self) -> None: ...

    def kill(self) -> None: ...


def _still(command: CommandLine, output: ProcessOutput) -> Process | None:
    return _Still()


def read_envelope(data: bytes) -> None:
    """Take bytes as a request to the endpoint: whatever it is, there is an answer."""
    shells = Shells(_still, ConnectionFaults(), envelope_kb=500)
    operations = Operations(shells, ConnectionFaults(), "EMULATED", 500, lambda _: None)
    for sound in _requests()[:2]:
        assert operations.perform(sound, "demo").status == 200
    with suppress(WsmanFault):
        if soap.read_request(data).kind == "Receive":
            return  # it would wait, as it should
    assert operations.perform(data, "demo").xml
    shells.close()


def _request(action: str, body: str, more: str = "") -> bytes:
    return (
        f"<s:Envelope {_DECLARATIONS}><s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:1</a:MessageID>"
        f"<w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize><w:OperationTimeout>PT20S</w:OperationTimeout>"
        f'<w:ResourceURI>{SHELL_URI}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">S</w:Selector>'
        f'</w:SelectorSet><w:OptionSet><w:Option Name="WINRS_SKIP_CMD_SHELL">TRUE</w:Option></w:OptionSet>{more}'
        f"</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def _requests() -> tuple[bytes, ...]:
    shell = (
        '<rsp:Shell ShellId="S"><rsp:Environment><rsp:Variable Name="a">b</rsp:Variable></rsp:Environment>'
        "<rsp:WorkingDirectory>C:\\</rsp:WorkingDirectory><rsp:IdleTimeOut>PT300S</rsp:IdleTimeOut></rsp:Shell>"
    )
    line = '<rsp:CommandLine CommandId="C"><rsp:Command>a</rsp:Command><rsp:Arguments>b</rsp:Arguments></rsp:CommandLine>'
    stream = '<rsp:Send><rsp:Stream Name="stdin" CommandId="C" End="true">aGk=</rsp:Stream></rsp:Send>'
    signal = f'<rsp:Signal CommandId="C"><rsp:Code>{soap.SHELL}signal/terminate</rsp:Code></rsp:Signal>'
    return (
        _request(soap.TRANSFER + "Create", shell),
        _request(soap.SHELL + "Command", line),
        _request(soap.SHELL + "Send", stream),
        _request(soap.SHELL + "Signal", signal),
        _request(soap.TRANSFER + "Get", ""),
        _request(soap.TRANSFER + "Delete", ""),
        IDENTIFY.encode(),
    )


_PROFILE = HostProfile("vhost", "https://127.0.0.1:1/wsman", "anna", "basic")


class _Given(BaseAdapter):
    """Answers every request of a session with the same body."""

    def __init__(self) -> None:
        super().__init__()
        self.status, self.body = 200, b""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.raw, answer.request = self.status, io.BytesIO(self.body), request
        answer.url = request.url or ""
        return answer

    def close(self) -> None: ...


@cache
def _connection() -> tuple[WsmanConnection, _Given]:
    given = _Given()
    connection = WsmanConnection(WinRmLogin(_PROFILE, "secret"), Sockets(), 20)
    session = connection.transport.build_session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, given)
    return connection, given


_CALLS: tuple[Callable[[WsmanConnection], object], ...] = (
    lambda connection: connection.open_shell(),
    lambda connection: connection.run_command("S", "powershell", ["-NoLogo"]),
    lambda connection: connection.send_command_input("S", "C", b"x"),
    lambda connection: connection.get_command_output_raw("S", "C"),
    lambda connection: connection.cleanup_command("S", "C"),
    lambda connection: connection.close_shell("S"),
)


def _told(error: BaseException, profile: HostProfile) -> None:
    """Do with an error what a connection does."""
    fault_kind(error)
    assert translated(error, profile).sentence


def read_answer(data: bytes) -> None:
    """Take bytes as the answer of a server to each of our requests: a value, or an error with a sentence."""
    connection, given = _connection()
    given.body = data
    product_of(data)
    for status, call in [*((200, each) for each in _CALLS), (500, _CALLS[0]), (400, _CALLS[3])]:
        given.status = status
        try:
            call(connection)
        except FOREIGN as error:
            _told(error, _PROFILE)


def _answers() -> tuple[bytes, ...]:
    request = soap.read_request(_requests()[0])
    created = '<rsp:Shell><rsp:ShellId>S</rsp:ShellId></rsp:Shell><x:ResourceCreated><a:ReferenceParameters><w:SelectorSet><w:Selector Name="ShellId">S</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>'
    state = f'<rsp:CommandState CommandId="C" State="{soap.SHELL}CommandState/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>'
    output = f'<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="C">aGk=</rsp:Stream>{state}</rsp:ReceiveResponse>'
    fault = WsmanFault(
        2150858843, "InvalidSelectors", "The shell was not found.", detail="x", provider="Shell"
    )
    return (
        soap.reply(request, created),
        soap.reply(request, "<rsp:CommandResponse><rsp:CommandId>C</rsp:CommandId></rsp:CommandResponse>"),
        soap.reply(request, output),
        soap.fault("uuid:1", fault, "EMULATED"),
        b"<html><body>404</body></html>",
    )


class _Server:
    """Answers each connection with the same bytes, whatever was asked, and closes it."""

    def __init__(self) -> None:
        self.answer = b""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, name="raw answers", daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with suppress(OSError), connection, connection.makefile("rb") as stream:
                connection.settimeout(5)
                head = takewhile(lambda line: line != b"\r\n", stream)
                length = sum(int(line[15:]) for line in head if line.lower().startswith(b"content-length:"))
                stream.read(
                    length
                )  # what is left unread would cut the connection before the answer is through
                connection.sendall(self.answer)


@cache
def _server() -> _Server:
    return _Server()


def read_http(data: bytes) -> None:
    """Take bytes as what a server sends, from the first byte of its HTTP, before and at the login."""
    server = _server()
    server.answer = data
    login = login_to("vhost", f"http://127.0.0.1:{server.port}/wsman", "anna", "secret")
    with suppress(HVTreeError):
        look_at_service(login.profile)
    connection = WsmanConnection(login, Sockets(), 20)
    try:
        connection.log_in()
    except FOREIGN as error:
        _told(error, login.profile)
    finally:
        connection.disconnect()


def _raw_answers() -> tuple[bytes, ...]:
    token = "TlRMTVNTUAACAAAADAAMADgAAAAFgomiESIzRFVmd4gAAAAAAAAAACQAJABEAAAABgBwFwAAAA9TAGUAcgB2AGUAcgACAAwARABvAG0AYQBpAG4AAQAMAFMAZQByAHYAZQByAAAAAAA="
    return (
        b"".join(http(401, b"", "WWW-Authenticate: Negotiate")),
        b"".join(
            http(401, b"", f"WWW-Authenticate: Negotiate {token}", "Date: Sun, 22 Nov 2026 14:02:00 GMT")
        ),
        b"".join(http(200, _answers()[0], "Content-Type: application/soap+xml;charset=UTF-8")),
        b"".join(http(302, b"", "Location: http://elsewhere/wsman")),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n',
    )


def targets() -> dict[str, Target]:
    """Return the targets of WinRM by their names."""
    return {
        "soap": Target("requests to the emulated endpoint", read_envelope, _requests(), _XML_WORDS),
        "answers": Target("SOAP from a server", read_answer, _answers(), _XML_WORDS),
        "http": Target(
            "HTTP from a server",
            read_http,
            _raw_answers(),
            (
                b"\r\n\r\n",
                b"WWW-Authenticate: ",
                b"Content-Length: ",
                b"Transfer-Encoding: chunked\r\n",
                b"Negotiate ",
            ),
        ),
    }
