"""The composition root: puts the parts of the running program together."""

from __future__ import annotations

from hvtree.app.credentials import Secret
from hvtree.app.demo import Demo, start_demo
from hvtree.app.ports import Connection
from hvtree.app.settings import HostProfile
from hvtree.app.workspace import Workspace
from hvtree.hosts.remote import remote_client
from hvtree.hosts.winrm.settings import WinRmSettings

__all__ = ["Demo", "make_workspace", "start_demo"]


def make_workspace() -> Workspace:
    """Give a workspace that reaches its hosts by WinRM. It is used on one asyncio loop and closed there."""
    return Workspace(_over_winrm)


def _over_winrm(profile: HostProfile, secret: Secret) -> Connection:
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
        )
    )
