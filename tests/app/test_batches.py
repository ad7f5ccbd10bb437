"""When it is told that something has come."""

import asyncio
from collections.abc import Callable

import pytest

from hvtree.app.batches import Batches
from tests.support.virtual_time import run


@pytest.mark.parametrize(
    ("longest_s", "told_s"),
    [(None, [0, 1, 2, 3, 4, 5, 6, 7, 8]), (4, [0, 1, 3, 7]), (2, [0, 1, 3, 5, 7])],
    ids=["always as long", "twice as long each time", "up to some time"],
)
def test_the_first_is_told_at_once_and_the_next_ones_after_a_pause(
    longest_s: float | None, told_s: list[float]
) -> None:
    assert told(lambda tell: Batches(tell, 1, longest_s), until_s=8.5) == told_s


def told(make: Callable[[Callable[[], None]], Batches], until_s: float) -> list[float]:
    """Return when is told of what comes every quarter of a second."""
    at_s: list[float] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        batches = make(lambda: at_s.append(loop.time() - began_s))
        while loop.time() - began_s < until_s:
            batches.came()
            await asyncio.sleep(0.25)
        batches.drop()

    run(story())
    return at_s
