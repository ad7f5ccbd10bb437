"""Agents in a real PowerShell, and the file that their world is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.world import write_world
from tests.support.powershell import NO_POWERSHELL, AgentProcess, find_powershell


@pytest.fixture(scope="session")
def powershell() -> str:
    """A PowerShell; without one the test is reported as skipped."""
    found = find_powershell()
    if found is None:
        pytest.skip(NO_POWERSHELL)
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the module's world; an empty host at first."""
    path = tmp_path_factory.mktemp("world") / "world.json"
    write_world(path)
    return path


@pytest.fixture(scope="module")
def calls(world: Path) -> Path:
    """The file in which the tiny Hyper-V notes each call."""
    path = world.with_name("calls.txt")
    path.touch()
    return path


@pytest.fixture(scope="module")
def start(powershell: str, world: Path, calls: Path) -> Iterator[Callable[..., AgentProcess]]:
    """Start agents in the module's world."""
    started: list[AgentProcess] = []

    def start_one(**options: Any) -> AgentProcess:
        environment = {"HVTREE_TEST_WORLD": str(world), "HVTREE_TEST_CALLS": str(calls)}
        agent = AgentProcess(powershell, environment, **options)
        started.append(agent)
        return agent

    yield start_one
    for agent in started:
        agent.close()


@pytest.fixture(scope="module")
def agents() -> list[AgentProcess]:
    """The agents that were shared by the tests of a module; the last one is in use."""
    return []


@pytest.fixture
def agent(start: Callable[..., AgentProcess], agents: list[AgentProcess]) -> AgentProcess:
    """One agent for all tests of a module that leave it as it is; another one if a test ended it."""
    if not agents or agents[-1].is_over:
        agents.append(start())
        agents[-1].event("hello")
    return agents[-1]
