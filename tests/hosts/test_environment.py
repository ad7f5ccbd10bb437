"""The environment of this process belongs to everybody in it: connections of several threads leave it alone."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from hvtree.hosts.winrm.http_adapter import Sockets
from hvtree.hosts.winrm.wsman_connection import WsmanConnection
from tests.support.logins import login_to

HERE = login_to("hv01", "https://hv01:5986/wsman", "admin", "x", transport="basic")


def test_sessions_that_are_made_in_several_threads_do_not_disturb_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errors: list[Exception] = []

    def make_sessions() -> None:
        connection = WsmanConnection(HERE, Sockets(), 20)
        try:
            for _ in range(200):
                connection.transport.build_session()
                connection.disconnect()
        except Exception as error:  # noqa: BLE001 - it is looked at below
            errors.append(error)

    monkeypatch.delenv("no_proxy", raising=False)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=make_sessions) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert errors == []
    assert "no_proxy" not in os.environ
