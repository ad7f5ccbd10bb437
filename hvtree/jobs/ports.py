"""What a job needs from outside: hosts to work on and somebody who says yes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hvtree.domain.edits import Edit
    from hvtree.domain.lease import Lease
    from hvtree.domain.model import HostState
    from hvtree.domain.receipt import Progress, Receipt
    from hvtree.operations.base import Plan


class Host(Protocol):
    """A host that can be read and changed; `hosts.client.Client` is one.

    Both coroutines raise `HVTreeError`s only: `ConnectionFailure` before anything was asked, `OutcomeUnknown` when a
    request went out and no answer will come.
    """

    async def read(self) -> HostState:
        """Return the host as it is now, read after this call began."""
        ...

    async def perform(
        self, edit: Edit, report: Callable[[Progress], None], lease: Lease | None = None
    ) -> Receipt:
        """Carry out one edit as one request; a failure of single targets is in the receipt, not an exception.

        The `lease` says what the host does by itself about VMs that the edit stops, where it can (`HostState.lease_s`). One that
        is not the first on this host raises `ConnectionFailure` if its VMs have been brought back meanwhile.

        Cancelling the awaiting task asks the host to stop, waits for its last word, and then raises `CancelledError`.
        """
        ...


class WatchedHost(Host, Protocol):
    """A host whose connection is kept by somebody else; `app.session.Session` is one.

    While the connection is lost, `read` and `perform` raise `ConnectionFailure`.
    """

    async def measured(self, vm_ids: Collection[str], *, again: bool = False) -> HostState:
        """Return the last reading once the sizes of these VMs have been read, as far as they come within a limit.

        With `again` they are read once more if they are there: files grow without news.

        Raises `ConnectionFailure` when the connection is lost meanwhile.
        """
        ...

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        """Let the host load whatever it needs to work on these VMs, so that the next request about them begins at once.

        It changes nothing, and where it fails the next request will tell. Raises `HVTreeError`s only.
        """
        ...

    async def end_lease(self, lease_id: str) -> None:
        """Return when the host will do nothing more by itself about the VMs of a lease.

        That is at once, or, if its connection was lost, when the lease has run out. Raises `ConnectionFailure` if the
        connection is lost meanwhile.
        """
        ...

    async def newer(self, than: HostState) -> HostState:
        """Return the next reading after `than`, which is taken as soon as the host reports a change.

        Raises `ConnectionFailure` when the connection is lost meanwhile.
        """
        ...

    async def back(self) -> None:
        """Return when the host can be asked again; raise `ConnectionFailure` if that will not be tried."""
        ...

    def needed(self) -> AbstractContextManager[None]:
        """Mark the time in which VMs are stopped that have to be brought back.

        A login that has worked and is refused in it is tried once more before the host is given up.
        """
        ...


HostFinder = Callable[[str], WatchedHost]
"""From a host id to the host: the one place where an address becomes a connection.

Raises `Refused` for a host that is not here any more. For a cluster it gives the cluster, which finds the node of a VM itself.
"""


class Approver(Protocol):
    """Whoever decides: the plan dialog, or the terminal."""

    async def approve(self, plan: Plan) -> bool:
        """Show the plan and return the answer; False leaves everything untouched."""
        ...
