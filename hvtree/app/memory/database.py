"""The SQLite file of the memory: opened, brought up to date, and put aside if it cannot be used.

Several processes share it: the journal mode is WAL where the file system allows that, each change is one transaction that
waits its turn, and it is on the disk when it is over (`synchronous = FULL`).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from filelock import FileLock

from hvtree.app.memory import schema
from hvtree.jobs.journal import JournalFailure

PATIENCE_S = 20.0
"""How long a change waits for those of other processes."""
_BESIDE = ("", "-wal", "-shm")
_MAGIC = b"SQLite format 3\0"


class Database:
    """One connection to the file, opened when it is first needed. Its methods may be called from any thread.

    When another file was put or left aside for it, `take_notice` says so, once.
    """

    def __init__(self, path: Path, versions: Sequence[str] = schema.VERSIONS) -> None:
        """`versions` are the scripts from each version of the tables to the next."""
        self.path = path
        """Where it is; while a newer HVTree's file is there, the file beside it that is used instead."""
        self._versions = versions
        self._notice = ""
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()

    def take_notice(self) -> str:
        """Return a sentence for the user about the file that was found; empty if there is none, or it was taken before."""
        notice, self._notice = self._notice, ""
        return notice

    @property
    def exists(self) -> bool:
        """There is a file to read."""
        return self.path.exists()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Make one change: all of it is on the disk after the block, or nothing. Raise `JournalFailure`."""
        with self._lock, self._translated():
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read at one moment, whatever others write meanwhile. Raise `JournalFailure`."""
        with self._lock, self._translated():
            connection = self._opened()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    def has_open_jobs(self) -> bool:
        """Return whether there is a job without a verdict: one that runs, or was not finished. Raise `JournalFailure`."""
        with self.reading() as connection:
            return (
                connection.execute("SELECT 1 FROM job WHERE verdict IS NULL LIMIT 1").fetchone() is not None
            )

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with _readable_errors():
                yield
        except (sqlite3.Error, OSError) as error:  # filelock's time-out is an OSError
            if type(error) is sqlite3.DatabaseError:
                self.close()  # damaged while it was open: whoever opens it next puts it aside
            raise JournalFailure(
                f"HVTree's memory in ‘{self.path}’ cannot be used.",
                why=f"{str(error).rstrip('.')}.",
                now="Look at the space on this disk and at the rights on this folder.",
            ) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=PATIENCE_S):
                self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        """Open the file, or the one that takes its place. Nobody else is opening it."""
        if self.path.exists():
            try:
                with _readable_errors():
                    found = _version_of(self.path, len(self._versions))
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise  # it is locked, or there is no way to read it: that says nothing about its content
                self._put_aside(error)
            else:
                if found > len(self._versions):
                    self._leave_alone(found)
                    return self._open()
        return _connected(self.path, self._versions)

    def _put_aside(self, error: sqlite3.DatabaseError) -> None:
        names = (f"{self.path.name}.bad{number or ''}" for number in count())
        kept = next(aside for name in names if not (aside := self.path.with_name(name)).exists())
        for suffix in reversed(_BESIDE):  # the file itself comes last: until then this is simply done again
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.replace(kept.with_name(kept.name + suffix))
        self._notice = f"HVTree's memory was damaged ({str(error).rstrip('.')}) and is kept as ‘{kept}’. A new one begins."

    def _leave_alone(self, found: int) -> None:
        newer = self.path
        self.path = newer.with_name(f"{newer.stem}.v{len(self._versions)}{newer.suffix}")
        self._notice = (
            f"A newer HVTree keeps its memory in ‘{newer}’ (version {found}). It is left alone; this version, which knows "
            f"{len(self._versions)}, uses ‘{self.path.name}’ beside it."
        )


def _version_of(path: Path, known: int) -> int:
    """Return the version of a file; raise `sqlite3.DatabaseError` if it is damaged, or nothing of ours."""
    with path.open("rb") as file:  # SQLite would throw away what waits in the file beside a damaged one
        if file.read(len(_MAGIC)) not in (b"", _MAGIC):
            raise sqlite3.DatabaseError("it is no database")
    with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as connection:
        connection.text_factory = _lenient
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        is_new = version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not is_new and owner != schema.APPLICATION_ID:
            raise sqlite3.DatabaseError("it is not HVTree's")
        if version <= known:
            finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if finding != "ok":
                raise sqlite3.DatabaseError(str(finding).partition("\n")[0])
        return version


def _connected(path: Path, versions: Sequence[str]) -> sqlite3.Connection:
    is_new = not path.exists()
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        if is_new:
            path.chmod(0o600)
        connection.row_factory, connection.text_factory = sqlite3.Row, _lenient
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.execute("PRAGMA journal_mode = WAL")  # where that cannot be, SQLite keeps its older way
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: else the drive may keep it in its cache
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, versions)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, versions: Sequence[str]) -> None:
    """Bring the tables up to date, each version in one transaction."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for number, script in enumerate(versions[version:], start=version):
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number + 1};\n"
            f"PRAGMA application_id = {schema.APPLICATION_ID};\nCOMMIT;"
        )


@contextmanager
def _readable_errors() -> Iterator[None]:
    """Turn an error whose words are no text into one with words: SQLite names what is damaged, and Python reads that strictly."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("a name in it is no text") from error


def _lenient(text: bytes) -> str:
    return text.decode(errors="replace")


def _folded(value: object) -> str:
    return str(value or "").casefold()
