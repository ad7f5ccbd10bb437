"""Logins to hosts over WinRM, in one line."""

from __future__ import annotations

from typing import Any

from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.winrm.login import WinRmLogin


def login_to(
    name: str, endpoint: str, user: str, password: str, transport: str = "ntlm", **more: Any
) -> WinRmLogin:
    """Return what a connection takes to log in there."""
    return WinRmLogin(HostProfile(name, endpoint, user, transport, **more), password)
