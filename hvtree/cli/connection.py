"""Which host a command means, how to log in to it, and a connection for as long as the command runs."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from hvtree.app.bootstrap import make_workspace
from hvtree.app.credentials import Secret, find_password, from_environment, from_keyring
from hvtree.app.demo import DEMO, start_demo
from hvtree.app.host_book import HostBook
from hvtree.app.host_view import Event, HostView, Phase
from hvtree.app.settings import LOCAL, HostProfile, checked_profile
from hvtree.app.settings_file import default_path, load
from hvtree.app.workspace import Workspace
from hvtree.cli.text import shown
from hvtree.cli.trust import trusted
from hvtree.domain.errors import BadInput, ConnectionFailure
from hvtree.domain.model import HostState

_LOGIN = ("user", "transport", "ca_file", "fingerprint", "certificate_file", "key_file")
"""What the command line may say otherwise than a saved host."""


@dataclass(frozen=True)
class OpenHost:
    """A connected host, and the workspace that keeps it."""

    workspace: Workspace
    id: str
    state: HostState
    """The reading that was taken when it was connected."""
    changes: Changes


@dataclass(frozen=True)
class Way:
    """How to get to a host."""

    login: tuple[HostProfile, Secret] | None
    """None for the demo, which is started first."""
    world: str = "lab"
    """What the demo shows."""


class Changes:
    """The workspace's one listener here: something to await the next event with."""

    def __init__(self, workspace: Workspace) -> None:
        self._event = asyncio.Event()
        workspace.listener = self._on_event

    async def next(self) -> None:
        """Return when something has happened since this was last awaited."""
        await self._event.wait()
        self._event.clear()

    def _on_event(self, _event: Event) -> None:
        self._event.set()


def find_way(arguments: argparse.Namespace) -> Way:
    """Return how to get to the host that the arguments mean; raise `BadInput` if there is none.

    May ask for a password, so it is called before a loop runs: a loop would keep Ctrl+C to itself.
    """
    profile = host_meant(arguments)
    if profile is None:
        return Way(None, world_meant(arguments))
    pinned = trusted(profile)
    if pinned is not profile and _is_saved(profile):
        asyncio.run(HostBook().save(pinned))
    return Way((pinned, _password(pinned)))


def host_meant(arguments: argparse.Namespace) -> HostProfile | None:
    """Return the host that the arguments mean, None for the demo; raise `BadInput` if there is none."""
    return None if arguments.host_word == DEMO else checked_profile(_profile(arguments))


def world_meant(arguments: argparse.Namespace) -> str:
    """Return what the demo shall show."""
    return getattr(arguments, "world", None) or "lab"


@asynccontextmanager
async def open_host(way: Way) -> AsyncIterator[OpenHost]:
    """Connect a host; raise its `HVTreeError` if that fails, without a second attempt."""
    if way.login is not None:
        async with _connected(*way.login) as host:
            yield host
        return
    demo = await start_demo(way.world)
    try:
        async with _connected(demo.profile, demo.secret) as host:
            yield host
    finally:
        await demo.close()


@asynccontextmanager
async def _connected(profile: HostProfile, secret: Secret) -> AsyncIterator[OpenHost]:
    workspace = make_workspace()
    changes = Changes(workspace)
    try:
        host_id = workspace.add_host(profile, secret)
        view = await _first_reading(workspace, host_id, changes)
        assert view.state is not None
        yield OpenHost(workspace, host_id, view.state, changes)
    finally:
        await workspace.close()


async def _first_reading(workspace: Workspace, host_id: str, changes: Changes) -> HostView:
    while True:
        view = workspace.host(host_id)
        if view.phase is Phase.CONNECTED:
            return view
        if view.phase is not Phase.CONNECTING:
            raise view.error or ConnectionFailure(f"The host ‘{view.name}’ is not connected.")
        await changes.next()


def _profile(arguments: argparse.Namespace) -> HostProfile:
    word: str = arguments.host_word
    known = _from_url(word) if "://" in word else load(default_path()).profile(word)
    if known is None and word == LOCAL:
        return HostProfile("this computer", "", "", LOCAL)
    if known is None:
        raise BadInput(
            f"There is no saved host ‘{shown(word)}’.",
            now=f"Name a saved host (`hvtree hosts` lists them), `{DEMO}`, `{LOCAL}` for this computer, "
            "or an address like http://hv01:5985/wsman with --user.",
        )
    given = {name: value for name in _LOGIN if (value := getattr(arguments, name, None))}
    return replace(known, **given)


def _from_url(url: str) -> HostProfile:
    try:
        name = urlsplit(url).hostname or url
    except ValueError:
        name = url  # `checked_profile` will say what is wrong with it
    return HostProfile(name, url, "")


def _is_saved(profile: HostProfile) -> bool:
    return profile in map(checked_profile, load(default_path()).hosts)


def _password(profile: HostProfile) -> Secret:
    return find_password(profile, (from_environment(), from_keyring(), prompt))


def prompt(profile: HostProfile) -> Secret | None:
    """Ask for the password on the terminal, if there is one."""
    if not (sys.stdin and sys.stdin.isatty()):
        return None
    try:
        answer = getpass.getpass(f"Password of {shown(profile.user)} on {shown(profile.name)}: ")
    except EOFError:
        return None
    return Secret(answer) if answer else None
