"""The examination: one stage after the other, each only if those that it needs went well."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from msgspec import Struct, field

from hvtree.app.doctor import explain_connection as connecting
from hvtree.app.doctor import explain_host as on_host
from hvtree.app.doctor.stage_report import (
    GOOD,
    Report,
    StageId,
    StageReport,
    StageStatus,
    Tell,
    not_reached,
    waiting,
)
from hvtree.app.doctor.texts import Explainer
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.stage_results import Service, ShellResult
from hvtree.hosts.stages import LocalStages, WinRmStages
from hvtree.values import replace

StageReports = tuple[StageReport, ...]


class StageGroup(Struct, frozen=True):
    """Some stages that are tried together."""

    ids: tuple[StageId, ...]
    needs: tuple[StageId, ...]
    """The stages that must have gone well before."""
    run: Callable[[], Awaitable[StageReports]]
    """Raises an `HVTreeError` if the first of them fails, and with it all."""


class _Found(Struct):
    """What has been found so far, for the stages that build on it."""

    service: Service = field(default_factory=lambda: Service(0))
    shell: ShellResult | None = None
    facts: HostFacts | None = None


class Doctor:
    """Examines one connection once. Everything on the loop's thread."""

    def __init__(
        self,
        profile: HostProfile,
        stages: LocalStages | WinRmStages,
        *,
        withheld: HVTreeError | None = None,
        on_login: Callable[[HVTreeError | None], None] = lambda _: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`withheld` says why there must be no login: the password has been refused before, or there is none.

        `on_login` is told how an attempt has ended: with an error, or with None for a login that was accepted.
        """
        self._explain = Explainer(named(profile))
        self._stages = stages
        self._connection = stages if isinstance(stages, WinRmStages) else None
        self._withheld = withheld
        self._on_login = on_login
        self._now = now
        self._found = _Found()
        self._reports = {report.id: report for report in waiting()}

    async def examine(self, tell: Tell = lambda _: None) -> Report:
        """Try all stages; cancelling ends it, and whatever is open is closed in either case."""
        began = self._now()
        try:
            for group in self._groups():
                await self._try(group, tell)
        finally:
            await self._stages.close()
        return Report(self._explain.profile, began, tuple(self._reports.values()))

    async def _try(self, group: StageGroup, tell: Tell) -> None:
        first, *others = group.ids
        if not all(self._reports[need].status in GOOD for need in group.needs):
            self._put(map(not_reached, group.ids), tell)
            return
        self._put([StageReport(first, StageStatus.RUNNING, self._explain.tried(first))], tell)
        try:
            reports = await group.run()
        except HVTreeError as error:
            reports = (self._explain.failure(first, error), *map(not_reached, others))
        self._put(reports, tell)

    def _put(self, reports: Iterable[StageReport], tell: Tell) -> None:
        for report in reports:
            self._reports[report.id] = report
            tell(report)

    def _groups(self) -> tuple[StageGroup, ...]:
        before = self._groups_to_host() if self._connection is not None else self._no_connection()
        return (*before, *self._groups_on_host())

    def _no_connection(self) -> tuple[StageGroup, ...]:
        """Return what stands for all stages of a connection on this computer, which needs none."""
        return (StageGroup(connecting.CONNECTION_STAGES, (), self._is_here),)

    def _groups_to_host(self) -> tuple[StageGroup, ...]:
        name, port, tls = StageId.NAME, StageId.PORT, connecting.CERTIFICATE_STAGES
        return (
            StageGroup((name,), (), self._name),
            StageGroup((port,), (name,), self._port),
            StageGroup(tls, (port,), self._certificate),
            StageGroup((StageId.SERVICE,), (port, *tls), self._service),
            StageGroup((StageId.LOGIN,), (StageId.SERVICE,), self._login),
            StageGroup((StageId.SHELL,), (StageId.LOGIN,), self._shell),
        )

    def _groups_on_host(self) -> tuple[StageGroup, ...]:
        agent, module = StageId.AGENT, StageId.MODULE
        return (
            StageGroup((StageId.POWERSHELL,), (StageId.SHELL,), self._powershell),
            StageGroup((agent,), (StageId.POWERSHELL,), self._agent),
            StageGroup((module,), (agent,), self._module),
            StageGroup((StageId.RIGHTS,), (agent,), self._rights),
            StageGroup((StageId.VMS, StageId.SECOND_HOP), (agent, module), self._vms),
            StageGroup((StageId.CLOCK, StageId.LATENCY), (agent,), self._pulse),
            StageGroup((StageId.ENVELOPE,), (agent,), self._envelope),
        )

    @property
    def _winrm(self) -> WinRmStages:
        assert self._connection is not None  # its stages are only there if it is
        return self._connection

    async def _is_here(self) -> StageReports:
        return connecting.this_computer(self._explain)

    async def _name(self) -> StageReports:
        return (connecting.name_found(self._explain, await self._winrm.resolve()),)

    async def _port(self) -> StageReports:
        try:
            return (connecting.port_open(self._explain, await self._winrm.reach()),)
        except HVTreeError as error:
            return (connecting.port_closed(self._explain, error, await self._winrm.open_other_port()),)

    async def _certificate(self) -> StageReports:
        if not self._explain.profile.is_tls:
            return connecting.no_certificate(self._explain)
        return connecting.certificate_seen(self._explain, await self._winrm.certificate(), self._now())

    async def _service(self) -> StageReports:
        self._found.service = await self._winrm.service()
        return (connecting.service_seen(self._explain, self._found.service),)

    async def _login(self) -> StageReports:
        if self._withheld is not None:
            return (self._explain.failure(StageId.LOGIN, self._withheld, tried=connecting.NOTHING_SENT),)
        stage = connecting.not_offered(self._explain, self._found.service)
        if stage is not None:
            return (stage,)
        try:
            found = await self._winrm.log_in()
        except HVTreeError as error:
            self._on_login(error)
            return (connecting.login_failed(self._explain, error, self._found.service, self._now()),)
        self._on_login(None)
        return (connecting.logged_in(self._explain, found),)

    async def _shell(self) -> StageReports:
        self._found.shell = await self._winrm.open_shell()
        return (connecting.shell_opened(self._explain, self._found.shell),)

    async def _powershell(self) -> StageReports:
        return (on_host.powershell_seen(self._explain, await self._stages.ask_powershell()),)

    async def _agent(self) -> StageReports:
        return (on_host.agent_started(self._explain, await self._stages.start_agent()),)

    async def _module(self) -> StageReports:
        self._found.facts, took_s = await self._stages.load_module()
        return (on_host.module_seen(self._explain, self._found.facts, took_s),)

    async def _rights(self) -> StageReports:
        if self._found.facts is None:
            return (not_reached(StageId.RIGHTS),)
        return (on_host.rights_seen(self._explain, self._found.facts),)

    async def _vms(self) -> StageReports:
        assert self._found.facts is not None  # the module was found
        state, took_s = await self._stages.read()
        listed = on_host.vms_seen(self._explain, state, took_s, self._found.facts)
        if listed.status is StageStatus.FAILED:
            return (listed, not_reached(StageId.SECOND_HOP))
        return (listed, on_host.second_hop(self._explain, state))

    async def _pulse(self) -> StageReports:
        try:
            pulse = await self._stages.pulse()
        except HVTreeError as error:
            return tuple(self._explain.failure(each, error) for each in (StageId.CLOCK, StageId.LATENCY))
        is_here = self._connection is None
        same = self._explain.report(StageId.CLOCK, "same-clock") if is_here else None
        clock = same or on_host.clock_seen(self._explain, pulse)
        return (clock, on_host.latency_seen(self._explain, pulse))

    async def _envelope(self) -> StageReports:
        if self._connection is None:
            return (self._explain.report(StageId.ENVELOPE, "no-envelope"),)
        if self._found.facts is None or self._found.shell is None:
            return (not_reached(StageId.ENVELOPE),)
        facts, shell = self._found.facts, self._found.shell
        return (on_host.envelope_seen(self._explain, facts, shell.envelope_bytes),)


def named(profile: HostProfile) -> HostProfile:
    """Return a profile as a report names it: by its address if it has no name, and with one's own name on this computer."""
    user = os.environ.get("USERNAME") or os.environ.get("USER") or "" if profile.is_local else profile.user
    return replace(profile, name=profile.name or profile.endpoint, user=user)
