"""The first reading of a host while it comes: told part by part, from when the host is connected."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hvtree.domain.errors import BadHostData
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.hosts.inventory import utc
from hvtree.hosts.messages import HostFacts


class FirstParts:
    """Adds part to part, and tells each time what there is."""

    def __init__(self, tell: Callable[[HostState], None]) -> None:
        self._tell = tell
        self._facts: HostFacts | None = None
        """What is known of the host, once it is connected."""
        self._early: list[VirtualMachine] = []
        """What has come before that."""
        self._partly: HostState | None = None

    def connected(self, facts: HostFacts) -> None:
        """Be told that the host is connected."""
        self._facts, early, self._early = facts, self._early, []
        if early:
            self.take(tuple(early))

    def take(self, vms: tuple[VirtualMachine, ...]) -> None:
        """Take VMs that have come; the time of what is told is that of the host when it was connected."""
        if self._facts is None:
            self._early.extend(vms)
            return
        if self._partly is None:
            with suppress(BadHostData):  # a host that does not know its time is shown when it has been read
                self._partly = HostState.of(self._facts.host, utc(self._facts.time, "its module"), ())
        if self._partly is not None:
            self._partly = self._partly.with_vms(*vms)
            self._tell(self._partly)

    def end(self) -> None:
        """Let go of it all: the reading is whole."""
        self._partly, self._early = None, []
