"""From a profile to a connection: which road leads to that host, and whether its certificate is one to trust."""

from __future__ import annotations

from hvtree.app.credentials import HIDDEN_VARIABLES, NOTHING, Secret
from hvtree.app.ports import Connection
from hvtree.app.settings import HostProfile
from hvtree.hosts.here import local_client
from hvtree.hosts.ladder import RoadMemory
from hvtree.hosts.remote import remote_client
from hvtree.hosts.winrm.door import Door
from hvtree.hosts.winrm.settings import WinRmSettings


def connection(profile: HostProfile, secret: Secret, memory: RoadMemory | None = None) -> Connection:
    """Return a connection, not yet connected: to this computer, or to another one by WinRM.

    `memory` knows over which road a host was reached before.
    """
    if profile.is_local:
        return local_client(profile.name, hidden=HIDDEN_VARIABLES)
    return remote_client(winrm_settings(profile, secret), memory=memory)


def look_at_door(profile: HostProfile) -> None:
    """Raise `CertificateFailure`, `ConnectionFailure` or `BadInput` if the host is not one to log in to; blocks.

    No password is sent. It takes seconds where nobody answers.
    """
    if not profile.is_local:
        Door(winrm_settings(profile, NOTHING)).knock()


def winrm_settings(profile: HostProfile, secret: Secret) -> WinRmSettings:
    """Return what the road over WinRM needs."""
    return WinRmSettings(
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
