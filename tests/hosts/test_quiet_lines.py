"""What an idle connection costs on the wire, and who notices that the host at its other end is gone."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from hvtree.hosts.handshake import Timing
from hvtree.hosts.network import WATCHES_LINES
from tests.support.relay import relay
from tests.support.remote_client import connected, until_listening
from tests.support.remote_host import RemoteHost, run

MOST_BYTES_PER_S = 200
ROUNDS = 3
TCP_BYTES_PER_S = 2 * 40 / 3
"""Segments without content each way, while nothing else comes."""


def test_a_quiet_host_costs_less_than_200_bytes_a_second(host: RemoteHost) -> None:
    async def story() -> None:
        with relay(host.endpoint.port) as wire:
            endpoint = host.endpoint.url.replace(str(host.endpoint.port), str(wire.port))
            async with connected(host, endpoint=endpoint) as client:
                await client.read()
                await until_listening(host)
                found: list[int] = []
                for _ in range(ROUNDS):  # what was under way before counts in the first of them
                    before = wire.passed_bytes
                    await client.watch(lambda: None)  # a short request and its answer, as a ping is
                    await until_listening(host)
                    found.append(wire.passed_bytes - before)
                request_bytes = min(found)
                poll_bytes = request_bytes / 2  # a Receive that comes to nothing, once between two pings
                per_s = (request_bytes + poll_bytes) / Timing().watched_ping_s
                assert 0 < per_s < MOST_BYTES_PER_S - TCP_BYTES_PER_S

    run(story())


def test_tcp_itself_watches_the_connection_that_listens_and_no_other(
    host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[tuple[str, int]] = []
    set_option = socket.socket.setsockopt

    def noted(connection: socket.socket, level: int, option: int, value: Any) -> None:
        set_option(connection, level, option, value)
        if (level, option) == (socket.SOL_SOCKET, socket.SO_KEEPALIVE):
            watched.append((connection.getsockname(), value))

    async def story() -> None:
        async with connected(host) as client:
            await client.read()

    monkeypatch.setattr(socket.socket, "setsockopt", noted)
    run(story())
    assert [value for _, value in watched] == [1] * WATCHES_LINES
