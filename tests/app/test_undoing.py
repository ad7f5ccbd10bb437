"""Which job is the next one to undo: one that came to nothing is passed over, one that nobody knows of is not."""

import asyncio
from pathlib import Path

import pytest

from hvtree.app.memory.reader import HistoryReader
from hvtree.app.undoing import last_to_undo
from hvtree.domain.edits import Create
from hvtree.domain.error_record import ErrorRecord
from hvtree.domain.errors import Refused
from hvtree.domain.receipt import Outcome, Receipt
from hvtree.jobs.job import Verdict
from hvtree.jobs.journal import Answer
from hvtree.operations.create import CreateCheckpoint
from hvtree.values import replace
from tests.support.kept_jobs import QUEUED, database_in, job, journal_in
from tests.support.plans import vm_at

WEB = vm_at("web")
FAILED = Receipt((Outcome(WEB.vm_id, error=ErrorRecord("failed")),))
UNKNOWN: tuple[Answer, ...] = (None, Receipt(()))


async def last(folder: Path, answer: Answer) -> int:
    """Keep a job that was cancelled with this answer; return the number of the job that is to be undone."""
    journal, view = journal_in(folder), job(CreateCheckpoint((WEB,), "x"))
    await journal.begin(view)
    await journal.asking(view, 0, Create((WEB.vm_id,), "x"))
    await journal.answered(view, 0, answer)
    await journal.end(replace(view, verdict=Verdict.CANCELLED, ended_utc=QUEUED))
    await journal.close()
    return (await last_to_undo(HistoryReader(database_in(folder).path))).entry.number


def test_a_job_that_its_host_has_refused_is_passed_over(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nothing to undo"):
        asyncio.run(last(tmp_path, FAILED))


@pytest.mark.parametrize("answer", UNKNOWN, ids=["none", "an empty one"])
def test_a_job_whose_answer_did_not_come_may_have_been_done(tmp_path: Path, answer: Answer) -> None:
    assert asyncio.run(last(tmp_path, answer)) == 1
