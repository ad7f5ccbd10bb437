"""The saved hosts and their passwords: what is written where, and what is never written."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hvtree.app.credentials import Secret
from hvtree.app.host_book import HostBook
from hvtree.app.keyring import Keyring
from hvtree.app.settings_file import Store
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.values import replace
from tests.support.keyring_backend import MemoryKeyring
from tests.support.leaks import leaks

LAB = HostProfile("lab", "http://hv01:5985/wsman", "LAB\\admin", in_keyring=True)
OTHER = HostProfile("other", "http://hv02:5985/wsman", "LAB\\admin")
PASSWORD = Secret("hunter2 ü")


class Shelf:
    """A host book in a folder, with a keyring of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.json"
        self.backend = MemoryKeyring()
        self.book = HostBook(Store(self.path), Keyring(lambda: self.backend))

    def save(self, *args: Any, **kwargs: Any) -> None:
        asyncio.run(self.book.save(*args, **kwargs))

    def forget(self, name: str) -> None:
        asyncio.run(self.book.forget(name))

    def password(self, profile: HostProfile) -> Secret | None:
        return asyncio.run(self.book.password(profile))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_saved_host_is_there_again_with_its_password(shelf: Shelf) -> None:
    shelf.save(LAB, PASSWORD)
    assert shelf.book.profiles() == (LAB,)
    assert shelf.password(LAB) == PASSWORD


def test_no_file_holds_the_password(shelf: Shelf) -> None:
    shelf.save(LAB, PASSWORD)
    written = [path.read_text() for path in shelf.path.parent.iterdir()]
    assert written
    assert leaks(PASSWORD.reveal(), written, LAB.user) == []


def test_a_password_that_is_not_to_be_kept_is_not(shelf: Shelf) -> None:
    shelf.save(OTHER, PASSWORD)
    assert shelf.backend.entries == {}
    assert shelf.password(OTHER) is None


def test_a_host_that_no_longer_keeps_its_password_loses_it(shelf: Shelf) -> None:
    shelf.save(LAB, PASSWORD)
    shelf.save(replace(LAB, in_keyring=False))
    assert shelf.backend.entries == {}


def test_a_host_with_another_user_leaves_no_password_of_the_former_behind(shelf: Shelf) -> None:
    shelf.save(LAB, PASSWORD)
    shelf.save(replace(LAB, user="LAB\\other"), Secret("another"))
    assert list(shelf.backend.entries.values()) == ["another"]


def test_a_renamed_host_takes_the_place_of_the_former_and_stays_open(shelf: Shelf) -> None:
    shelf.save(LAB, PASSWORD)
    shelf.book.note_open(("lab",))
    shelf.save(replace(LAB, name="lab 2"), former="lab")
    assert [host.name for host in shelf.book.profiles()] == ["lab 2"]
    assert [host.name for host in shelf.book.last_open()] == ["lab 2"]
    assert shelf.password(shelf.book.profiles()[0]) == PASSWORD


def test_a_forgotten_host_takes_its_password_with_it(shelf: Shelf) -> None:
    shelf.save(LAB, PASSWORD)
    shelf.forget("LAB")
    assert shelf.book.profiles() == ()
    assert shelf.backend.entries == {}


def test_a_host_that_is_not_saved_cannot_be_forgotten(shelf: Shelf) -> None:
    with pytest.raises(BadInput, match="no saved host"):
        shelf.forget("lab")


def test_where_there_is_no_keyring_the_host_is_saved_without_its_password(tmp_path: Path) -> None:
    class Nothing(MemoryKeyring):
        priority = 0

    book = HostBook(Store(tmp_path / "settings.json"), Keyring(Nothing))
    with pytest.raises(HVTreeError, match="did not take"):
        asyncio.run(book.save(LAB, PASSWORD))
    assert book.profiles() == (replace(LAB, in_keyring=False),)


def test_the_hosts_that_were_open_are_remembered_in_their_order_if_they_are_saved(shelf: Shelf) -> None:
    for profile in (LAB, OTHER):
        shelf.save(profile)
    shelf.book.note_open(("other", "demo", "lab"))
    assert [host.name for host in shelf.book.last_open()] == ["other", "lab"]


def test_the_window_is_remembered_and_bad_settings_give_none(shelf: Shelf) -> None:
    shelf.book.note_window({"splitter": [1, 2]})
    assert shelf.book.window() == {"splitter": [1, 2]}
    shelf.path.write_bytes(b"{")
    assert shelf.book.window() == {}


def test_damaged_settings_are_told_and_only_the_users_wish_puts_them_aside(shelf: Shelf) -> None:
    shelf.path.write_bytes(b"{ precious")
    with pytest.raises(BadInput, match="damaged"):
        shelf.book.profiles()
    with pytest.raises(BadInput, match="damaged"):
        shelf.book.note_open(("lab",))
    assert shelf.path.read_bytes() == b"{ precious"
    shelf.save(OTHER)
    assert shelf.book.profiles() == (OTHER,)
    assert shelf.path.with_name("settings.json.bad").read_bytes() == b"{ precious"
