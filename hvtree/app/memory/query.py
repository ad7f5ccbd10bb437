"""Which jobs of the history are wanted, and what there is to choose from."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Query(Struct, frozen=True):
    """Which jobs; what is left empty does not matter. Words compare without regard to letter case."""

    host: str = ""
    """A part of the host's id, own name or address."""
    host_id: str = ""
    """The host's id in the window."""
    vm: str = ""
    """A VM's id, or a part of the name that it had."""
    operation: str = ""
    standing: str = ""
    text: str = ""
    """All its words are somewhere in the titles of the job and its steps, the message, the VMs, the hosts, the user."""
    since_utc: datetime | None = None
    before_number: int | None = None
    """Only older ones than this job, to go on where a list ended."""
    most: int = 200


class Choices(Struct, frozen=True):
    """The hosts and VMs that jobs have been about: id and name of each, by their names."""

    hosts: tuple[tuple[str, str], ...] = ()
    vms: tuple[tuple[str, str], ...] = ()
