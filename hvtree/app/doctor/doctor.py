"""The examination: one step after the other, each only if those that it builds on went well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hvtree.app.doctor import judge_host as on_host
from hvtree.app.doctor import judge_login as login
from hvtree.app.doctor import judge_road as road
from hvtree.app.doctor.ports import HostProbes, Patient, RoadProbes
from hvtree.app.doctor.steps import GOOD, Outcome, Report, Step, StepId, waiting
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.findings import OpenShell, Service
from hvtree.hosts.messages import HostFacts

Tell = Callable[[Step], None]
"""Hears of each step when it begins and when it is judged."""
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Some steps that are tried together."""

    ids: tuple[StepId, ...]
    needs: tuple[StepId, ...]
    """The steps that must have gone well before."""
    tried: str
    """What is being done, while it is done."""
    run: Callable[[], Awaitable[Steps]]


@dataclass
class _Chart:
    """What has been found so far, for the steps that build on it."""

    service: Service = field(default_factory=lambda: Service(0))
    shell: OpenShell | None = None
    facts: HostFacts | None = None


class Doctor:
    """Examines one connection once. Everything on the loop's thread."""

    def __init__(
        self,
        patient: Patient,
        host: HostProbes,
        road: RoadProbes | None,
        *,
        withheld: HVTreeError | None = None,
        on_login: Callable[[HVTreeError | None], None] = lambda _: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`road` is None for this computer.

        `withheld` says why there must be no login: the password has been refused before, or there is none. `on_login`
        hears how an attempt has ended: with an error, or with None for a login that was accepted.
        """
        self.patient = patient
        self._host = host
        self._road = road
        self._withheld = withheld
        self._on_login = on_login
        self._now = now
        self._chart = _Chart()
        self._steps = {step.id: step for step in waiting()}

    async def examine(self, tell: Tell = lambda _: None) -> Report:
        """Try all steps; cancelling ends it, and whatever is open is closed in either case."""
        began = self._now()
        try:
            for stage in self._stages():
                await self._try(stage, tell)
        finally:
            await self._host.close()
        patient = self.patient
        steps = tuple(self._steps.values())
        return Report(patient.name, patient.endpoint, patient.user, patient.transport, began, steps)

    async def _try(self, stage: Stage, tell: Tell) -> None:
        if all(self._steps[need].outcome in GOOD for need in stage.needs):
            self._put([Step(step_id, Outcome.RUNNING, stage.tried) for step_id in stage.ids[:1]], tell)
            self._put(await stage.run(), tell)
        else:
            self._put([Step(step_id, Outcome.NOT_REACHED) for step_id in stage.ids], tell)

    def _put(self, steps: Iterable[Step], tell: Tell) -> None:
        for step in steps:
            self._steps[step.id] = step
            tell(step)

    def _stages(self) -> tuple[Stage, ...]:
        way = self._stages_of_the_way() if self._road is not None else self._no_way()
        return (*way, *self._stages_there())

    def _no_way(self) -> tuple[Stage, ...]:
        """Return what stands for the whole way to this computer."""
        return (Stage(road.WAY, (), "", self._is_here),)

    def _stages_of_the_way(self) -> tuple[Stage, ...]:
        patient, tls = self.patient, road.CERTIFICATE_STEPS
        return (
            Stage((StepId.NAME,), (), road.trying_name(patient), self._name),
            Stage((StepId.PORT,), (StepId.NAME,), road.trying_port(patient), self._port),
            Stage(tls, (StepId.PORT,), road.trying_tls(patient), self._certificate),
            Stage((StepId.SERVICE,), (StepId.PORT, *tls), road.trying_service(patient), self._service),
            Stage((StepId.LOGIN,), (StepId.SERVICE,), login.trying_login(patient), self._login),
            Stage((StepId.SHELL,), (StepId.LOGIN,), login.TRYING_SHELL, self._shell),
        )

    def _stages_there(self) -> tuple[Stage, ...]:
        agent, module = StepId.AGENT, StepId.MODULE
        return (
            Stage((StepId.POWERSHELL,), (StepId.SHELL,), login.TRYING_POWERSHELL, self._powershell),
            Stage((agent,), (StepId.POWERSHELL,), on_host.TRYING_AGENT, self._agent),
            Stage((module,), (agent,), on_host.TRYING_MODULE, self._module),
            Stage((StepId.RIGHTS,), (agent,), on_host.TRYING_RIGHTS, self._rights),
            Stage((StepId.VMS, StepId.SECOND_HOP), (agent, module), on_host.TRYING_VMS, self._vms),
            Stage((StepId.CLOCK, StepId.LATENCY), (agent,), on_host.TRYING_LATENCY, self._pulse),
            Stage((StepId.ENVELOPE,), (agent,), on_host.TRYING_ENVELOPE, self._envelope),
        )

    @property
    def _way(self) -> RoadProbes:
        assert self._road is not None  # its stages are only there if it is
        return self._road

    async def _is_here(self) -> Steps:
        return road.no_way()

    async def _name(self) -> Steps:
        try:
            return (road.name_found(self.patient, await self._way.resolve()),)
        except HVTreeError as error:
            return (road.name_unknown(self.patient, error),)

    async def _port(self) -> Steps:
        try:
            return (road.port_open(self.patient, await self._way.knock()),)
        except HVTreeError as error:
            return (road.port_closed(self.patient, error, await self._way.open_neighbour()),)

    async def _certificate(self) -> Steps:
        if not self.patient.is_tls:
            return road.no_certificate()
        try:
            return road.certificate_seen(self.patient, await self._way.certificate(), self._now())
        except HVTreeError as error:
            return road.tls_failed(self.patient, error)

    async def _service(self) -> Steps:
        try:
            self._chart.service = await self._way.service()
        except HVTreeError as error:
            return (road.service_failed(self.patient, error),)
        return (road.service_seen(self.patient, self._chart.service),)

    async def _login(self) -> Steps:
        if self._withheld is not None:
            return (login.withheld(self.patient, self._withheld),)
        step = login.not_offered(self.patient, self._chart.service)
        if step is not None:
            return (step,)
        try:
            found = await self._way.log_in()
        except HVTreeError as error:
            self._on_login(error)
            return (login.login_failed(self.patient, error, self._chart.service, self._now()),)
        self._on_login(None)
        return (login.logged_in(self.patient, found),)

    async def _shell(self) -> Steps:
        try:
            self._chart.shell = await self._way.open_shell()
        except HVTreeError as error:
            return (login.shell_refused(self.patient, error),)
        return (login.shell_opened(self._chart.shell),)

    async def _powershell(self) -> Steps:
        try:
            return (login.powershell_seen(self.patient, await self._host.ask_powershell()),)
        except HVTreeError as error:
            return (login.powershell_failed(self.patient, error),)

    async def _agent(self) -> Steps:
        try:
            return (on_host.agent_started(await self._host.start_agent()),)
        except HVTreeError as error:
            return (on_host.agent_failed(self.patient, error),)

    async def _module(self) -> Steps:
        try:
            self._chart.facts, took_s = await self._host.facts()
        except HVTreeError as error:
            return (on_host.module_failed(self.patient, error),)
        return (on_host.module_seen(self.patient, self._chart.facts, took_s),)

    async def _rights(self) -> Steps:
        if self._chart.facts is None:
            return (Step(StepId.RIGHTS, Outcome.NOT_REACHED),)
        return (on_host.rights_seen(self.patient, self._chart.facts),)

    async def _vms(self) -> Steps:
        assert self._chart.facts is not None  # the module was found
        try:
            state, took_s = await self._host.read()
        except HVTreeError as error:
            failed = on_host.vms_failed(self.patient, error)
            return (failed, Step(StepId.SECOND_HOP, Outcome.NOT_REACHED))
        listed = on_host.vms_seen(self.patient, state, took_s, self._chart.facts)
        if listed.outcome is Outcome.FAILED:
            return (listed, Step(StepId.SECOND_HOP, Outcome.NOT_REACHED))
        return (listed, on_host.second_hop(self.patient, state))

    async def _pulse(self) -> Steps:
        try:
            pulse = await self._host.pulse()
        except HVTreeError as error:
            failed = on_host.pulse_failed(self.patient, StepId.CLOCK, error)
            return (failed, replace(failed, id=StepId.LATENCY))
        clock = on_host.same_clock() if self._road is None else on_host.clock_seen(self.patient, pulse)
        return (clock, on_host.latency_seen(self.patient, pulse))

    async def _envelope(self) -> Steps:
        if self._road is None:
            return (on_host.no_envelope(),)
        if self._chart.facts is None or self._chart.shell is None:
            return (Step(StepId.ENVELOPE, Outcome.NOT_REACHED),)
        facts, shell = self._chart.facts, self._chart.shell
        return (on_host.envelope_seen(self.patient, facts, shell.envelope_bytes),)
