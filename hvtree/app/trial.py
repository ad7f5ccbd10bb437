"""Trying a host out before it is opened: the doctor's steps, told live, without a second try of a refused password."""

from __future__ import annotations

from datetime import UTC, datetime

from hvtree.app.credentials import Secret
from hvtree.app.doctor.doctor import Doctor, Tell
from hvtree.app.doctor.ports import patient_of
from hvtree.app.doctor.steps import Outcome, Report, Step, StepId
from hvtree.app.lockout import Refusals
from hvtree.app.ports import Connection
from hvtree.app.roads import connection, winrm_settings
from hvtree.app.settings import HostProfile
from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.hosts.findings import Login
from hvtree.hosts.probes.winrm import WinRmProbes


class Trials:
    """Tries hosts out; `refusals` are the workspace's, so that what is refused here is not tried there."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals

    async def run(self, profile: HostProfile, secret: Secret, tell: Tell) -> Report:
        """Give what the doctor finds. `tell` hears of each step when it begins and when it is judged; cancelling ends it."""
        if profile.is_local:
            return await _try_this_computer(profile, secret, tell)
        try:
            self._refusals.check(profile, secret)
            refused: HVTreeError | None = None
        except AuthenticationFailure as error:
            refused = error
        probes = _WatchedProbes(profile, secret, self._refusals)
        return await Doctor(patient_of(profile), probes, refused=refused).examine(tell)


class _WatchedProbes(WinRmProbes):
    """Probes that remember what becomes of the password."""

    def __init__(self, profile: HostProfile, secret: Secret, refusals: Refusals) -> None:
        super().__init__(winrm_settings(profile, secret))
        self._profile = profile
        self._secret = secret
        self._refusals = refusals

    async def log_in(self) -> Login:
        """Log in: the one attempt with the password."""
        try:
            return await super().log_in()
        except AuthenticationFailure as error:
            self._refusals.remember(self._profile, self._secret, error)
            raise


async def _try_this_computer(profile: HostProfile, secret: Secret, tell: Tell) -> Report:
    """Start the agent, load the module, read the VMs: there is no way to go, and nobody to log in to."""
    chart = _Chart(tell)
    began = datetime.now(UTC)
    road = connection(profile, secret)
    try:
        await _examine(chart, road)
    finally:
        await road.close()
    return Report(profile.name, "", "", profile.transport, began, tuple(chart.steps.values()))


async def _examine(chart: _Chart, road: Connection) -> None:
    chart.put(
        Step(StepId.AGENT, Outcome.RUNNING, "Started PowerShell on this computer, and the agent in it.")
    )
    try:
        await road.connect()
    except HVTreeError as error:
        chart.fail(StepId.AGENT, error)
        return
    chart.pass_(StepId.AGENT, "It answered, and its Hyper-V module is loaded.")
    chart.put(Step(StepId.VMS, Outcome.RUNNING, "Read the VMs."))
    try:
        state = await road.read()
    except HVTreeError as error:
        chart.fail(StepId.VMS, error)
        return
    checkpoints = sum(len(vm.checkpoints) for vm in state.vms.values())
    chart.pass_(StepId.VMS, f"{len(state.vms)} VMs with {checkpoints} checkpoints.")


class _Chart:
    """The steps so far."""

    def __init__(self, tell: Tell) -> None:
        self.steps: dict[StepId, Step] = {}
        self._tell = tell

    def put(self, step: Step) -> None:
        """Take a step in, and tell it."""
        self.steps[step.id] = step
        self._tell(step)

    def pass_(self, step_id: StepId, came_back: str) -> None:
        """Say that a step went well."""
        self.put(Step(step_id, Outcome.FINE, self.steps[step_id].tried, came_back))

    def fail(self, step_id: StepId, error: HVTreeError) -> None:
        """Say what went wrong in a step."""
        means = " ".join(part for part in (error.why, error.now) if part)
        tried = self.steps[step_id].tried
        self.put(Step(step_id, Outcome.FAILED, tried, error.what, means, details=error.details))
