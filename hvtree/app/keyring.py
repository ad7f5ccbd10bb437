"""The operating system's keyring: passwords that the user wants kept, and a sentence where none can be.

Its calls may wait for a person who unlocks it, so the window makes them beside the loop.
"""

from __future__ import annotations

from collections.abc import Callable

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from hvtree.app.credentials import KEYRING_SERVICE, Secret, keyring_account
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile

_LEAST_PRIORITY = 1
"""Backends below it keep passwords in a file of their own, or nowhere [keyring: KeyringBackend.priority]."""


class Keyring:
    """The keyring that is in use when it is asked."""

    def __init__(self, backend: Callable[[], KeyringBackend] = keyring.get_keyring) -> None:
        self._backend = backend

    @property
    def problem(self) -> str:
        """Why no password can be kept here, as a sentence; empty if one can."""
        try:
            backend = self._backend()
            priority = float(backend.priority)
        except (
            KeyringError,
            RuntimeError,
        ) as error:  # a backend says by a RuntimeError that it cannot work here
            return f"The keyring of this computer cannot be used: {error}."
        if priority >= _LEAST_PRIORITY:
            return ""
        if priority > 0:
            return f"The keyring here ({backend.name}) would keep passwords in a file of its own."
        return "This computer has no keyring: no Secret Service, KWallet, Keychain or Credential Locker was found."

    def find(self, profile: HostProfile) -> Secret | None:
        """Return the password that is kept for a profile; None also for a keyring that is missing or stays locked."""
        try:
            value = self._backend().get_password(KEYRING_SERVICE, keyring_account(profile))
        except (KeyringError, RuntimeError):
            return None  # the user is asked instead
        return Secret(value) if value else None

    def keep(self, profile: HostProfile, secret: Secret) -> None:
        """Keep a password; raise `HVTreeError` with a sentence if the keyring does not take it."""
        problem = self.problem or self._problem_of_keeping(profile, secret)
        if problem:  # raised apart from the backend's own error, whose frames hold the password
            raise HVTreeError(
                "The keyring did not take the password.",
                why=problem,
                now="HVTree has it in memory until it ends.",
            )

    def forget(self, profile: HostProfile) -> None:
        """Remove the password of a profile; silent if there is none."""
        try:
            self._backend().delete_password(KEYRING_SERVICE, keyring_account(profile))
        except PasswordDeleteError:
            return  # there was none
        except (KeyringError, RuntimeError) as error:
            raise HVTreeError(
                f"The password for ‘{profile.name}’ is still in the keyring.",
                why=f"It says: {_words(error)}.",
                now="Remove it there.",
            ) from None

    def _problem_of_keeping(self, profile: HostProfile, secret: Secret) -> str:
        try:
            self._backend().set_password(KEYRING_SERVICE, keyring_account(profile), secret.reveal())
        except (KeyringError, RuntimeError) as error:
            return f"It says: {_words(error)}."
        return ""


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
