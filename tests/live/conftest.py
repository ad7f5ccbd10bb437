"""The one host, the scratch VMs on it, and the record of what happens there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.live.backend import LiveBackend, Steward
from tests.live.guard import Guard
from tests.live.login import login
from tests.live.options import MARKER
from tests.live.pipe_connection import GuardedConnection, Ways
from tests.live.record import Record
from tests.support.agent_answer import Message

RECORD = pytest.StashKey[Record]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RECORD] = Record()


@pytest.fixture(scope="session")
def record(request: pytest.FixtureRequest) -> Record:
    """What is written into the file at the end."""
    return request.config.stash[RECORD]


@pytest.fixture(scope="session")
def ways(request: pytest.FixtureRequest, record: Record) -> Iterator[Ways]:
    """How to start scripts on the host; every one of them connections through one guard."""
    profile, secret = login(request.config)
    guard = Guard()
    yield Ways(profile, secret, guard)
    record.hide_secret(secret.reveal())
    record.hide((profile.user, profile.user.split("\\")[-1].split("@")[0]))
    record.hide((profile.name, profile.endpoint, urlsplit(profile.endpoint).hostname or ""))
    record.hide((*guard.others, *guard.others.values()))


@pytest.fixture(scope="session")
def steward(request: pytest.FixtureRequest, ways: Ways) -> Iterator[Steward]:
    """Who makes scratch VMs; at the end they are gone, whatever happened."""
    steward = Steward(ways, request.config.getoption("--scratch") or "")
    yield steward
    problems = steward.close()
    assert not problems, f"Scratch VMs are left; remove them with --sweep. {problems}"


@pytest.fixture(scope="session")
def backend(ways: Ways, steward: Steward) -> Iterator[LiveBackend]:
    """The way to agents on the host."""
    backend = LiveBackend(ways, steward)
    yield backend
    backend.close()


@pytest.fixture
def connection(backend: LiveBackend) -> GuardedConnection:
    """The agent; what it said before is forgotten."""
    backend.connection.forget()
    return backend.connection


@pytest.fixture
def vm(backend: LiveBackend) -> Message:
    """A scratch VM that is Off: base(p1(p2*) side)."""
    return backend.vm("Off")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if item.get_closest_marker(MARKER) is None or (report.when != "call" and report.passed):
        return
    crash = getattr(report.longrepr, "reprcrash", None)
    problem = "" if report.passed else str(getattr(crash, "message", report.longrepr))
    phase = "" if report.when == "call" else f" ({report.when})"
    name = f"{item.path.stem}::{item.name}"
    item.config.stash[RECORD].outcome(name + phase, report.outcome, report.duration, problem)


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if config.getoption("--host") and not config.getoption("--sweep"):
        config.stash[RECORD].write(Path(config.getoption("--result")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--host") and not config.getoption("--sweep"):
        terminalreporter.write_line(f"live tests: what was found is in {config.getoption('--result')}")
