"""A journal in a folder of the test, and jobs to write into it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from hvtree.app.memory.database import Database
from hvtree.app.memory.history import History
from hvtree.app.memory.journal import JobJournal
from hvtree.domain.fleet import Fleet
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from hvtree.jobs.job import JobView
from hvtree.jobs.record import waiting_steps
from hvtree.operations.base import Operation
from tests.support.trees import lab

LAB = lab(web="base(p1~(p2*) p3)", db="x*")
QUEUED = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def profile(host_id: str) -> HostProfile:
    return HostProfile(host_id, "https://vhost:5986/wsman", "LAB\\anna")


def journal_in(folder: Path) -> JobJournal:
    return JobJournal(database_in(folder).path, profile)


def database_in(folder: Path) -> Database:
    return Database(folder / "data" / "memory.sqlite3")


def history_in(folder: Path) -> History:
    return History(database_in(folder))


def job(operation: Operation, state: HostState = LAB, uuid: str = "job-1", number: int = 1) -> JobView:
    """Return a job that has just been agreed to."""
    plan = operation.plan(Fleet.of({state.host: state}))
    return JobView(number, plan, waiting_steps(plan), QUEUED, started_utc=QUEUED, uuid=uuid)


def write(journal: JobJournal, *jobs: JobView) -> None:
    """Begin these jobs, and let go of the journal as a program does that is killed: without an end."""

    async def begin() -> None:
        for each in jobs:
            await journal.begin(each)

    asyncio.run(begin())
