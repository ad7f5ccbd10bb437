"""What is clicked while rows change waits for a slice of the work or for a painting, not for both."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea
from pytestqt.qtbot import QtBot

from hvtree.ui.models.slices import Slices
from hvtree.ui.views.calm_painting import LONG_S, SLICES_BETWEEN, CalmPainting
from tests.support.waiting import WAIT_MS

FOR_EVER = 10**9
"""Steps of work that does not end by itself."""


class Area(QAbstractScrollArea):
    """Notes its paintings among the other events."""

    def __init__(self, noted: list[str]) -> None:
        super().__init__()
        self.noted = noted
        self.calm: CalmPainting | None = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self.noted.append("painting")
        if self.calm is not None:
            self.calm.painted()


class Story(QObject):
    """An area that is shown, work that changes it, and a timer in between: what a click would be."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self.noted: list[str] = []
        self.area = Area(self.noted)
        qtbot.addWidget(self.area)
        self.work = Slices(self, budget_s=0)
        with qtbot.waitExposed(self.area):
            self.area.show()
        qtbot.waitUntil(lambda: "painting" in self.noted, timeout=WAIT_MS)
        self.area.calm = CalmPainting(self.area, self.work)
        self.noted.clear()
        self._others = QTimer(self, interval=0)
        self._others.timeout.connect(lambda: self.noted.append("click"))
        self._others.start()

    def steps(self, number: int, *, take_s: float = 0.0) -> Iterator[None]:
        assert self.area.calm is not None
        for _ in range(number):
            self.noted.append("slice")
            self.area.calm.hold()
            self.area.viewport().update()
            until_s = time.perf_counter() + take_s
            while time.perf_counter() < until_s:
                pass
            yield


@pytest.fixture
def story(qtbot: QtBot) -> Story:
    return Story(qtbot)


def test_a_painting_does_not_come_upon_a_slice_that_took_its_time(story: Story, qtbot: QtBot) -> None:
    with qtbot.waitSignal(story.work.idle, timeout=WAIT_MS):
        story.work.run("rows", story.steps(2 * SLICES_BETWEEN + 4, take_s=LONG_S))
    qtbot.waitUntil(lambda: story.noted.count("painting") >= 3, timeout=WAIT_MS)
    for before, after in zip(story.noted, story.noted[1:], strict=False):
        assert (before, after) != ("slice", "painting")


def test_work_that_nobody_sees_goes_on(story: Story, qtbot: QtBot) -> None:
    story.area.hide()
    with qtbot.waitSignal(story.work.idle, timeout=WAIT_MS):
        story.work.run("rows", story.steps(2 * SLICES_BETWEEN, take_s=LONG_S))
    assert story.noted.count("slice") == 2 * SLICES_BETWEEN


def test_what_a_slice_has_held_back_is_painted_after_it(story: Story, qtbot: QtBot) -> None:
    story.work.run("rows", story.steps(1))
    assert not story.area.viewport().updatesEnabled()
    qtbot.waitUntil(lambda: "painting" in story.noted, timeout=WAIT_MS)
    assert story.noted[story.noted.index("painting") - 1] == "click"
    assert story.area.viewport().updatesEnabled()


def test_what_work_had_changed_before_it_was_dropped_is_painted(story: Story, qtbot: QtBot) -> None:
    story.work.run("rows", story.steps(FOR_EVER))
    qtbot.waitUntil(lambda: "painting" in story.noted, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not story.area.viewport().updatesEnabled(), timeout=WAIT_MS)
    story.noted.clear()
    story.work.drop("rows")
    qtbot.waitUntil(lambda: "painting" in story.noted, timeout=WAIT_MS)
    assert "slice" not in story.noted
