"""An emulated host with problems, and the connection doctor that examines the way to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from hvtree.app.doctor.doctor import Doctor
from hvtree.app.doctor.stage_report import Report, StageReport, StageStatus
from hvtree.domain.errors import HVTreeError
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.problems import chosen
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import World
from hvtree.hosts.stages import WinRmStages
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.remote_host import PASSWORD, USER, RemoteHost
from tests.support.threads import none_left
from tests.support.waiting import in_time


@dataclass(frozen=True)
class ExaminedHost:
    """A host on which something is wrong."""

    host: RemoteHost

    def examine(
        self, *, withheld: HVTreeError | None = None, seen: list[StageReport] | None = None, **changes: Any
    ) -> Report:
        """Let the doctor examine it; `changes` are for the settings of the connection."""
        login = self.host.login(**changes)
        return examine(login, withheld=withheld, seen=seen)


def examine(
    login: WinRmLogin, *, withheld: HVTreeError | None = None, seen: list[StageReport] | None = None
) -> Report:
    """Let the doctor examine a connection; `seen` gets every stage as it is told."""

    async def story() -> Report:
        doctor = Doctor(login.profile, WinRmStages(login), withheld=withheld)
        return await doctor.examine((seen if seen is not None else []).append)

    return asyncio.run(in_time(story()))


@contextmanager
def examined_host(*problems: str, world: str | World = "pair", **config: Any) -> Iterator[ExaminedHost]:
    """Serve a host with these problems of `emulator.problems`; at the end no thread may be left."""
    picked = chosen(problems)
    settings = EndpointConfig(Account(USER, PASSWORD), **config)
    for problem in picked:
        settings = problem.applied_to(settings)
    make = worlds.contents if isinstance(world, str) else worlds.build
    with none_left(), closing(RealClock(ahead_s=sum(problem.ahead_s for problem in picked))) as clock:
        hyperv = HyperV(make(world, clock.now()), clock)  # type: ignore[arg-type]
        with endpoint_for(hyperv, settings) as endpoint:
            for problem in picked:
                problem.host(hyperv)
                problem.connection(endpoint.connection_faults)
            yield ExaminedHost(RemoteHost(endpoint, hyperv))


def failed(report: Report) -> list[str]:
    """Return the stages that failed."""
    return [stage.id.value for stage in report.stages if stage.status is StageStatus.FAILED]


def warned(report: Report) -> list[str]:
    """Return the stages that work, but not well."""
    return [stage.id.value for stage in report.stages if stage.status is StageStatus.WARNING]


def unreached(report: Report) -> list[str]:
    """Return the stages that were not reached."""
    return [stage.id.value for stage in report.stages if stage.status is StageStatus.NOT_REACHED]


def commands(stage: StageReport) -> str:
    """Return all commands that a stage offers."""
    return "\n".join(remedy.command for remedy in stage.remedies)
