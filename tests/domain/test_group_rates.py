"""How fast hosts were when a group was taken: by the last record of the same method that tells."""

from __future__ import annotations

from hvtree.domain.group import GroupMethod
from hvtree.domain.group_rates import stop_rates
from hvtree.values import replace
from tests.support.kept_groups import TAKEN

METHOD = GroupMethod.PAUSE_AND_SAVE
PART = TAKEN.parts[0]
TWO = replace(
    TAKEN,
    parts=(
        replace(PART, memory_bytes=3_000, stopped_ms=2_000),
        replace(PART, memory_bytes=1_000, stopped_ms=1_000),
        replace(TAKEN.parts[1], stopped_ms=None),
    ),
)


def test_all_memory_of_a_host_counts_and_the_longest_time() -> None:
    assert stop_rates([TWO], METHOD) == (("east", 2_000),)


def test_the_last_record_that_tells_counts_and_only_of_the_same_method() -> None:
    later = replace(TWO, parts=(replace(PART, memory_bytes=500, stopped_ms=1_000),))
    silent = replace(TWO, parts=(replace(PART, memory_bytes=0, stopped_ms=None),))
    other = replace(TWO, method=GroupMethod.PAUSE_ONLY, parts=later.parts)
    assert stop_rates([TWO, later, silent, other], METHOD) == (("east", 500),)
    assert stop_rates([TWO], GroupMethod.PAUSE_ONLY) == ()
