"""Quantities in words."""

from datetime import UTC, datetime, timedelta

import pytest

from hvtree.domain.model import SpaceTaken
from hvtree.domain.words import age_words, count_words, ms_words, size_words, space_words

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86400
GB = 1024**3


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (1024**2 - 1, "1 MB"),
        (int(4.25 * 1024**3), "4.2 GB"),
        (130 * 1024**3, "130 GB"),
        (5000 * 1024**5, "5000 PB"),
        (-5000, "-4.9 KB"),
    ],
)
def test_a_size_is_said_in_steps_of_1024(size: int, words: str) -> None:
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3000, "in 50 minutes"),
        (-30, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3600, "1 hour ago"),
        (59 * DAY, "59 days ago"),
        (60 * DAY, "2 months ago"),
        (4000 * DAY, "10 years ago"),
    ],
)
def test_an_age_is_counted_in_the_unit_that_fits(seconds: int, words: str) -> None:
    assert age_words(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("space", "checkpoints", "words"),
    [
        (SpaceTaken(), 0, ""),
        (SpaceTaken(2048), 2, "2 KB in 2 checkpoints"),
        (SpaceTaken(written_bytes=GB), 0, "1 GB written since (Now)"),
        (SpaceTaken(2048, 0, GB), 1, "1 GB: 2 KB in 1 checkpoint, 1 GB written since (Now)"),
        (SpaceTaken(0, GB, GB), 0, "2 GB: 1 GB left of deleted checkpoints, 1 GB written since (Now)"),
    ],
)
def test_what_checkpoints_take_is_said_part_by_part(space: SpaceTaken, checkpoints: int, words: str) -> None:
    assert space_words(space, checkpoints) == words


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "less than 1 ms"), (38, "38 ms"), (4_213, "4.2 s"), (185_000, "3 min 5 s")],
)
def test_a_short_time_is_said_in_the_unit_that_fits(ms: int, words: str) -> None:
    assert ms_words(ms) == words


def test_a_count_agrees_with_its_noun() -> None:
    assert count_words(1, "checkpoint") == "1 checkpoint"
    assert count_words(1200, "checkpoint") == "1,200 checkpoints"
    assert count_words(2, "entry", "entries") == "2 entries"
