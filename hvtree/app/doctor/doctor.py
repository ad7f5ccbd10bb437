"""The examination: one stage after the other, each only if those that it builds on went well."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hvtree.app.doctor import explain_connection as way
from hvtree.app.doctor import explain_host as on_host
from hvtree.app.doctor import explain_login as login
from hvtree.app.doctor.stage_report import GOOD, Report, StageId, StageReport, StageStatus, waiting
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.profile import HostProfile
from hvtree.hosts.stage_results import Service, ShellResult
from hvtree.hosts.stages import LocalStages, WinRmStages

Tell = Callable[[StageReport], None]
"""Hears of each stage when it begins and when it is judged."""
StageReports = tuple[StageReport, ...]


@dataclass(frozen=True, slots=True)
class StageGroup:
    """Some stages that are tried together."""

    ids: tuple[StageId, ...]
    needs: tuple[StageId, ...]
    """The stages that must have gone well before."""
    tried: str
    """What is being done, while it is done."""
    run: Callable[[], Awaitable[StageReports]]


@dataclass
class _Found:
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

        `on_login` hears how an attempt has ended: with an error, or with None for a login that was accepted.
        """
        self.profile = named(profile)
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
        return Report(self.profile, began, tuple(self._reports.values()))

    async def _try(self, group: StageGroup, tell: Tell) -> None:
        if all(self._reports[need].status in GOOD for need in group.needs):
            self._put(
                [StageReport(stage_id, StageStatus.RUNNING, group.tried) for stage_id in group.ids[:1]], tell
            )
            self._put(await group.run(), tell)
        else:
            self._put([StageReport(stage_id, StageStatus.NOT_REACHED) for stage_id in group.ids], tell)

    def _put(self, reports: Iterable[StageReport], tell: Tell) -> None:
        for report in reports:
            self._reports[report.id] = report
            tell(report)

    def _groups(self) -> tuple[StageGroup, ...]:
        before = self._groups_to_host() if self._connection is not None else self._no_connection()
        return (*before, *self._groups_on_host())

    def _no_connection(self) -> tuple[StageGroup, ...]:
        """Return what stands for all stages of a connection on this computer, which needs none."""
        return (StageGroup(way.CONNECTION_STAGES, (), "", self._is_here),)

    def _groups_to_host(self) -> tuple[StageGroup, ...]:
        profile, tls = self.profile, way.CERTIFICATE_STAGES
        return (
            StageGroup((StageId.NAME,), (), way.trying_name(profile), self._name),
            StageGroup((StageId.PORT,), (StageId.NAME,), way.trying_port(profile), self._port),
            StageGroup(tls, (StageId.PORT,), way.trying_tls(profile), self._certificate),
            StageGroup((StageId.SERVICE,), (StageId.PORT, *tls), way.trying_service(profile), self._service),
            StageGroup((StageId.LOGIN,), (StageId.SERVICE,), login.trying_login(profile), self._login),
            StageGroup((StageId.SHELL,), (StageId.LOGIN,), login.TRYING_SHELL, self._shell),
        )

    def _groups_on_host(self) -> tuple[StageGroup, ...]:
        agent, module = StageId.AGENT, StageId.MODULE
        return (
            StageGroup((StageId.POWERSHELL,), (StageId.SHELL,), login.TRYING_POWERSHELL, self._powershell),
            StageGroup((agent,), (StageId.POWERSHELL,), on_host.TRYING_AGENT, self._agent),
            StageGroup((module,), (agent,), on_host.TRYING_MODULE, self._module),
            StageGroup((StageId.RIGHTS,), (agent,), on_host.TRYING_RIGHTS, self._rights),
            StageGroup((StageId.VMS, StageId.SECOND_HOP), (agent, module), on_host.TRYING_VMS, self._vms),
            StageGroup((StageId.CLOCK, StageId.LATENCY), (agent,), on_host.TRYING_LATENCY, self._pulse),
            StageGroup((StageId.ENVELOPE,), (agent,), on_host.TRYING_ENVELOPE, self._envelope),
        )

    @property
    def _winrm(self) -> WinRmStages:
        assert self._connection is not None  # its stages are only there if it is
        return self._connection

    async def _is_here(self) -> StageReports:
        return way.this_computer()

    async def _name(self) -> StageReports:
        try:
            return (way.name_found(self.profile, await self._winrm.resolve()),)
        except HVTreeError as error:
            return (way.name_unknown(self.profile, error),)

    async def _port(self) -> StageReports:
        try:
            return (way.port_open(self.profile, await self._winrm.reach()),)
        except HVTreeError as error:
            return (way.port_closed(self.profile, error, await self._winrm.open_other_port()),)

    async def _certificate(self) -> StageReports:
        if not self.profile.is_tls:
            return way.no_certificate()
        try:
            return way.certificate_seen(self.profile, await self._winrm.certificate(), self._now())
        except HVTreeError as error:
            return way.tls_failed(self.profile, error)

    async def _service(self) -> StageReports:
        try:
            self._found.service = await self._winrm.service()
        except HVTreeError as error:
            return (way.service_failed(self.profile, error),)
        return (way.service_seen(self.profile, self._found.service),)

    async def _login(self) -> StageReports:
        if self._withheld is not None:
            return (login.withheld(self.profile, self._withheld),)
        stage = login.not_offered(self.profile, self._found.service)
        if stage is not None:
            return (stage,)
        try:
            found = await self._winrm.log_in()
        except HVTreeError as error:
            self._on_login(error)
            return (login.login_failed(self.profile, error, self._found.service, self._now()),)
        self._on_login(None)
        return (login.logged_in(self.profile, found),)

    async def _shell(self) -> StageReports:
        try:
            self._found.shell = await self._winrm.open_shell()
        except HVTreeError as error:
            return (login.shell_refused(self.profile, error),)
        return (login.shell_opened(self._found.shell),)

    async def _powershell(self) -> StageReports:
        try:
            return (login.powershell_seen(self.profile, await self._stages.ask_powershell()),)
        except HVTreeError as error:
            return (login.powershell_failed(self.profile, error),)

    async def _agent(self) -> StageReports:
        try:
            return (on_host.agent_started(await self._stages.start_agent()),)
        except HVTreeError as error:
            return (on_host.agent_failed(self.profile, error),)

    async def _module(self) -> StageReports:
        try:
            self._found.facts, took_s = await self._stages.load_module()
        except HVTreeError as error:
            return (on_host.module_failed(self.profile, error),)
        return (on_host.module_seen(self.profile, self._found.facts, took_s),)

    async def _rights(self) -> StageReports:
        if self._found.facts is None:
            return (StageReport(StageId.RIGHTS, StageStatus.NOT_REACHED),)
        return (on_host.rights_seen(self.profile, self._found.facts),)

    async def _vms(self) -> StageReports:
        assert self._found.facts is not None  # the module was found
        try:
            state, took_s = await self._stages.read()
        except HVTreeError as error:
            failed = on_host.vms_failed(self.profile, error)
            return (failed, StageReport(StageId.SECOND_HOP, StageStatus.NOT_REACHED))
        listed = on_host.vms_seen(self.profile, state, took_s, self._found.facts)
        if listed.status is StageStatus.FAILED:
            return (listed, StageReport(StageId.SECOND_HOP, StageStatus.NOT_REACHED))
        return (listed, on_host.second_hop(self.profile, state))

    async def _pulse(self) -> StageReports:
        try:
            pulse = await self._stages.pulse()
        except HVTreeError as error:
            failed = on_host.pulse_failed(self.profile, StageId.CLOCK, error)
            return (failed, replace(failed, id=StageId.LATENCY))
        clock = on_host.same_clock() if self._connection is None else on_host.clock_seen(self.profile, pulse)
        return (clock, on_host.latency_seen(self.profile, pulse))

    async def _envelope(self) -> StageReports:
        if self._connection is None:
            return (on_host.no_envelope(),)
        if self._found.facts is None or self._found.shell is None:
            return (StageReport(StageId.ENVELOPE, StageStatus.NOT_REACHED),)
        facts, shell = self._found.facts, self._found.shell
        return (on_host.envelope_seen(self.profile, facts, shell.envelope_bytes),)


def named(profile: HostProfile) -> HostProfile:
    """Return a profile as a report names it: by its address if it has no name, and with one's own name on this computer."""
    user = os.environ.get("USERNAME") or os.environ.get("USER") or "" if profile.is_local else profile.user
    return replace(profile, name=profile.name or profile.endpoint, user=user)
