"""What PowerShell on the emulated host reports about itself and the user; switches for tests."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

LanguageMode = Literal["FullLanguage", "ConstrainedLanguage", "RestrictedLanguage", "NoLanguage"]

POWERSHELL = "5.1.20348.2110"
"""The version on Windows Server 2022."""


class PowerShellSession(Struct):
    """May be changed at any time; each new query sees the current values."""

    powershell: str = POWERSHELL
    language: LanguageMode = "FullLanguage"
    has_module: bool = True
    """Whether the Hyper-V module for PowerShell is installed."""
    is_hyperv_administrator: bool = False
    """Whether the user is in Hyper-V Administrators and not an administrator."""
    reads_shares: bool = True
    """Whether files on other servers can be read in this session (a second hop)."""
    is_agent_blocked: bool = False
    """Whether a virus scanner stops HVTree's agent when PowerShell is about to run it."""
    authentication: str = "NTLM"

    @property
    def is_old(self) -> bool:
        """Whether it is older than Windows PowerShell 5.1, the oldest that the agent runs on."""
        return tuple(int(part) for part in self.powershell.split(".")[:2]) < (5, 1)
