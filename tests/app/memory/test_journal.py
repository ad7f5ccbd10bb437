"""The journal: what a job is about is on the disk before it acts, and can be read by another program."""

import asyncio
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hvtree.app.memory.entries import Standing
from hvtree.app.memory.journal import JobJournal
from hvtree.app.memory.query import Query
from hvtree.app.memory.records import edit_from, plan_blob, plan_from
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Create, SetPower
from hvtree.domain.error_record import ErrorRecord
from hvtree.domain.errors import BadInput, OutcomeUnknown
from hvtree.domain.power import Power
from hvtree.domain.receipt import Outcome, Receipt
from hvtree.jobs.job import HostVerdict, JobView, StepPhase, Verdict
from hvtree.jobs.kept import kept
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, Step
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.kept_jobs import LAB, QUEUED, database_in, history_in, job, journal_in, profile, write
from tests.support.narrowing import not_none
from tests.support.plans import HOST, at, fleet, vm_at
from tests.support.steps import Steps
from tests.support.trees import id_of, lab

OPERATIONS: tuple[Operation, ...] = (
    ApplyCheckpoint(at(LAB, "web", "p1")),
    RevertVm(vm_at("web"), start=True),
    CreateCheckpoint((vm_at("web"), vm_at("db")), "before patch"),
    DeleteCheckpoints((at(LAB, "web", "p1"), at(LAB, "db", "x"))),
    DeleteCheckpointSubtree(at(LAB, "web", "p1")),
    ExportCheckpoint(at(LAB, "web", "p3"), "D:\\Exports"),
    CheckpointGroup((vm_at("web"), vm_at("db")), "both"),
    RenameCheckpoint(at(LAB, "web", "p3"), "‘quoted’ <b>"),
)
CREATE = job(CreateCheckpoint((vm_at("web"),), "before patch"))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: type(each).__name__)
def test_another_program_reads_the_plan_with_its_steps_and_states(
    operation: Operation, tmp_path: Path
) -> None:
    written = job(operation)
    write(journal_in(tmp_path), written)
    found = history_in(tmp_path).entry("job-1")
    assert found.plan == kept(written.plan)
    assert [step.title for step in found.steps] == [step.title for step in written.steps]
    assert found.powershell == written.plan.powershell
    assert found.consequences == tuple(each.sentence for each in written.plan.consequences)
    assert found.entry.operation == operation.verb


def test_a_plan_is_the_same_after_its_vms_were_looked_at(tmp_path: Path) -> None:
    """A VM keeps what was worked out of it: its tree, its sizes. None of that belongs into the memory."""
    plan = kept(CREATE.plan)
    for vm in plan.before.hosts[HOST].vms.values():
        for worked_out in ("tree", "space", "by_id", "made_names"):
            getattr(vm, worked_out)
    assert plan_from(plan_blob(plan)) == plan


def test_an_apply_that_was_kept_when_it_took_one_vm_back_is_read() -> None:
    """As the commits before issue 11 wrote it."""
    record = json.loads(
        '{"edit": "apply", "ref": {"vm_id": "5a1e0000-0000-4000-8000-000000000001", '
        '"checkpoint_id": "c0de0000-0000-4000-8000-000000000002"}}'
    )
    wanted = CheckpointRef("5a1e0000-0000-4000-8000-000000000001", "c0de0000-0000-4000-8000-000000000002")
    assert edit_from(record) == Apply((wanted,))


def test_the_wait_of_a_step_is_kept_and_one_that_cannot_be_is_bad_input() -> None:
    start = SetPower((id_of("web"),), Power.START)
    plan = kept(Steps((Step("Start", HOST, start, wait_s=30),)).plan(fleet(LAB)))
    assert plan_from(plan_blob(plan)) == plan
    record = json.loads(zlib.decompress(plan_blob(plan)))
    for impossible in (-1, "soon", 1e300):
        record["phases"][0][0]["wait_s"] = impossible
        with pytest.raises(BadInput):
            plan_from(zlib.compress(json.dumps(record).encode()))
    del record["phases"][0][0]["wait_s"]
    assert plan_from(zlib.compress(json.dumps(record).encode())).phases[0][0].wait_s == 0


