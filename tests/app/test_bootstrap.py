"""The parts put together: a workspace that reaches hosts by WinRM, and the demo lab in its own process."""

import asyncio
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from hvtree.app.bootstrap import make_workspace
from hvtree.app.credentials import Secret
from hvtree.app.demo import start_demo
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.errors import AuthenticationFailure, ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from tests.support import remote_host
from tests.support.narrowing import not_none
from tests.support.remote_host import RemoteHost
from tests.support.running_time import run_in_no_time
from tests.support.trees import vm_named

SIDE = "c0000000-0000-4000-8000-000000000004"


class Open:
    """A workspace with one host, and something to await its changes with."""

    def __init__(self, profile: HostProfile, secret: Secret) -> None:
        self.workspace = make_workspace()
        self._changed = asyncio.Event()
        self.workspace.listener = lambda _event: self._changed.set()
        self.host_id = self.workspace.add_host(profile, secret)

    @property
    def view(self) -> HostView:
        return self.workspace.host(self.host_id)

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._changed.clear()
            await self._changed.wait()


def test_what_somebody_else_does_on_the_host_shows_without_looking_for_it() -> None:
    async def story(served: RemoteHost) -> None:
        profile = HostProfile("pair", served.endpoint.url, remote_host.USER)
        harness = Open(profile, Secret(remote_host.PASSWORD))
        await harness.until(lambda: harness.view.is_connected)
        served.hyperv.rename_vm_snapshot(vm_snapshot=[SIDE], new_name="theirs")
        await harness.until(
            lambda: vm_named(not_none(harness.view.state), "web").by_id[SIDE].name == "theirs"
        )
        await harness.workspace.close()

    with remote_host.remote_host() as served:
        run_in_no_time(story(served))


def test_a_wrong_password_is_sent_once() -> None:
    async def story(served: RemoteHost) -> None:
        harness = Open(HostProfile("pair", served.endpoint.url, remote_host.USER), Secret("wrong"))
        await harness.until(lambda: harness.view.phase is ConnectionPhase.FAILED)
        assert isinstance(harness.view.error, AuthenticationFailure)
        assert served.count("denied") == 1
        await harness.workspace.close()

    with remote_host.remote_host() as served:
        remote_host.run(story(served))


def test_the_demo_is_connected_like_any_host_and_ends_with_close() -> None:
    async def story() -> None:
        demo = await start_demo("pair")
        harness = Open(demo.profile, demo.secret)
        await harness.until(lambda: harness.view.is_connected)
        assert "NTLM" in harness.view.mode
        await harness.workspace.close()
        await demo.close()
        address = urlsplit(demo.profile.endpoint)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port)).close()

    asyncio.run(story())


def test_a_demo_hides_its_password() -> None:
    async def story() -> None:
        demo = await start_demo("empty")
        assert demo.secret.reveal() not in repr(demo)
        await demo.close()

    asyncio.run(story())


def test_a_demo_of_a_world_that_is_not_there_says_which_there_are() -> None:
    with pytest.raises(ConnectionFailure, match="did not start") as caught:
        asyncio.run(start_demo("nowhere"))
    assert "lab" in caught.value.sentence
