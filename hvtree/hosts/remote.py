"""A client of a remote host: the client, the threads and the WinRM road put together."""

from __future__ import annotations

from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.introduction import Timing
from hvtree.hosts.winrm.pipe import WinRmPipe
from hvtree.hosts.winrm.settings import WinRmSettings


def remote_client(settings: WinRmSettings, timing: Timing | None = None) -> Client:
    """Give a client that is not yet connected."""
    return Client(ThreadedChannel(WinRmPipe(settings)), settings.name, timing)
