"""Whether the memory of this process grows with the jobs that it does."""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

from hvtree.jobs.queue import KEPT


@dataclass(frozen=True)
class Sample:
    """What was held when so many jobs had ended."""

    jobs: int
    resident_bytes: int
    blocks: int
    """Of Python's allocator: what it holds, without what it has given back and the system has not."""


@dataclass
class Growth:
    """Samples of one run."""

    samples: list[Sample] = field(default_factory=list)

    def look(self, jobs: int) -> None:
        """Take a sample, which costs next to nothing."""
        self.samples.append(Sample(jobs, _resident_bytes(), sys.getallocatedblocks()))

    @property
    def is_telling(self) -> bool:
        """There were so many jobs that the list of those that have ended was full before the second half."""
        return bool(self.samples) and self.samples[-1].jobs >= 2 * KEPT

    @property
    def bytes_per_job(self) -> float:
        """Return by how much a job has made the process larger, over the second half of the jobs."""
        return _slope([(each.jobs, each.resident_bytes) for each in self._second_half])

    @property
    def blocks_per_job(self) -> float:
        """Return the same in blocks."""
        return _slope([(each.jobs, each.blocks) for each in self._second_half])

    @property
    def _second_half(self) -> list[Sample]:
        half = self.samples[-1].jobs / 2 if self.samples else 0
        return [each for each in self.samples if each.jobs >= half]


def _slope(points: list[tuple[int, int]]) -> float:
    """Return the steepness of the line that fits best; 0 where there is none."""
    if len({jobs for jobs, _size in points}) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def _resident_bytes() -> int:
    """Return what this process has in memory; known on Linux only, else 0."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
