"""The probes of this computer: a PowerShell of its own, without a network, a login or a shell before it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from time import perf_counter

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import HostState
from hvtree.hosts.clients import local_channel
from hvtree.hosts.handshake import Timing
from hvtree.hosts.local import environment_for, find_powershell
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.powershell_facts import QUESTION, facts_from
from hvtree.hosts.stage_results import AgentStart, PowerShellFacts, Pulse
from hvtree.hosts.stages.agent import AgentProbes
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.worker_threads import off_loop

ANSWER_S = 60.0


class LocalStages:
    """What is tried on this computer; `hidden` variables are kept from its PowerShell."""

    def __init__(self, name: str, timing: Timing | None = None, *, hidden: Sequence[str] = ()) -> None:
        self._hidden = tuple(hidden)
        self._agent = AgentProbes(name, (lambda: local_channel(hidden=self._hidden),), timing)

    async def ask_powershell(self) -> PowerShellFacts:
        """Start PowerShell and ask what it is."""
        return await off_loop(lambda: _asked(self._hidden))

    async def start_agent(self) -> AgentStart:
        """Start HVTree's agent."""
        return await self._agent.start()

    async def facts(self) -> tuple[HostFacts, float]:
        """Load the Hyper-V module."""
        return await self._agent.facts()

    async def read(self) -> tuple[HostState, float]:
        """Read the VMs."""
        return await self._agent.read()

    async def pulse(self) -> Pulse:
        """Ping some times."""
        return await self._agent.pulse()

    async def close(self) -> None:
        """End whatever is open; never raises."""
        await self._agent.close()


def _asked(hidden: Sequence[str]) -> PowerShellFacts:
    started = perf_counter()
    executable = find_powershell(os.environ)
    words = [executable, *bootstrap.SWITCHES, bootstrap.encoded(QUESTION)]
    try:
        done = subprocess.run(
            words,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment_for(executable, os.environ, hidden),
            timeout=ANSWER_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConnectionFailure(
            "PowerShell on this computer could not be asked.",
            why=f"{executable}: {error}.",
            details=repr(error),
            code="powershell-silent",
        ) from error
    return facts_from(done.returncode, done.stdout, done.stderr, perf_counter() - started)
