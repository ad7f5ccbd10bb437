"""Servers that answer a login in odd ways: no wrong password where none was sent, and none is sent elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import pytest

from hvtree.domain.errors import AuthenticationFailure, ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.clients import remote_client
from hvtree.hosts.identify import look_at_service
from tests.support.hostile_server import (
    Answer,
    Asked,
    HostileServer,
    challenge,
    hostile_server,
    http,
    logged_in,
)
from tests.support.logins import login_to
from tests.support.remote_host import PASSWORD, USER, run


def error_of(server: HostileServer, **changes: str) -> HVTreeError:
    async def story() -> HVTreeError:
        login = login_to(
            **{"name": "vhost", "endpoint": server.url, "user": USER, "password": PASSWORD, **changes}
        )
        with pytest.raises(HVTreeError) as caught:
            await remote_client(login).connect()
        return caught.value

    return run(story())


def proofs(server: HostileServer) -> list[Asked]:
    """Return the requests that carried anything to log in with, beyond the opening of a negotiation."""
    opening = "Negotiate TlRMTVNTUAAB"
    headers = [(asked, asked.headers.get("authorization", "")) for asked in server.asked]
    return [asked for asked, header in headers if header and not header.startswith(opening)]


@pytest.mark.parametrize(
    ("offers", "told"),
    [(('Basic realm="WSMAN"',), "Basic"), (("Kerberos", "CredSSP"), "Kerberos, CredSSP"), ((), "none")],
)
def test_a_host_that_offers_nothing_that_was_chosen_is_no_wrong_password(
    offers: tuple[str, ...], told: str
) -> None:
    with hostile_server(lambda _: challenge(*offers)) as server:
        error = error_of(server)
    assert not isinstance(error, AuthenticationFailure)
    assert (error.code, proofs(server)) == ("not-offered", [])
    assert f"It offers: {told}. No password was sent." in error.why
    assert "‘vhost’ does not take this way to log in: NTLM." in error.what


@pytest.mark.parametrize(
    "answer", [lambda: challenge("Negotiate"), lambda: http(503), lambda: http(200), lambda: http(401)]
)
def test_a_login_without_a_challenge_is_no_wrong_password(answer: type[list[bytes]]) -> None:
    def half(asked: Asked) -> Iterable[bytes]:
        return answer() if "authorization" in asked.headers else challenge("Negotiate")

    with hostile_server(half) as server:
        error = error_of(server)
    assert not isinstance(error, AuthenticationFailure)
    assert (error.code, proofs(server)) == ("login-unfinished", [])
    assert "it was not the password" in error.what


def redirecting(*headers: str, status: int = 307) -> Answer:
    return lambda _: http(status, b"", *headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_told_and_not_followed(status: int) -> None:
    with hostile_server(lambda _: http(200)) as elsewhere:
        to = f"http://user:secret@127.0.0.1:{elsewhere.port}/wsman?token=secret"
        with hostile_server(redirecting(f"Location: {to}", status=status)) as server:
            error = error_of(server)
        assert (error.code, elsewhere.accepted, len(server.asked)) == ("redirected", 0, 1)
        assert f"http://127.0.0.1:{elsewhere.port}/wsman" in error.what
        assert "secret" not in f"{error.sentence}{error.details}"


@pytest.mark.parametrize("step", ["", "Negotiate TlRMTVNTUAAB", "Negotiate TlRMTVNTUAAD"])
def test_no_step_of_a_login_is_sent_on_to_another_address(step: str) -> None:
    with hostile_server(lambda _: http(200)) as elsewhere:
        redirect = http(307, b"", f"Location: {elsewhere.url}")
        honest = logged_in(lambda _: redirect)

        def answer(asked: Asked) -> Iterable[bytes]:
            header = asked.headers.get("authorization", "")
            return redirect if header.startswith(step) and bool(header) == bool(step) else honest(asked)

        with hostile_server(answer) as server:
            error = error_of(server)
        assert (error.code, elsewhere.accepted) == ("redirected", 0)


def test_a_message_that_is_redirected_after_the_login_goes_nowhere_else() -> None:
    with hostile_server(lambda _: http(200)) as elsewhere:
        with hostile_server(logged_in(redirecting(f"Location: {elsewhere.url}"))) as server:
            error = error_of(server)
        assert (error.code, elsewhere.accepted) == ("redirected", 0)


@pytest.mark.parametrize(
    "location", ["Location: \x1b[31m\u202ex", "Location: http://[::1", "X: y", "Location: //x:99999999/"]
)
def test_an_odd_redirection_is_told_harmlessly(location: str) -> None:
    with hostile_server(redirecting(location.encode().decode("latin-1"))) as server:
        error = error_of(server)
    assert error.code == "redirected"
    assert error.what.isprintable()


def test_the_look_at_the_service_follows_nobody_either() -> None:
    with hostile_server(lambda _: http(200)) as elsewhere:
        with (
            hostile_server(redirecting(f"Location: {elsewhere.url}", status=302)) as server,
            pytest.raises(ConnectionFailure) as caught,
        ):
            look_at_service(HostProfile("vhost", server.url, USER))
        assert (caught.value.code, elsewhere.accepted) == ("redirected", 0)


@pytest.mark.parametrize(
    "flag", [0x10, 0x20, 0x80000, 0x20000000], ids=["sign", "seal", "session", "128 bits"]
)
def test_a_challenge_that_grants_less_than_encryption_gets_no_proof(flag: int) -> None:
    def weak(asked: Asked) -> Iterable[bytes]:
        step = asked.login.authorize(asked.headers.get("authorization", ""), allow_basic=False)
        token = bytearray(step.token or bytes(24))
        token[20:24] = (int.from_bytes(token[20:24], "little") & ~flag).to_bytes(4, "little")
        return challenge(f"Negotiate {base64.b64encode(token).decode()}" if step.token else "Negotiate")

    with hostile_server(weak) as server:
        error = error_of(server)
    assert (error.code, proofs(server)) == ("login-weak", [])
    assert not isinstance(error, AuthenticationFailure)
