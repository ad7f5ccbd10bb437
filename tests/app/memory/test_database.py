"""The memory's file: shared, brought up to date, and never overwritten when it cannot be used."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvtree.app.memory import schema
from hvtree.app.memory.database import Database
from hvtree.app.memory.history import History
from hvtree.app.memory.query import Query
from hvtree.domain.errors import BadInput
from hvtree.jobs.journal import JournalFailure
from hvtree.operations.create import CreateCheckpoint
from tests.support.kept_jobs import database_in, history_in, job, journal_in, write
from tests.support.plans import vm_at

CREATE = job(CreateCheckpoint((vm_at("web"),), "before patch"))


def titles(database: Database) -> list[str]:
    found = [each.title for each in History(database).find(Query())]
    database.close()
    return found


def filled(folder: Path) -> Path:
    """Return a memory with one job in it, in one file."""
    journal = journal_in(folder)
    write(journal, CREATE)
    asyncio.run(journal.close())
    return database_in(folder).path


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert history_in(tmp_path).find(Query()) == ()
    with pytest.raises(BadInput):
        history_in(tmp_path).entry("1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"not a database at all, but text " * 9, b"SQLite format 3\0" + b"\xff" * 4_000]
)
def test_a_damaged_file_is_kept_whole_and_a_new_one_begins(content: bytes, tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(content)
    database = database_in(tmp_path)
    assert titles(database) == []
    assert path.with_name("memory.sqlite3.bad").read_bytes() == content
    notice = database.take_notice()
    assert "damaged" in notice
    assert "memory.sqlite3.bad’" in notice
    assert database.take_notice() == ""
    write(journal_in(tmp_path), CREATE)
    assert titles(database_in(tmp_path)) == [CREATE.title]


_DAMAGED_NAME = (b"sqlite_autoindex_note_1", b"sql\xa7te_autoindex_note_1")
"""SQLite names it in its error, which Python then cannot read."""


def test_a_file_of_which_a_name_is_damaged_is_kept_whole_too(tmp_path: Path) -> None:
    path = filled(tmp_path)
    content = path.read_bytes().replace(*_DAMAGED_NAME)
    path.write_bytes(content)
    database = database_in(tmp_path)
    assert titles(database) == []
    assert path.with_name("memory.sqlite3.bad").read_bytes() == content
    assert "damaged" in database.take_notice()


def test_a_name_that_is_damaged_while_the_file_is_open_is_a_sentence(tmp_path: Path) -> None:
    path = filled(tmp_path)
    database = database_in(tmp_path)
    assert History(database).find(Query())
    path.write_bytes(path.read_bytes().replace(*_DAMAGED_NAME))
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA writable_schema = ON")
        other.execute("PRAGMA schema_version = 99")  # so that whoever has it open looks at the names again
    with pytest.raises(JournalFailure):
        History(database).find(Query())
    assert titles(database) == []


def test_each_damaged_file_gets_a_name_of_its_own(tmp_path: Path) -> None:
    path = filled(tmp_path)
    for content in (b"first " * 99, b"second " * 99):
        path.write_bytes(content)
        titles(database_in(tmp_path))
    kept = sorted(path.parent.glob("*.bad*"))
    assert [each.read_bytes()[:5] for each in kept] == [b"first", b"secon"]


def test_what_waits_to_be_written_into_a_damaged_file_stays_beside_it(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(b"damaged " * 99)
    path.with_name("memory.sqlite3-wal").write_bytes(b"the last changes")
    titles(database_in(tmp_path))
    assert path.with_name("memory.sqlite3.bad-wal").read_bytes() == b"the last changes"


def test_a_database_of_another_program_is_put_aside_as_well(tmp_path: Path) -> None:
    path = database_in(tmp_path).path
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (value)")
    database = database_in(tmp_path)
    assert titles(database) == []
    with closing(sqlite3.connect(path.with_name("memory.sqlite3.bad"))) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_the_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    newer = Database(database_in(tmp_path).path, (*schema.VERSIONS, "CREATE TABLE more (value);"))
    with newer.change():
        pass
    newer.close()
    before = newer.path.read_bytes()
    older = database_in(tmp_path)
    assert titles(older) == []
    assert older.path.name == f"memory.v{len(schema.VERSIONS)}.sqlite3"
    assert "newer HVTree" in older.take_notice()
    write(journal_in(tmp_path), CREATE)
    assert titles(database_in(tmp_path)) == [CREATE.title]
    assert newer.path.read_bytes() == before


def test_the_file_of_an_older_version_is_brought_up_to_date_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = filled(tmp_path)
    newer = Database(path, (*schema.VERSIONS, "ALTER TABLE job ADD COLUMN reason TEXT NOT NULL DEFAULT '';"))
    assert titles(newer) == [CREATE.title]
    with newer.reading() as connection:
        assert [row["reason"] for row in connection.execute("SELECT reason FROM job")] == [""]


def test_a_version_that_cannot_be_reached_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = filled(tmp_path)
    broken = Database(path, (*schema.VERSIONS, "CREATE TABLE half (value); SELECT * FROM absent;"))
    with pytest.raises(JournalFailure) as caught:
        titles(broken)
    assert "no such table: absent" in caught.value.why
    assert titles(database_in(tmp_path)) == [CREATE.title]
    with database_in(tmp_path).reading() as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert "half" not in {row["name"] for row in tables}


def test_a_folder_that_cannot_be_made_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(JournalFailure, match="cannot be used"):
        write(journal_in(tmp_path), CREATE)


def test_a_change_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    database = database_in(tmp_path)

    def half() -> Iterable[str]:
        with database.change() as connection:
            connection.execute(
                "INSERT INTO run (id, computer, user, process, version, began) VALUES ('r', '', '', 1, '', '')"
            )
            connection.execute("INSERT INTO nowhere VALUES (1)")
        return ()

    with pytest.raises(JournalFailure):
        half()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone()[0] == 0


@given(cut=st.integers(0, 40_000), place=st.integers(0, 40_000), noise=st.binary(max_size=40))
def test_no_damage_is_a_crash_and_no_damaged_file_is_lost(
    cut: int, place: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = database_in(folder).path
    path.parent.mkdir()
    content = bytearray(_sound(tmp_path_factory)[:cut] if cut % 3 == 0 else _sound(tmp_path_factory))
    content[place : place + len(noise)] = noise
    path.write_bytes(bytes(content))
    database = database_in(folder)
    with suppress(JournalFailure, BadInput):
        History(database).find(Query())
        History(database).entry("1")
    database.close()
    if database.take_notice():
        kept = path.with_name("memory.sqlite3.bad")  # or where it was, if it looks like a newer version's
        assert (kept if kept.exists() else path).read_bytes() == bytes(content)


_SOUND: list[bytes] = []


def _sound(factory: pytest.TempPathFactory) -> bytes:
    if not _SOUND:
        _SOUND.append(filled(factory.mktemp("sound")).read_bytes())
    return _SOUND[0]


BUSY = """
import asyncio, sys
from pathlib import Path
from hvtree.values import replace
from datetime import timedelta
from hvtree.jobs.job import Verdict
from hvtree.operations.create import CreateCheckpoint
from tests.support.kept_jobs import QUEUED, job, journal_in
from tests.support.plans import vm_at

async def main(folder, name):
    journal = journal_in(folder)
    for number in range(12):
        view = job(CreateCheckpoint((vm_at("web"),), name), uuid=f"{name}-{number}")
        await journal.begin(view)
        await journal.asking(view, 0, view.steps[0].edit)
        await journal.answered(view, 0, None)
        await journal.end(replace(view, verdict=Verdict.CANCELLED, message="", ended_utc=QUEUED))
    await journal.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def test_four_programs_write_at_the_same_time(tmp_path: Path) -> None:
    names = ("one", "two", "three", "four")
    programs = [subprocess.Popen([sys.executable, "-c", BUSY, str(tmp_path), name]) for name in names]
    assert [program.wait() for program in programs] == [0, 0, 0, 0]
    found = history_in(tmp_path).find(Query())
    assert {each.uuid for each in found} == {f"{name}-{number}" for name in names for number in range(12)}
    assert {each.standing for each in found} == {"cancelled"}
    assert all(len(history_in(tmp_path).entry(each.uuid).steps[0].requests) == 1 for each in found)
