"""The family of errors that HVTree shows to people: what happened, why, and what to do now.

Every error that may reach a user derives from `HVTreeError`. Foreign exceptions (pywinrm's, sqlite's, the file
system's) are translated into this family once, where they enter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtree.domain.plain_text import plain_line, plain_lines

if TYPE_CHECKING:
    from hvtree.domain.error_record import ErrorRecord


class HVTreeError(Exception):
    """Base of all errors with a sentence for the user.

    `what` is a complete sentence that names the thing it is about. `why` and `now` are complete sentences or empty.
    `details` is technical text for the curious; it never holds a secret. `code` is a short name of the case, the same in
    every version and language, or empty. Sentences may quote a host: they are made plain, and each is one line
    (see `BadInput`).
    """

    _plain_now = staticmethod(plain_line)

    def __init__(self, what: str, *, why: str = "", now: str = "", details: str = "", code: str = "") -> None:
        super().__init__(plain_line(what))
        self.what, self.why, self.now = plain_line(what), plain_line(why), self._plain_now(now)
        self.details = details
        self.code = code

    @property
    def sentence(self) -> str:
        """What happened, why, and what to do now, as one line of text."""
        return " ".join(part for part in (self.what, self.why, self.now) if part)


class Refused(HVTreeError):
    """An operation that cannot be planned on the state at hand; nothing has been touched."""


class BadInput(HVTreeError):
    """Text, a file or an argument from outside that cannot be used as it is. `now` may list what was found, line by line."""

    _plain_now = staticmethod(plain_lines)


class BadHostData(HVTreeError):
    """A host's answer that breaks the wire protocol or describes an impossible world."""


class HostFailure(HVTreeError):
    """A host that was reached and reported an error; carries Hyper-V's own record."""

    def __init__(
        self, what: str, record: ErrorRecord, *, why: str = "", now: str = "", code: str = ""
    ) -> None:
        super().__init__(what, why=why, now=now, details=record.as_text(), code=code)
        self.record = record


class ConnectionFailure(HVTreeError):
    """A host that cannot be reached, or a connection that was cut before anything was asked of it."""


class AuthenticationFailure(ConnectionFailure):
    """Credentials that the host refused. Never retried by itself, so that no account is locked out."""


class OutcomeUnknown(HVTreeError):
    """A connection that was cut after a request went out: it may or may not have been carried out."""
