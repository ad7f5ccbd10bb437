"""A client of this computer: the client, the threads and a local PowerShell put together."""

from __future__ import annotations

from collections.abc import Sequence

from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.introduction import Timing
from hvtree.hosts.local import LocalPipe
from hvtree.hosts.winrm import bootstrap


def local_client(name: str, timing: Timing | None = None, *, hidden: Sequence[str] = ()) -> Client:
    """Return a client that is not yet connected; its PowerShell does not see the `hidden` variables."""
    return Client(local_channel(hidden=hidden), name, timing)


def local_channel(*, hidden: Sequence[str] = ()) -> ThreadedChannel:
    """Return a channel to an agent in a PowerShell of its own, which does not see the `hidden` variables."""
    return ThreadedChannel(LocalPipe(bootstrap.arguments(), bootstrap.agent_line(), hidden))
