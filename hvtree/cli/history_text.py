"""The history in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hvtree.app.memory.entries import Entry, EntryInFull, EntryStep, Request, Standing, names_of
from hvtree.cli.colour import Paint
from hvtree.cli.table import TableLayout, table
from hvtree.cli.text import harmless, local_time, shown
from hvtree.cli.wrapping import wrapped
from hvtree.jobs.job import Verdict

_LAYOUT = TableLayout(
    ("No.", "When", "Verdict", "Host", "What", "VMs"), right=frozenset({0}), least=((5, 8), (4, 24), (3, 8))
)
_GOOD = (Verdict.AS_PLANNED,)
_BAD = (Verdict.FAILED, Verdict.UNKNOWN, Verdict.DIFFERS, Standing.LOST)


def list_lines(entries: Sequence[Entry], paint: Paint, fit: int | None) -> list[str]:
    """Return a line for each job, below headings; times are local."""
    rows = [
        (
            str(entry.number),
            local_time(entry.queued_utc),
            standing(entry, paint),
            shown(", ".join(each.host for each in entry.hosts)),
            shown(entry.title),
            shown(names_of(entry.vms)),
        )
        for entry in entries
    ]
    headings, rule, *lines = table(_LAYOUT, rows, fit=fit)
    return [paint.strong(headings), paint.faint(rule), *lines]


def standing(entry: Entry, paint: Paint) -> str:
    """Return the verdict, or how the job stands, painted."""
    if entry.standing in _GOOD:
        return paint.good(entry.standing)
    return paint.bad(entry.standing) if entry.standing in _BAD else paint.caution(entry.standing)


def entry_lines(job: EntryInFull, paint: Paint, fit: int | None) -> Iterator[str]:
    """Return everything that is kept of a job, harmless and painted."""
    entry = job.entry
    yield wrapped(paint.strong(harmless(entry.title)), fit)
    yield f"Job {entry.number}, {entry.uuid}: {standing(entry, paint)}"
    yield from (wrapped(harmless(line), fit) for line in entry.message.splitlines())
    if entry.standing == Standing.LOST:
        yield wrapped("HVTree ended before this job did. Look at the VMs: some steps may be missing.", fit)
    yield ""
    yield from _facts(entry, paint, fit)
    yield paint.strong("Steps:")
    for step in job.steps:
        yield from _step_lines(step, fit)
    if job.consequences:
        yield paint.strong("What it meant:")
        yield from (wrapped(f"  - {harmless(each)}", fit, indent="    ") for each in job.consequences)
    if job.powershell:
        yield paint.strong("In PowerShell:")
        yield from (f"  {paint.faint(harmless(line))}" for line in job.powershell.splitlines())
    if job.details:
        yield paint.strong("Details:")
        yield from (f"  {harmless(line)}" for line in job.details.splitlines())


def _facts(entry: Entry, paint: Paint, fit: int | None) -> Iterator[str]:
    for name, text in (
        ("Asked for", local_time(entry.queued_utc)),
        ("Began", local_time(entry.began_utc) if entry.began_utc else "never: nothing was touched"),
        ("Ended", local_time(entry.ended_utc) if entry.ended_utc else ""),
        ("By", f"{shown(entry.user)} on {shown(entry.computer)}, HVTree {shown(entry.version)}"),
        *(
            ("Host", f"{shown(each.host)}, {shown(each.address or each.host_id)} as {shown(each.login)}")
            for each in entry.hosts
        ),
        ("VMs", harmless(names_of(entry.vms))),
        ("Undoes", f"job {entry.undoes}" if entry.undoes is not None else ""),
        ("Undone by", f"job {entry.undone_by}" if entry.undone_by is not None else ""),
    ):
        if text:
            yield wrapped(f"{paint.strong(f'{name}:')} {text}", fit, indent="  ")


def _step_lines(step: EntryStep, fit: int | None) -> Iterator[str]:
    text = f" {step.text}" if step.text else ""
    yield wrapped(
        f"  {step.number + 1}. {harmless(f'{step.title}: {step.phase}.{text}')}", fit, indent="     "
    )
    for request in step.requests:
        yield from (wrapped(f"     {line}", fit, indent="       ") for line in _request_lines(request))


def _request_lines(request: Request) -> Iterator[str]:
    answered = f"answered {local_time(request.answered_utc)}" if request.answered_utc else "never answered"
    yield f"asked {local_time(request.asked_utc)}, {answered}"
    for outcome in request.outcomes:
        if outcome.error is not None:
            yield harmless(f"{outcome.target_id}: {outcome.error.message}")
        elif outcome.result_id:
            yield harmless(f"{outcome.target_id}: made checkpoint {outcome.result_id}")
    yield from map(harmless, request.warnings)
    if request.error:
        yield harmless(request.error)