@pytest.mark.parametrize("blob", [b"", b"no zlib", plan_blob(kept(CREATE.plan))[:-9]])
def test_a_plan_that_is_damaged_is_bad_input(blob: bytes) -> None:
    with pytest.raises(BadInput):
        plan_from(blob)


def test_a_question_is_on_the_disk_before_its_answer(tmp_path: Path) -> None:
    async def story() -> None:
        journal, history = journal_in(tmp_path), history_in(tmp_path)
        await journal.begin(CREATE)
        assert history.entry("job-1").steps[0].requests == ()
        edit = CREATE.plan.steps[0].edit
        await journal.asking(CREATE, 0, edit)
        (asked,) = history.entry("job-1").steps[0].requests
        assert (asked.edit, asked.answered_utc) == (edit, None)
        outcome = Outcome(
            id_of("web"), result_id="new", began_utc=QUEUED, ended_utc=QUEUED + timedelta(seconds=2)
        )
        await journal.answered(CREATE, 0, Receipt((outcome,), ("It is late.",)))
        (answered,) = history.entry("job-1").steps[0].requests
        assert (answered.outcomes, answered.warnings) == ((outcome,), ("It is late.",))
        assert answered.answered_utc is not None
        await journal.close()

    asyncio.run(story())


def test_each_attempt_of_a_step_keeps_its_own_answer(tmp_path: Path) -> None:
    start = SetPower((id_of("web"),), Power.START)
    lost = OutcomeUnknown("No answer came back.", details="raw")
    record = ErrorRecord("Der Vorgang ist fehlgeschlagen.", hresult=-2147024809)

    async def story() -> None:
        journal = journal_in(tmp_path)
        await journal.begin(CREATE)
        for answer in (lost, Receipt((Outcome(id_of("web"), record),)), None):
            await journal.asking(CREATE, 0, start)
            await journal.answered(CREATE, 0, answer)
        await journal.close()

    asyncio.run(story())
    first, second, third = history_in(tmp_path).entry("job-1").steps[0].requests
    assert (first.error, first.details) == ("No answer came back.", "raw")
    assert not_none(second.outcomes[0].error) == record
    assert third.error == "Cancelled."


def test_a_step_that_came_on_the_way_back_is_kept_as_well(tmp_path: Path) -> None:
    more = replace(CREATE, steps=(*CREATE.steps, replace(CREATE.steps[0], title="Start 1 VM")))

    async def story() -> None:
        journal = journal_in(tmp_path)
        await journal.begin(CREATE)
        await journal.asking(more, 1, Create((id_of("web"),), "before patch"))
        await journal.close()

    asyncio.run(story())
    assert [step.title for step in history_in(tmp_path).entry("job-1").steps][1] == "Start 1 VM"


def ended(view: JobView, verdict: Verdict, message: str = "It is over.") -> JobView:
    return replace(
        view,
        verdict=verdict,
        message=message,
        ended_utc=QUEUED + timedelta(minutes=1),
        steps=tuple(replace(step, phase=StepPhase.DONE) for step in view.steps),
        host_verdicts=(HostVerdict(HOST, HOST, verdict, message),),
    )


def write_to_the_end(folder: Path, *jobs: JobView) -> None:
    async def story() -> None:
        journal = journal_in(folder)
        for each in jobs:
            await journal.end(each)
        await journal.close()

    asyncio.run(story())


def test_the_end_is_kept_for_the_job_and_for_each_host(tmp_path: Path) -> None:
    write_to_the_end(tmp_path, ended(CREATE, Verdict.DIFFERS, "It is different."))
    found = history_in(tmp_path).entry("job-1")
    assert (found.entry.standing, found.entry.message) == ("differs", "It is different.")
    (host,) = found.entry.hosts
    assert (host.verdict, host.login, host.address) == ("differs", "LAB\\anna", "https://vhost:5986/wsman")
    assert {step.phase for step in found.steps} == {"done"}


