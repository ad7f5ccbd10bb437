"""What is written down while a job runs: each step before it is asked for; and what happens if that cannot be."""

from typing import Any

import pytest

from hvtree.domain.edits import Edit
from hvtree.domain.errors import OutcomeUnknown
from hvtree.domain.model import VmState
from hvtree.domain.receipt import Receipt
from hvtree.hosts.messages import is_edit
from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.jobs.journal import Answer, JournalFailure
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support.emulated import EmulatedHost
from tests.support.harness import Harness, No, with_harness
from tests.support.narrowing import not_none
from tests.support.plans import at, vm_at
from tests.support.trees import lab, vm

LAB = lab(web=vm("a*", "web", state=VmState.RUNNING), db=vm("b*", "db", state=VmState.RUNNING))
GROUP = CheckpointGroup((vm_at("web"), vm_at("db")), "before patch")
CREATE = CreateCheckpoint((vm_at("web"),), "before patch")


class Ledger:
    """A journal that remembers the order of its words, and how far the host was at each; from a certain word on it is full."""

    def __init__(self, full_from: str = "") -> None:
        self.words: list[str] = []
        self.asked_before: list[int] = []
        self.answers: list[Answer] = []
        self.jobs: list[JobView] = []
        self.host: EmulatedHost | None = None
        self.note = ""
        self._full_from = full_from
        self._is_full = False

    async def begin(self, job: JobView) -> str:
        self._write("begin", job)
        return self.note

    async def asking(self, job: JobView, step: int, edit: Edit) -> None:
        self._write(f"asking {step}", job)

    async def answered(self, job: JobView, step: int, answer: Answer) -> None:
        self._write(f"answered {step}", job)
        self.answers.append(answer)

    async def end(self, job: JobView) -> None:
        self._write("end", job)

    async def close(self) -> None:
        self.words.append("close")

    def _write(self, word: str, job: JobView) -> None:
        self._is_full |= word == self._full_from
        if self._is_full:
            raise JournalFailure("The memory cannot be used.", why="The disk is full.")
        self.words.append(word)
        self.jobs.append(job)
        self.asked_before.append(len(changes(not_none(self.host))))


def changes(host: EmulatedHost) -> list[str]:
    return [verb for verb in host.verbs() if is_edit(verb)]


def with_ledger(ledger: Ledger, story: Any) -> None:
    async def told(harness: Harness) -> None:
        ledger.host = harness.host
        await story(harness)

    with_harness(LAB, told, journal=ledger)


def states(harness: Harness) -> list[VmState]:
    return [harness.vm(name).state for name in ("web", "db")]


def test_each_step_is_written_down_before_the_host_hears_of_it() -> None:
    ledger = Ledger()

    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED
        steps = range(len(job.steps))
        asked = [f"{word} {step}" for step in steps for word in ("asking", "answered")]
        assert ledger.words == ["begin", *asked, "end"]
        assert ledger.asked_before == [0, *(step + done for step in steps for done in (0, 1)), len(steps)]
        assert all(isinstance(answer, Receipt) for answer in ledger.answers)

    with_ledger(ledger, story)
    assert ledger.words[-1] == "close"


def test_the_end_is_written_as_it_is_shown() -> None:
    ledger = Ledger()

    async def story(harness: Harness) -> None:
        job = await harness.do(CREATE)
        assert ledger.jobs[-1] == job

    with_ledger(ledger, story)


def test_a_job_that_was_declined_is_in_the_history_too() -> None:
    ledger = Ledger()

    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(CREATE)
        await harness.changed_by_somebody("web")
        assert (await harness.do(plan, No())).verdict is Verdict.DECLINED
        assert ledger.words == ["end"]

    with_ledger(ledger, story)


def test_an_answer_that_never_came_is_written_as_such() -> None:
    ledger = Ledger()

    async def story(harness: Harness) -> None:
        await harness.ended(
            await harness.lose_during(RenameCheckpoint(at(LAB, "web", "a"), "z"), "checkpoint.rename")
        )
        assert isinstance(ledger.answers[0], OutcomeUnknown)

    with_ledger(ledger, story)


def test_without_a_journal_nothing_is_touched() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert "The disk is full. Nothing was changed." in job.message
        assert changes(harness.host) == []
        assert {step.phase for step in job.steps} == {StepPhase.SKIPPED}

    with_ledger(Ledger(full_from="begin"), story)


@pytest.mark.parametrize("step", [1, 2])
def test_if_the_journal_is_full_half_way_the_vms_come_back(step: int) -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert "The disk is full." in job.message
        assert states(harness) == [VmState.RUNNING, VmState.RUNNING]
        assert changes(harness.host)[step:] == ["vm.resume" if step == 1 else "vm.start"]

    with_ledger(Ledger(full_from=f"asking {step}"), story)


def test_an_answer_that_cannot_be_written_down_is_said() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(CREATE)
        assert job.verdict is Verdict.AS_PLANNED
        assert "is missing in the history" in job.message

    with_ledger(Ledger(full_from="answered 0"), story)


def test_a_verdict_that_cannot_be_written_down_is_shown_and_said_to_be_missing() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(CREATE)
        assert job.verdict is Verdict.AS_PLANNED
        assert "This verdict is missing in the history." in job.message

    with_ledger(Ledger(full_from="end"), story)


def test_what_is_to_be_said_of_the_journal_is_said_with_the_verdict() -> None:
    ledger = Ledger()
    ledger.note = "A new memory begins."

    async def story(harness: Harness) -> None:
        assert (await harness.do(CREATE)).message.endswith("\nA new memory begins.")

    with_ledger(ledger, story)
