"""For all tests: Qt draws off screen unless told otherwise, a standstill is nobody's fault, a real host is asked for."""

import gc
import os
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, settings

from tests.cuts import options as cuts
from tests.live import options
from tests.support import sweeps, tiers
from tests.support.powershell import SHORT_LIVED
from tests.support.relay import LOOPBACK
from tests.support.running_time import tolerant_process

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name, value in SHORT_LIVED.items():
    os.environ.setdefault(name, value)
settings.register_profile("tolerant", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tolerant")

_GARBAGE_DUE = (1_000, 5, 5)
"""When a generation is collected: new objects, then collections of the generation before."""


@pytest.fixture(scope="session", autouse=True)
def _tolerance(request: pytest.FixtureRequest) -> Iterator[None]:
    """Time out nothing because the machine stood still; on a real host, that may be dead, all limits stay as they are."""
    host = request.config.getoption("--host") or LOOPBACK
    with tolerant_process() if LOOPBACK in host else nullcontext():
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_garbage_collection_on_other_threads() -> Iterator[None]:
    """Leave collecting to the end of each test.

    By itself Python collects on whatever thread an allocation happens to be due, also on one that connections to a host; and Qt
    objects that an earlier test left in a cycle must end on the thread that made them.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _garbage_collected_on_the_main_thread(_no_garbage_collection_on_other_threads: None) -> Iterator[None]:
    yield
    assert not gc.isenabled(), (
        "This test has left collecting to any thread: that may end Qt objects of later tests."
    )
    due = [number for number, count in enumerate(gc.get_count()) if count > _GARBAGE_DUE[number]]
    if due:
        gc.collect(due[-1])


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests log and remember, and the processes that they start, away from the user's own files."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.mktemp("state")))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add_options(parser)
    cuts.add_options(parser)
    tiers.add_option(parser)
    sweeps.add_options(parser)


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [*options.header(config), *cuts.header(config), *sweeps.header(config)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    sweeps.generate(metafunc)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    options.deselect(config, items)
    tiers.deselect(config, items)
