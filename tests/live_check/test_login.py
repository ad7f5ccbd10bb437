"""The login of the live tests: a password that the host refuses is tried once, whatever many tests ask for it."""

from __future__ import annotations

import pytest

from hvtree.app.credentials import Secret
from hvtree.domain.errors import AuthenticationFailure
from hvtree.domain.host_profile import HostProfile
from tests.live.guard import Guard
from tests.live.pipe_connection import Ways
from tests.support.remote_host import USER, remote_host


def test_a_refused_password_is_tried_once() -> None:
    with remote_host() as host:
        ways = Ways(HostProfile("vhost", host.endpoint.url, USER), Secret("wrong"), Guard())
        with pytest.raises(AuthenticationFailure):
            ways.agent()
        before = host.count()
        with pytest.raises(AuthenticationFailure):
            ways.scratch()
        assert host.count() == before
