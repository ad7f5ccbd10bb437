"""The keyring: passwords that the user wants kept, and a sentence where none can be. The backends are the tests' own."""

import keyring.backends.fail
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import InitError, PasswordDeleteError, PasswordSetError

from hvtree.app.credentials import Secret, keyring_account
from hvtree.app.keyring import Keyring
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from tests.support.keyring_backend import MemoryKeyring
from tests.support.leaks import leaks, told_by

PROFILE = HostProfile("lab", "http://hv01:5985/wsman", "LAB\\admin")
PASSWORD = Secret("hunter2 ü 漢")


class InAFile(MemoryKeyring):
    """As those of keyrings.alt are."""

    priority = 0.5  # type: ignore[assignment]  # a float, as with keyrings.alt


class Locked(MemoryKeyring):
    """Somebody has pressed Cancel when it asked for its own password."""

    def get_password(self, service: str, username: str) -> None:
        raise InitError("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError

    def delete_password(self, service: str, username: str) -> None:
        raise InitError("Failed to unlock the collection!")


class Unfit(MemoryKeyring):
    """A backend that says that it cannot work here."""

    @property
    def priority(self) -> float:  # type: ignore[override]  # as backends say that they are unfit
        raise RuntimeError("No display")


def test_a_password_that_is_kept_is_found_again_for_its_user_and_host() -> None:
    backend = MemoryKeyring()
    Keyring(lambda: backend).keep(PROFILE, PASSWORD)
    assert Keyring(lambda: backend).find(PROFILE) == PASSWORD
    assert Keyring(lambda: backend).find(HostProfile("lab", PROFILE.endpoint, "other")) is None


def test_the_keyring_is_asked_for_user_and_endpoint() -> None:
    backend = MemoryKeyring()
    backend.entries["HVTree", keyring_account(PROFILE)] = "from the keyring"
    assert Keyring(lambda: backend).find(PROFILE) == Secret("from the keyring")


def test_a_machine_without_a_keyring_knows_no_password() -> None:
    assert Keyring(keyring.backends.fail.Keyring).find(PROFILE) is None


def test_a_password_can_be_forgotten_and_forgetting_nothing_is_silent() -> None:
    backend = MemoryKeyring()
    kept = Keyring(lambda: backend)
    kept.keep(PROFILE, PASSWORD)
    kept.forget(PROFILE)
    kept.forget(PROFILE)
    assert backend.entries == {}


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        (keyring.backends.fail.Keyring, "no keyring"),
        (InAFile, "in a file of its own"),
        (Unfit, "cannot be used: No display"),
    ],
)
def test_where_no_password_can_be_kept_it_says_why_and_keeps_none(
    backend: type[KeyringBackend], words: str
) -> None:
    kept = Keyring(backend)
    assert words in kept.problem
    with pytest.raises(HVTreeError) as caught:
        kept.keep(PROFILE, PASSWORD)
    assert words in caught.value.why
    assert leaks(PASSWORD.reveal(), told_by(caught.value)) == []
    assert kept.find(PROFILE) is None


def test_a_working_keyring_has_no_problem() -> None:
    assert Keyring(MemoryKeyring).problem == ""


def test_a_keyring_that_stays_locked_gives_nothing_and_takes_nothing() -> None:
    kept = Keyring(Locked)
    assert kept.find(PROFILE) is None
    with pytest.raises(HVTreeError, match="did not take the password") as caught:
        kept.keep(PROFILE, PASSWORD)
    assert "in memory" in caught.value.now
    assert leaks(PASSWORD.reveal(), told_by(caught.value)) == []
    with pytest.raises(HVTreeError, match="still in the keyring"):
        kept.forget(PROFILE)


def test_deleting_what_is_not_there_is_what_the_backends_raise_for() -> None:
    with pytest.raises(PasswordDeleteError):
        MemoryKeyring().delete_password("HVTree", "nobody")
