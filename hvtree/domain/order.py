"""Bringing a list into another order with as few moves as possible: what may stay where it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise


def longest_rising(places: Sequence[int]) -> list[int]:
    """Return the indexes of a longest strictly rising run of numbers, in order; the run may have gaps.

    Whatever is at the other indexes has to move. Takes `n log n` steps, `n` for numbers that rise already.
    """
    if all(here < there for here, there in pairwise(places)):
        return list(range(len(places)))
    ends: list[int] = []
    end_at: list[int] = []
    before: list[int | None] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(end_at[length - 1] if length else None)
        ends[length : length + 1] = [place]
        end_at[length : length + 1] = [index]
    rising: list[int] = []
    link: int | None = end_at[-1]
    while link is not None:
        rising.append(link)
        link = before[link]
    return rising[::-1]
