"""One host in the running program: connected, watched, read again on news, and connected again when it was lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hvtree.app.backoff import Backoff, once_more
from hvtree.app.credentials import PasswordNeeded, Secret
from hvtree.app.first_reading import FirstReading
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.left_agents import LeftAgents
from hvtree.app.lockout import Refusals
from hvtree.app.logins import Logins
from hvtree.app.measuring import Measuring
from hvtree.app.ports import Connect, Connection, Loader
from hvtree.app.waits import Turns, comes_within, ended
from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from hvtree.values import replace

if TYPE_CHECKING:
    from hvtree.domain.edits import Edit
    from hvtree.domain.lease import Lease
    from hvtree.domain.receipt import Progress, Receipt

_log = logging.getLogger(__name__)


class Session:
    """Keeps one host. All of it runs on the loop's thread; `publish` is called after each change of `view`.

    It is also what jobs work on (`jobs.ports.WatchedHost`): what a job reads shows on the screen as well.
    """

    def __init__(
        self,
        host_id: str,
        profile: HostProfile,
        secret: Secret | None,
        *,
        connect: Connect,
        loader: Loader | None = None,
        publish: Callable[[str], None],
        now: Callable[[], datetime],
        backoff: Backoff | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        """`secret` is None while a password is needed and not yet known."""
        self.view = HostView(host_id, profile.name, ConnectionPhase.CONNECTING)
        self.profile = profile
        """How it is reached."""
        self._secret = secret
        self._connect = connect
        self._loader = loader
        self._publish = publish
        self._now = now
        self._backoff = backoff or Backoff()
        self._refusals = refusals or Refusals()
        self._connection: Connection | None = None
        self._reading = asyncio.Lock()
        self._wake = asyncio.Event()
        self._lost: HVTreeError | None = None
        self._logins = Logins()
        self._turns = Turns()
        self._task: asyncio.Task[None] | None = None
        self._measuring: Measuring | None = None
        self._left_agents = LeftAgents()
        self._visible: tuple[str, ...] = ()
        self._is_refreshed = False
        self._first = FirstReading(
            lambda: self.view, lambda partly: self._show(state=partly, is_partial=True)
        )

    def start(self) -> None:
        """Begin to connect, unless that is going on already; without a password only say that one is needed."""
        if self._task is not None and not self._task.done():
            return
        if self._secret is None:
            self._show(phase=ConnectionPhase.FAILED, error=PasswordNeeded(self.profile), retry_at_utc=None)
            return
        self._begin(self._live())

    def reconnect(self) -> None:
        """Connect now instead of waiting for the next attempt, because the user says so; a connected host is read again."""
        if self._secret is not None:
            self._refusals.forget(self.profile, self._secret)
        self._wake.set()
        self.start()

    def use(self, profile: HostProfile, secret: Secret) -> None:
        """Connect again as this profile says, with this password; what was read before stays on the screen."""
        self.profile, self._secret = profile, secret
        self._logins.renewed()
        self._refusals.forget(profile, secret)
        self._begin(self._live_after(self._task))

    def wake_up(self) -> None:
        """Check the connection at once: this computer has slept, and no connection survives that."""
        if self._connection is not None and self._lost is None:
            self._connection.renew()
        self._wake.set()

    def refresh(self) -> None:
        """Read the host again soon, and measure what may have grown."""
        self._is_refreshed = True
        self._wake.set()

    async def close(self) -> None:
        """End the connection; the view is closed afterwards."""
        await ended(self._task)
        await self._disconnect()
        self._show(phase=ConnectionPhase.CLOSED, retry_at_utc=None)

    async def read(self) -> HostState:
        """Return the host as it is now; the view shows it from then on."""
        async with self._reading:
            connection = self.connected()
            began_utc = self._now()
            state = await connection.read()
            if connection is self._connection and self._lost is None:
                self._first.end()
                self._show(
                    phase=ConnectionPhase.CONNECTED,
                    state=state,
                    is_partial=False,
                    confirmed_utc=began_utc,
                    silent_since_utc=None,
                    error=None,
                    retry_at_utc=None,
                )
                if self._measuring is not None:
                    self._measuring.read(state)
        return state

    async def measured(self, vm_ids: Collection[str], *, again: bool = False) -> HostState:
        """Return the last reading once the sizes of these VMs are there, as far as they come in time."""
        self.connected()
        if self._measuring is not None:
            await self._measuring.wait_for(vm_ids, again=again)
        if self.view.state is None:
            raise self._not_connected()
        return self.view.state

    def look_at(self, vm_ids: Iterable[str]) -> None:
        """Be told which VMs are on the screen, from the top: they are measured before others."""
        self._visible = tuple(vm_ids)
        if self._measuring is not None:
            self._measuring.look_at(self._visible)

    async def perform(
        self, edit: Edit, report: Callable[[Progress], None], lease: Lease | None = None
    ) -> Receipt:
        """Carry out one edit on the host."""
        return await self.connected().perform(edit, report, lease)

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        """Let the host load what it needs to work on these VMs at once."""
        await self.connected().make_ready(vm_ids)

    async def end_lease(self, lease_id: str) -> None:
        """Return when the host will do nothing more by itself about the VMs of a lease."""
        await self.connected().end_lease(lease_id)
        await self._left_agents.gone()

    async def newer(self, than: HostState) -> HostState:
        """Return the next reading after `than`; a change on the host causes it."""
        while self.view.state is than or self.view.state is None:
            self.connected()
            await self._turns.next()
        return self.view.state

    async def back(self) -> None:
        """Return when the host is connected; raise `ConnectionFailure` if it is not going to be."""
        while not self.view.is_connected:
            if self._task is None or self._task.done():
                raise self._not_connected()
            await self._turns.next()

    def needed(self) -> AbstractContextManager[None]:
        """Let one refusal of a login that has worked not be the end, until the block is over."""
        return self._logins.needed()

    def connected(self) -> Connection:
        """Return the connection; raise `ConnectionFailure` if there is none now."""
        if self._connection is None or self._lost is not None:
            raise self._not_connected()
        return self._connection

    def _not_connected(self) -> ConnectionFailure:
        error = self._lost or self.view.error
        reason = {"why": error.what, "details": error.details, "code": error.code} if error else {}
        return ConnectionFailure(f"The host ‘{self.view.name}’ is not connected.", **reason)

    def _begin(self, life: Coroutine[object, object, None]) -> None:
        self._show_connecting()
        self._task = asyncio.get_running_loop().create_task(life, name=f"host {self.view.id}")

    async def _live_after(self, former: asyncio.Task[None] | None) -> None:
        try:
            await ended(former)
        finally:
            await self._disconnect()  # also what an earlier connection left half closed
        await self._live()

    async def _live(self) -> None:
        """Connect, stay until the connection is lost, wait, and again; ends for good when no retry may help."""
        failures = 0
        while True:
            began_s = asyncio.get_running_loop().time()
            error, was_connected = await self._one_connection()
            has_lasted = asyncio.get_running_loop().time() - began_s >= self._backoff.most_s
            failures = 1 if was_connected and has_lasted else failures + 1
            phase = ConnectionPhase.STALE if self.view.state is not None else ConnectionPhase.FAILED
            wait_s = self._backoff.wait_s(failures)
            if self._logins.may_try_once_more(error, self.profile):
                self._logins.is_last_try, wait_s = True, self._backoff.refused_s
                error = once_more(error, wait_s)
            elif not self._logins.may_retry(error, self.profile):
                self._show(phase=ConnectionPhase.FAILED, error=error, retry_at_utc=None)
                return
            self._show(phase=phase, error=error, retry_at_utc=self._now() + timedelta(seconds=wait_s))
            self._wake.clear()
            await comes_within(self._wake, wait_s)
            self._show_connecting()

    async def _one_connection(self) -> tuple[HVTreeError, bool]:
        """Run one connection to its end; return what ended it, and whether the host had been read."""
        was_connected = False
        try:
            await self._open()
            rest_s = await self._read_for_rest()
            was_connected, self._logins.is_last_try = True, False
            await self.connected().watch(self._wake.set, self._confirm)
            while True:
                has_rested = not await comes_within(self._wake, rest_s)
                rest_s = await self._read_for_rest(is_due=has_rested or self._is_refreshed)
        except HVTreeError as error:
            ended_by = self._lost or error
            if self._secret is not None:
                self._refusals.remember(self.profile, self._secret, ended_by)
            return ended_by, was_connected
        finally:
            await self._disconnect()

    async def _read_for_rest(self, *, is_due: bool = False) -> float:
        """Read the host; return after how many seconds without news to read it again.

        If it `is_due`, VMs are measured again that may have grown without news.
        """
        self._wake.clear()
        self._is_refreshed = False
        now = asyncio.get_running_loop().time
        began_s = now()
        await self.read()
        if is_due and self._measuring is not None:
            self._measuring.measure_growing()
        return self._backoff.rest_s(now() - began_s)

    async def _open(self) -> None:
        self._lost = None
        profile, secret = self.profile, self._secret
        assert secret is not None
        if not self._logins.is_last_try:
            self._refusals.check(profile, secret)
        if self._loader is not None:
            await self._loader.to_connect()
        connection = self._connect(profile, secret)
        connection.on_lost, connection.on_silent = self._on_lost, self._on_silent
        connection.on_part = self._first.take
        try:
            await connection.connect(and_read=True)
        except BaseException:
            await connection.close()
            raise
        self._logins.has_worked = True
        self._refusals.forget(profile, secret)
        self._connection = connection
        self._measuring = Measuring(connection, self._show_sizes)
        self._measuring.look_at(self._visible)
        self._show(mode=connection.mode)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        measuring, self._measuring = self._measuring, None
        self._first.end()
        if connection is not None:
            connection.on_lost = connection.on_silent = connection.on_part = None
            self._left_agents.leave(connection.lease_left_s)
            try:
                if measuring is not None:
                    await measuring.end(self._not_connected())
            finally:
                await connection.close()

    def _show_sizes(self, state: HostState) -> None:
        if self._lost is None and self.view.is_connected:
            self._show(state=state)

    def _confirm(self) -> None:
        """Note that what was last read is still so. Nobody is told: it happens all the time, and changes nothing."""
        if self.view.is_connected:
            self.view = replace(self.view, confirmed_utc=self._now())

    def _on_lost(self, error: HVTreeError) -> None:
        self._lost = error
        phase = ConnectionPhase.STALE if self.view.is_connected else self.view.phase
        self._show(phase=phase, error=error)
        self._wake.set()

    def _on_silent(self, seconds: float | None) -> None:
        """Show since when the host has not answered; the connection is kept, since it may be a short trouble."""
        since_utc = None if seconds is None else self._now() - timedelta(seconds=seconds)
        self._show(silent_since_utc=since_utc)

    def _show_connecting(self) -> None:
        """Show that a connection is tried; a host that was read before stays stale until then."""
        phase = ConnectionPhase.STALE if self.view.state is not None else ConnectionPhase.CONNECTING
        self._show(phase=phase, retry_at_utc=None)

    def _show(self, **changes: object) -> None:
        before = self.view
        self.view = replace(self.view, **changes)  # type: ignore[arg-type]  # the callers are all above
        if not self.view.is_connected:
            self.view = replace(self.view, silent_since_utc=None)  # its phase says more
        if (before.phase, before.error, before.mode) != (self.view.phase, self.view.error, self.view.mode):
            why = self.view.error.sentence if self.view.error else ""
            _log.info("host %r: %s by %r %r", self.view.id, self.view.phase, self.view.mode, why)
        self._turns.changed()
        self._publish(self.view.id)
