"""The same with whole times: HVTree stands still for 90 s, or its computer sleeps as long, under the lease that everybody has.

python -m tests.killed                                  # 24 jobs, 8 at a time: some six minutes
python -m tests.killed --times 96 --seed 7
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hvtree.domain.lease import LEASE_S
from tests.killed.clock_jump import CAN_JUMP
from tests.killed.course import Course, course
from tests.killed.test_sweep import GRACE_S, JUMP_S, LASTS_MS, SLACK_S

STILL = "stands still"
ASLEEP = "asleep, connections gone"
WITH_CLOCKS = "asleep, connections gone, clocks an hour ahead"


@dataclass(frozen=True)
class Trial:
    """One job, and what befalls it."""

    job: str
    way: str
    at_ms: int

    def __str__(self) -> str:
        return f"{self.job}, {self.way}"


def trials(times: int, seed: int) -> list[Trial]:
    """Return so many trials: each job in each way in turn, at moments by chance."""
    chance = random.Random(seed)
    ways = (STILL, ASLEEP, WITH_CLOCKS) if CAN_JUMP else (STILL, ASLEEP)
    kinds = [(job, way) for way in ways for job in LASTS_MS]
    return [
        Trial(job, way, chance.randrange(LASTS_MS[job]))
        for job, way in (kinds[number % len(kinds)] for number in range(times))
    ]


def carry_out(trial: Trial, home: Path, *, still_s: float, lease_s: int) -> tuple[str, float]:
    """Return what HVTree said in the end, and after how many seconds all VMs were back; raise `AssertionError` for any wrong."""
    has_clock = trial.way == WITH_CLOCKS
    with course(trial.job, home, lease_s=lease_s, has_jumping_clock=has_clock) as it:
        it.until_touched()
        it.for_a_while(trial.at_ms / 1000)
        it.stop()
        began = time.monotonic()
        it.assert_back_in(lease_s + GRACE_S + SLACK_S)
        back_s = time.monotonic() - began
        time.sleep(max(0.0, still_s - back_s))  # what is measured takes this long; no test comes here
        _wake(trial.way, it)
        verdict = str(it.verdict["verdict"])
        it.assert_facts()
        return verdict, back_s


def _wake(way: str, it: Course) -> None:
    if way != STILL:
        it.cut()
    if way == WITH_CLOCKS:
        it.jump(JUMP_S)
    it.go_on()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.killed", description=__doc__)
    parser.add_argument("--times", type=int, default=24, help="how many jobs (default: %(default)s)")
    parser.add_argument("--side-by-side", type=int, default=8, help="at a time (default: %(default)s)")
    parser.add_argument("--still", type=float, default=90, metavar="SECONDS", help="(default: %(default)s)")
    parser.add_argument(
        "--lease", type=int, default=LEASE_S, metavar="SECONDS", help="(default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 20))
    given = parser.parse_args()
    print(f"seed {given.seed}")
    counts: Counter[str] = Counter()
    longest_s, problems = 0.0, 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.side_by_side) as pool:
        wanted = trials(given.times, given.seed)
        under_way = [
            pool.submit(carry_out, each, Path(folder, str(number)), still_s=given.still, lease_s=given.lease)
            for number, each in enumerate(wanted)
        ]
        for trial, future in zip(wanted, under_way, strict=True):
            try:
                verdict, back_s = future.result()
            except AssertionError as error:
                problems += 1
                print(f"PROBLEM {trial} at {trial.at_ms} ms: {error}")
                continue
            longest_s = max(longest_s, back_s)
            counts[f"{trial}: {verdict}"] += 1
    for what, number in sorted(counts.items()):
        print(f"{number:4} {what}")
    print(f"{len(wanted)} jobs, {problems} problems; VMs back after {longest_s:.1f} s at most")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
