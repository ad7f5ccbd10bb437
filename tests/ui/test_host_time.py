"""Times of a host in another time zone."""

from datetime import UTC, datetime, timedelta

import pytest

from hvtree.domain.model import HostState
from hvtree.ui.host_time import offset_words, time_words, zone_words
from hvtree.values import replace
from tests.support.trees import lab

MOMENT = datetime(2026, 11, 26, 8, 36, tzinfo=UTC)
WEST = timedelta(hours=-8)


def host(offset: timedelta | None, zone: str = "") -> HostState:
    return replace(lab(web="a*"), utc_offset=offset, zone=zone)


def test_a_host_in_another_zone_is_told_apart() -> None:
    assert time_words(MOMENT, host(WEST)) == "2026-11-26 08:36 here, 00:36 on the host (UTC−8)"


def test_another_day_on_the_host_is_said() -> None:
    words = time_words(MOMENT, host(timedelta(hours=-9)), with_seconds=True)
    assert words == "2026-11-26 08:36:00 here, 2026-11-25 23:36:00 on the host (UTC−9)"


@pytest.mark.parametrize("offset", [None, timedelta(0)])
def test_one_time_is_enough_where_the_zones_agree_or_are_not_known(offset: timedelta | None) -> None:
    assert time_words(MOMENT, host(offset)) == "2026-11-26 08:36"
    assert zone_words(MOMENT, host(offset)) == ""


@pytest.mark.parametrize("zone", ["Pacific Standard Time", "America/Los_Angeles"])
def test_the_summer_time_of_the_host_counts_where_its_zone_is_known(zone: str) -> None:
    summer = MOMENT.replace(month=7)
    assert time_words(summer, host(WEST, zone)).endswith("01:36 on the host (UTC−7)")
    assert time_words(MOMENT, host(WEST, zone)).endswith("00:36 on the host (UTC−8)")


@pytest.mark.parametrize("zone", ["Nowhere Standard Time", "東京", "UTC+99\n", "x" * 10_000])
def test_a_zone_that_nobody_knows_is_the_offset_of_today(zone: str) -> None:
    assert time_words(MOMENT, host(WEST, zone)).endswith("00:36 on the host (UTC−8)")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "UTC"), (-480, "UTC−8"), (330, "UTC+5:30"), (-210, "UTC−3:30"), (840, "UTC+14")],
)
def test_an_offset_is_said_in_hours_and_the_minutes_that_are_left(minutes: int, words: str) -> None:
    assert offset_words(timedelta(minutes=minutes)) == words
