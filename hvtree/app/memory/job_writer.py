"""What the journal writes: rows of one job, one change of the file for each call. It blocks until that is on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from hvtree import __version__
from hvtree.app.memory.database import Database
from hvtree.app.memory.records import edit_record, outcome_text, plan_blob
from hvtree.app.memory.run import Run
from hvtree.app.memory.runs import Runs
from hvtree.domain.edits import Edit
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.receipt import Receipt
from hvtree.jobs.job import JobView, StepView
from hvtree.jobs.journal import Answer
from hvtree.jobs.kept import kept


class JobWriter:
    """Writes the jobs of one run of the program. Its methods may be called from any thread; all raise `JournalFailure`."""

    def __init__(
        self,
        database: Database,
        run: Run,
        profile: Callable[[str], HostProfile],
        clock: Callable[[], datetime],
    ) -> None:
        """`profile` tells how a host is reached, by its id."""
        self._database = database
        self._runs = Runs(database.path)
        self._run = run
        self._profile = profile
        self._clock = clock
        self._has_tidied = False

    def begin(self, job: JobView, kept_days: int) -> str:
        """Write down a job; those that ended more than so many days ago are deleted, none for 0."""
        with self._database.change() as connection:
            self._forget_old_jobs(connection, kept_days)
            self._write_job(connection, job)
        return self._database.take_notice()

    def asking(self, job: JobView, step: int, edit: Edit) -> None:
        with self._database.change() as connection:
            number = _number(connection, job)
            _write_step(connection, number, step, job.steps[step], phase="running")
            connection.execute(
                "INSERT INTO request (job, step, edit_json, asked) VALUES (?, ?, ?, ?)",
                (number, step, _json(edit_record(edit)), _stamp(self._clock())),
            )

    def answered(self, job: JobView, step: int, answer: Answer) -> None:
        outcomes = warnings = None
        error = details = ""
        if isinstance(answer, Receipt):
            outcomes, warnings = outcome_text(answer.outcomes), _json(answer.warnings)
        elif isinstance(answer, HVTreeError):
            error, details = answer.sentence, answer.details
        else:
            error = "Cancelled."
        with self._database.change() as connection:
            connection.execute(
                "UPDATE request SET answered = ?, outcomes_json = ?, warnings_json = ?, error = ?, details = ?"
                " WHERE number = (SELECT max(number) FROM request WHERE job = ? AND step = ?)",
                (
                    _stamp(self._clock()),
                    outcomes,
                    warnings,
                    error,
                    details,
                    _number(connection, job),
                    step,
                ),
            )

    def end(self, job: JobView) -> None:
        with self._database.change() as connection:
            if _find(connection, job) is None:
                self._write_job(connection, job)
            number = _number(connection, job)
            for index, step in enumerate(job.steps):
                _write_step(connection, number, index, step, phase=step.phase.value)
            connection.execute(
                "UPDATE job SET ended = ?, verdict = ?, message = ?, details = ? WHERE number = ?",
                (_stamp(job.ended_utc), job.verdict, job.message, job.details, number),
            )
            for each in job.host_verdicts:
                connection.execute(
                    "UPDATE job_host SET verdict = ?, message = ? WHERE job = ? AND host_id = ?",
                    (each.verdict, each.message, number, each.host_id),
                )

    def settle(self, uuid: str, verdict: str, message: str) -> None:
        """End a job of a program that is gone; one that has ended stays as it is."""
        with self._database.change() as connection:
            connection.execute(
                "UPDATE job SET ended = ?, verdict = ?, message = ? WHERE id = ? AND verdict IS NULL",
                (_stamp(self._clock()), verdict, message, uuid),
            )

    def close(self) -> None:
        """Close the file, and let this run be over."""
        self._database.close()
        self._runs.release(self._run.id)

    def _forget_old_jobs(self, connection: sqlite3.Connection, days: int) -> None:
        """Delete jobs that ended too long ago, once in each run of the program. Unfinished ones are kept."""
        if self._has_tidied or not days:
            return
        self._has_tidied = True
        last = _stamp(self._clock() - timedelta(days=days))
        connection.execute("DELETE FROM job WHERE ended IS NOT NULL AND ended < ?", (last,))
        connection.execute("DELETE FROM run WHERE id NOT IN (SELECT run FROM job)")

    def _write_job(self, connection: sqlite3.Connection, job: JobView) -> None:
        self._write_run(connection)
        plan = job.plan
        cursor = connection.execute(
            "INSERT INTO job (id, run, operation, title, risk, queued, began, message, details, powershell,"
            " consequences_json, plan, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job.uuid,
                self._run.id,
                plan.operation.verb,
                plan.title,
                plan.risk.name,
                _stamp(job.queued_utc),
                _stamp(job.started_utc),
                job.message,
                job.details,
                plan.powershell,
                _json([{"kind": each.kind, "text": each.sentence} for each in plan.consequences]),
                plan_blob(kept(plan)),
                job.undoes or None,
            ),
        )
        number = cursor.lastrowid
        assert number is not None
        for host_id, state in plan.before.hosts.items():
            profile = self._profile(host_id)
            connection.execute(
                "INSERT INTO job_host (job, host_id, host, address, login, read_at, message)"
                " VALUES (?, ?, ?, ?, ?, ?, '')",
                (number, host_id, state.host, profile.endpoint, profile.user, _stamp(state.taken_at_utc)),
            )
            connection.executemany(
                "INSERT INTO job_vm (job, host_id, vm_id, name) VALUES (?, ?, ?, ?)",
                [(number, host_id, vm.id, vm.name) for vm in state.vms.values()],
            )
        for index, step in enumerate(job.steps):
            _write_step(connection, number, index, step, phase=step.phase.value)

    def _write_run(self, connection: sqlite3.Connection) -> None:
        run = self._run
        self._runs.hold(run.id)  # before the first word of it: whoever reads it must see that it is there
        connection.execute(
            "INSERT OR IGNORE INTO run (id, computer, user, process, version, began) VALUES (?, ?, ?, ?, ?, ?)",
            (run.id, run.computer, run.user, run.process, __version__, _stamp(self._clock())),
        )


def _write_step(connection: sqlite3.Connection, job: int, number: int, step: StepView, *, phase: str) -> None:
    connection.execute(
        "INSERT INTO step (job, number, host_id, title, phase, text, edit_json) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (job, number) DO UPDATE SET phase = excluded.phase, text = excluded.text",
        (
            job,
            number,
            step.host_id,
            step.title,
            phase,
            step.text,
            _json(edit_record(step.edit) if step.edit is not None else {}),
        ),
    )


def _find(connection: sqlite3.Connection, job: JobView) -> int | None:
    row = connection.execute("SELECT number FROM job WHERE id = ?", (job.uuid,)).fetchone()
    return None if row is None else int(row["number"])


def _number(connection: sqlite3.Connection, job: JobView) -> int:
    number = _find(connection, job)
    assert number is not None, "a job begins in the journal before it asks for anything"
    return number


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
