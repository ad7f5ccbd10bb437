"""What an agent reports as an error, in the domain's words."""

from __future__ import annotations

from hvtree.domain import catalogue
from hvtree.domain.error_record import ErrorRecord
from hvtree.domain.errors import HostFailure
from hvtree.hosts.messages import Error


def host_failure(name: str, what: str, error: Error) -> HostFailure:
    """Return the error of a request that the host called `name` could not do; `what` as in `wire_verbs.Question`."""
    record = record_of(error)
    told = catalogue.told(record)
    why = f"{told.what} {told.why}".strip()
    return HostFailure(f"The host ‘{name}’ could not {what}.", record, why=why, now=told.now, code=told.code)


def record_of(error: Error) -> ErrorRecord:
    """Return the wire's error as the domain's."""
    return ErrorRecord(error.message, error.category, error.fqid, error.hresult, error.target)
