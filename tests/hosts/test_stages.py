"""The stages by themselves: odd servers, odd names, and work that is cut."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.host_profile import HostProfile, endpoint_for
from hvtree.emulator.winrm.certificate import issued, self_signed
from hvtree.hosts import network
from hvtree.hosts.identify import look_at_service, product_of, system_of
from hvtree.hosts.stages import WinRmStages
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.tls import look_at_certificate
from hvtree.hosts.worker_threads import off_loop
from tests.support.remote_host import PASSWORD, USER, remote_host
from tests.support.waiting import WAIT_S


def profile(port: int) -> HostProfile:
    return HostProfile("odd", f"http://127.0.0.1:{port}/wsman", USER)


def named(host: str) -> HostProfile:
    return HostProfile("odd", endpoint_for(host) if ":" in host else f"http://{host}:5985/wsman", USER)


@contextmanager
def server(answer: bytes) -> Iterator[int]:
    """Serve on a port: to every connection the same bytes, whatever it says."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(WAIT_S)


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.6\r\n", b"", b"\x00" * 100, b"HTTP/1.1 banana\r\n\r\n"]
)
def test_what_is_no_http_is_told(answer: bytes) -> None:
    with server(answer) as port, pytest.raises(ConnectionFailure) as caught:
        look_at_service(profile(port))
    assert caught.value.code == "not-http"


def test_an_answer_that_is_no_identity_is_no_winrm() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nDate: never\r\n\r\n<html>"
    with server(page) as port:
        found = look_at_service(profile(port))
    assert (found.is_winrm, found.status, found.date_utc) == (False, 200, None)


def test_a_page_of_50_megabytes_is_not_read_to_its_end() -> None:
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 200_000) as port:
        assert not look_at_service(profile(port)).is_winrm


def test_a_host_offers_its_ways_to_log_in_without_their_tokens() -> None:
    offers = b'WWW-Authenticate: Negotiate TlRMTVNT\r\nWWW-Authenticate: Kerberos, Basic realm="WSMAN"\r\n'
    with server(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n" + offers + b"\r\n") as port:
        assert look_at_service(profile(port)).mechanisms == ("Negotiate", "Kerberos", "Basic")


def test_an_identity_with_entities_is_not_read() -> None:
    assert product_of(b'<!DOCTYPE x [<!ENTITY a "b">]><x/>') == ""
    assert product_of(b"<not closed") == ""
    assert system_of("Microsoft Corporation, OS: 10.0.20348 SP: 0.0 Stack: 3.0") == "10.0.20348"
    assert system_of("Microsoft Corporation, OS: 0.0.0 SP: 0.0 Stack: 3.0") == ""


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 300, "x..y"])
def test_a_name_that_cannot_be_is_unknown(name: str) -> None:
    with pytest.raises(ConnectionFailure) as caught:
        network.resolve(named(name))
    assert caught.value.code == "name-unknown"


@pytest.mark.parametrize("address", ["10.0.0.5", "fe80::1%eth0", "::1"])
def test_an_address_needs_no_look_up(address: str) -> None:
    assert network.resolve(named(address)).is_literal


def test_a_closed_port_is_told_from_a_host_without_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert network.reach(profile(port)).address == "127.0.0.1"
    with pytest.raises(ConnectionFailure) as caught:
        network.reach(profile(port))
    assert caught.value.code == "port-closed"


def test_a_name_that_no_server_answers_for_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: let_go.wait(WAIT_S))
    with pytest.raises(ConnectionFailure) as caught:
        asyncio.run(WinRmStages(WinRmLogin(named("slow-name"), PASSWORD), resolve_s=0.05).resolve())
    let_go.set()
    assert caught.value.code == "name-silent"


def test_the_dates_of_a_certificate_do_not_hide_who_issued_it() -> None:
    expired, _ = issued(-0.5, names=["other"])
    with remote_host(certificate=expired) as host:
        found = look_at_certificate(host.login())
    assert (found.chain_problem, found.fits_name, found.is_pinned) == (20, False, None)


def test_the_thumbprint_is_what_windows_shows() -> None:
    certificate = self_signed()
    with remote_host(certificate=certificate) as host:
        found = look_at_certificate(host.login())
    assert len(found.sha1) == 40
    assert found.sha1 == found.sha1.upper()
    assert found.certificate.fingerprint.replace(":", "").lower() == certificate.fingerprint


def test_work_that_is_cancelled_is_cut_and_left_to_itself() -> None:
    cut, let_go = threading.Event(), threading.Event()

    async def story() -> None:
        begun = threading.Event()

        def work() -> None:
            begun.set()
            let_go.wait(WAIT_S)

        task = asyncio.create_task(off_loop(work, cut.set))
        await asyncio.sleep(0)  # it starts its thread
        assert begun.wait(WAIT_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert cut.is_set()
    let_go.set()


def test_a_mistake_in_the_work_comes_out_where_it_is_awaited() -> None:
    def work() -> None:
        raise TypeError("a bug")

    with pytest.raises(TypeError, match="a bug"):
        asyncio.run(off_loop(work))


def test_a_server_that_drips_its_answer_is_given_up() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
            while not over.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        with pytest.raises(ConnectionFailure) as caught:
            asyncio.run(
                WinRmStages(WinRmLogin(profile(listener.getsockname()[1]), PASSWORD), look_s=0.3).service()
            )
    finally:
        over.set()
        thread.join(WAIT_S)
        listener.close()
    assert caught.value.code == "service-endless"
