"""The open hosts: connecting and editing them, the demo lab, their passwords, and what is remembered of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtWidgets import QWidget

from hvtree.app.credentials import NO_SECRET, Secret, wants_password
from hvtree.app.demo import Demo
from hvtree.app.host_book import HostBook
from hvtree.app.host_view import HostView
from hvtree.app.workspace import Workspace
from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.bridge import Tasks, ask
from hvtree.ui.format import shown_name
from hvtree.ui.host_questions import HostQuestions
from hvtree.ui.shared_password import SharedPassword
from hvtree.ui.views.password_bar import PasswordGiven, PasswordWish
from hvtree.values import replace

if TYPE_CHECKING:
    from hvtree.ui.dialogs.connect import ConnectDialog, TryOut

STARTING_DEMO = "Starting the demo lab…"
_NO_BOOK = "Nothing is remembered in this window."


class OpenedHost(Struct, frozen=True):
    """How an open host is reached, and its password if known."""

    profile: HostProfile
    secret: Secret | None


class OpenHosts:
    """Knows how each open host is reached, asks for what is missing, and owns the demo's process."""

    def __init__(
        self,
        workspace: Workspace,
        tasks: Tasks,
        window: QWidget,
        *,
        start_demo: Callable[[], Awaitable[Demo]],
        on_error: Callable[[BaseException], None],
        say: Callable[[str], None],
        on_opening: Callable[[str], object] = lambda _sentence: None,
        book: HostBook | None = None,
        try_out: TryOut | None = None,
    ) -> None:
        """`on_opening` is told in a sentence of what is going to be opened, and of nothing afterwards.

        Without a `book` nothing is remembered; without `try_out` no host can be tried out.
        """
        self._workspace = workspace
        self._tasks = tasks
        self._window = window
        self._start_demo = start_demo
        self._on_error = on_error
        self._say = say
        self.on_opened: Callable[[str], object] = lambda _host_id: None
        """Is told of a host that the user has opened."""
        self._on_opening = on_opening
        self._book = book
        self.try_out = try_out
        self._questions = HostQuestions(window, self._keyring_problem)
        self._demo: Demo | None = None
        self._is_starting = False
        self._notes_open = False
        self._open: dict[str, OpenedHost] = {}
        self._new: dict[str, OpenedHost] = {}
        """Hosts that are to be remembered as soon as they have been reached."""
        self._shared = SharedPassword(self._log_in)

    def opened(self, host_id: str) -> OpenedHost | None:
        """Return how an open host is reached; None if it is not open."""
        return self._open.get(host_id)

    async def connect(self, profile: HostProfile | None = None) -> None:
        """Ask for a host, or for what is missing of the one given, and begin to connect it."""
        dialog = self._dialog(profile, saved=self.saved() if profile is None else ())
        if await self._answered(dialog) and dialog.profile is not None and dialog.secret is not None:
            self._show(self.add(dialog.profile, dialog.secret, is_new=dialog.is_remembered))

    async def reopen(self) -> None:
        """Open the hosts that were open last; a host whose password is needed and not stored only says so.

        From then on the open hosts are remembered. Damaged settings are reported, and the window starts empty.
        """
        try:
            profiles = self._book.last_open() if self._book is not None else ()
        except HVTreeError as error:
            self._on_error(error)
            profiles = ()
        for profile in profiles:
            self.add(profile, None if wants_password(profile) else NO_SECRET)
        self._notes_open = True
        if not profiles:
            self._on_opening("")
        await asyncio.gather(*(self._fetch_password(profile) for profile in profiles if profile.in_keyring))

    async def _fetch_password(self, profile: HostProfile) -> None:
        """Connect a host with its stored password; the keyring may be slow."""
        secret = await self._book.password(profile) if self._book is not None else None
        host_id = next((each for each, opened in self._open.items() if opened.profile is profile), None)
        if secret is not None and host_id is not None:
            self._go_on(host_id, profile, secret)

    async def open_demo(self) -> None:
        """Start the demo lab and connect to it; a second call while there is one does nothing."""
        if self._is_starting or self._demo is not None:
            return
        self._is_starting = True
        self._say(STARTING_DEMO)
        self._on_opening(STARTING_DEMO)
        try:
            self._demo = await self._start_demo()
            self._show(self.add(self._demo.profile, self._demo.secret))
        finally:
            self._is_starting = False
            self._say("")
            self._on_opening("")

    def wish(self, view: HostView | None) -> PasswordWish | None:
        """Return what to ask for, if a host waits for its password: with the others that wait for one of the same user."""
        known = self._open.get(view.id) if view is not None and view.wants_password else None
        if view is None or known is None:
            return None
        user = _user(known.profile)
        others = tuple(
            each.id
            for each in self._workspace.hosts
            if each.id != view.id
            and each.wants_password
            and user
            and user == _user(self._open[each.id].profile)
        )
        can_keep = not self._keyring_problem() and self._is_saved(known.profile)
        return PasswordWish(view.id, known.profile.user, others, can_keep)

    def take_password(self, given: PasswordGiven) -> None:
        """Connect a host with the password that was entered for it, and others afterwards if the user says so."""
        known = self._open.get(given.host_id)
        if known is None:
            return
        if given.keeps:
            profile = replace(known.profile, in_keyring=True)
            self._open[given.host_id] = replace(known, profile=profile)
            self._tasks.start(self._save(profile, given.secret))
        self._shared.begin(given.host_id, given.secret, given.others)

    def _log_in(self, host_id: str, secret: Secret) -> None:
        known = self._open.get(host_id)
        if known is not None:
            self._go_on(host_id, known.profile, secret)

    async def close(self) -> None:
        """End the demo's process, if there is one."""
        if self._demo is not None:
            demo, self._demo = self._demo, None
            await demo.close()

    def add(self, profile: HostProfile, secret: Secret | None, *, is_new: bool = False) -> str | None:
        """Begin to connect a host and return its id; an invalid profile is reported in a dialog.

        A new one is remembered, but only once it has been reached: a name with a typing mistake is worth nothing.
        """
        try:
            host_id = self._workspace.add_host(profile, secret)
        except HVTreeError as error:
            self._on_error(error)
            self._on_opening("")
            return None
        self._open[host_id] = OpenedHost(profile, secret)
        if is_new:
            self._new[host_id] = self._open[host_id]
        self._note_open()
        return host_id

    def _show(self, host_id: str | None) -> None:
        if host_id is not None:
            self.on_opened(host_id)

    def host_changed(self, view: HostView) -> None:
        """React to a host's new view: a refused password or an untrusted certificate leads to a question, once."""
        self._shared.host_changed(view)
        if view.is_connected and view.id in self._new:
            self._tasks.start(self._remember(self._new.pop(view.id)))
        if view.id in self._open and self._questions.wants_to_ask(view):
            self._tasks.start(self._ask(view))

    def reconnect(self, host_id: str) -> None:
        """Try again; after a refused password only with another one, so that no account is locked out."""
        view, known = self._workspace.host(host_id), self._open.get(host_id)
        asks_password = (
            isinstance(view.error, AuthenticationFailure) and known and wants_password(known.profile)
        )
        if known is not None and (asks_password or isinstance(view.error, CertificateFailure)):
            self._tasks.start(self._ask(view))
        else:
            self._workspace.reconnect(host_id)

    async def _remember(self, opened: OpenedHost) -> None:
        """Save a host that has been reached for the first time, and that it is open."""
        await self._save(opened.profile, opened.secret)
        self._note_open()

    async def _ask(self, view: HostView) -> None:
        """Ask what a host failed for, and continue with the answer."""
        known, error = self._open.get(view.id), view.error
        if known is None or error is None:
            return

        def still_matters() -> bool:
            return view.id in self._open and self._workspace.host(view.id).error is error

        answer = await self._questions.ask(known.profile, known.secret, error, still_matters=still_matters)
        if answer is not None and still_matters():
            profile, secret = answer
            if self._is_saved(known.profile):
                await self._save(profile, secret if profile.in_keyring else None)
            self._go_on(view.id, profile, secret)

    async def edit(self, host_id: str) -> None:
        """Change how a host is reached; with another name it becomes another host."""
        known = self._open.get(host_id)
        if known is None:
            return
        dialog = self._dialog(known.profile, button="&Save and Connect")
        dialog.setWindowTitle("Edit Host")
        if not await self._answered(dialog) or dialog.profile is None or dialog.secret is None:
            return
        is_new = dialog.is_remembered and not self._is_saved(known.profile)
        if dialog.is_remembered and not is_new:
            await self._save(dialog.profile, dialog.secret, former=known.profile.name)
        if is_new:
            self._new[host_id] = known
        if dialog.profile.name == known.profile.name:
            self._go_on(host_id, dialog.profile, dialog.secret)
        else:
            await self.remove(host_id)
            self.add(dialog.profile, dialog.secret, is_new=is_new)

    def _go_on(self, host_id: str, profile: HostProfile, secret: Secret | None) -> None:
        """Connect an open host anew; without a password only say that one is needed."""
        self._open[host_id] = OpenedHost(profile, secret)
        if host_id in self._new:
            self._new[host_id] = self._open[host_id]
        try:
            if secret is not None:
                self._workspace.log_in(host_id, profile, secret)
        except HVTreeError as error:
            self._on_error(error)

    async def remove(self, host_id: str) -> None:
        """Let go of a host; raise `Refused` while a job runs on it."""
        self._workspace.remove_host(host_id)
        self._open.pop(host_id, None)
        self._new.pop(host_id, None)
        self._shared.forget(host_id)
        self._questions.forget(host_id)
        self._note_open()
        if self._demo is not None and host_id == self._demo.profile.name:
            await self.close()

    def _dialog(
        self,
        profile: HostProfile | None,
        *,
        saved: tuple[HostProfile, ...] = (),
        button: str = "&Connect",
    ) -> ConnectDialog:
        from hvtree.ui.dialogs.connect import ConnectDialog  # noqa: PLC0415  (see `start.DIALOGS`)

        dialog = ConnectDialog(
            self._window,
            profile=profile,
            saved=saved,
            remembers=self._book is not None,
            keyring_problem=self._keyring_problem(),
            try_out=self.try_out,
            button=button,
        )
        dialog.forget_wanted.connect(lambda host: self._tasks.start(self._forget(host, dialog)))
        return dialog

    async def _answered(self, dialog: ConnectDialog) -> int:
        try:
            return await ask(dialog)
        finally:
            await dialog.end_test()

    # What is remembered

    def saved(self) -> tuple[HostProfile, ...]:
        """Return the saved hosts that are not open; damaged settings are reported and otherwise ignored."""
        try:
            profiles = self._book.profiles() if self._book is not None else ()
        except HVTreeError as error:
            self._on_error(error)
            return ()
        open_names = {opened.profile.name for opened in self._open.values()}
        return tuple(profile for profile in profiles if profile.name not in open_names)

    def _is_saved(self, profile: HostProfile) -> bool:
        return self._book is not None and any(each.name == profile.name for each in self._book.profiles())

    async def _forget(self, profile: HostProfile, dialog: ConnectDialog) -> None:
        """Forget a saved host; a password that could not be removed from the keyring is reported."""
        if self._book is None or not self._is_saved(profile):
            return  # pressed twice: a keyring may be slow
        rest = ", with its password." if profile.in_keyring else "."
        try:
            await self._book.forget(profile.name)
        except HVTreeError as error:
            if self._is_saved(profile):
                raise
            rest = f". {error.sentence}"
        dialog.drop(profile, f"‘{shown_name(profile.name)}’ is forgotten{rest}")

    async def _save(self, profile: HostProfile, secret: Secret | None, *, former: str = "") -> None:
        """Save a host; a failure is reported, and the host is opened all the same."""
        if self._book is None:
            return
        try:
            await self._book.save(profile, secret, former=former)
        except HVTreeError as error:
            self._on_error(error)

    def _note_open(self) -> None:
        """Remember which hosts are open, unless the window was opened for one host or the demo only."""
        if self._book is None or not self._notes_open:
            return
        try:
            self._book.note_open(tuple(opened.profile.name for opened in self._open.values()))
        except HVTreeError as error:
            self._say(f"The open hosts are not remembered. {error.sentence}")

    def _keyring_problem(self) -> str:
        return self._book.keyring_problem if self._book is not None else _NO_BOOK


def _user(profile: HostProfile) -> str:
    return profile.user.strip().casefold()
