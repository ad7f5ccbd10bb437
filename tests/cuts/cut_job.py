"""A job on an emulated host behind WinRM, with one cut in it, and what an independent reading says afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from hvtree.app.backoff import Backoff
from hvtree.app.credentials import Secret
from hvtree.app.workspace import Workspace
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.objects import VMSnapshot
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.clients import local_client
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.handshake import Timing
from hvtree.hosts.oneshot_channel import OneShotChannel
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner
from hvtree.hosts.winrm.pipe import WinRmPipe
from hvtree.jobs.job import JobView, Verdict
from hvtree.jobs.kept import kept
from hvtree.jobs.undo import undo_of
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Operation
from hvtree.values import replace
from tests.cuts.cases import LOCAL, OVER_TWO_HOSTS, WAYS, Case, Lasting
from tests.cuts.operations import ANNA, FAR, HOST, WEB, checkpoint, far_world, operations, world
from tests.support.harness import Yes
from tests.support.http_relay import HttpRelay, http_relay
from tests.support.independent_reading import (
    Machines,
    checkpoint_ids,
    expected_of,
    is_at_rest,
    left_stopped,
    read,
)
from tests.support.local_agents import LocalAgents, local_agents
from tests.support.modes import STDIN
from tests.support.remote_host import PASSWORD, USER, serving
from tests.support.threads import none_left
from tests.support.waiting import comes_true, in_time

HURRY = 0.02
"""By how much the pauses before the next attempt are shortened."""
LEASE = Timing(lease_s=3)
"""How soon a host brings VMs back whose client is gone: a few seconds, by the clock of this computer."""
GIVEN_UP_S = 1.0
"""How long a job waits for a host that is gone for good."""


@dataclass(frozen=True)
class Outcome:
    """What came of a job."""

    case: Case
    job: JobView
    before: Machines
    expected: Machines
    after: Machines
    """Read from the host itself, without a wire, once it was at rest."""
    at_verdict: Machines
    unsigned: tuple[str, ...]
    """The names of the new checkpoints that do not say who took them."""
    has_struck: bool

    def __str__(self) -> str:
        lines = [f"{self.case}: {self.job.verdict}: {self.job.message}"]
        for when, machines in (("before", self.before), ("planned", self.expected), ("is", self.after)):
            lines += [f"  {when} {each}" for each in machines.values()]
        return "\n".join(lines)


def run(case: Case) -> Outcome:
    """Run a job with a cut in it, to its verdict."""
    with none_left(), serving(world()) as near, ExitStack() as stack:
        hosts = {HOST: near.hyperv}
        urls = {HOST: f"http://{LOCAL}/"}
        wire: HttpRelay | LocalAgents
        if case.way == LOCAL:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            wire = stack.enter_context(local_agents(near.hyperv, folder))
        else:
            wire = stack.enter_context(http_relay(near.endpoint.port))
            urls[HOST] = wire.url
            near.connection_faults.stdin = STDIN[WAYS[case.way]]
        if case.operation in OVER_TWO_HOSTS:
            far = stack.enter_context(serving(far_world()))
            hosts[FAR], urls[FAR] = far.hyperv, far.endpoint.url
        return asyncio.run(in_time(_story(case, hosts, wire, urls)))


async def _story(
    case: Case, hosts: Mapping[str, HyperV], wire: HttpRelay | LocalAgents, urls: Mapping[str, str]
) -> Outcome:
    over = threading.Event()
    limits = TimeLimits(reconnect_s=GIVEN_UP_S if case.lasting is Lasting.GOOD else 120)
    backoff = Backoff() if case.is_real else Backoff(first_s=2 * HURRY, most_s=0.2)
    workspace = Workspace(_connecting(case, over), limits=limits, backoff=backoff)
    user = User(workspace)
    try:
        for name, url in urls.items():
            workspace.add_host(HostProfile(name, url, USER), Secret(PASSWORD))
        await user.until(lambda: all(each.is_connected and not each.is_partial for each in workspace.hosts))
        plan = workspace.plan(await user.operation(case.operation))
        before, known = _read(hosts), frozenset().union(*map(checkpoint_ids, hosts.values()))
        wire.plan(case.planned)
        job = await user.ended(workspace.submit(plan, Yes()))
        at_verdict = _read(hosts)
    finally:
        over.set()
        await workspace.close()
    expected = before
    for host_id in job.plan.host_ids:
        expected = expected_of(job.plan, host_id, expected)
    if case.holds_leases:
        comes_true(lambda: not left_stopped(before, expected, _read(hosts)))
    assert comes_true(lambda: all(map(is_at_rest, hosts.values())))
    checkpoints = chain(*(hyperv.get_vm_snapshot("*") for hyperv in hosts.values()))
    unsigned = tuple(each.name for each in checkpoints if is_unsigned(each, known))
    return Outcome(case, job, before, expected, _read(hosts), at_verdict, unsigned, wire.has_struck)


def _read(hosts: Mapping[str, HyperV]) -> Machines:
    return {vm_id: machine for hyperv in hosts.values() for vm_id, machine in read(hyperv).items()}


def is_unsigned(checkpoint: VMSnapshot, known: Collection[str]) -> bool:
    return checkpoint.id not in known and "by anna" not in checkpoint.notes


class User:
    """Somebody who waits for a workspace, and knows what to ask of it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._changed = asyncio.Event()
        workspace.listener = lambda _event: self._changed.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._changed.clear()
            await self._changed.wait()

    async def ended(self, job_id: int) -> JobView:
        await self.until(lambda: self._workspace.job(job_id).verdict is not None)
        return self._workspace.job(job_id)

    async def operation(self, name: str) -> Operation:
        """Return the operation of a case, after what has to be done before it."""
        if name == "undo":
            return await self._undo(ApplyCheckpoint(checkpoint(WEB, "web", "p3"), start=True, passport=ANNA))
        return operations()[name]

    async def _undo(self, operation: Operation) -> Operation:
        done = await self.ended(self._workspace.submit(self._workspace.plan(operation), Yes()))
        assert done.verdict is Verdict.AS_PLANNED, done.message
        made = [ref.checkpoint_id for step in done.steps for ref in step.taken]
        operation = undo_of(kept(done.plan), made, self._workspace.fleet)
        assert isinstance(operation, ApplyCheckpoint)
        return replace(operation, passport=ANNA)


def _connecting(case: Case, over: threading.Event) -> Callable[[HostProfile, Secret], FallbackClient]:
    """Return what connects a workspace in one mode, with hurried pauses unless an outage takes its time."""
    hurry, timing = (1.0, Timing()) if case.is_real else (HURRY, LEASE)

    def wait(seconds: float) -> bool:
        return over.wait(seconds * hurry)

    def connect(profile: HostProfile, secret: Secret) -> FallbackClient:
        login = WinRmLogin(profile, secret.reveal())
        modes: dict[str, Callable[[], Client]] = {
            "persistent": lambda: Client(
                ThreadedChannel(WinRmPipe(login, wait), agent_starter.agent_text()), profile.name, timing
            ),
            "lines": lambda: Client(
                ThreadedChannel(
                    WinRmPipe(login, wait, script=agent_starter.LINES_STARTER), agent_starter.agent_text()
                ),
                profile.name,
                timing,
            ),
            LOCAL: lambda: local_client(profile.name, timing),
            "calls": lambda: Client(OneShotChannel(WinRmAgentRunner(login, wait)), profile.name, polls=True),
        }
        return FallbackClient(profile.endpoint, (modes[case.way if profile.name == HOST else "persistent"],))

    return connect
