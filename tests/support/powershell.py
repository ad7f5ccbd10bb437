"""The agent in a real PowerShell: find one, and start the agent in it as a host would, with the tiny Hyper-V of its tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from hvtree.hosts import agent_starter
from tests.support.agent_answer import Answer, Message
from tests.support.agent_connection import StdioConnection

MODULES = Path(__file__).resolve().parent.parent / "agent" / "modules"
"""A tiny Hyper-V and its WMI, as PowerShell modules."""
SHORT_LIVED = {"DOTNET_TC_CallCountThreshold": "1000", "DOTNET_EnableWriteXorExecute": "0"}
"""What makes .NET quick for a PowerShell that lives for seconds, as most of these do: only what is called often (hexadecimal, for 30 by
itself) is translated once more, and translated code is written where it runs. An agent in a test takes 8.7 s of processor without it
and 6.3 with it [two cores, 2026-11-28]."""
NO_POWERSHELL = "no PowerShell here: set HVTREE_PWSH to one, or put pwsh on the PATH"


def find_powershell() -> str | None:
    """Return the PowerShell of HVTREE_PWSH, or `pwsh` of the PATH, or None."""
    return os.environ.get("HVTREE_PWSH") or shutil.which("pwsh")


class AgentProcess(StdioConnection):
    """An agent that works on the tiny Hyper-V. After `silence_s` without a line it ends itself."""

    def __init__(
        self,
        powershell: str,
        environment: Mapping[str, str] | None = None,
        *,
        silence_s: float | None = None,
        modules: Path = MODULES,
    ) -> None:
        limit = "" if silence_s is None else f" {silence_s}"
        script = agent_starter.STARTER.replace("$reader $writer", f"$reader $writer{limit}")
        super().__init__(
            powershell, {**os.environ, "PSModulePath": str(modules), **(environment or {})}, script
        )

    def any_message(self) -> Message:
        """Wait for whatever comes next."""
        return self.next(lambda _: True)


def read(agent: AgentProcess, since: int = 0) -> Answer:
    """Ask the agent for the inventory, or for what changed in it since a revision."""
    return agent.ask("host.read", since=since)