def test_a_job_without_an_end_runs_as_long_as_its_program(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    write(journal, CREATE)
    assert history_in(tmp_path).entry("job-1").entry.standing == Standing.RUNNING
    asyncio.run(journal.close())
    assert history_in(tmp_path).entry("job-1").entry.standing == Standing.LOST


KILLED = """
import os, sys
from pathlib import Path
from tests.support.kept_jobs import job, journal_in, write
from tests.support.plans import vm_at
from hvtree.operations.create import CreateCheckpoint
journal = journal_in(Path(sys.argv[1]))
write(journal, job(CreateCheckpoint((vm_at("web"),), "x")))
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program in the middle of a job."""
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert not_none(program.stdout).readline() == "written\n"
        yield program
        program.kill()


def test_a_job_is_unfinished_as_soon_as_its_program_is_killed(
    tmp_path: Path, other_program: subprocess.Popen[str]
) -> None:
    assert [each.standing for each in history_in(tmp_path).find(Query())] == [Standing.RUNNING]
    other_program.kill()
    other_program.wait()
    assert [each.standing for each in history_in(tmp_path).find(Query())] == [Standing.LOST]
    assert [each.standing for each in history_in(tmp_path).find(Query(standing="unfinished"))] == [
        "unfinished"
    ]


def test_jobs_are_found_by_what_is_known_of_them(tmp_path: Path) -> None:
    jobs = [
        ended(job(each, uuid=f"job-{number}"), Verdict.AS_PLANNED if number % 2 else Verdict.FAILED)
        for number, each in enumerate(OPERATIONS)
    ]
    write_to_the_end(tmp_path, *jobs)
    history = history_in(tmp_path)

    def numbers(**query: object) -> list[int]:
        return [int(each.uuid[4:]) for each in history.find(Query(**query))]  # type: ignore[arg-type]

    assert numbers() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert numbers(most=2) == [7, 6]
    assert numbers(before_number=3) == [1, 0]
    assert numbers(vm="DB") == [6, 3, 2]
    assert numbers(vm=id_of("db")) == [6, 3, 2]
    assert numbers(host="VHO") == numbers()
    assert numbers(host="elsewhere") == []
    assert numbers(operation="apply") == [0]
    assert numbers(standing="failed") == [6, 4, 2, 0]
    assert numbers(text="EXPORT p3") == [5]
    assert numbers(text="over % _") == []
    assert numbers(since_utc=QUEUED + timedelta(seconds=1)) == []


def test_a_job_is_named_by_its_number_or_the_beginning_of_its_id(tmp_path: Path) -> None:
    write_to_the_end(
        tmp_path, *(ended(replace(CREATE, uuid=f"aaaa-{each}"), Verdict.FAILED) for each in "bc")
    )
    history = history_in(tmp_path)
    assert history.entry("1").entry.uuid == history.entry("aaaa-b").entry.uuid == "aaaa-b"
    for unclear in ("aaaa", "aaa", "3", "", "%", "nothing", "9" * 40):
        with pytest.raises(BadInput):
            history.entry(unclear)


@pytest.mark.parametrize(("days", "left"), [(30, {"new", "open"}), (0, {"new", "open", "old"})])
def test_only_jobs_that_ended_long_ago_are_forgotten(tmp_path: Path, days: int, left: set[str]) -> None:
    old = ended(job(OPERATIONS[0], uuid="old"), Verdict.AS_PLANNED)
    write_to_the_end(tmp_path, old)
    write(journal_in(tmp_path), job(OPERATIONS[1], uuid="open"))
    path = database_in(tmp_path).path
    later = QUEUED + timedelta(days=31)
    journal = JobJournal(path, profile, clock=lambda: later, kept_days=lambda: days)
    write(journal, job(OPERATIONS[2], uuid="new"))
    asyncio.run(journal.close())
    assert {each.uuid for each in history_in(tmp_path).find(Query())} == left


def test_what_is_kept_takes_little_room(tmp_path: Path) -> None:
    """A job on a VM with 49 checkpoints, its disk files and states before and afterwards: some kilobytes."""
    chain = "(".join(f"c{number}" for number in range(49)) + "*" + ")" * 48
    state = lab(big=chain)
    assert len(plan_blob(kept(job(CreateCheckpoint((vm_at("big"),), "x"), state).plan))) < 16_000
