"""From a profile to a connection: which connection leads to that host, and whether its certificate is one to trust."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hvtree.app.credentials import HIDDEN_VARIABLES, NOTHING, Secret
from hvtree.app.doctor.doctor import Doctor
from hvtree.app.doctor.stages import target_of
from hvtree.app.ports import Connection
from hvtree.app.settings import HostProfile
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.clients import local_client, remote_client
from hvtree.hosts.fallback import ModeMemory
from hvtree.hosts.stages.local import LocalStages
from hvtree.hosts.stages.winrm import WinRmStages
from hvtree.hosts.winrm.settings import WinRmSettings
from hvtree.hosts.winrm.shell_connector import ShellConnector


def connection(profile: HostProfile, secret: Secret, memory: ModeMemory | None = None) -> Connection:
    """Return a connection, not yet connected: to this computer, or to another one by WinRM.

    `memory` knows over which connection a host was reached before.
    """
    if profile.is_local:
        return local_client(profile.name, hidden=HIDDEN_VARIABLES)
    return remote_client(winrm_settings(profile, secret), memory=memory)


def check_host(profile: HostProfile) -> None:
    """Raise `CertificateFailure`, `ConnectionFailure` or `BadInput` if the host is not one to log in to; blocks.

    No password is sent. It takes seconds where nobody answers.
    """
    if not profile.is_local:
        ShellConnector(winrm_settings(profile, NOTHING)).prepare()


def winrm_settings(profile: HostProfile, secret: Secret) -> WinRmSettings:
    """Return what the connection over WinRM needs."""
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


class MakeDoctor(Protocol):
    """Makes a doctor for one examination of one connection; `doctor_for` is one."""

    def __call__(
        self,
        profile: HostProfile,
        secret: Secret,
        *,
        withheld: HVTreeError | None = None,
        on_login: Callable[[HVTreeError | None], None] = ...,
    ) -> Doctor:
        """Make it; nothing is tried yet. For the arguments see `Doctor`."""
        ...


def doctor_for(
    profile: HostProfile,
    secret: Secret,
    *,
    withheld: HVTreeError | None = None,
    on_login: Callable[[HVTreeError | None], None] = lambda _: None,
) -> Doctor:
    """Return a doctor for a profile that `checked_profile` has seen."""
    target = target_of(profile)
    if profile.is_local:
        return Doctor(target, LocalStages(profile.name, hidden=HIDDEN_VARIABLES), None)
    probes = WinRmStages(winrm_settings(profile, secret))
    return Doctor(target, probes, probes, withheld=withheld, on_login=on_login)
