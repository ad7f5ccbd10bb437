"""Groups in the memory: kept as they are, for all programs that share it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvtree.app.memory import schema
from hvtree.app.memory.database import Database
from hvtree.app.memory.group_content import GroupContent
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.history import History
from hvtree.app.memory.query import Query
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.group import Group, GroupMethod, Member
from hvtree.jobs.journal import JournalFailure
from hvtree.operations.create import CreateCheckpoint
from hvtree.values import replace
from tests.support.kept_groups import FARM, SHOP, TAKEN
from tests.support.kept_jobs import database_in, job, journal_in, write
from tests.support.plans import vm_at

EVERYTHING = GroupContent((FARM, SHOP), (TAKEN,))


def run(folder: Path, *stories: Callable[[KeptGroups], Awaitable[object]]) -> list[object]:
    """Let each story happen to the memory as a program of its own opens it; return what they return."""

    async def one_after_the_other() -> list[object]:
        said = []
        for story in stories:
            memory = KeptGroups(database_in(folder).path)
            said.append(await story(memory))
            await memory.close()
        return said

    return asyncio.run(one_after_the_other())


async def everything(memory: KeptGroups) -> GroupContent:
    await memory.save(SHOP)
    await memory.save(FARM)
    return await memory.record(TAKEN)


def test_what_is_kept_is_there_in_the_next_program_as_it_was(tmp_path: Path) -> None:
    assert run(tmp_path, everything, KeptGroups.load) == [EVERYTHING, EVERYTHING]


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert run(tmp_path, KeptGroups.load) == [None]
    assert list(tmp_path.iterdir()) == []


def test_a_group_takes_the_place_of_the_one_of_its_id(tmp_path: Path) -> None:
    changed = replace(FARM, name="Farm", members=FARM.members[::-1], method=GroupMethod.NO_INTERRUPTION)
    *_, found = run(tmp_path, everything, lambda memory: memory.save(changed), KeptGroups.load)
    assert found == GroupContent((changed, SHOP), (TAKEN,))


def test_a_group_that_is_deleted_leaves_what_was_taken_of_it(tmp_path: Path) -> None:
    *_, found = run(tmp_path, everything, lambda memory: memory.delete(FARM.id), KeptGroups.load)
    assert found == GroupContent((SHOP,), (TAKEN,))


def test_records_are_forgotten_by_their_ids(tmp_path: Path) -> None:
    other = replace(TAKEN, id=SHOP.id, name="later")

    async def story(memory: KeptGroups) -> None:
        await memory.record(other)
        await memory.forget([TAKEN.id, "nobody"])

    *_, found = run(tmp_path, everything, story, KeptGroups.load)
    assert found == GroupContent((FARM, SHOP), (other,))


def test_no_two_groups_have_one_name_whatever_the_letter_case(tmp_path: Path) -> None:
    async def story(memory: KeptGroups) -> None:
        with pytest.raises(BadInput, match="There is a group ‘SHAREPOINT FARM’ already"):
            await memory.save(replace(SHOP, name="SHAREPOINT FARM"))

    assert run(tmp_path, everything, story, KeptGroups.load)[-1] == EVERYTHING


def test_what_another_program_changes_is_seen_and_nothing_is_read_again_before(tmp_path: Path) -> None:
    async def story() -> None:
        here, there = (KeptGroups(database_in(tmp_path).path) for _ in range(2))
        before = await everything(here)
        assert await here.load() is before
        assert await there.delete(SHOP.id) == GroupContent((FARM,), (TAKEN,))
        assert await here.load() == GroupContent((FARM,), (TAKEN,))
        await here.close()
        await there.close()

    asyncio.run(story())


@pytest.mark.parametrize("version", [1, 2, 3])
def test_the_memory_of_an_earlier_version_gets_room_for_groups_and_loses_nothing(
    version: int, tmp_path: Path
) -> None:
    database = database_in(tmp_path)
    old = Database(database.path, schema.VERSIONS[:version])
    with old.change() as connection:
        connection.execute(
            "INSERT INTO run VALUES ('r', 'pc', 'anna', 1, '0.9', '2026-11-22T14:02:00+00:00')"
        )
    old.close()
    assert run(tmp_path, KeptGroups.load, everything) == [GroupContent(), EVERYTHING]
    with database.reading() as connection:
        assert [row["user"] for row in connection.execute("SELECT user FROM run")] == ["anna"]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.VERSIONS)


def test_jobs_and_groups_share_one_file(tmp_path: Path) -> None:
    taking = job(CreateCheckpoint((vm_at("web"),), "before patch"))
    write(journal_in(tmp_path), taking)
    run(tmp_path, everything)
    assert [each.title for each in History(database_in(tmp_path)).find(Query())] == [taking.title]


def test_the_groups_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    run(tmp_path, everything)
    newer = Database(database_in(tmp_path).path, (*schema.VERSIONS, "DROP TABLE vm_group_member;"))
    with newer.change():
        pass
    newer.close()
    before = newer.path.read_bytes()
    found = run(tmp_path, KeptGroups.load, lambda memory: memory.save(SHOP))
    assert found == [GroupContent(), GroupContent((SHOP,))]
    assert newer.path.read_bytes() == before


def test_a_damaged_file_is_kept_and_new_groups_begin(tmp_path: Path) -> None:
    run(tmp_path, everything)
    path = database_in(tmp_path).path
    path.write_bytes(b"not a database at all, but text " * 9)
    assert run(tmp_path, KeptGroups.load, lambda memory: memory.save(SHOP))[-1] == GroupContent((SHOP,))
    assert path.with_name("memory.sqlite3.bad").read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vm_group SET method = 'by magic'",
        "UPDATE vm_group_member SET start_order = 'first'",
        "UPDATE group_checkpoint SET at = 'yesterday'",
        "UPDATE group_checkpoint_part SET memory_bytes = x'00'",
    ],
)
def test_a_damaged_row_is_a_clear_sentence(damage: str, tmp_path: Path) -> None:
    run(tmp_path, everything)
    with closing(sqlite3.connect(database_in(tmp_path).path)) as connection:
        connection.execute(damage)
        connection.commit()
    with pytest.raises(BadInput, match="in HVTree's memory cannot be read"):
        run(tmp_path, KeptGroups.load)


def test_a_folder_that_cannot_be_made_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(JournalFailure, match="cannot be used"):
        run(tmp_path, everything)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MEMBERS = st.builds(
    Member, st.builds(VmAddress, TEXT, TEXT), TEXT, st.integers(1, 99), st.integers(0, 3_600), TEXT
)
GROUPS = st.builds(Group, TEXT, TEXT, st.lists(MEMBERS, max_size=5).map(tuple), st.sampled_from(GroupMethod))


@given(group=GROUPS)
def test_every_group_reads_back(group: Group, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("groups")
    *_, found = run(folder, lambda memory: memory.save(group), KeptGroups.load)
    assert found == GroupContent((group,))


BUSY = """
import asyncio, sys
from hvtree.values import replace
from pathlib import Path
from hvtree.app.memory.groups import KeptGroups
from tests.support.kept_groups import FARM, TAKEN
from tests.support.kept_jobs import database_in

async def main(folder, name):
    memory = KeptGroups(database_in(folder).path)
    for number in range(12):
        await memory.save(replace(FARM, id=f"{name}-{number}", name=f"{name} {number}"))
        await memory.record(replace(TAKEN, id=f"{name}-{number}"))
        await memory.load()
        if number % 2:
            await memory.delete(f"{name}-{number}")
            await memory.forget([f"{name}-{number}"])
    await memory.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def test_four_programs_write_at_the_same_time(tmp_path: Path) -> None:
    names = ("one", "two", "three", "four")
    programs = [subprocess.Popen([sys.executable, "-c", BUSY, str(tmp_path), name]) for name in names]
    assert [program.wait() for program in programs] == [0, 0, 0, 0]
    (found,) = run(tmp_path, KeptGroups.load)
    assert isinstance(found, GroupContent)
    ids = {f"{name}-{number}" for name in names for number in range(0, 12, 2)}
    assert {each.id for each in found.definitions} == {each.id for each in found.records} == ids
    assert all(each.members == FARM.members for each in found.definitions)
    assert all(each.parts == TAKEN.parts for each in found.records)
