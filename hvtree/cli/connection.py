"""How to log in to the hosts that a command means, and a connection to each for as long as the command runs."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

from msgspec import Struct

from hvtree.app.credentials import Secret, find_password, from_environment
from hvtree.app.host_book import HostBook
from hvtree.app.host_view import ConnectionPhase, Event, HostView
from hvtree.app.workspace import Workspace
from hvtree.cli.host_words import is_saved, profile_meant
from hvtree.cli.text import shown
from hvtree.cli.trust import trusted
from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from hvtree.values import replace

Tell = Callable[[HVTreeError], None]
"""Hears why a host is not there; the others are looked at all the same."""


class Access(Struct, frozen=True):
    """How to log in to a host."""

    login: tuple[HostProfile, Secret] | None
    """None for the demo, which is started first."""
    world: str = "lab"
    """What the demo shows."""


class ConnectedHosts(Struct, frozen=True):
    """Connected hosts, and the workspace that keeps them."""

    workspace: Workspace
    ids: Mapping[str, str]
    """The id of each host in the workspace, by the word that means it."""
    states: Mapping[str, HostState]
    """The readings that were taken when the hosts were connected, by id."""
    changes: Changes


class Changes:
    """Listens to the workspace, so that a command can await the next event."""

    def __init__(self, workspace: Workspace) -> None:
        self._event = asyncio.Event()
        workspace.listener = self._on_event

    async def next(self) -> None:
        """Return when something has happened since this was last awaited."""
        await self._event.wait()
        self._event.clear()

    def _on_event(self, _event: Event) -> None:
        self._event.set()


def find_access(arguments: argparse.Namespace, words: Iterable[str] = ()) -> dict[str, Access]:
    """Return how to log in to the hosts that some words mean, or to `HOST` without words.

    Raise `BadInput` for a word that means no host. May ask for passwords, so it is called before a loop runs: a loop
    would keep Ctrl+C to itself.
    """
    distinct = dict.fromkeys(words or (arguments.host_word,))
    profiles = _told_apart({word: profile_meant(arguments, word) for word in distinct})
    return {word: _access(profile, world_meant(arguments)) for word, profile in profiles.items()}


def host_meant(arguments: argparse.Namespace) -> HostProfile | None:
    """Return the host that `HOST` means, None for the demo; raise `BadInput` if it means no host."""
    return profile_meant(arguments, arguments.host_word)


def world_meant(arguments: argparse.Namespace) -> str:
    """Return what the demo shall show."""
    return getattr(arguments, "world", None) or "lab"


@asynccontextmanager
async def open_hosts(
    accesses: Mapping[str, Access], on_failure: Tell | None = None
) -> AsyncIterator[ConnectedHosts]:
    """Connect hosts at the same time; raise the `HVTreeError` of the first that fails, without a second attempt.

    With `on_failure` it is told of each that fails instead, and the others are there without it.
    """
    # Imported here, as below: pywinrm takes longer to load than a shell waits for a completion.
    from hvtree.app.bootstrap import make_workspace  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        logins = {access: await _login(access, stack) for access in dict.fromkeys(accesses.values())}
        workspace = make_workspace()
        stack.push_async_callback(workspace.close)
        changes = Changes(workspace)
        opened = {access: workspace.add_host(*login) for access, login in logins.items()}
        states = await _first_readings(workspace, tuple(opened.values()), changes, on_failure)
        ids = {word: opened[access] for word, access in accesses.items()}
        yield ConnectedHosts(workspace, ids, states, changes)


async def _login(access: Access, stack: AsyncExitStack) -> tuple[HostProfile, Secret]:
    if access.login is not None:
        return access.login
    from hvtree.app.demo import start_demo  # noqa: PLC0415

    demo = await start_demo(access.world)
    stack.push_async_callback(demo.close)
    return demo.profile, demo.secret


async def _first_readings(
    workspace: Workspace,
    host_ids: tuple[str, ...],
    changes: Changes,
    on_failure: Tell | None,
) -> dict[str, HostState]:
    failed: set[str] = set()
    while True:
        views = [workspace.host(host_id) for host_id in host_ids if host_id not in failed]
        for view in views:
            if not view.is_connected and view.phase is not ConnectionPhase.CONNECTING:
                error = view.error or ConnectionFailure(f"The host ‘{view.name}’ is not connected.")
                if on_failure is None:
                    raise error
                failed.add(view.id)
                on_failure(error)
        views = [view for view in views if view.id not in failed]
        if all(view.is_connected for view in views):
            return {view.id: _read(view) for view in views}
        await changes.next()


def _read(view: HostView) -> HostState:
    assert view.state is not None
    return view.state


def _told_apart(profiles: Mapping[str, HostProfile | None]) -> dict[str, HostProfile | None]:
    """Return the profiles so that no two hosts have one name: an endpoint is called by its port, too, if need be."""
    by_name: dict[str, set[HostProfile]] = {}
    for profile in profiles.values():
        if profile is not None:
            by_name.setdefault(profile.name, set()).add(profile)
    return {
        word: replace(profile, name=urlsplit(profile.endpoint).netloc)
        if profile is not None and "://" in word and len(by_name[profile.name]) > 1
        else profile
        for word, profile in profiles.items()
    }


def _access(profile: HostProfile | None, world: str) -> Access:
    if profile is None:
        return Access(None, world)
    pinned = trusted(profile)
    if pinned is not profile and is_saved(profile):
        asyncio.run(HostBook().save(pinned))
    return Access((pinned, find_password(pinned, (from_environment(), _in_keyring, prompt))))


def _in_keyring(profile: HostProfile) -> Secret | None:
    from hvtree.app.keyring import Keyring  # noqa: PLC0415  (its library looks for backends, which takes longer than a login)

    return Keyring().find(profile)


def prompt(profile: HostProfile) -> Secret | None:
    """Ask for the password on the terminal, if there is one."""
    if not (sys.stdin and sys.stdin.isatty()):
        return None
    try:
        answer = getpass.getpass(f"Password of {shown(profile.user)} on {shown(profile.name)}: ")
    except EOFError:
        return None
    return Secret(answer) if answer else None
