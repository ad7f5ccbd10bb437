"""What costs by size in the window: thousands of selected rows, plans for hundreds, a page further, a filter.

Beside each stands the same with little: one selected row, a plan for one checkpoint, a host of 1,000 checkpoints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.model import HostState
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.intents.view import EXPAND_ALL
from hvtree.ui.selection import Selection
from tests.benchmarks.large import Bench, Took, at_window, large_state
from tests.benchmarks.measuring import milliseconds, times

_ROUNDS = 5
_PAGES = 40
"""So many that the end of 2,000 VMs is not reached."""


def main(*, short: bool) -> None:
    """Print time, processor time and the longest gap of each, and the processor time beside that of little."""
    print(f"{'':<44} {'time':>9} {'processor':>10} {'gap':>8}")
    for rows in (500,) if short else (1_000, 5_000):
        at_window(lambda bench, rows=rows: _selecting(bench, rows))  # type: ignore[misc]
    for vms, each in ((10, 50),) if short else ((10, 50), (500, 20)):
        at_window(lambda bench, vms=vms, each=each: _dialog(bench, vms, each))  # type: ignore[misc]
    at_window(lambda bench: _going_down(bench, 2_000, 5 if short else 50))
    at_window(lambda bench: _filtering(bench, 40 if short else 200))


def _say(what: str, took: Took, little: Took | None = None) -> Took:
    beside = f"   {times(took.processor_s, little.processor_s)}" if little is not None else ""
    print(
        f"{what:<44} {milliseconds(took.time_s):>9} {milliseconds(took.processor_s):>10}"
        f" {milliseconds(took.gap_s):>8}{beside}",
        flush=True,
    )
    return took


async def _selecting(bench: Bench, count: int) -> None:
    tree = bench.window.tree
    rows = await _open_rows(bench, count)

    def clicking(row: QModelIndex, keys: Qt.KeyboardModifier) -> Callable[[], Awaitable[None]]:
        async def click() -> None:
            tree.scrollTo(row)
            QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, keys, tree.visualRect(row).center())

        return click

    async def paint() -> None:
        tree.viewport().repaint()

    plain, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    await bench.measured(clicking(rows[0], plain))
    one = _say("a click on one row", await bench.median(clicking(rows[1], plain), _ROUNDS))
    painted = await bench.median(paint, _ROUNDS)
    _say(f"Shift+click over {count:,} rows", await bench.measured(clicking(rows[-1], shift)), one)
    _say("  a painting then", await bench.median(paint, _ROUNDS), painted)

    async def down() -> None:
        QTest.keyClick(tree, Qt.Key.Key_Up, shift)

    _say("  Shift+Up then", await bench.median(down, _ROUNDS), one)


async def _open_rows(bench: Bench, count: int) -> list[QModelIndex]:
    """Show a host with at least so many open rows, and return them."""
    tree = bench.window.tree
    await bench.open(large_state(count // 40, 50))
    bench.window.run(EXPAND_ALL)
    await bench.settled()
    host = tree.model().index(0, 0)
    for row in range(tree.model().rowCount(host)):  # more than are opened at once
        tree.expandRecursively(tree.model().index(row, 0, host))
    await bench.settled()
    rows: list[QModelIndex] = []
    index = tree.indexBelow(host)
    while index.isValid() and len(rows) <= count:
        rows.append(index)
        index = tree.indexBelow(index)
    return rows


async def _dialog(bench: Bench, vms: int, each: int) -> None:
    state = large_state(vms, each)
    await bench.open(state)
    one = _say("a plan for one checkpoint", await _planned(bench, _some(bench, state, 1, 1)))
    chosen = _some(bench, state, vms, 500 // vms)
    _say(f"a plan for {len(chosen):,} checkpoints of {vms:,} VMs", await _planned(bench, chosen), one)


def _some(bench: Bench, state: HostState, vms: int, of_each: int) -> tuple[CheckpointAddress, ...]:
    return tuple(
        CheckpointAddress(bench.host_id, vm.id, checkpoint.id)
        for vm in list(state.vms.values())[:vms]
        for checkpoint in vm.checkpoints[:of_each]
    )


async def _planned(bench: Bench, chosen: tuple[CheckpointAddress, ...]) -> Took:
    """Select checkpoints, and measure from *Delete Checkpoint…* until all of the dialog is there."""
    window = bench.window
    window.selection.set(Selection(checkpoints=chosen))
    await bench.settled()

    def dialog() -> QDialog | None:
        return next((each for each in window.findChildren(QDialog) if each.isVisible()), None)

    async def opened() -> None:
        window.run(DELETE)
        shown = asyncio.Event()
        looking = QTimer(interval=1)
        looking.timeout.connect(lambda: shown.set() if dialog() is not None else None)
        looking.start()
        await shown.wait()
        looking.stop()

    took = await bench.measured(opened)
    open_ = dialog()
    assert open_ is not None
    open_.reject()
    await bench.settled()
    return took


async def _going_down(bench: Bench, vms: int, each: int) -> None:
    """Go down page by page: once with its details beside it, and many times without a pause, as with a key held down."""
    tree, details = bench.window.tree, bench.window.details

    async def page_down() -> None:
        QTest.keyClick(tree, Qt.Key.Key_PageDown)

    async def with_details() -> None:
        await page_down()
        await bench.settled()
        details.catch_up()

    async def held_down() -> None:
        for _ in range(_PAGES):
            await page_down()
            await bench.settled()

    await bench.open(large_state(vms, each))
    tree.setFocus()
    await bench.measured(with_details)
    _say(f"Page Down at {each * vms:,} checkpoints", await bench.median(with_details, 2 * _ROUNDS))
    held = await bench.measured(held_down)
    _say("  each of many", Took(held.time_s / _PAGES, held.processor_s / _PAGES, held.gap_s))


async def _filtering(bench: Bench, vms: int) -> None:
    await bench.open(large_state(vms, 50))
    for text in ("older:3h", "update 03", "update 03 o", ""):

        async def typed(text: str = text) -> None:
            bench.window.filter_field.setText(text)

        what = f"the filter {text!r}" if text else "the filter emptied"
        _say(f"{what} over {50 * vms:,}", await bench.measured(typed))
