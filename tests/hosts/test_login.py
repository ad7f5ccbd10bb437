"""Logging in to a host: what is refused, what is tried how often, and the sentence for each way to fail."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm.certificate import self_signed
from hvtree.emulator.winrm.connection_faults import Interruption
from hvtree.hosts.clients import remote_client
from hvtree.hosts.handshake import Timing
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.logins import login_to
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run
from tests.support.running_time import run_in_no_time
from tests.support.waiting import WAIT_S

Run = Callable[[Coroutine[Any, Any, HVTreeError]], HVTreeError]


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host() as made:
        yield made


def error_of(settings: WinRmLogin, run: Run = run) -> HVTreeError:
    async def story() -> HVTreeError:
        with pytest.raises(HVTreeError) as caught:
            await remote_client(settings).connect()
        return caught.value

    return run(story())


def settings_for(endpoint: str, **changes: str) -> WinRmLogin:
    return login_to(**{"name": "vhost", "endpoint": endpoint, "user": USER, "password": PASSWORD, **changes})


@contextmanager
def listener() -> Iterator[socket.socket]:
    """A port on which somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_wrong_password_is_tried_exactly_once(host: RemoteHost) -> None:
    error = error_of(host.login(password="wrong"))
    assert isinstance(error, AuthenticationFailure)
    assert "does not accept the user ‘demo’" in error.sentence
    assert host.count() == 3  # an empty message, a negotiation, one proof
    assert host.count("Create") == 0


def test_an_unknown_user_is_tried_exactly_once(host: RemoteHost) -> None:
    assert isinstance(error_of(host.login(user="nobody")), AuthenticationFailure)
    assert host.count() == 3


def test_a_password_never_shows_in_the_settings_or_in_an_error(host: RemoteHost) -> None:
    settings = host.login(password="s3cret!")
    error = error_of(settings)
    assert "s3cret!" not in repr(settings)
    assert "s3cret!" not in f"{error.sentence} {error.details} {error!r}"


@pytest.mark.parametrize("transport", ["basic", "certificate"])
def test_a_login_that_is_not_encrypted_is_refused_before_anything_is_sent(
    host: RemoteHost, transport: str
) -> None:
    error = error_of(host.login(transport=transport))
    assert isinstance(error, BadInput)
    assert "without TLS" in error.what
    assert host.count() == 0


@pytest.mark.parametrize(
    "endpoint", ["hv01", "ftp://hv01:5985/wsman", "http://", "http://hv01:port/wsman", ""]
)
def test_a_malformed_address_is_refused(endpoint: str) -> None:
    assert "cannot be used" in error_of(settings_for(endpoint)).what


def test_an_unknown_way_to_log_in_is_refused() -> None:
    assert "‘telepathy’" in error_of(settings_for("http://hv01:5985/wsman", transport="telepathy")).what


def test_an_address_may_be_ipv6() -> None:
    plain, tls = (
        HostProfile("vhost", f"{url}/wsman") for url in ("http://[fe80::1]:5985", "https://[fe80::1]")
    )
    assert (plain.host, plain.port) == ("fe80::1", 5985)
    assert (tls.host, tls.port) == ("fe80::1", 5986)


def test_a_port_on_which_nobody_listens_is_told_without_waiting_for_a_limit() -> None:
    with listener() as server:
        port = server.getsockname()[1]
    error = error_of(settings_for(f"http://127.0.0.1:{port}/wsman"), run_in_no_time)
    assert isinstance(error, ConnectionFailure)
    assert f"Nothing listens on its port {port}" in error.why


def test_a_name_that_nobody_knows_is_told() -> None:
    error = error_of(settings_for("http://no-such-host.invalid:5985/wsman"))
    assert "No address is known for the name ‘no-such-host.invalid’" in error.why


def test_giving_up_does_not_wait_for_a_port_that_never_answers() -> None:
    async def story(port: int) -> None:
        client = remote_client(settings_for(f"http://127.0.0.1:{port}/wsman"))
        connecting = asyncio.ensure_future(client.connect())
        probe, _ = await asyncio.to_thread(server.accept)
        login, _ = await asyncio.to_thread(server.accept)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        probe.close()
        login.close()

    with listener() as server:
        run(story(server.getsockname()[1]))


