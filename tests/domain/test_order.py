"""What may stay where it is when a list is brought into another order."""

from collections.abc import Iterable
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from hvtree.domain.order import longest_rising


def rises(numbers: Iterable[int]) -> bool:
    return all(here < there for here, there in pairwise(numbers))


@given(st.lists(st.integers(0, 9), max_size=8))
def test_the_run_rises_and_none_is_longer(places: list[int]) -> None:
    found = [places[index] for index in longest_rising(places)]
    assert rises(found)
    longer = combinations(places, len(found) + 1)
    assert not any(rises(each) for each in longer)


def test_what_rises_already_stays() -> None:
    assert longest_rising([1, 5, 9]) == [0, 1, 2]


def test_one_that_went_to_the_end_is_the_only_one_to_move() -> None:
    assert longest_rising([3, 0, 1, 2]) == [1, 2, 3]


def test_nothing_gives_nothing() -> None:
    assert longest_rising([]) == []
