"""`python -m tests.endurance`: HVTree on twenty troubled hosts for ten minutes; prints what grew, what differed, and the gaps."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from contextlib import ExitStack

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hvtree.ui.gui_gc import gc_on_this_thread
from hvtree.ui.loop import Loop
from hvtree.ui.start import make_application
from hvtree.ui.window_first import window_first
from tests.benchmarks.measuring import megabytes, milliseconds
from tests.endurance.trial import Holding, Report, trial
from tests.endurance.troubled_hosts import troubled_hosts
from tests.support.narrowing import not_none

PROCESSES = 4
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
    return 1 if report.differing else 0


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


def _lines(report: Report) -> list[str]:
    jobs = ", ".join(f"{number} {verdict}" for verdict, number in report.jobs.most_common())
    troubles = report.troubles
    warm, end = not_none(report.warm), not_none(report.end)
    return [
        f"jobs: {jobs}; {report.refused} refused before",
        f"troubles: {troubles.acts} acts of others, {troubles.faults} faults, {troubles.cuts} cuts",
        f"longest gap {milliseconds(report.gap_s)} ({milliseconds(report.work_s)} of it work)",
        f"after the warm-up: {_words(warm)}",
        f"at the end:        {_words(end)}",
        f"shown otherwise than read afresh: {len(report.differing)} VMs",
        *report.differing[:10],
    ]


def _words(each: Holding) -> str:
    return f"{megabytes(each.memory_bytes)}, {each.threads} threads, {each.sockets} sockets, {each.agents} agents"


if __name__ == "__main__":
    sys.exit(main())
