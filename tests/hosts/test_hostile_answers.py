"""Servers whose answers do not end, or swell: HVTree breaks off early, takes no memory for them, and says what happened.

What a server could send before it was cut off is counted; the buffers of the system between the two take some megabytes.
"""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import pytest

from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.http_answers import AnswerLimits
from hvtree.hosts.identify import look_at_service
from hvtree.hosts.winrm.shell_connector import ShellConnector
from tests.support.hostile_server import (
    SOAP,
    Answer,
    HostileServer,
    challenge,
    endless,
    hostile_server,
    http,
    logged_in,
    sealed,
)
from tests.support.logins import login_to
from tests.support.remote_host import PASSWORD, USER

MEGABYTE = 1 << 20
BUFFERS = 16 * MEGABYTE
"""What the system takes from a server although nobody reads it: no more than 6 MB at each end of a connection."""
MEMORY = 24 * MEGABYTE
OK = b"HTTP/1.1 200 OK\r\n"
HUGE = 10**15
BOMB = gzip.compress(bytes(64 * MEGABYTE))

ENDLESS: dict[str, tuple[str, Callable[[], Iterable[bytes]]]] = {
    "a header": ("answer-too-large", lambda: endless(OK, b"X: ")),
    "headers": ("answer-too-large", lambda: endless(OK, piece=b"X: y\r\n" * 1000)),
    "long headers": ("answer-too-large", lambda: endless(OK, piece=b"X: " + b"y" * 60_000 + b"\r\n")),
    "a status line": ("answer-too-large", lambda: endless(b"HTTP/1.1 200 ")),
    "answers before the answer": (
        "answer-too-large",
        lambda: endless(piece=b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    ),
    "a body": ("answer-too-large", lambda: endless(OK, b"\r\n")),
    "chunks": (
        "answer-too-large",
        lambda: endless(OK, b"Transfer-Encoding: chunked\r\n\r\n", piece=b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    ),
    "one chunk": (
        "answer-too-large",
        lambda: endless(OK, b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n"),
    ),
    "the size of a chunk": (
        "answer-too-large",
        lambda: endless(OK, b"Transfer-Encoding: chunked\r\n\r\n", piece=b"0" * 9999),
    ),
    "a body of a petabyte": ("answer-too-large", lambda: http(200, b"x", SOAP, length=HUGE)),
    "a body that swells": (
        "answer-compressed",
        lambda: http(200, BOMB, SOAP, "Content-Encoding: gzip"),
    ),
}
ODD = {"a header", "headers", "long headers", "a status line", "the size of a chunk"}
"""What the HTTP library itself refuses before a limit is reached, in its own words."""


def connector_to(server: HostileServer, limits: AnswerLimits | None = None) -> ShellConnector:
    return ShellConnector(login_to("vhost", server.url, USER, PASSWORD), limits)


def failure_of(connector: ShellConnector, act: Callable[[], object]) -> HVTreeError:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is told by its code
        act()
    return connector.failure(caught.value)


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """How much memory was taken at most, in bytes, beyond what was taken before."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    yield lambda: tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()


@pytest.mark.parametrize("name", ENDLESS)
def test_before_the_login_nothing_is_read_without_a_limit(name: str, peak: Callable[[], int]) -> None:
    code, answer = ENDLESS[name]
    with hostile_server(lambda _: answer()) as server:
        connector = connector_to(server)
        error = failure_of(connector, lambda: connector.log_in(5))
        assert server.sent < BUFFERS
    assert peak() < MEMORY
    assert error.code == code or name in ODD
    assert error.what.endswith(".")


@pytest.mark.parametrize("name", ENDLESS)
def test_after_the_login_nothing_is_read_without_a_limit(name: str, peak: Callable[[], int]) -> None:
    code, answer = ENDLESS[name]
    with hostile_server(logged_in(lambda _: answer())) as server:
        connector = connector_to(server)
        connection = connector.log_in(5)
        error = failure_of(connector, connection.open_shell)
        assert server.sent < BUFFERS
        connection.disconnect()
    assert peak() < MEMORY
    assert error.code == code or name in ODD


@pytest.mark.parametrize("name", sorted(set(ENDLESS) - {"a body of a petabyte"}))
def test_the_look_at_the_service_reads_nothing_without_a_limit(name: str, peak: Callable[[], int]) -> None:
    _, answer = ENDLESS[name]
    with hostile_server(lambda _: answer()) as server:
        try:
            found = look_at_service(HostProfile("vhost", server.url, USER)).product
        except HVTreeError as error:
            found = error.code
        assert server.sent < 2 * BUFFERS  # it asks twice
    assert found in ("", "answer-too-large", "answer-compressed", "not-http")
    assert peak() < MEMORY


DRIPPED: dict[str, Callable[[], Iterable[bytes]]] = {
    "headers": lambda: endless(OK, b"X: ", piece=b"y"),
    "a body": lambda: endless(OK, b"Content-Length: 1000000\r\n\r\n", piece=b"x"),
    "answers before the answer": lambda: (
        bytes([each]) for each in itertools.chain.from_iterable(itertools.repeat(b"HTTP/1.1 100 C\r\n\r\n"))
    ),
}


class Ticking:
    """A clock on which each look takes a second: a minute has passed long before a limit of bytes is reached."""

    def __init__(self) -> None:
        self._seconds = itertools.count()

    def __call__(self) -> float:
        return float(next(self._seconds))


@pytest.mark.parametrize("answer", DRIPPED.values(), ids=DRIPPED)
@pytest.mark.parametrize("is_in", [False, True], ids=["before the login", "after the login"])
def test_an_answer_that_comes_drop_by_drop_is_given_up(
    answer: Callable[[], Iterable[bytes]], *, is_in: bool
) -> None:
    behave: Answer = logged_in(lambda _: answer()) if is_in else lambda _: answer()
    with hostile_server(behave) as server:
        connector = connector_to(server, AnswerLimits(clock=Ticking()))
        error = failure_of(connector, lambda: connector.open_shell(connector.log_in(5)))
        connector.kill()
    assert error.code == "answer-endless"
    assert "did not end within 60 seconds" in error.what


@pytest.mark.parametrize("answer", DRIPPED.values(), ids=DRIPPED)
def test_a_look_at_a_service_that_drips_is_given_up(answer: Callable[[], Iterable[bytes]]) -> None:
    with hostile_server(lambda _: answer()) as server, pytest.raises(HVTreeError) as caught:
        look_at_service(HostProfile("vhost", server.url, USER), AnswerLimits(clock=Ticking()))
    assert caught.value.code == "answer-endless"


def test_an_answer_of_the_largest_size_that_was_asked_for_is_taken() -> None:
    text = b'<s:E xmlns:s="x"><Selector Name="ShellId">%s</Selector></s:E>' % (b"x" * 700_000)
    with hostile_server(logged_in(lambda asked: sealed(asked, text))) as server:
        connector = connector_to(server)
        connection = connector.log_in(5)
        assert len(connection.open_shell()) == 700_000
        connection.disconnect()


def test_no_compression_is_asked_for() -> None:
    with hostile_server(lambda _: challenge("Basic")) as server:
        connector = connector_to(server)
        failure_of(connector, lambda: connector.log_in(5))
    assert {asked.headers["accept-encoding"] for asked in server.asked} == {"identity"}
