"""How long a session waits: before a host is tried again, and before one that has no news is read again."""

from __future__ import annotations

from msgspec import Struct

from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import AuthenticationFailure, BadInput, HVTreeError, Refused

_REST_PER_READING = 50
"""A slow host spends a fiftieth of its time on readings at most."""


class Backoff(Struct, frozen=True):
    """How long to wait, in seconds, before a host is tried again: `first_s`, then doubled up to `most_s`.

    It begins anew after a connection that has lasted for `most_s`: a host that connects and then always answers something that
    cannot be used is not asked every `first_s`.
    """

    first_s: float = 2
    most_s: float = 60
    refused_s: float = 10
    """Before the one more try of a login that has worked and was refused while a job has VMs to bring back."""

    unread_s: float = 300
    """How old sizes may become on a host that has no news and answers quickly."""

    def wait_s(self, failures: int) -> float:
        """Return how long to wait after that many failures in a row, from 1 on."""
        return min(self.most_s, self.first_s * 2.0 ** min(failures - 1, 30))

    def rest_s(self, reading_s: float) -> float:
        """Return how long a host without news is left alone after a reading that took `reading_s`.

        Files and memory that grow are no news of their own, so without this their sizes would be as old as the last change.
        """
        return max(self.unread_s, _REST_PER_READING * reading_s)


def may_retry(error: HVTreeError) -> bool:
    """Return whether trying again by itself can help and cannot harm.

    A refused password never is: repeating it would lock the account. Wrong settings stay wrong, and a certificate that is
    not trusted is for the user to decide.
    """
    return not isinstance(error, AuthenticationFailure | BadInput | CertificateFailure | Refused)


def once_more(error: HVTreeError, wait_s: float) -> HVTreeError:
    """Return what to say of a refused login that is tried once more after `wait_s`."""
    return AuthenticationFailure(
        error.what,
        why="The login had worked before, and a job has VMs to bring back on this host.",
        now=f"HVTree tries it once more in {wait_s:g} seconds, and then no more, so that the account is not locked out.",
        details=error.details,
        code=error.code,
    )
