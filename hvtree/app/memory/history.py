"""What has been done, read from the journal: newest first, found by host, VM, operation, verdict, time or words."""

from __future__ import annotations

from msgspec import Struct, field

from hvtree.app.memory.columns import readable_rows
from hvtree.app.memory.database import Database
from hvtree.app.memory.entries import Entry, EntryInFull, Standing
from hvtree.app.memory.query import Choices, Query
from hvtree.app.memory.rows import entry_in_full, entry_of
from hvtree.app.memory.runs import Runs
from hvtree.domain.errors import BadInput


class _Condition(Struct, frozen=True):
    sql: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, sql: str, *values: object) -> None:
        self.sql.append(sql)
        self.values.extend(values)

    def __str__(self) -> str:
        return " AND ".join(self.sql) or "1"


class History:
    """Reads the journal; blocks while it does. All raise `JournalFailure`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: Query) -> tuple[Entry, ...]:
        """Return jobs, the newest first."""
        if not self._database.exists:
            return ()
        runs = Runs(self._database.path)
        found: list[Entry] = []
        with readable_rows(), self._database.reading() as connection:
            condition = _condition(query)
            rows = connection.execute(
                f"{_ENTRIES} WHERE {condition} ORDER BY job.number DESC",
                condition.values,
            )
            for row in rows:
                entry = entry_of(connection, row, runs)
                if not query.standing or entry.standing == query.standing:
                    found.append(entry)
                if len(found) == query.most:
                    break
        return tuple(found)

    def entry(self, key: str) -> EntryInFull:
        """Return one job by its number, or by its id or the beginning of it; raise `BadInput` if there is no such job."""
        if not self._database.exists:
            raise _no_such(key)
        with readable_rows(), self._database.reading() as connection:
            condition = ("job.number = ?", int(key)) if key.isdecimal() and len(key) < 18 else None
            sql, value = condition or ("substr(job.id, 1, length(?1)) = ?1 AND length(?1) >= 4", key.lower())
            rows = connection.execute(f"{_ENTRIES} WHERE {sql} LIMIT 2000", (value,)).fetchall()
            rows = [row for row in rows if row["id"] == key.lower()] or rows
            if len(rows) != 1:
                raise _no_such(key) if not rows else _many(key)
            return entry_in_full(connection, rows[0], Runs(self._database.path))

    def unfinished(self) -> tuple[EntryInFull, ...]:
        """Return the jobs that began to act and whose programs are gone, the oldest first."""
        if not self._database.exists:
            return ()
        runs = Runs(self._database.path)
        with readable_rows(), self._database.reading() as connection:
            rows = connection.execute(f"{_ENTRIES} WHERE job.verdict IS NULL ORDER BY job.number").fetchall()
            found = (entry_in_full(connection, row, runs) for row in rows)
            return tuple(each for each in found if each.entry.standing == Standing.LOST)

    def choices(self) -> Choices:
        """Return all hosts and VMs in the history, each by the name that it had last."""
        if not self._database.exists:
            return Choices()
        with self._database.reading() as connection:
            hosts = connection.execute(
                "SELECT host_id, host, max(job) FROM job_host GROUP BY host_id ORDER BY folded(host)"
            )
            vms = connection.execute(
                "SELECT vm_id, name, max(job) FROM job_vm GROUP BY vm_id ORDER BY folded(name)"
            )
            return Choices(
                tuple((row["host_id"], row["host"]) for row in hosts),
                tuple((row["vm_id"], row["name"]) for row in vms),
            )


_ENTRIES = (
    "SELECT job.*, run.computer, run.user, run.process, run.version,"
    " (SELECT number FROM job AS other WHERE other.id = job.undoes) AS undoes_number,"
    " (SELECT max(number) FROM job AS other WHERE other.undoes = job.id AND other.verdict = 'as planned')"
    " AS undone_by FROM job JOIN run ON run.id = job.run"
)
_SEARCHED = (
    "folded(job.title || ' ' || job.message || ' ' || run.user || ' '"
    " || coalesce((SELECT group_concat(name, ' ') FROM job_vm WHERE job = job.number), '') || ' '"
    " || coalesce((SELECT group_concat(title, ' ') FROM step WHERE job = job.number), '') || ' '"
    " || coalesce((SELECT group_concat(host_id || ' ' || host, ' ') FROM job_host WHERE job = job.number), ''))"
)


def _condition(query: Query) -> _Condition:
    condition = _Condition()
    if query.host:
        condition.add(
            "EXISTS (SELECT 1 FROM job_host WHERE job = job.number"
            " AND instr(folded(host_id || ' ' || host || ' ' || address), ?))",
            query.host.casefold(),
        )
    if query.host_id:
        condition.add("EXISTS (SELECT 1 FROM job_host WHERE job = job.number AND host_id = ?)", query.host_id)
    if query.vm:
        condition.add(
            "EXISTS (SELECT 1 FROM job_vm WHERE job = job.number AND (vm_id = ? OR instr(folded(name), ?)))",
            query.vm.lower(),
            query.vm.casefold(),
        )
    if query.operation:
        condition.add("job.operation = ?", query.operation)
    for word in query.text.casefold().split():
        condition.add(f"instr({_SEARCHED}, ?)", word)
    if query.since_utc is not None:
        condition.add("job.queued >= ?", query.since_utc.isoformat().replace("+00:00", "Z"))
    if query.before_number is not None:
        condition.add("job.number < ?", query.before_number)
    return condition


def _no_such(key: str) -> BadInput:
    return BadInput(f"There is no job {key!r} in the history.", now="‘hvtree history’ lists them.")


def _many(key: str) -> BadInput:
    return BadInput(f"Several jobs in the history begin with {key!r}.", now="Give more of the id.")
