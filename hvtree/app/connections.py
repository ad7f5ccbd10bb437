"""From a profile to a connection, and to a check of its certificate."""

from __future__ import annotations

from hvtree.app.credentials import NO_SECRET, Secret
from hvtree.app.hidden_variables import HIDDEN_VARIABLES
from hvtree.app.ports import Connection
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.lease import LEASE_S
from hvtree.hosts.clients import local_client, remote_client
from hvtree.hosts.handshake import Timing
from hvtree.hosts.mode_memory import ModeMemory
from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.shell_connector import ShellConnector


def connection(
    profile: HostProfile,
    secret: Secret,
    memory: ModeMemory | None = None,
    *,
    turn: Turn | None = None,
    lease_s: int = LEASE_S,
) -> Connection:
    """Return a connection, not yet connected: to this computer, or to another one by WinRM.

    `memory` knows the mode that worked for a host before, and `turn` is what all connections share to work one at a time.
    After `lease_s` without a word of ours the host brings back VMs.
    """
    if profile.is_local:
        return local_client(profile.name, Timing(lease_s=lease_s), hidden=HIDDEN_VARIABLES)
    return remote_client(WinRmLogin(profile, secret.reveal()), memory=memory, turn=turn, lease_s=lease_s)


def check_host(profile: HostProfile) -> None:
    """Raise `CertificateFailure`, `ConnectionFailure` or `BadInput` if the host is not one to log in to; blocks.

    No password is sent. It takes seconds where nobody answers.
    """
    if not profile.is_local:
        ShellConnector(WinRmLogin(profile, NO_SECRET.reveal())).prepare()
