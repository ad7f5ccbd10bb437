"""What can go wrong on the way to a host, by its code: read from `resources/errors/connection.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from hvtree.assets import resource
from hvtree.domain.errors import AuthenticationFailure, BadInput, ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile

FAMILIES: dict[str, type[HVTreeError]] = {
    "": ConnectionFailure,
    "authentication": AuthenticationFailure,
    "input": BadInput,
}


class FailureText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failure before its values are filled in. See the head of `connection.toml`."""

    what: str
    why: str = ""
    now: str = ""
    family: str = ""
    faults: tuple[int, ...] = ()
    statuses: tuple[int, ...] = ()


@cache
def failure_texts() -> Mapping[str, FailureText]:
    """Return every failure that has a code."""
    return msgspec.toml.decode(resource("errors/connection.toml").read_bytes(), type=dict[str, FailureText])


def sentences(code: str, profile: HostProfile, **values: str) -> dict[str, str]:
    """Return what an error of this code says of a host, as arguments of an `HVTreeError`."""
    text = failure_texts()[code]
    known = {"host": profile.name, "address": profile.host, "port": str(profile.port), "user": profile.user}
    what, why, now = (each.format_map(known | values) for each in (text.what, text.why, text.now))
    return {"code": code, "what": what, "why": why, "now": now}


def failure(code: str, profile: HostProfile, details: str = "", **values: str) -> HVTreeError:
    """Return the error of this code for a host; `values` are those that its sentences name beyond the host's own."""
    family = FAMILIES[failure_texts()[code].family]
    return family(**sentences(code, profile, **values), details=details)


def code_of_fault(number: int) -> str:
    """Return the code for the number of one of WinRM's faults."""
    found = (code for code, text in failure_texts().items() if number in text.faults)
    return next(found, "winrm-fault")


def code_of_status(status: int) -> str:
    """Return the code for an HTTP status that came without a WinRM message."""
    return next((code for code, text in failure_texts().items() if status in text.statuses), "http")
