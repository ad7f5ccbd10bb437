"""A client of a remote host: the client, the threads and the WinRM road put together."""

from __future__ import annotations

from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.introduction import Timing
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.pipe import WinRmPipe
from hvtree.hosts.winrm.settings import WinRmSettings


def persistent_channel(settings: WinRmSettings, script: str = bootstrap.BOOTSTRAP) -> ThreadedChannel:
    """Give a channel to an agent that stays, whose input is delivered as one of the bootstraps expects it."""
    return ThreadedChannel(WinRmPipe(settings, script=script), bootstrap.agent_line())


def remote_client(settings: WinRmSettings, timing: Timing | None = None) -> Client:
    """Give a client that is not yet connected."""
    return Client(persistent_channel(settings), settings.name, timing)
