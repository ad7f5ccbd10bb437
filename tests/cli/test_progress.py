"""How a job goes, as it stands on a terminal."""

import io

import pytest

from hvtree.cli.output import Console
from hvtree.cli.terminal import ProgressLines
from hvtree.jobs.job import JobView, StepPhase, StepView
from hvtree.operations.base import Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.values import replace
from tests.support.plans import fleet, vm_at
from tests.support.trees import READ_AT, lab

HOSTS = fleet(lab("one", web="a*"), lab("two", web="a*"))
TWO = CreateCheckpoint((vm_at("web", "one"), vm_at("web", "two")), "x").plan(HOSTS)
ONE = CreateCheckpoint((vm_at("web", "one"),), "x").plan(HOSTS)


class Screen(io.StringIO):
    """A terminal that keeps what was printed."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        """Return what stands on it, line by line."""
        return [_overwritten(line) for line in self.getvalue().split("\n")]


def _overwritten(line: str) -> str:
    cells: list[str] = []
    for part in line.split("\r"):
        cells[: len(part)] = part
    return "".join(cells).rstrip()


@pytest.fixture
def screen() -> Screen:
    """Return a terminal with nothing on it yet."""
    return Screen()


def job(plan: Plan, *steps: int | StepPhase) -> JobView:
    """Return a job whose steps have these phases; a number means that one runs and is so far."""
    views = tuple(
        StepView(each.title, each.host_id, StepPhase.RUNNING, how)
        if isinstance(how, int)
        else StepView(each.title, each.host_id, how)
        for each, how in zip(plan.steps, steps, strict=True)
    )
    return JobView(1, plan, views, READ_AT, READ_AT, stage="performing")


def test_the_percents_of_steps_at_the_same_time_stand_beside_each_other(screen: Screen) -> None:
    progress = ProgressLines(Console(screen))
    progress.show(job(TWO, 5, 20))
    progress.show(job(TWO, 10, 80))
    first, second, last = screen.lines()
    assert first.startswith("  1/2 one: ")
    assert second.startswith("  2/2 two: ")
    assert last == "  1/2 10 %, 2/2 80 %"


def test_a_step_that_ends_leaves_the_percents_of_the_other(screen: Screen) -> None:
    progress = ProgressLines(Console(screen))
    progress.show(job(TWO, 5, 20))
    progress.show(job(TWO, StepPhase.DONE, 100))
    assert [line.rpartition(": ")[2] for line in screen.lines()] == [
        "running",
        "running",
        "done",
        "  2/2 100 %",
    ]


def test_a_step_that_waits_for_its_time_has_a_line_of_its_own(screen: Screen) -> None:
    progress = ProgressLines(Console(screen))
    waiting = job(ONE, StepPhase.WAITING)
    for text in ("", "Waiting 30 s…", "Waiting 30 s…"):
        progress.show(replace(waiting, steps=(replace(waiting.steps[0], text=text),)))
    progress.show(job(ONE, StepPhase.DONE))
    assert [line.rpartition(": ")[2] for line in screen.lines()] == ["Waiting 30 s…", "done", ""]


def test_the_end_of_a_step_leaves_nothing_of_the_line_before(screen: Screen) -> None:
    progress = ProgressLines(Console(screen))
    progress.show(job(ONE, 40))
    assert screen.lines()[-1].endswith(": running 40 %")
    progress.show(job(ONE, StepPhase.DONE))
    ended, rest = screen.lines()
    assert ended.endswith(": done")
    assert rest == ""


def test_a_message_does_not_stand_behind_the_percents(screen: Screen) -> None:
    progress = ProgressLines(Console(screen))
    progress.show(job(ONE, 40))
    progress.show(replace(job(ONE, 41), message="The connection is lost."))
    said, running = screen.lines()
    assert said == "The connection is lost."
    assert running.endswith(": running 41 %")
