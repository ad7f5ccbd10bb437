"""What the actions on hosts do: connect, open the demo, refresh, reconnect, take out of the window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from hvtree.app.credentials import Secret
from hvtree.app.settings import HostProfile
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.ui.bridge import Tasks, ask
from hvtree.ui.dialogs.connect import ConnectDialog

Say = Callable[[str], None]
"""Shows a short text in the status bar."""


class DemoHost(Protocol):
    """A running emulated host; `app.bootstrap.Demo` is one."""

    @property
    def profile(self) -> HostProfile:
        """How to reach it."""
        ...

    @property
    def secret(self) -> Secret:
        """Its password."""
        ...

    async def close(self) -> None:
        """End it."""
        ...


class HostCommands:
    """Carries out the actions `host.…`, and owns the demo's process."""

    def __init__(
        self,
        workspace: Workspace,
        tasks: Tasks,
        window: QWidget,
        *,
        start_demo: Callable[[], Awaitable[DemoHost]],
        on_error: Callable[[BaseException], None],
        say: Say,
    ) -> None:
        self._workspace = workspace
        self._tasks = tasks
        self._window = window
        self._start_demo = start_demo
        self._on_error = on_error
        self._say = say
        self._demo: DemoHost | None = None
        self._is_starting = False
        self._profiles: dict[str, HostProfile] = {}

    @property
    def is_starting(self) -> bool:
        """The demo's process is being started."""
        return self._is_starting

    def run(self, action_id: str, host_id: str | None) -> None:
        """Carry out an action; `host_id` is the host that it is about, if it is about one."""
        if action_id == "host.connect":
            self._tasks.start(self.connect())
        elif action_id == "host.demo":
            self._tasks.start(self.open_demo())
        elif host_id is not None and action_id == "host.refresh":
            self._workspace.refresh(host_id)
        elif host_id is not None and action_id == "host.reconnect":
            self._reconnect(host_id)
        elif host_id is not None and action_id == "host.remove":
            self._tasks.start(self._remove(host_id))

    async def connect(self, profile: HostProfile | None = None) -> None:
        """Ask for a host, or for what is missing of the one given, and begin to connect it."""
        dialog = ConnectDialog(self._window, profile=profile)
        if await ask(dialog) and dialog.profile is not None and dialog.secret is not None:
            self.add(dialog.profile, dialog.secret)

    async def open_demo(self) -> None:
        """Start the demo lab and connect to it; a second call while there is one does nothing."""
        if self._is_starting or self._demo is not None:
            return
        self._is_starting = True
        self._say("Starting the demo lab…")
        try:
            self._demo = await self._start_demo()
        finally:
            self._is_starting = False
            self._say("")
        self.add(self._demo.profile, self._demo.secret)

    async def close(self) -> None:
        """End the demo's process, if there is one."""
        if self._demo is not None:
            demo, self._demo = self._demo, None
            await demo.close()

    def add(self, profile: HostProfile, secret: Secret) -> None:
        """Begin to connect a host; a profile that cannot work is said in a dialog."""
        try:
            host_id = self._workspace.add_host(profile, secret)
        except HVTreeError as error:
            self._on_error(error)
            return
        self._profiles[host_id] = profile

    def _reconnect(self, host_id: str) -> None:
        """Try again; after a refused password only with another one, so that no account is locked out."""
        view = self._workspace.host(host_id)
        profile = self._profiles.get(host_id)
        if isinstance(view.error, AuthenticationFailure) and profile is not None:
            self._tasks.start(self._ask_again(host_id, profile, view.error))
        else:
            self._workspace.reconnect(host_id)

    async def _ask_again(self, host_id: str, profile: HostProfile, error: HVTreeError) -> None:
        dialog = ConnectDialog(self._window, profile=profile, problem=error.what)
        if await ask(dialog) and dialog.profile is not None and dialog.secret is not None:
            self._workspace.remove_host(host_id)
            self.add(dialog.profile, dialog.secret)

    async def _remove(self, host_id: str) -> None:
        self._workspace.remove_host(host_id)
        if self._demo is not None and host_id == self._demo.profile.name:
            await self.close()
