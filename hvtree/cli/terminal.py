"""The person at the terminal: who says yes to a plan, sees progress, and may press Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hvtree.app.end_signals import end_signals, typed_signals
from hvtree.cli.output import Console
from hvtree.cli.plan_text import plan_lines, step_title
from hvtree.cli.table import width
from hvtree.cli.text import shown
from hvtree.domain.errors import BadInput
from hvtree.jobs.job import JobView, StepPhase, StepView
from hvtree.jobs.ports import Approver
from hvtree.operations.base import Plan

TEXT_LIMIT = 500


class SaysYes:
    """The approver for `--yes`: shows each plan and takes it."""

    def __init__(self, plans: Console) -> None:
        self._plans = plans

    async def approve(self, plan: Plan) -> bool:
        """Show the plan and say yes."""
        self._plans.say_painted("\n".join(plan_lines(plan, self._plans.paint, self._plans.fit)))
        return True


class AsksOnTerminal:
    """The approver who asks: shows the plan and waits for an answer, while the program goes on behind it."""

    def __init__(self, plans: Console, questions: Console) -> None:
        self._plans = plans
        self._questions = questions

    async def approve(self, plan: Plan) -> bool:
        """Show the plan and return the answer; anything but yes is no, and so is a plan that could not be shown."""
        self._plans.say_painted("\n".join(plan_lines(plan, self._plans.paint, self._plans.fit)))
        self._questions.say(f"{plan.button}? [y/N] ", end="")
        if not (self._plans.is_open and self._questions.is_open):
            return False
        return (await _typed_line()).strip().casefold() in {"y", "yes"}


def approver_for(*, is_yes: bool, plans: Console, notes: Console) -> Approver:
    """Return the approver; raise `BadInput` if there is no `--yes` and no terminal to ask on."""
    if is_yes:
        return SaysYes(plans)
    if not (sys.stdin and sys.stdin.isatty()):
        raise BadInput(
            "There is no terminal to ask for your consent.",
            now="Run it on a terminal, or give --yes if the plan needs no look.",
        )
    return AsksOnTerminal(plans, notes)


async def _typed_line() -> str:
    """Return the line that is typed. A daemon thread waits for it, so that neither events nor the end have to wait."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def settle(line: str) -> None:
        if not answer.done():
            answer.set_result(line)

    def wait() -> None:
        line = sys.stdin.readline()
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, line)

    threading.Thread(target=wait, name="hvtree-answer", daemon=True).start()
    return await answer


class ProgressLines:
    """Prints to standard error how a job goes: a line for each step that begins or ends, percents on a terminal.

    The last line of a terminal says what runs now, and is overwritten. Of steps on several hosts, which run at the same
    time, it says only the percents, so that it does not get too long.
    """

    def __init__(self, notes: Console) -> None:
        self._notes = notes
        self._shown: dict[int, tuple[StepPhase, str]] = {}
        """What was said of each step: its phase, and what it waits for."""
        self._message = ""
        self._last_line = ""

    def show(self, job: JobView) -> None:
        """Print what is new since the last time."""
        is_on_one_host = len(job.host_ids) == 1
        running = []
        for number, step in enumerate(job.steps if job.started_utc is not None else (), start=1):
            place = f"{number}/{len(job.steps)}"
            title = f"{place} {step_title(step, job.plan)}"
            how = (step.phase, step.text if step.phase is StepPhase.WAITING else "")
            is_new = how != self._shown.get(number, (StepPhase.WAITING, ""))
            self._shown[number] = how
            if step.phase is StepPhase.RUNNING and self._notes.is_terminal:
                percent = "" if step.percent is None else f" {step.percent} %"
                running += [f"{title}: running{percent}"] if is_on_one_host else [place + percent]
                is_new = is_new and not is_on_one_host
            if is_new:
                self._say(f"  {title}: {_how_it_is(step)}")
        if job.verdict is None and job.message != self._message:
            self._message = job.message
            self._say(job.message)
        self._say_last(f"  {', '.join(running)}" if running else "")

    def _say(self, line: str) -> None:
        """Print a line, in place of the last one of a terminal."""
        if line:
            self._say_last(line)
            self._notes.say("")
            self._last_line = ""

    def _say_last(self, line: str) -> None:
        """Print a line that the next one overwrites."""
        if line != self._last_line:
            blanks = " " * (width(self._last_line) - width(line))
            self._notes.say(line + blanks, start="\r" if self._notes.is_terminal else "", end="")
            self._last_line = line


def _how_it_is(step: StepView) -> str:
    words = " ".join(step.text.split())  # the words of hosts come in several lines
    if step.phase is StepPhase.WAITING:
        return shown(words, TEXT_LIMIT)
    has_ended = step.phase is not StepPhase.RUNNING
    return f"{step.phase}: {shown(words, TEXT_LIMIT)}" if words and has_ended else step.phase.value


@contextmanager
def on_interrupt(act: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl+C do `act`, on the running loop, instead of ending the program; a second one ends it. So does Ctrl+\\.

    A terminal that is closed (unless behind nohup) and a request to end, as at shutdown, do the same. Repeated, these
    change nothing: a supervisor that cannot wait will kill the process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    known = end_signals()
    previous = {number: signal.getsignal(number) for number in known}

    def hear(number: int, _frame: FrameType | None) -> None:
        for typed in typed_signals():  # by the system's own handler Ctrl+\ would leave the VMs as they are
            signal.signal(typed, previous[signal.SIGINT])
        if number not in typed_signals():
            signal.signal(number, signal.SIG_IGN)
        loop.call_soon_threadsafe(act)

    for number in known:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number in known:
            signal.signal(number, previous[number])