@pytest.mark.parametrize("is_tls", [False, True], ids=["http", "https"])
def test_a_login_that_fails_in_a_way_of_its_own_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_tls: bool
) -> None:
    class Failure(Exception):  # as CredSSP's, which derive from `Exception` alone
        pass

    class Handshake:
        def __init__(self, **_: object) -> None:
            self.auth_header = "CredSSP"

        def __call__(self, _request: object) -> object:
            raise Failure("The server offers no CredSSP")

    monkeypatch.setattr("winrm.transport.HAVE_CREDSSP", True)
    monkeypatch.setattr("winrm.transport.HttpCredSSPAuth", Handshake, raising=False)
    certificate = self_signed()
    file = tmp_path / "ca.pem"
    file.write_bytes(certificate.certificate)
    with remote_host(certificate=certificate if is_tls else None) as host:
        error = error_of(host.login(transport="credssp", ca_file=str(file) if is_tls else None))
    assert isinstance(error, AuthenticationFailure)
    assert "The server offers no CredSSP." in error.sentence


def test_tls_with_a_trusted_certificate_works_and_says_so(tmp_path: Path) -> None:
    certificate = self_signed()
    file = tmp_path / "ca.pem"
    file.write_bytes(certificate.certificate)

    async def story(host: RemoteHost) -> None:
        client = host.client(ca_file=str(file))
        await client.connect()
        assert (await client.read()).vms
        assert client.mode == "NTLM, TLS, one persistent PowerShell"
        await client.close()

    with remote_host(certificate=certificate) as host:
        run(story(host))


def test_basic_over_tls_works(tmp_path: Path) -> None:
    certificate = self_signed()
    file = tmp_path / "ca.pem"
    file.write_bytes(certificate.certificate)

    async def story(host: RemoteHost) -> None:
        client = host.client(ca_file=str(file), transport="basic")
        await client.connect()
        assert (await client.read()).vms
        await client.close()

    with remote_host(certificate=certificate, allow_basic=True) as host:
        run(story(host))


def test_a_certificate_that_is_not_trusted_is_refused_before_a_login() -> None:
    with remote_host(certificate=self_signed()) as host:
        error = error_of(host.login())
        assert "certificate of the host ‘vhost’ is not trusted" in error.what
        assert host.count() == 0


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (5, AuthenticationFailure, "may not use WinRM"),
        (2150859174, ConnectionFailure, "too many remote shells"),
        (2150858793, ConnectionFailure, "does not answer in time"),
    ],
)
def test_a_host_that_opens_no_shell_says_why(
    host: RemoteHost, code: int, kind: type[HVTreeError], words: str
) -> None:
    host.connection_faults.next("Create", Interruption.FAULT_BEFORE, code)
    error = error_of(host.login())
    assert isinstance(error, kind)
    assert words in error.what
    assert host.count("Create") == 1


def test_a_host_that_refuses_large_envelopes_gets_small_ones(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.next("Create", Interruption.FAULT_BEFORE, 2150859025)
        client = host.client()
        await client.connect()
        assert (await client.read()).vms
        await client.close()

    run(story())


def test_a_host_that_cannot_start_powershell_leaves_no_shell_behind(host: RemoteHost) -> None:
    host.connection_faults.next("Command", Interruption.FAULT_BEFORE, 2147942402)
    assert "no powershell.exe" in error_of(host.login()).what
    assert host.count("Delete") == 1


@contextmanager
def web_server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that is no WinRM service; gives the address under which a client would look for one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/wsman"
        server.shutdown()
        thread.join()


def test_a_web_server_is_no_winrm() -> None:
    with web_server(lambda handler: handler.send_error(404)) as endpoint:
        error = error_of(settings_for(endpoint))
    assert "HTTP status 404" in error.what
    assert "No WinRM service" in error.why


def test_a_server_that_lets_everybody_in_is_no_winrm_and_gets_nothing_in_the_clear() -> None:
    heard: list[bytes] = []

    def welcome(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with web_server(welcome) as endpoint:
        error = error_of(settings_for(endpoint))
    assert isinstance(error, ConnectionFailure)
    assert "answered in a way that is not WinRM's" in error.what
    assert heard == [b""]


def test_a_server_that_never_ends_its_answer_is_given_up() -> None:
    may_end = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.wfile.flush()
        may_end.wait(WAIT_S)

    async def story(endpoint: str) -> HVTreeError:
        with pytest.raises(ConnectionFailure) as caught:
            await remote_client(settings_for(endpoint), Timing(open_s=0.5)).connect()
        may_end.set()
        return caught.value

    with web_server(drip) as endpoint:
        error = run(story(endpoint))
    assert error.what == "The host ‘vhost’ was reached, but the login to it was not over within 0.5 seconds."
