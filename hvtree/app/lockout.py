"""Passwords that a host has refused. None is tried again by itself, on any host, because accounts get locked that way."""

from __future__ import annotations

from hvtree.app.credentials import Secret
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile

REFUSED = ("credentials", "login-failed")
"""Codes of errors that say that user and password don't fit; others refuse a user who has logged in."""


class Refusals:
    """What has been refused in this run of the program."""

    def __init__(self) -> None:
        self._refused: dict[tuple[str, Secret], str] = {}

    def check(self, profile: HostProfile, secret: Secret) -> None:
        """Raise `AuthenticationFailure` if this account's password is known to be refused; then nothing is sent."""
        where = self._refused.get((account_of(profile), secret)) if profile.needs_password else None
        if where is not None:
            raise AuthenticationFailure(
                f"The password of ‘{profile.user}’ was not tried on the host ‘{profile.name}’.",
                why=f"The host ‘{where}’ has refused it, and trying it again could lock the account.",
                now="Enter the right password.",
                code=REFUSED[0],
            )

    def remember(self, profile: HostProfile, secret: Secret, error: HVTreeError) -> None:
        """Remember the password if an attempt failed because of it."""
        if isinstance(error, AuthenticationFailure) and error.code in REFUSED:
            self._refused.setdefault((account_of(profile), secret), profile.name)

    def forget(self, profile: HostProfile, secret: Secret) -> None:
        """Let a password be tried once more, because the user says so or because it was accepted."""
        self._refused.pop((account_of(profile), secret), None)


def account_of(profile: HostProfile) -> str:
    """Return what identifies an account: that of a domain is the same on all hosts, that of a host is not."""
    user = profile.user.strip().casefold()
    domain, backslash, _ = user.partition("\\")
    is_of_domain = (bool(backslash) and domain not in ("", ".")) or (not backslash and "@" in user)
    return user if is_of_domain else f"{user} on {profile.endpoint.casefold()}"
