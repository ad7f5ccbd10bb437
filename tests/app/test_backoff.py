"""How long to wait before a host is tried again, and when not to try."""

import pytest

from hvtree.app.backoff import Backoff, may_retry
from hvtree.domain.errors import AuthenticationFailure, BadHostData, BadInput, ConnectionFailure, HVTreeError


def test_waiting_doubles_up_to_its_ceiling() -> None:
    backoff = Backoff(first_s=2, most_s=60)
    assert [backoff.wait_s(count) for count in (1, 2, 3, 4, 5, 6, 7)] == [2, 4, 8, 16, 32, 60, 60]


def test_a_host_that_is_down_for_a_year_is_still_tried() -> None:
    assert Backoff().wait_s(500_000) == 60


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ConnectionFailure("x"), True),
        (BadHostData("x"), True),
        (AuthenticationFailure("x"), False),
        (BadInput("x"), False),
    ],
)
def test_only_what_time_can_heal_is_tried_again(error: HVTreeError, tries: bool) -> None:
    assert may_retry(error) is tries
