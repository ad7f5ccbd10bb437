"""What the PowerShell of the emulated host says of itself and of the user who has logged in; switches for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LanguageMode = Literal["FullLanguage", "ConstrainedLanguage", "RestrictedLanguage", "NoLanguage"]

POWERSHELL = "5.1.20348.2110"
"""Of Windows Server 2022."""


@dataclass
class Session:
    """May be changed at any time; each new question finds what is set then."""

    powershell: str = POWERSHELL
    language: LanguageMode = "FullLanguage"
    has_module: bool = True
    """The Hyper-V module for PowerShell is installed."""
    is_hyperv_administrator: bool = False
    """The user is in Hyper-V Administrators, and not an administrator."""
    reads_shares: bool = True
    """Files on other servers can be read in this session: there is a second hop."""
    is_agent_blocked: bool = False
    """A virus scanner stops HVTree's agent when PowerShell is about to run it."""
    authentication: str = "NTLM"

    @property
    def is_old(self) -> bool:
        """It is older than Windows PowerShell 5.1, the oldest that the agent runs on."""
        return tuple(int(part) for part in self.powershell.split(".")[:2]) < (5, 1)
