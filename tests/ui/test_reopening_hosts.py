"""Hosts that come back: with the next start, by themselves after a loss, or not any more."""

import pytest

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import BadInput, ConnectionFailure
from hvtree.domain.host_profile import HostProfile
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.opening import HV01, HV02, RIGHT, Shelf, phase, view
from tests.support.window import AtBook, AtWindow, WindowUser


def test_hosts_that_were_open_are_opened_again_and_ask_for_nothing_that_is_not_needed(
    at_window: AtWindow, shelf: Shelf
) -> None:
    async def first(user: WindowUser) -> None:
        await user.window.hosts.reopen()
        for profile, secret in ((HV01, RIGHT), (replace(HV02, in_keyring=True), RIGHT)):
            await shelf.book.save(profile, secret)
            user.window.hosts.add(profile, secret)
            await phase(user, ConnectionPhase.CONNECTED, profile.name)

    async def second(user: WindowUser) -> None:
        await user.window.hosts.reopen()
        await phase(user, ConnectionPhase.CONNECTED, "hv02")
        assert [host.name for host in user.workspace.hosts] == ["hv01", "hv02"]
        assert "password of ‘LAB\\admin’" in not_none(view(user).error).what
        assert user.open_dialogs() == []
        assert [profile.name for profile, _ in user.host.logins] == ["hv02"]

    for story in (first, second):
        at_window(story, web="base*", connects=False, window={"book": shelf.another()})


def test_a_host_that_needs_its_password_asks_when_the_user_wants_it(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV01)
        shelf.book.note_open(("hv01",))
        await user.window.hosts.reopen()
        await user.quiet()
        user.choose_from("Host", "Reconnect")
        dialog = await user.dialog()
        dialog.type("swordfish", 1)
        dialog.press("Connect")
        await phase(user, ConnectionPhase.CONNECTED)

    at_book(story)


def test_a_host_that_is_taken_out_is_not_opened_again(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV01)
        shelf.book.note_open(("hv01",))
        await user.window.hosts.reopen()
        await user.quiet()
        user.choose_from("Host", "Disconnect")
        await user.until(lambda: not user.workspace.hosts, "no host")
        assert shelf.book.last_open() == ()
        assert shelf.names() == ["hv01"]

    at_book(story)


def test_the_demo_does_not_make_the_window_forget_what_was_open(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV01)
        shelf.book.note_open(("hv01",))
        user.window.hosts.add(HostProfile("demo", "http://127.0.0.1:1/wsman", "demo"), RIGHT)
        await phase(user, ConnectionPhase.CONNECTED, "demo")
        assert [profile.name for profile in shelf.book.last_open()] == ["hv01"]

    at_book(story)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{ precious", "JSON is malformed"),
        ('{"keep_safety_days": -1}', "keep_safety_days"),
        ('{"bring_back_after_s": 1}', "bring_back_after_s"),
        ('{"sign_checkpoints": "no"}', "sign_checkpoints"),
    ],
)
def test_damaged_settings_are_said_and_stay_as_they_are(
    at_book: AtBook, shelf: Shelf, content: str, why: str
) -> None:
    async def story(user: WindowUser) -> None:
        await user.window.hosts.reopen()
        dialog = await user.dialog()
        assert "are damaged" in dialog.note()
        assert why in dialog.note()
        dialog.press("Close")
        user.window.hosts.add(HV01, RIGHT)
        await phase(user, ConnectionPhase.CONNECTED)

    shelf.path.write_text(content)
    at_book(story)
    assert shelf.path.read_text() == content


def test_settings_that_are_damaged_while_the_window_is_open_are_said(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.workspace.tell_of_settings(BadInput("The settings in ‘settings.json’ are damaged."))
        dialog = await user.dialog()
        assert "are damaged" in dialog.note()
        dialog.press("Close")

    at_window(story, web="base*")


# The countdown


def test_a_lost_host_counts_down_in_the_tree_and_below_it(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        user.window.hosts.add(HV01, RIGHT)
        await phase(user, ConnectionPhase.CONNECTED)
        user.host.down = ConnectionFailure("The host is off.")
        user.host.lose()
        await user.until(lambda: view(user).retry_at_utc is not None, "a time to try again")
        index = user.window.model.index_of_host("hv01")
        assert "next attempt in 2 s" in index.siblingAtColumn(1).data()
        assert any("next attempt in 2 seconds" in text for text in user.window.status.texts())
        user.host.clock.jump(1)
        seen = []
        user.window.model.dataChanged.connect(lambda top, *_: seen.append(top.siblingAtColumn(1).data()))
        user.window.model.tick(user.workspace.hosts)
        assert "next attempt in 1 s" in seen[0]

    at_book(story)
