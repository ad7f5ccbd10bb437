"""What all benchmarks measure with: ways in turn, medians, processor time and memory of a process, and ratios in words."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def in_turn(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Call each way once in each round, and return the median of what each has returned.

    In turn, so that whatever else the machine does meanwhile is shared by all of them.
    """
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            figures[name].append(way())
    return {name: statistics.median(values) for name, values in figures.items()}


async def in_turn_async(ways: Mapping[str, Callable[[], Awaitable[float]]], rounds: int) -> dict[str, float]:
    """Do the same with coroutines."""
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            figures[name].append(await way())
    return {name: statistics.median(values) for name, values in figures.items()}


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a piece of work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass
class Spent:
    """Seconds on the clock, and of processor time in all threads of this process."""

    wall_s: float = 0.0
    processor_s: float = 0.0

    @property
    def of_a_core(self) -> float:
        """Return the share of one core that was used."""
        return self.processor_s / self.wall_s


@contextmanager
def spending() -> Iterator[Spent]:
    """Measure what the body spends; the figures are there when it has ended."""
    spent, started, used = Spent(), time.perf_counter(), time.process_time()
    try:
        yield spent
    finally:
        spent.wall_s, spent.processor_s = time.perf_counter() - started, time.process_time() - used


@dataclass(frozen=True)
class Memory:
    """What a process holds, in bytes: `rss` with all that it shares, `pss` with its part of that. None if unknown."""

    rss: int | None
    pss: int | None

    def __str__(self) -> str:
        return f"{megabytes(self.rss)} RSS, {megabytes(self.pss)} PSS"


def memory(pid: int | None = None) -> Memory:
    """Return what a process holds now, by default this one; known on Linux only."""
    rollup = Path(f"/proc/{pid or os.getpid()}/smaps_rollup")
    try:
        lines = rollup.read_text("ascii").splitlines()
    except OSError:
        return Memory(None, None)
    sizes = {name: value for name, _, value in (line.partition(":") for line in lines)}
    return Memory(*(1024 * int(sizes[name].split()[0]) for name in ("Rss", "Pss")))


def processor_s(pid: int) -> float | None:
    """Return the seconds of processor time that another process has used so far; known on Linux only."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(size: int | None) -> str:
    """Return a size in words."""
    return "? MB" if size is None else f"{size / 1e6:,.0f} MB"


def milliseconds(time_s: float) -> str:
    """Return a time in words, with a digit behind the point where it is short."""
    time_ms = 1000 * time_s
    return f"{time_ms:,.1f} ms" if time_ms < 10 else f"{time_ms:,.0f} ms"


def times(ours: float, theirs: float) -> str:
    """Return how many times as much something is as what stands beside it."""
    return f"{ours / theirs:,.2f} x" if theirs else "? x"


def beside(figures: Mapping[str, float], words: Callable[[float], str] = milliseconds) -> str:
    """Return figures as lines, each with its ratio to the first, which is what the others stand beside."""
    standard = next(iter(figures.values()))
    width = max(map(len, figures))
    return "\n".join(
        f"  {name:<{width}} {words(value):>12} {times(value, standard):>10}"
        for name, value in figures.items()
    )
