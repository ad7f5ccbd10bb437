"""An event loop on which time passes at once: whenever nothing is left to do, the clock jumps to the next timer."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: a wait of so many seconds is so many seconds on its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("Everybody waits, and nothing is going to happen.")
        self.now_s += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """For code without threads and sockets."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self.complaints: list[dict[str, Any]] = []
        self.set_exception_handler(lambda _, context: self.complaints.append(context))

    def time(self) -> float:
        return self._jumping.now_s

    def jump(self, seconds: float) -> None:
        self._jumping.now_s += seconds


def jump(seconds: float) -> None:
    """Let the running loop's clock be ahead all at once, as after a sleep: what was due meanwhile has not happened yet."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.jump(seconds)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine; fail if it leaves tasks behind, or errors that nobody saw."""
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        result = runner.run(_without_leftovers(work))
    assert not loop.complaints, loop.complaints
    return result


async def _without_leftovers(work: Coroutine[Any, Any, T]) -> T:
    result = await work
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks are left behind: {left}"
    return result
