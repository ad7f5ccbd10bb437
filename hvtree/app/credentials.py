"""Passwords: a type that never shows one, and the places where one may come from."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hvtree.app.hidden_variables import PASSWORD_VARIABLE
from hvtree.app.log_file import hide_in_log
from hvtree.domain.errors import AuthenticationFailure, BadInput
from hvtree.domain.host_profile import HostProfile

KEYRING_SERVICE = "HVTree"
_KEY_HEAD = 400
"""Bytes at the beginning of a PEM file that show whether the key is locked."""

PasswordSource = Callable[[HostProfile], "Secret | None"]
"""A place that may know a profile's password; None if it does not."""


class Secret:
    """A password. It is never shown by `repr`, `str`, `format` or the log, and cannot be pickled or copied into a file."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        hide_in_log(value)

    def reveal(self) -> str:
        """Return the password itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    def __str__(self) -> str:
        return "<secret>"

    def __format__(self, spec: str) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("A secret is not written anywhere.")


NO_SECRET = Secret("")
"""Stands in where no password is needed."""


class PasswordNeeded(AuthenticationFailure):
    """A host that cannot be connected before the user has given a password; nothing has been tried."""

    def __init__(self, profile: HostProfile) -> None:
        super().__init__(
            f"The password of ‘{profile.user}’ on the host ‘{profile.name}’ is needed.",
            now="Enter it to connect.",
            code="password-needed",
        )


def from_environment(environment: Mapping[str, str] = os.environ) -> PasswordSource:
    """Return a source that takes the password from `HVTREE_PASSWORD`, if that is set."""

    def look(_profile: HostProfile) -> Secret | None:
        value = environment.get(PASSWORD_VARIABLE)
        return Secret(value) if value else None

    return look


def wants_password(profile: HostProfile) -> bool:
    """Return whether a password has to be asked for: to log in, or to open the user's key if that is locked."""
    if profile.transport != "certificate" or not profile.key_file:
        return profile.needs_password
    try:
        with Path(profile.key_file).open("rb") as file:
            return b"ENCRYPTED" in file.read(_KEY_HEAD)
    except OSError:
        return False  # the connection will say what is wrong with the file


def keyring_account(profile: HostProfile) -> str:
    """Return the name under which the keyring holds the password of a profile."""
    return f"{profile.user}@{profile.endpoint}"


def find_password(profile: HostProfile, sources: Iterable[PasswordSource]) -> Secret:
    """Return the password from the first source that knows it; raise `BadInput` if none does, though one is needed."""
    if not wants_password(profile):
        return NO_SECRET
    for source in sources:
        secret = source(profile)
        if secret is not None:
            return secret
    raise BadInput(
        f"There is no password for ‘{profile.user}’ on ‘{profile.name}’.",
        now=f"Set the variable {PASSWORD_VARIABLE}, or run this on a terminal to be asked.",
    )
