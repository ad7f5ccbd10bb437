"""How what the window does grows with the host: from 1,000 over 10,000 to 100,000 checkpoints.

Ten times as many checkpoints may take ten times as long, and a little more for sorting; what shows one change or a plan
must not grow with the host at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hvtree.domain.address import CheckpointAddress
from hvtree.operations.delete import DeleteCheckpoints
from tests.benchmarks.bare import bare_fill_s
from tests.benchmarks.large import Bench, Took, at_window, large_state, renamed
from tests.benchmarks.measuring import megabytes, memory, milliseconds, times

_EACH = 50
_ROUNDS = 5
_MEMORY = "memory"
_BARE = "bare model"
Figures = dict[str, tuple[float, float]]
"""Seconds of processor time and of the longest gap, by what was done; for memory its bytes."""


def main(*, short: bool) -> None:
    """Print a line for each thing: its processor time and gap at each size, and how it grows."""
    sizes = (1_000, 10_000) if short else (1_000, 10_000, 100_000)
    figures = {size: _in_a_process(size) for size in sizes}
    print(f"{'':<26}" + "".join(f"{f'{size:,}':>20}" for size in sizes) + "   growth for ten times as much")
    for what in figures[sizes[0]]:
        growth = [times(figures[more][what][0], figures[less][what][0]) for less, more in pairwise(sizes)]
        cells = "".join(f"{_cell(what, figures[size][what]):>20}" for size in sizes)
        print(f"{what:<26}{cells}   {', '.join(growth)}")
    for size in sizes:
        print(
            f"filled at {size:,}: {times(figures[size]['fill'][0], figures[size][_BARE][0])} of the bare model"
        )


def _cell(what: str, figures: tuple[float, float]) -> str:
    if what == _MEMORY:
        return megabytes(round(figures[0]))
    return f"{milliseconds(figures[0])}, gap {1000 * figures[1]:.0f}"


def _in_a_process(size: int) -> Figures:
    """Measure one size in a process of its own, whose memory nothing else has touched."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: Mapping[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return {what: (each[0], each[1]) for what, each in found.items()}


async def _story(bench: Bench, size: int) -> None:
    window, figures = bench.window, Figures()

    def note(what: str, took: Took) -> None:
        figures[what] = (took.processor_s, took.gap_s)

    note("the first host, one VM", await bench.open(large_state(1, 1)))
    before = memory().rss
    state = large_state(size // _EACH, _EACH)
    note("fill", await bench.measured(lambda: bench.show(state)))
    after = memory().rss
    figures[_BARE] = (await bare_fill_s(state), 0.0)
    changed = [renamed(state)]

    async def refresh() -> None:
        await bench.show(changed[-1])
        changed.append(renamed(changed[-1]))

    note("refresh, one renamed", await bench.median(refresh, _ROUNDS))

    async def select_all() -> None:
        window.tree.select(window.tree.model().index(0, 0, window.tree.model().index(0, 0)))
        QTest.keyClick(window.tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    note("select all VMs", await bench.measured(select_all))
    addresses = tuple(
        CheckpointAddress(bench.host_id, vm.id, vm.checkpoints[0].id) for vm in state.vms.values()
    )
    few_vms = tuple(
        CheckpointAddress(bench.host_id, vm.id, checkpoint.id)
        for vm in list(state.vms.values())[:10]
        for checkpoint in vm.checkpoints
    )
    for what, chosen in (("plan one", addresses[:1]), ("plan 500 of 10 VMs", few_vms)):

        async def plan(chosen: tuple[CheckpointAddress, ...] = chosen) -> None:
            bench.workspace.plan(DeleteCheckpoints(chosen))

        note(what, await bench.median(plan, _ROUNDS))
    for text in ("older:3h", "update 03"):

        async def typed(text: str = text) -> None:
            window.filter_field.setText(text)

        note(f"filter {text}", await bench.measured(typed))
    figures[_MEMORY] = (float((after or 0) - (before or 0)), 0.0)
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    at_window(lambda bench: _story(bench, int(sys.argv[1])))
