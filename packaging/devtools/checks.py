"""Every check of the project, in the order in which they run: the quick ones first, the tests last."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devtools import system
from devtools.environment import Checkout

_MOST_WORKERS = 4
FAST = "--fast"
FAST_FOLDERS = ("tests/domain", "tests/operations", "tests/jobs", "tests/app", "tests/ui/models")
END_TO_END = (
    "tests/agent",
    "tests/app/test_login_lost.py",
    "tests/cli/test_end_signals.py",
    "tests/cli/test_group_preflight.py",
    "tests/cli/test_group_verbs.py",
    "tests/cli/test_hostile_names.py",
    "tests/cli/test_killed_at_any_moment.py",
    "tests/cli/test_recover_while_hosts_work.py",
    "tests/cli/test_several_hosts.py",
    "tests/collisions",
    "tests/contract",
    "tests/cuts",
    "tests/endurance",
    "tests/fuzz",
    "tests/group_matrix",
    "tests/jobs/test_contradictions.py",
    "tests/killed",
    "tests/live",
    "tests/live_check",
    "tests/support",
    "tests/ui/test_intents.py",
    "tests/ui/test_real_hosts.py",
    "tests/ui/test_real_powershell.py",
    "tests/ui/test_start.py",
)
"""Folders and files with tests of all parts together, of many combinations of them, or of what tests share.

Counting the lines that they run would take 1.6 times as long, and is a task of the tests of each part.
"""


@dataclass(frozen=True)
class Check:
    """A command that must end with 0."""

    name: str
    command: tuple[str, ...]


def all_checks(checkout: Checkout, workers: int) -> list[Check]:
    """Return the checks, with pytest at the end so that its closing lines are near the end of the output."""
    python = (str(checkout.python()), "-m")
    processes = str(workers + 1)  # many tests wait for threads and other processes
    ignored = tuple(f"--ignore={path}" for path in END_TO_END)
    return [
        Check("ruff check", (*python, "ruff", "check", ".")),
        Check("ruff format", (*python, "ruff", "format", "--check", ".")),
        Check("mypy", (*python, "mypy")),
        Check("import contracts", (str(checkout.script("lint-imports")), "--no-cache")),
        Check("end-to-end tests", (*python, "pytest", "-n", processes, *END_TO_END)),
        Check("tests of parts", (*python, "pytest", "-n", processes, *ignored, "--cov", "--cov-report=term")),
    ]


def fast_checks(checkout: Checkout, workers: int, arguments: Sequence[str]) -> list[Check]:
    """Return what is run after each change: ruff, and the tests of `FAST_FOLDERS` without processes and connections.

    Which tests those are is the business of tests/support/tiers.py. The arguments, such as `-k WORD`, are pytest's.
    """
    python = (str(checkout.python()), "-m")
    tests = (*python, "pytest", FAST, "-q", "-n", str(workers), *FAST_FOLDERS, *arguments)
    ruff = [check for check in all_checks(checkout, workers) if check.name.startswith("ruff")]
    return [*ruff, Check("fast tests", tests)]


def only_tests(checkout: Checkout, arguments: Sequence[str]) -> list[Check]:
    """Return pytest alone, with the arguments of somebody who works on a few tests."""
    return [Check("pytest", (str(checkout.python()), "-m", "pytest", *arguments))]


def worker_count() -> int:
    """Return how many processes share the tests."""
    return max(1, min(_MOST_WORKERS, os.cpu_count() or 1))


def run_all(
    checks: Sequence[Check],
    *,
    run: system.Run,
    say: system.Say = system.say,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Run every check whatever the others say; return 0 if all passed, else 1. The last line is the summary."""
    results: list[str] = []
    failed = 0
    for check in checks:
        say(f"== {check.name}: {' '.join(check.command)}")
        started = clock()
        code = run(check.command)
        failed += code != 0
        results.append(f"{check.name} {'ok' if code == 0 else f'FAILED ({code})'} {clock() - started:.0f} s")
    say("== " + " · ".join(results))
    return 1 if failed else 0
