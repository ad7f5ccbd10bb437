"""The examination: one stage after the other, each only if those that it builds on went well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hvtree.app.doctor import explain_connection as way
from hvtree.app.doctor import explain_host as on_host
from hvtree.app.doctor import explain_login as login
from hvtree.app.doctor.stage_report import GOOD, Report, StageId, StageReport, StageStatus, waiting
from hvtree.app.doctor.stages import ConnectionStages, HostStages, Target
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.stage_results import OpenShell, Service

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
    shell: OpenShell | None = None
    facts: HostFacts | None = None


class Doctor:
    """Examines one connection once. Everything on the loop's thread."""

    def __init__(
        self,
        target: Target,
        host: HostStages,
        way: ConnectionStages | None,
        *,
        withheld: HVTreeError | None = None,
        on_login: Callable[[HVTreeError | None], None] = lambda _: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`way` is None for this computer.

        `withheld` says why there must be no login: the password has been refused before, or there is none. `on_login`
        hears how an attempt has ended: with an error, or with None for a login that was accepted.
        """
        self.target = target
        self._host = host
        self._connection_stages = way
        self._withheld = withheld
        self._on_login = on_login
        self._now = now
        self._found = _Found()
        self._stages_seen = {stage.id: stage for stage in waiting()}

    async def examine(self, tell: Tell = lambda _: None) -> Report:
        """Try all stages; cancelling ends it, and whatever is open is closed in either case."""
        began = self._now()
        try:
            for group in self._stages():
                await self._try(group, tell)
        finally:
            await self._host.close()
        target = self.target
        stages = tuple(self._stages_seen.values())
        return Report(target.name, target.endpoint, target.user, target.transport, began, stages)

    async def _try(self, group: StageGroup, tell: Tell) -> None:
        if all(self._stages_seen[need].status in GOOD for need in group.needs):
            self._put(
                [StageReport(stage_id, StageStatus.RUNNING, group.tried) for stage_id in group.ids[:1]], tell
            )
            self._put(await group.run(), tell)
        else:
            self._put([StageReport(stage_id, StageStatus.NOT_REACHED) for stage_id in group.ids], tell)

    def _put(self, stages: Iterable[StageReport], tell: Tell) -> None:
        for stage in stages:
            self._stages_seen[stage.id] = stage
            tell(stage)

    def _stages(self) -> tuple[StageGroup, ...]:
        way = self._stages_of_the_way() if self._connection_stages is not None else self._no_way()
        return (*way, *self._stages_there())

    def _no_way(self) -> tuple[StageGroup, ...]:
        """Return what stands for the whole way to this computer."""
        return (StageGroup(way.WAY, (), "", self._is_here),)

    def _stages_of_the_way(self) -> tuple[StageGroup, ...]:
        target, tls = self.target, way.CERTIFICATE_STAGES
        return (
            StageGroup((StageId.NAME,), (), way.trying_name(target), self._name),
            StageGroup((StageId.PORT,), (StageId.NAME,), way.trying_port(target), self._port),
            StageGroup(tls, (StageId.PORT,), way.trying_tls(target), self._certificate),
            StageGroup((StageId.SERVICE,), (StageId.PORT, *tls), way.trying_service(target), self._service),
            StageGroup((StageId.LOGIN,), (StageId.SERVICE,), login.trying_login(target), self._login),
            StageGroup((StageId.SHELL,), (StageId.LOGIN,), login.TRYING_SHELL, self._shell),
        )

    def _stages_there(self) -> tuple[StageGroup, ...]:
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
    def _way(self) -> ConnectionStages:
        assert self._connection_stages is not None  # its stages are only there if it is
        return self._connection_stages

    async def _is_here(self) -> StageReports:
        return way.no_way()

    async def _name(self) -> StageReports:
        try:
            return (way.name_found(self.target, await self._way.resolve()),)
        except HVTreeError as error:
            return (way.name_unknown(self.target, error),)

    async def _port(self) -> StageReports:
        try:
            return (way.port_open(self.target, await self._way.reach()),)
        except HVTreeError as error:
            return (way.port_closed(self.target, error, await self._way.open_other_port()),)

    async def _certificate(self) -> StageReports:
        if not self.target.is_tls:
            return way.no_certificate()
        try:
            return way.certificate_seen(self.target, await self._way.certificate(), self._now())
        except HVTreeError as error:
            return way.tls_failed(self.target, error)

    async def _service(self) -> StageReports:
        try:
            self._found.service = await self._way.service()
        except HVTreeError as error:
            return (way.service_failed(self.target, error),)
        return (way.service_seen(self.target, self._found.service),)

    async def _login(self) -> StageReports:
        if self._withheld is not None:
            return (login.withheld(self.target, self._withheld),)
        stage = login.not_offered(self.target, self._found.service)
        if stage is not None:
            return (stage,)
        try:
            found = await self._way.log_in()
        except HVTreeError as error:
            self._on_login(error)
            return (login.login_failed(self.target, error, self._found.service, self._now()),)
        self._on_login(None)
        return (login.logged_in(self.target, found),)

    async def _shell(self) -> StageReports:
        try:
            self._found.shell = await self._way.open_shell()
        except HVTreeError as error:
            return (login.shell_refused(self.target, error),)
        return (login.shell_opened(self._found.shell),)

    async def _powershell(self) -> StageReports:
        try:
            return (login.powershell_seen(self.target, await self._host.ask_powershell()),)
        except HVTreeError as error:
            return (login.powershell_failed(self.target, error),)

    async def _agent(self) -> StageReports:
        try:
            return (on_host.agent_started(await self._host.start_agent()),)
        except HVTreeError as error:
            return (on_host.agent_failed(self.target, error),)

    async def _module(self) -> StageReports:
        try:
            self._found.facts, took_s = await self._host.facts()
        except HVTreeError as error:
            return (on_host.module_failed(self.target, error),)
        return (on_host.module_seen(self.target, self._found.facts, took_s),)

    async def _rights(self) -> StageReports:
        if self._found.facts is None:
            return (StageReport(StageId.RIGHTS, StageStatus.NOT_REACHED),)
        return (on_host.rights_seen(self.target, self._found.facts),)

    async def _vms(self) -> StageReports:
        assert self._found.facts is not None  # the module was found
        try:
            state, took_s = await self._host.read()
        except HVTreeError as error:
            failed = on_host.vms_failed(self.target, error)
            return (failed, StageReport(StageId.SECOND_HOP, StageStatus.NOT_REACHED))
        listed = on_host.vms_seen(self.target, state, took_s, self._found.facts)
        if listed.status is StageStatus.FAILED:
            return (listed, StageReport(StageId.SECOND_HOP, StageStatus.NOT_REACHED))
        return (listed, on_host.second_hop(self.target, state))

    async def _pulse(self) -> StageReports:
        try:
            pulse = await self._host.pulse()
        except HVTreeError as error:
            failed = on_host.pulse_failed(self.target, StageId.CLOCK, error)
            return (failed, replace(failed, id=StageId.LATENCY))
        clock = (
            on_host.same_clock()
            if self._connection_stages is None
            else on_host.clock_seen(self.target, pulse)
        )
        return (clock, on_host.latency_seen(self.target, pulse))

    async def _envelope(self) -> StageReports:
        if self._connection_stages is None:
            return (on_host.no_envelope(),)
        if self._found.facts is None or self._found.shell is None:
            return (StageReport(StageId.ENVELOPE, StageStatus.NOT_REACHED),)
        facts, shell = self._found.facts, self._found.shell
        return (on_host.envelope_seen(self.target, facts, shell.envelope_bytes),)
