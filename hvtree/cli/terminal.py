"""The person at the terminal: who says yes to a plan, sees progress, and may press Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hvtree.cli.output import Console
from hvtree.cli.plan_text import plan_lines, step_title
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
        self._plans.say("\n".join(plan_lines(plan)))
        return True


class AsksOnTerminal:
    """The approver who asks: shows the plan and waits for an answer, while the program goes on behind it."""

    def __init__(self, plans: Console, questions: Console) -> None:
        self._plans = plans
        self._questions = questions

    async def approve(self, plan: Plan) -> bool:
        """Show the plan and return the answer; anything but yes is no, and so is a plan that could not be shown."""
        self._plans.say("\n".join(plan_lines(plan)))
        self._questions.say(f"{plan.verb}? [y/N] ", end="")
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
            now="Run it on a terminal, or give --yes if the plan needs no look; `hvtree plan` shows it.",
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


class Progress:
    """Prints to standard error how a job goes: a line for each step that begins or ends, percents on a terminal."""

    def __init__(self, notes: Console) -> None:
        self._notes = notes
        self._shown: tuple[StepView, ...] = ()
        self._is_terminal = sys.stderr.isatty()
        self._note = ""

    def show(self, job: JobView) -> None:
        """Print what is new since the last time."""
        if job.started_utc is not None:
            for number, step in enumerate(job.steps, start=1):
                before = self._shown[number - 1] if number <= len(self._shown) else None
                if before != step and step.phase is not StepPhase.WAITING:
                    self._line(f"{number}/{len(job.steps)} {step_title(step, job.plan)}", step, before)
            self._shown = job.steps
        if job.verdict is None and job.message != self._note:
            self._note = job.message
            self._notes.say(f"{job.message}\n" if job.message else "", end="")

    def _line(self, title: str, step: StepView, before: StepView | None) -> None:
        is_news = before is None or before.phase is not step.phase
        words = " ".join(step.text.split())  # the words of hosts come in several lines
        text = f": {shown(words, TEXT_LIMIT)}" if words and step.phase is not StepPhase.RUNNING else ""
        if self._is_terminal and step.phase is StepPhase.RUNNING:
            percent = "" if step.percent is None else f" {step.percent} %"
            self._notes.say(f"  {title}: running{percent}   ", start="\r", end="")
        elif is_news:
            start = "\r" if self._is_terminal else ""
            self._notes.say(f"  {title}: {step.phase}{text}   ".rstrip(), start=start)


@contextmanager
def on_interrupt(act: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl+C do `act`, on the running loop, instead of ending the program; a second one ends it.

    A terminal that is closed (unless behind nohup) and a request to end, as at shutdown, do the same. Repeated, these
    change nothing: a supervisor that cannot wait will kill the process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    names = ("SIGINT", "SIGTERM") if _is_behind_nohup() else ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names]
    previous = {number: signal.getsignal(number) for number in known}

    def hear(number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous[signal.SIGINT])
        if number != signal.SIGINT:
            signal.signal(number, signal.SIG_IGN)
        loop.call_soon_threadsafe(act)

    for number in known:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number in known:
            signal.signal(number, previous[number])


def _is_behind_nohup() -> bool:
    """Return whether the end of the terminal is to change nothing; Windows has no such signal."""
    return not hasattr(signal, "SIGHUP") or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
