"""An endpoint per test, closed at its end; no thread of it may be left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hvtree.emulator.powershell.programs import Programs
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from tests.support.threads import none_left
from tests.support.wsman_clients import ACCOUNT


@pytest.fixture
def serve() -> Iterator[Callable[..., Endpoint]]:
    """Start endpoints with the settings given."""
    with none_left(), ExitStack() as stack:

        def start(**settings: Any) -> Endpoint:
            config = EndpointConfig(ACCOUNT, machine="XHOST16", **settings)
            return stack.enter_context(Endpoint(config, Programs("XHOST16")))

        yield start


@pytest.fixture
def endpoint(serve: Callable[..., Endpoint]) -> Endpoint:
    """An endpoint as real hosts are set up: http, Negotiate only, encrypted messages only."""
    return serve()
