"""Whether the login of one session has worked, and what follows from that for one that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hvtree.app.backoff import may_retry
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile


class Logins:
    """Those of one session, as one profile says, until it is `renewed`."""

    def __init__(self) -> None:
        self.has_worked = False
        self.is_last_try = False
        """A refused login is being tried once more, and then no more."""
        self._needs = 0

    def renewed(self) -> None:
        """Forget what was, because there is another profile or password."""
        self.has_worked = self.is_last_try = False

    @contextmanager
    def needed(self) -> Iterator[None]:
        """Let one refusal of a login that has worked not be the end, until the block is over."""
        self._needs += 1
        try:
            yield
        finally:
            self._needs -= 1

    def may_retry(self, error: HVTreeError, profile: HostProfile) -> bool:
        """Return whether to go on trying: a ticket that has expired or a certificate locks no account, and may come back."""
        is_harmless = self.has_worked and not profile.needs_password
        return may_retry(error) or (is_harmless and isinstance(error, AuthenticationFailure))

    def may_try_once_more(self, error: HVTreeError, profile: HostProfile) -> bool:
        """Return whether a refused login is tried again: once, if it has worked and a job has VMs to bring back.

        A domain controller that is away for a moment looks like a wrong password. One more try locks no account, and VMs that
        stay stopped are worse.
        """
        is_refused = isinstance(error, AuthenticationFailure) and not self.may_retry(error, profile)
        return is_refused and self.has_worked and self._needs > 0 and not self.is_last_try
