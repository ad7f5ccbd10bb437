"""The composition root: puts the parts of the running program together."""

from __future__ import annotations

from hvtree.app.credentials import HIDDEN_VARIABLES, Secret
from hvtree.app.demo import Demo, start_demo
from hvtree.app.ports import Connection
from hvtree.app.settings import HostProfile
from hvtree.app.workspace import Workspace
from hvtree.hosts.here import local_client
from hvtree.hosts.remote import remote_client
from hvtree.hosts.winrm.settings import WinRmSettings

__all__ = ["Demo", "make_workspace", "start_demo"]


def make_workspace() -> Workspace:
    """Give a workspace that reaches its hosts as their profiles say. It is used on one asyncio loop and closed there."""
    return Workspace(connection)


def connection(profile: HostProfile, secret: Secret) -> Connection:
    """Give a connection, not yet connected: to this computer, or to another one by WinRM."""
    if profile.is_local:
        return local_client(profile.name, hidden=HIDDEN_VARIABLES)
    return remote_client(
        WinRmSettings(
            name=profile.name,
            endpoint=profile.endpoint,
            user=profile.user,
            password=secret.reveal(),
            transport=profile.transport,
            ca_file=profile.ca_file,
            certificate_file=profile.certificate_file,
            key_file=profile.key_file,
            fingerprint=profile.fingerprint,
        )
    )
