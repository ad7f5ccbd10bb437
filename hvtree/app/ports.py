"""What the program needs of a connection to a host; `hosts.client.Client` and `hosts.fallback.FallbackClient` are some."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Protocol

from hvtree.app.credentials import Secret
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from hvtree.jobs.ports import Host

if TYPE_CHECKING:
    from hvtree.domain.vm_group import VmGroup


class Connection(Host, Protocol):
    """One connection to one host. It is connected once, and lost or closed once; then a new one is made.

    All coroutines raise `HVTreeError`s only and run on the loop that awaits them.
    """

    on_lost: Callable[[HVTreeError], None] | None
    """Called once, on the loop's thread, when the connection is gone for good without `close`."""

    on_silent: Callable[[float | None], None] | None
    """Called when an idle host does not answer, with the seconds since its last word; with None when it does again."""

    on_part: Callable[[HostState], None] | None
    """Called while the first reading is under way with what has come of it."""

    @property
    def mode(self) -> str:
        """How the host is reached, in words."""
        ...

    async def connect(self, *, and_read: bool = False) -> None:
        """Log in and start the agent; raise `AuthenticationFailure` or `ConnectionFailure`.

        With `and_read` what `read` and `watch` ask for first is asked meanwhile, if the agent can.
        """
        ...

    async def watch(self, on_change: Callable[[], None], on_same: Callable[[], None] | None = None) -> None:
        """Ask the host for news; from then on `on_change` is called soon after something differs.

        `on_same` is called each time the host has answered and reported nothing new.
        """
        ...

    async def measure(
        self, vm_ids: Iterable[str], tell: Callable[[HostState], None] | None = None
    ) -> HostState:
        """Ask for the sizes of VMs, in this order; return the last reading with them, and `tell` it as they come.

        Sizes that the host does not tell stay unknown, and the VMs count as measured all the same. Cancelling ends it on the
        host, too; what was told by then is kept.
        """
        ...

    async def vm_groups(self) -> tuple[VmGroup, ...]:
        """Return the VM groups that the host keeps itself; raise `Refused` if it knows none."""
        ...

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        """Let the host load what it needs to work on these VMs; raise `HVTreeError`s only."""
        ...

    @property
    def lease_left_s(self) -> int:
        """For how long, once it is lost, the host may still bring VMs back that were stopped over it; 0 if it holds none."""
        ...

    async def end_lease(self, lease_id: str) -> None:
        """Let the host let go the VMs of a lease; nothing happens if it was not given over this connection."""
        ...

    def renew(self) -> None:
        """Cut and resume the network connection: it may be dead without our knowing."""
        ...

    async def close(self) -> None:
        """End the agent, unless it holds VMs, and the connection, whatever state they are in; never raises."""
        ...


Connect = Callable[[HostProfile, Secret], Connection]
"""Makes a connection that is not yet connected."""


class Loader(Protocol):
    """Loads what takes long to import, beside the loop; raises `HVTreeError` if something cannot be loaded."""

    async def to_connect(self) -> None:
        """Return when `Connect` can be called."""
        ...
