"""HVTree without its window, connected over WinRM by the real clock to one host or several."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from hvtree.app.credentials import Secret
from hvtree.app.workspace import Workspace
from hvtree.domain.fleet import Fleet
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.handshake import Timing
from hvtree.jobs.job import JobView, Verdict
from hvtree.operations.base import Operation
from tests.support.harness import Yes
from tests.support.remote_host import RemoteHost
from tests.support.wsman_clients import ACCOUNT

PATIENT = Timing(open_s=600, hello_s=600, self_test_s=600, import_s=600, pong_s=600)
"""The machine may be slow; how long it takes is no question here."""


class WithoutWindow:
    """A workspace on some hosts, by their names."""

    def __init__(self, hosts: Mapping[str, RemoteHost]) -> None:
        self._changed = asyncio.Event()
        self._workspace = Workspace(lambda profile, _secret: hosts[profile.name].client(PATIENT))
        self._workspace.listener = lambda _event: self._changed.set()
        for name, host in hosts.items():
            profile = HostProfile(name, host.endpoint.url, ACCOUNT.user)
            self._workspace.add_host(profile, Secret(ACCOUNT.password))

    @property
    def fleet(self) -> Fleet:
        """The last reading of each host."""
        return self._workspace.fleet

    async def connected(self) -> None:
        """Wait until all hosts are connected."""
        await self._until(lambda: all(view.is_connected for view in self._workspace.hosts))

    async def do(self, operation: Operation) -> JobView:
        """Carry out an operation, and return its job, which has to end as planned."""
        job_id = self._workspace.submit(self._workspace.plan(operation), Yes())
        await self._until(lambda: self._workspace.job(job_id).verdict is not None)
        job = self._workspace.job(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        return job

    async def close(self) -> None:
        """Close all connections."""
        await self._workspace.close()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._changed.clear()
            await self._changed.wait()
