"""An emulated host with troubles, and the connection doctor who examines the way to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from hvtree.app.doctor.doctor import Doctor
from hvtree.app.doctor.ports import Patient
from hvtree.app.doctor.steps import Outcome, Report, Step
from hvtree.domain.errors import HVTreeError
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.troubles import chosen
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import World
from hvtree.hosts.probes.winrm import WinRmProbes
from hvtree.hosts.winrm.settings import WinRmSettings
from tests.support.patience import patiently
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.threads import none_left


@dataclass(frozen=True)
class Clinic:
    """A host on which something is wrong."""

    host: RemoteHost

    def examine(
        self, *, withheld: HVTreeError | None = None, seen: list[Step] | None = None, **changes: Any
    ) -> Report:
        """Let the doctor examine it; `changes` are for the settings of the connection."""
        settings = self.host.settings(**changes)
        return examine(settings, withheld=withheld, seen=seen)


def examine(
    settings: WinRmSettings, *, withheld: HVTreeError | None = None, seen: list[Step] | None = None
) -> Report:
    """Let the doctor examine a connection; `seen` gets every step as it is told."""
    patient = Patient(settings.name, settings.endpoint, settings.user, settings.transport)

    async def story() -> Report:
        probes = WinRmProbes(settings)
        doctor = Doctor(patient, probes, probes, withheld=withheld)
        return await doctor.examine((seen if seen is not None else []).append)

    return asyncio.run(patiently(story()))


@contextmanager
def clinic(*troubles: str, world: str | World = "pair", **config: Any) -> Iterator[Clinic]:
    """Serve a host with these troubles of `emulator.troubles`; at the end no thread may be left."""
    picked = chosen(troubles)
    settings = EndpointConfig(Account(USER, PASSWORD), **config)
    for trouble in picked:
        settings = trouble.applied_to(settings)
    make = worlds.contents if isinstance(world, str) else worlds.build
    with none_left(), closing(RealClock(ahead_s=sum(trouble.ahead_s for trouble in picked))) as clock:
        hyperv = HyperV(make(world, clock.now()), clock)  # type: ignore[arg-type]
        with endpoint_for(hyperv, settings) as endpoint:
            for trouble in picked:
                trouble.host(hyperv)
                trouble.line(endpoint.mischief)
            yield Clinic(RemoteHost(endpoint, hyperv))


def failed(report: Report) -> list[str]:
    """Return the steps that failed."""
    return [step.id.value for step in report.steps if step.outcome is Outcome.FAILED]


def warned(report: Report) -> list[str]:
    """Return the steps that work, but not well."""
    return [step.id.value for step in report.steps if step.outcome is Outcome.WARNING]


def unreached(report: Report) -> list[str]:
    """Return the steps that were not reached."""
    return [step.id.value for step in report.steps if step.outcome is Outcome.NOT_REACHED]


def commands(step: Step) -> str:
    """Return all commands that a step offers."""
    return "\n".join(remedy.command for remedy in step.remedies)
