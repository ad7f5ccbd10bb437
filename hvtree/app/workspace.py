"""The running program without a screen: its hosts, its jobs, and one listener that hears what changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hvtree.app.author import Signer
from hvtree.app.backoff import Backoff
from hvtree.app.credentials import Secret
from hvtree.app.groups import Groups
from hvtree.app.host_view import (
    Event,
    GroupsChanged,
    HostChanged,
    HostRemoved,
    HostView,
    JobChanged,
    SettingsUnreadable,
)
from hvtree.app.lockout import Refusals
from hvtree.app.ports import Connect, Loader
from hvtree.app.session import Session
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput, HVTreeError, Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.host_profile import HostProfile, checked_profile
from hvtree.domain.names import quoted
from hvtree.hosts.turn import Turn
from hvtree.hosts.worker_threads import off_loop
from hvtree.jobs.queue import JobQueue

if TYPE_CHECKING:
    from hvtree.app.memory.reader import HistoryReader
    from hvtree.app.recovery import Recoveries
    from hvtree.domain.vm_group import VmGroup
    from hvtree.jobs.job import JobView
    from hvtree.jobs.journal import Journal
    from hvtree.jobs.ports import Approver, WatchedHost
    from hvtree.jobs.wait_idle import TimeLimits
    from hvtree.operations.base import Operation, Plan

CLOSING_GRACE_S = 30.0
"""How long `close` lets jobs bring VMs back before it gives up on them."""
_LOOK_EVERY_S = 5.0
_SLEPT_S = 15.0
"""By how much the clock must be ahead to count; a busy computer or a corrected clock is not asleep."""


def utc_now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


class Workspace:
    """The façade that the window and the command line use; everything runs on the asyncio loop's thread."""

    def __init__(
        self,
        connect: Connect,
        *,
        clock: Callable[[], datetime] = utc_now,
        backoff: Backoff | None = None,
        limits: TimeLimits | None = None,
        journal: Journal | None = None,
        history: HistoryReader | None = None,
        recoveries: Recoveries | None = None,
        loader: Loader | None = None,
        signer: Signer | None = None,
        groups: Groups | None = None,
        turn: Turn | None = None,
    ) -> None:
        """`journal` is where jobs are written down, and `history` reads it; without them they are not.

        `recoveries` finds jobs in it that were not finished. `loader` loads what connections need. `signer` signs what is written
        into notes. `groups` are those that are kept; without them there are none to begin with. `turn` is what connections share.
        """
        self.history = history
        self.recoveries = recoveries
        self.signer = signer or Signer()
        self.groups = groups or Groups()
        self.turn = turn or Turn()
        self.groups.on_change = lambda: self._tell(GroupsChanged())
        self.listener: Callable[[Event], None] | None = None
        self._connect = connect
        self._loader = loader
        self._clock = clock
        self._backoff = backoff
        self._sessions: dict[str, Session] = {}
        self._queue = JobQueue(self._find_host, self._on_job_changed, clock, limits, journal)
        self._recording: set[asyncio.Task[None]] = set()
        """What keeps group checkpoints that were taken."""
        self.refusals = Refusals()
        """Passwords that hosts have refused; none is tried again by itself."""
        self._closing: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None

    @property
    def hosts(self) -> tuple[HostView, ...]:
        """Every host, in the order in which they came."""
        return tuple(session.view for session in self._sessions.values())

    @property
    def jobs(self) -> tuple[JobView, ...]:
        """The jobs of this run of the program, oldest first; of those that have ended, the latest (`jobs.queue.KEPT`)."""
        return self._queue.views

    def host(self, host_id: str) -> HostView:
        """Return one host; raise `KeyError` if it is not here."""
        return self._sessions[host_id].view

    def profile(self, host_id: str) -> HostProfile:
        """Return how a host is reached; raise `KeyError` if it is not here."""
        return self._sessions[host_id].profile

    def job(self, job_id: int) -> JobView:
        """Return one job; raise `KeyError` if it is not there (any more)."""
        return self._queue.view(job_id)

    def add_host(self, profile: HostProfile, secret: Secret | None) -> str:
        """Begin to connect a host and return its id at once; raise `BadInput` for a profile that cannot work.

        Without a secret (None) the host is only shown, as one whose password is needed.
        """
        checked = checked_profile(profile)
        host_id = checked.name or checked.endpoint
        if host_id in self._sessions:
            raise BadInput(f"The host ‘{host_id}’ is open already.")
        self._sessions[host_id] = Session(
            host_id,
            checked,
            secret,
            connect=self._connect,
            loader=self._loader,
            publish=self._on_host_changed,
            now=self._clock,
            backoff=self._backoff,
            refusals=self.refusals,
        )
        self._tell(HostChanged(host_id))
        self._sessions[host_id].start()
        if self._watch is None:
            watching = _watch_for_sleep(self._clock, self._wake_up)
            self._watch = asyncio.get_running_loop().create_task(watching, name="watch for sleep")
        return host_id

    def log_in(self, host_id: str, profile: HostProfile, secret: Secret) -> None:
        """Connect a host anew, as this profile says and with this password; raise `BadInput` for a bad profile.

        The host keeps its id and what was last read of it.
        """
        self._sessions[host_id].use(checked_profile(profile), secret)

    def remove_host(self, host_id: str) -> None:
        """Let go of a host; its connection is closed in the background. Raise `Refused` while a job runs on it."""
        if any(host_id in job.host_ids and job.verdict is None for job in self.jobs):
            raise Refused(
                f"The host ‘{host_id}’ cannot be removed while a job runs on it.",
                now="Wait for the job, or cancel it first.",
            )
        session = self._sessions.pop(host_id)
        task = asyncio.get_running_loop().create_task(session.close(), name=f"close {host_id}")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        self._tell(HostRemoved(host_id))

    def reconnect(self, host_id: str) -> None:
        """Try a host again now; also the only way after its password was refused."""
        self._sessions[host_id].reconnect()

    def refresh(self, host_id: str) -> None:
        """Read a host again soon."""
        self._sessions[host_id].refresh()

    def look_at(self, vms: Iterable[VmAddress]) -> None:
        """Be told which VMs are on the screen, from the top: their sizes are read before those of others."""
        by_host: dict[str, list[str]] = {host_id: [] for host_id in self._sessions}
        for each in vms:
            by_host.get(each.host_id, []).append(each.vm_id)
        for host_id, vm_ids in by_host.items():
            self._sessions[host_id].look_at(vm_ids)

    async def measured(self, vms: Iterable[VmAddress]) -> None:
        """Return when the sizes of these VMs have been read, as far as their hosts tell them within a limit.

        Nothing is raised: sizes that do not come are unknown, and what is wrong with a host its view says.
        """
        by_host: dict[str, list[str]] = {}
        for each in vms:
            by_host.setdefault(each.host_id, []).append(each.vm_id)
        sessions = [(self._sessions.get(host_id), vm_ids) for host_id, vm_ids in by_host.items()]
        waits = [session.measured(vm_ids) for session, vm_ids in sessions if session is not None]
        for result in await asyncio.gather(*waits, return_exceptions=True):
            if isinstance(result, BaseException) and not isinstance(result, HVTreeError):
                raise result

    async def vm_groups(self, host_id: str) -> tuple[VmGroup, ...]:
        """Return the VM groups that a host keeps itself; raise `Refused` if it knows none."""
        return await self._sessions[host_id].connected().vm_groups()

    @property
    def fleet(self) -> Fleet:
        """The last reading of each host that was read."""
        return Fleet.of({view.id: view.state for view in self.hosts if view.state is not None})

    @property
    def fresh_fleet(self) -> Fleet:
        """The same of those hosts alone that are connected: nothing old, and nothing that is not read to its end."""
        return Fleet.of(
            {view.id: view.state for view in self.hosts if view.is_connected and view.state is not None}
        )

    def plan(self, operation: Operation) -> Plan:
        """Plan an operation on the last readings; raise `Refused` if it cannot be done now. Touches nothing."""
        plan = operation.plan(self.fleet)
        self._demand_connected(plan.host_ids)
        return plan

    async def plan_aside(self, operation: Operation) -> Plan:
        """Plan as `plan` does, on a thread of its own: for so many targets that the window would stand still."""
        fleet = self.fleet
        plan = await off_loop(lambda: operation.plan(fleet))
        self._demand_connected(plan.host_ids)
        return plan

    def check(self, operation: Operation) -> None:
        """Raise `Refused` as `plan` would, with less work where an operation has many targets."""
        from hvtree.operations.base import touched  # noqa: PLC0415  (whoever has an operation has loaded it)

        vms = touched(operation, self.fleet)
        self._demand_connected(dict.fromkeys(vm.host_id for vm in vms))

    def submit(self, plan: Plan, approver: Approver, *, undoes: str = "") -> int:
        """Start a job for a plan that somebody has said yes to, and return its id; what becomes of it shows in `job(id)`.

        Before it acts the hosts are read once more; `approver` is asked if it is another plan by then. Raise `Refused`
        if one of the hosts has left meanwhile. `undoes` is the id of the job that it leads back.
        """
        return self._queue.submit(plan, approver, undoes=undoes)

    def cancel(self, job_id: int, host_id: str | None = None) -> None:
        """Ask a job to stop, or only its part on one host, where that is possible; its view says what that means."""
        self._queue.cancel(job_id, host_id)

    async def close(self, grace_s: float = CLOSING_GRACE_S) -> None:
        """Cancel the jobs, let VMs be brought back for `grace_s` seconds at most, and close all connections."""
        await self._queue.close(grace_s)
        sessions = list(self._sessions.values())
        self._sessions.clear()
        await asyncio.gather(*(session.close() for session in sessions), *self._closing)
        if self.history is not None:
            await self.history.close()
        await asyncio.gather(*self._recording)
        await self.groups.close()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait((self._watch,))

    def _demand_connected(self, host_ids: Iterable[str]) -> None:
        for host_id in host_ids:
            view = self.host(host_id)
            if view.is_being_read:
                raise Refused(
                    f"The host {quoted(view.name)} is still being read.",
                    now="This goes on by itself when all of its VMs are there.",
                )
            if not view.is_connected:
                raise Refused(
                    f"The host {quoted(view.name)} is not connected.",
                    why=view.error.what if view.error else "",
                    now="This goes on by itself when it is back.",
                )

    def tell_of_settings(self, error: HVTreeError) -> None:
        """Tell the listener that the settings cannot be read any more."""
        self._tell(SettingsUnreadable(error))

    def _wake_up(self) -> None:
        for session in self._sessions.values():
            session.wake_up()

    def _find_host(self, host_id: str) -> WatchedHost:
        if host_id not in self._sessions:
            raise Refused(f"The host {quoted(host_id)} is not open any more.", now="Connect it again.")
        return self._sessions[host_id]

    def _on_host_changed(self, host_id: str) -> None:
        if host_id in self._sessions:
            self._tell(HostChanged(host_id))

    def _on_job_changed(self, view: JobView) -> None:
        self._tell(JobChanged(view.id))
        if view.verdict is not None and view.started_utc is not None:
            task = asyncio.get_running_loop().create_task(self._record(view), name=f"record job {view.id}")
            self._recording.add(task)
            task.add_done_callback(self._recording.discard)

    async def _record(self, view: JobView) -> None:
        """Keep the group checkpoint that a job has taken; what cannot be kept is in the checkpoints' own notes."""
        from hvtree.jobs.group_record import group_record  # noqa: PLC0415  (whoever has a job has loaded it)

        record = group_record(view)
        if record is not None:
            with suppress(HVTreeError):
                await self.groups.record(record)

    def _tell(self, event: Event) -> None:
        if self.listener is not None:
            self.listener(event)


async def _watch_for_sleep(clock: Callable[[], datetime], on_wake: Callable[[], None]) -> None:
    """Call `on_wake` each time after a sleep, for as long as nobody cancels it.

    This computer has slept if its clock has gone on and the loop's has not. Connections do not survive that, but nothing
    reports it: the next answer would never come.
    """
    loop = asyncio.get_running_loop()
    while True:
        began, began_s = clock(), loop.time()
        await asyncio.sleep(_LOOK_EVERY_S)
        passed_s = (clock() - began).total_seconds()
        # Some systems stop the loop's clock in a sleep, others let it run on: then the pause itself was too long.
        if passed_s - min(loop.time() - began_s, _LOOK_EVERY_S) > _SLEPT_S:
            on_wake()
