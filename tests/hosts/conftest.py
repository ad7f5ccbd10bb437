"""What the tests of the connection to a host share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.remote_host import RemoteHost, remote_host


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host() as made:
        yield made
