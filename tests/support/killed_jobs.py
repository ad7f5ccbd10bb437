"""Jobs that a program was killed in: written into a memory and carried out on a host up to some step, without an end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from hvtree.app.memory.journal import JobJournal
from hvtree.app.memory.run import Run
from hvtree.domain.edits import Apply, Edit
from hvtree.jobs.job import JobView
from hvtree.jobs.made import MadeCheckpoints
from hvtree.jobs.ports import Host
from tests.support.kept_jobs import profile


async def killed(
    memory: Path | None, host: Host, job: JobView, *, after: int, takes_back: Collection[str] | None = None
) -> None:
    """Let a job write and ask as a program does that is killed after so many requests; the last answer is not written down.

    The host applies checkpoints to no more than the VMs of the ids in `takes_back`.
    """
    assert memory is not None, "this window remembers nothing"
    journal = JobJournal(memory, profile, run=Run(computer="PC17", user="anna"))
    await journal.begin(job)
    made = MadeCheckpoints()
    for number, (index, planned) in enumerate(_asked(job), start=1):
        if number > after:
            break
        edit = made.resolved(planned, "")
        await journal.asking(job, index, edit)
        if takes_back is not None and isinstance(edit, Apply):
            edit = Apply(tuple(ref for ref in edit.refs if ref.vm_id in takes_back))
        answer = await host.perform(edit, lambda _progress: None)
        made.add("", answer.taken)
        if number < after:
            await journal.answered(job, index, answer)
    await journal.close()
    await host.read()


def _asked(job: JobView) -> Iterable[tuple[int, Edit]]:
    return enumerate(step.edit for step in (*job.plan.steps, *job.plan.bring_back_steps))
