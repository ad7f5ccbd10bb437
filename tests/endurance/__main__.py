"""`python -m tests.endurance`: HVTree on twenty troubled hosts for ten minutes; prints what grew, what differed, and the gaps."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from collections import Counter
from contextlib import ExitStack

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hvtree.ui.gui_gc import gc_on_this_thread
from hvtree.ui.loop import Loop
from hvtree.ui.start import make_application
from hvtree.ui.window_first import window_first
from tests.benchmarks.measuring import megabytes, milliseconds
from tests.endurance.growth import Growth
from tests.endurance.outcomes import EXPLAINED
from tests.endurance.trial import Holding, Report, trial
from tests.endurance.troubled_hosts import troubled_hosts
from tests.support.narrowing import not_none

PROCESSES = 4
LONGEST_GAP_S = 0.1
"""Without what the window's thread waits for a processor."""
MOST_BYTES_PER_JOB = 10_000
"""A job that is kept weighs six times as much; what the allocators of Python and the system have at hand goes up and down.

SQLite's cache takes 5.4 KB of it for each job until it is full, 2 MB after some 400 jobs; where hosts gain no checkpoints, Python keeps one
block for each job and no object (measured on 2026-11-27: 780 jobs, each checkpoint deleted again)."""
SPEED = 3.0
"""Of the hosts' clock: work on a host takes seconds, and there is to be much of it."""


def main() -> int:
    """Run one trial, print what it found, and return 0 if nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--vms", type=int, default=1024, help="on each host, with 5 checkpoints each")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    arguments = parser.parse_args()
    print(
        f"{arguments.hosts} hosts x {arguments.vms:,} VMs, {arguments.minutes:g} min, seed {arguments.seed}",
        flush=True,
    )
    report = run(arguments.hosts, arguments.vms, arguments.seed, 60 * arguments.minutes)
    print("\n".join(_lines(report)))
    return 0 if _is_well(report) else 1


def run(hosts: int, vms: int, seed: int, seconds: float) -> Report:
    """Run one trial."""
    application = make_application(["hvtree"])
    shares = [len(range(each, hosts, PROCESSES)) for each in range(min(PROCESSES, hosts))]
    with (
        ExitStack() as stack,
        asyncio.Runner(loop_factory=lambda: Loop(application)) as runner,
        gc_on_this_thread(),
        window_first(),
    ):
        servers = [
            stack.enter_context(troubled_hosts(share, f"big:{vms}x5", seed + number, speed=SPEED))
            for number, share in enumerate(shares)
        ]
        return runner.run(trial(servers, seed, goes_on=lambda _number, so_far_s: so_far_s / seconds))


def _is_well(report: Report) -> bool:
    growth = report.growth
    has_grown = growth.is_telling and growth.bytes_per_job > MOST_BYTES_PER_JOB
    is_held_up = report.own_s > LONGEST_GAP_S
    return not (report.differing or _unexplained(report) or has_grown or is_held_up)


def _unexplained(report: Report) -> Counter[str]:
    return Counter({reason: number for reason, number in report.reasons.items() if reason not in EXPLAINED})


def _lines(report: Report) -> list[str]:
    outcomes, troubles = report.outcomes, report.troubles
    own, work = milliseconds(report.own_s), milliseconds(report.work_s)
    explained = ", of ".join(f"{reason}: {report.reasons[reason]}" for reason in EXPLAINED)
    unexplained = _unexplained(report)
    kinds = f", of these kinds: {_counted(unexplained)}" if unexplained else ""
    warm, end = not_none(report.warm), not_none(report.end)
    return [
        f"jobs: {_counted(outcomes.verdicts)}; {report.refused} refused before",
        f"not as planned because of {explained}; for another reason: {unexplained.total()}{kinds}",
        f"troubles: {troubles.acts} acts of others, {troubles.faults} faults, {troubles.cuts} cuts",
        f"longest gap {milliseconds(report.gap_s)}, without waiting for a processor {own}; longest work {work}",
        f"after the warm-up: {_words(warm)}",
        f"at the end:        {_words(end)}",
        f"over the second half of the jobs: {_growth_words(report.growth)}",
        f"shown otherwise than read afresh: {len(report.differing)} VMs",
        *report.differing[:10],
    ]


def _growth_words(growth: Growth) -> str:
    each = f"{growth.bytes_per_job / 1000:+,.1f} KB and {growth.blocks_per_job:+,.0f} blocks for each"
    return each if growth.is_telling else f"{each}, which tells little: the list of jobs was still filling"


def _counted(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.most_common())


def _words(each: Holding) -> str:
    return (
        f"{megabytes(each.memory_bytes)}, {each.threads} threads, {each.sockets} sockets, {each.agents} agents, "
        f"{each.tasks} tasks"
    )


if __name__ == "__main__":
    sys.exit(main())
