"""When the parts of a first reading are shown."""

import asyncio
from itertools import pairwise

from hvtree.app.first_reading import LONGEST_S, PAUSE_S, FirstReading
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.model import HostState
from tests.support.trees import lab
from tests.support.virtual_time import run

EMPTY = HostView("h", "h", ConnectionPhase.CONNECTING)


def test_parts_come_more_and_more_seldom_and_those_of_the_next_reading_soon_again() -> None:
    """All rows of the host are laid out for each, and they become more."""
    at_s: list[float] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        reading = FirstReading(lambda: EMPTY, lambda _state: at_s.append(loop.time()))
        await parts_of_20_s(reading)
        pauses = [later - earlier for earlier, later in pairwise(at_s)]
        assert pauses[:4] == [PAUSE_S, 2 * PAUSE_S, 4 * PAUSE_S, LONGEST_S]
        assert max(pauses) == LONGEST_S
        reading.end()
        at_s.clear()
        await parts_of_20_s(reading)
        assert at_s[1] - at_s[0] == PAUSE_S

    run(story())


async def parts_of_20_s(reading: FirstReading) -> None:
    state: HostState = lab(web="a*")
    for _ in range(80):
        reading.take(state)
        await asyncio.sleep(0.25)
