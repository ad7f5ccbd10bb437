"""Forgetting a remembered host, where hosts are chosen."""

import asyncio
import threading

from keyring.errors import KeyringLocked

from hvtree.app.credentials import Secret
from hvtree.values import replace
from tests.support.dialog_user import DialogUser
from tests.support.keyring_backend import MemoryKeyring
from tests.support.opening import HV01, HV02, Shelf
from tests.support.window import AtBook, WindowUser


async def choosing(user: WindowUser, name: str) -> DialogUser:
    user.choose_from("Host", "Connect to Host…")
    dialog = await user.dialog()
    dialog.choose(name)
    return dialog


def test_a_forgotten_host_is_gone_with_its_password_and_the_others_stay(
    at_book: AtBook, shelf: Shelf
) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(replace(HV01, in_keyring=True), Secret("swordfish"))
        await shelf.book.save(HV02)
        dialog = await choosing(user, "hv01")
        dialog.press("Forget Host")
        await user.until(lambda: "‘hv01’ is forgotten, with its password." in dialog.note(), "the word")
        assert shelf.names() == ["hv02"]
        assert shelf.backend.entries == {}
        assert dialog.fields()[0].text() == ""
        dialog.choose("hv02")
        assert dialog.fields()[0].text() == "hv02"
        dialog.press("Cancel")

    at_book(story)


def test_a_slow_keyring_outlives_the_dialog_and_a_second_press_without_harm(
    at_book: AtBook, shelf: Shelf
) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    class Slow(MemoryKeyring):
        def delete_password(self, service: str, username: str) -> None:
            asked.set()
            may_answer.wait()

    async def story(user: WindowUser) -> None:
        await shelf.book.save(replace(HV01, in_keyring=True), Secret("swordfish"))
        dialog = await choosing(user, "hv01")
        dialog.press("Forget Host")
        await asyncio.to_thread(asked.wait)
        dialog.press("Forget Host")
        dialog.press("Cancel")
        asyncio.get_running_loop().call_soon(may_answer.set)
        await user.quiet()
        assert user.open_dialogs() == []
        assert shelf.names() == []

    try:
        at_book(story, book=shelf.another(Slow()))
    finally:
        may_answer.set()


def test_a_host_that_cannot_be_forgotten_stays_and_it_is_said(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV01)
        dialog = await choosing(user, "hv01")
        shelf.path.write_text("{ damaged")
        dialog.press("Forget Host")
        await user.until(lambda: len(user.open_dialogs()) == 2, "the error")
        (await user.dialog()).press("Close")
        assert dialog.fields()[0].text() == "hv01"
        dialog.press("Cancel")

    at_book(story)


def test_only_what_is_remembered_can_be_forgotten(at_book: AtBook, shelf: Shelf) -> None:
    async def story(user: WindowUser) -> None:
        await shelf.book.save(HV01)
        dialog = await choosing(user, "This computer")
        assert "Forget Host" not in dialog.buttons()
        dialog.choose("hv01")
        assert "Forget Host" in dialog.buttons()
        dialog.press("Cancel")

    at_book(story)


def test_a_keyring_that_keeps_the_password_is_said(at_book: AtBook, shelf: Shelf) -> None:
    class Stubborn(MemoryKeyring):
        def delete_password(self, service: str, username: str) -> None:
            raise KeyringLocked("nobody unlocked it")

    async def story(user: WindowUser) -> None:
        await shelf.book.save(replace(HV01, in_keyring=True), Secret("swordfish"))
        dialog = await choosing(user, "hv01")
        dialog.press("Forget Host")
        await user.until(lambda: "‘hv01’ is forgotten." in dialog.note(), "the word")
        assert "still in the keyring" in dialog.note()
        assert shelf.names() == []
        dialog.press("Cancel")

    at_book(story, book=shelf.another(Stubborn()))
