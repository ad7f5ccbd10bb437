"""Nothing that a host calls something does more in the window than be read: no markup, no mark, no line of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from hvtree.app.credentials import Secret
from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure, ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.winrm.certificates import certificate_of
from hvtree.jobs.job import Verdict
from hvtree.ui.dialogs.error import ErrorDialog
from hvtree.ui.run import leave
from hvtree.values import replace
from tests.support import trees
from tests.support.emulated import PROFILE, SECRET
from tests.support.hostile_names import EVIL, MARKUP, evil_world
from tests.support.opening import DER, Shelf
from tests.support.shown_texts import leaks
from tests.support.window import AtBook, AtWindow, Story, WindowUser


def _always(refusal: ConnectionFailure, _profile: HostProfile, _secret: Secret) -> ConnectionFailure:
    return refusal


class Watcher:
    """Looks at everything after each step of a story, and keeps what a name has achieved."""

    def __init__(self, user: WindowUser) -> None:
        self._user = user
        self._found: dict[str, str] = {}

    async def look(self, when: str) -> None:
        """Look at all that is shown."""
        await self._user.quiet()
        for leak in leaks():
            self._found.setdefault(leak, when)

    def report(self) -> list[str]:
        """Return each thing that was achieved, and when first."""
        return sorted(f"{when}: {leak}" for leak, when in self._found.items())


@contextmanager
def watching(user: WindowUser) -> Iterator[Watcher]:
    """Let a story be watched; at its end no name may have achieved anything."""
    watcher = Watcher(user)
    yield watcher
    assert watcher.report() == []


def at_evil_host(at_window: AtWindow, story: Story) -> None:
    at_window(story, trees.lab(EVIL), window={"world": evil_world()})


def test_names_do_nothing_in_tree_and_details(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.window.tree.expandAll()
            await watcher.look("the tree")
            user.window.tree.select(user.window.model.index(0, 0))
            await watcher.look("the host")
            for place in ("", "Now", "p1" + EVIL, "p2" + EVIL):
                user.select("web" + EVIL, place)
                await watcher.look(f"the details of {place[:3] or 'the VM'}")
            user.select("db" + EVIL, "p3" + EVIL, more=True)
            await watcher.look("a selection of two")

    at_evil_host(at_window, story)


def test_names_do_nothing_in_the_panel_of_a_host_that_has_problems(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.window.tree.select(user.window.model.index(0, 0))
            user.host.down = ConnectionFailure(f"The host says {EVIL}", why=EVIL, now=EVIL, details=EVIL)
            user.host.lose(user.host.down)
            await user.until(lambda: not user.view.is_connected, "the host is lost")
            await watcher.look("a host that is lost")
            ErrorDialog(user.host.down, user.window).show()
            await watcher.look("an error")
            (await user.dialog()).press("Close")

    at_evil_host(at_window, story)


@pytest.mark.parametrize(
    "order",
    ["Delete Checkpoint…", "Delete Checkpoint Subtree…", "Apply…", "Export…", "Rename…"],
)
def test_names_do_nothing_in_a_plan(at_window: AtWindow, order: str) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.select("web" + EVIL, "p1" + EVIL)
            user.choose(order)
            dialog = await user.dialog()
            await watcher.look(order)
            if order == "Rename…":
                dialog.type("a" + MARKUP)
                await watcher.look("another name")
            dialog.press("Cancel")

    at_evil_host(at_window, story)


def test_names_do_nothing_in_the_plan_of_a_group(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.select("web" + EVIL)
            user.select("db" + EVIL, more=True)
            user.choose("Checkpoint Group…")
            dialog = await user.dialog()
            await watcher.look("the group")
            dialog.press("Cancel")

    at_evil_host(at_window, story)


def test_names_do_nothing_in_a_job_and_its_verdict(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.host.hold("checkpoint.delete")
            user.select("web" + EVIL, "p3" + EVIL)
            user.choose("Delete Checkpoint…")
            (await user.dialog()).press("Delete checkpoint")
            await watcher.look("a running job")
            end = asyncio.get_running_loop().create_future()
            ask = partial(leave, user.window, user.workspace, end)
            user.window.close_wanted.connect(lambda: user.window.tasks.start(ask()))
            user.window.close()
            question = await user.dialog()
            await watcher.look("the question before quitting")
            question.press("Keep Running")
            user.host.release()
            assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
            await watcher.look("a job that has ended")

    at_evil_host(at_window, story)


def test_names_do_nothing_where_a_job_fails(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.host.hold("checkpoint.delete")
            user.select("web" + EVIL, "p3" + EVIL)
            user.choose("Delete Checkpoint…")
            (await user.dialog()).press("Delete checkpoint")
            await user.host.asked("checkpoint.delete")
            user.host.down = ConnectionFailure(f"The host says {EVIL}", why=EVIL, now=EVIL, details=EVIL)
            user.host.lose(user.host.down)
            await watcher.look("a job whose host is lost")
            user.workspace.cancel(user.jobs[0].id)
            await watcher.look("a job that is cancelled")

    at_evil_host(at_window, story)


def test_names_do_nothing_in_the_editor_of_a_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.select("web" + EVIL, "p1" + EVIL)
            await user.key(Qt.Key.Key_F2)
            await watcher.look("the name as it is")
            edit = user.window.tree.viewport().findChild(QLineEdit)
            assert edit is not None
            for typed in ("x" * 90 + MARKUP, MARKUP[:50] + "\u2028", ""):
                edit.setText(typed)
                await watcher.look("a name that cannot be")
            user.type_in_place("new" + MARKUP[:40])
            await user.job_ended()
            await watcher.look("renamed")

    at_evil_host(at_window, story)


@pytest.mark.parametrize(
    "text", [MARKUP, EVIL, "kind:" + MARKUP, "older:<img src=x>", "larger:&File", "<b>bold</b>", "p1"]
)
def test_names_do_nothing_in_what_the_filter_says(at_window: AtWindow, text: str) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            user.filter(text)
            await watcher.look("a filter")

    at_evil_host(at_window, story)


def test_names_do_nothing_where_there_are_several_hosts(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            name = "second" + EVIL
            second = await user.open_another(trees.lab(name), evil_world(name, "app"))
            user.select("web" + EVIL)
            user.select("app" + EVIL, more=True)
            user.choose("Checkpoint Group…")
            dialog = await user.dialog()
            dialog.type("farm")
            await watcher.look("a group on two hosts")
            dialog.press("Cancel")
            user.select("web" + EVIL, "p3" + EVIL)
            user.select("app" + EVIL, "p3" + EVIL, more=True)
            await watcher.look("two hosts selected")
            for host in (second, user.host):
                host.hold("vm.checkpoint")
            for vm in ("web", "db", "app"):
                user.select(vm + EVIL, more=vm != "web")
            user.choose("Checkpoint")
            for host in (second, user.host):
                await host.asked("vm.checkpoint")
            assert len(user.window.activity.pane.part_button.menu().actions()) == 2
            await watcher.look("a job on two hosts")
            for host in (second, user.host):
                host.release()
            await user.job_ended()
            await watcher.look("a job on two hosts that has ended")

    at_evil_host(at_window, story)


def test_names_do_nothing_where_hosts_wait_for_their_password(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            for name in (EVIL, "second" + EVIL):
                await shelf.book.save(replace(PROFILE, name=name, user=f"LAB\\{MARKUP}"))
            shelf.book.note_open((EVIL, "second" + EVIL))
            await user.window.hosts.reopen()
            await user.quiet()
            user.window.tree.select(user.window.model.index_of_host(EVIL))
            await watcher.look("a host without a password")
            user.choose_from("Host", "Connect to Host…")
            dialog = await user.dialog()
            await watcher.look("the choice of hosts")
            dialog.press("Cancel")

    at_book(story)


def test_names_do_nothing_where_a_login_or_a_certificate_is_refused(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        with watching(user) as watcher:
            evil = CertificateFailure(f"The host says {EVIL}", certificate_of(DER), why=EVIL, now=EVIL)
            for refusal in (
                evil,
                AuthenticationFailure(f"The host says {EVIL}", why=EVIL, code="credentials"),
            ):
                user.host.objection = partial(_always, refusal)
                user.window.hosts.add(replace(PROFILE, name=EVIL), SECRET)
                dialog = await user.dialog()
                await watcher.look(type(refusal).__name__)
                dialog.widget.close()
                await user.window.hosts.remove(EVIL)
                await user.quiet()

    at_book(story)
