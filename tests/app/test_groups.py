"""The user's groups: kept, found by what people type, told to the window, and joined with what hosts know."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hvtree.app.bootstrap import make_workspace
from hvtree.app.groups import Groups
from hvtree.app.host_view import Event, GroupsChanged
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.settings_file import Store
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState
from hvtree.values import replace
from tests.support.kept_groups import FARM, SHOP, TAKEN
from tests.support.trees import id_of, lab


def fleet_of(**states: HostState) -> Fleet:
    """Return a fleet of these hosts by their ids, which are not their names."""
    return Fleet.of(states)


def groups_in(folder: Path | None) -> Groups:
    return Groups(KeptGroups(folder / "memory.sqlite3") if folder is not None else None)


@pytest.fixture(params=["kept", "not kept"])
def groups(request: pytest.FixtureRequest, tmp_path: Path) -> Groups:
    return groups_in(tmp_path if request.param == "kept" else None)


async def filled(groups: Groups) -> Groups:
    for each in (SHOP, FARM):
        await groups.save(each)
    await groups.record(TAKEN)
    return groups


def test_groups_are_saved_deleted_and_in_the_order_of_their_names(groups: Groups) -> None:
    async def story() -> None:
        await groups.load()
        assert groups.definitions + groups.records == ()
        await filled(groups)
        assert list(groups.definitions) == [FARM, SHOP]
        await groups.delete(FARM.id)
        await groups.delete("nobody")
        assert [*groups.definitions, *groups.records] == [SHOP, TAKEN]
        await groups.forget([TAKEN.id])
        assert groups.records == ()
        await groups.close()

    asyncio.run(story())


def test_a_group_that_is_wrong_is_not_kept(groups: Groups) -> None:
    async def story() -> None:
        await groups.save(FARM)
        for wrong, said in (
            (replace(SHOP, members=()), "has no members"),
            (replace(SHOP, name="sharepoint FARM"), "There is a group ‘sharepoint FARM’ already"),
        ):
            with pytest.raises(BadInput, match=said):
                await groups.save(wrong)
        assert groups.definitions == (FARM,)
        await groups.close()

    asyncio.run(story())


def test_several_groups_are_kept_together_or_not_at_all(groups: Groups) -> None:
    async def story() -> None:
        await groups.save(FARM)
        with pytest.raises(BadInput, match="There is a group ‘sharepoint farm’ already"):
            await groups.save_all(
                [replace(SHOP, name="x"), replace(SHOP, id=TAKEN.id, name="sharepoint farm")]
            )
        assert list(groups.definitions) == [FARM]
        swapped = replace(FARM, name="Shop"), replace(SHOP, name="SharePoint farm")
        assert await groups.save_all(swapped) == swapped
        assert [each.id for each in groups.definitions] == [SHOP.id, FARM.id]
        await groups.close()

    asyncio.run(story())


def test_a_change_is_told_once_and_no_change_is_not_told(groups: Groups) -> None:
    async def story() -> None:
        told: list[int] = []
        groups.on_change = lambda: told.append(len(groups.definitions))
        await groups.load()
        await groups.save(FARM)
        await groups.save(FARM)
        await groups.load()
        await groups.delete("nobody")
        await groups.delete(FARM.id)
        assert told == [1, 0]
        await groups.close()

    asyncio.run(story())


def test_what_another_program_does_is_seen_and_told_at_the_next_load(tmp_path: Path) -> None:
    async def story() -> None:
        here, there = groups_in(tmp_path), groups_in(tmp_path)
        await filled(here)
        records, told = here.records, []
        here.on_change = lambda: told.append(here.definitions)
        await there.load()
        await there.delete(SHOP.id)
        assert here.definitions == (FARM, SHOP)
        await here.load()
        assert told == [(FARM,)]
        assert here.records is records
        await here.close()
        await there.close()

    asyncio.run(story())


def test_members_are_brought_up_to_date_when_a_group_is_saved(groups: Groups) -> None:
    async def story() -> None:
        moved = fleet_of(east=lab("HV-EAST", sql="c1*", web="c2*"), west=lab("HV-WEST", other="x*"))
        kept = await groups.save(FARM, moved)
        assert groups.definitions == (kept,)
        assert [(each.vm.host_id, each.name, each.host) for each in kept.members] == [
            ("east", "sql", "HV-EAST"),
            ("east", "web", "HV-EAST"),
        ]
        assert [(each.start_order, each.delay_s) for each in kept.members] == [(1, 30), (2, 0)]
        assert (await groups.save(FARM, Fleet.of({}))).members == FARM.members
        await groups.close()

    asyncio.run(story())


def test_group_checkpoints_are_worked_out_once_for_the_same_readings_and_records(groups: Groups) -> None:
    async def story() -> None:
        await filled(groups)
        east, west = lab("HV-EAST", sql="c1*"), lab("HV-WEST", web="c2*")
        found = groups.checkpoints(Fleet.of({"east": east, "west": west}))
        assert [each.name for each in found.values()] == ["c1"]
        assert groups.checkpoints(Fleet.of({"east": east, "west": west})) is found
        assert groups.checkpoints(Fleet.of({"east": east})) is not found
        seen = Fleet.of({"east": east, "west": west})
        before = groups.checkpoints(seen)
        await groups.delete(SHOP.id)
        assert groups.checkpoints(seen) is before
        await groups.record(replace(TAKEN, author="bert"))
        assert groups.checkpoints(seen)[TAKEN.id].author == "bert"
        assert groups.checkpoints_of(FARM, seen) == tuple(groups.checkpoints(seen).values())
        assert groups.checkpoints_of(SHOP, seen) == ()
        await groups.close()

    asyncio.run(story())


def test_a_group_is_found_by_its_id_or_its_name(groups: Groups) -> None:
    async def story() -> None:
        await filled(groups)
        for text in ("SharePoint farm", "sharepoint FARM", FARM.id, FARM.id.upper(), f"{{{FARM.id}}}"):
            assert groups.find(text) == FARM
        with pytest.raises(BadInput, match="There is no group ‘Sharepoint fram’") as caught:
            groups.find("Sharepoint fram")
        assert caught.value.now == "Did you mean ‘SharePoint farm’?"
        with pytest.raises(BadInput, match="means 2 groups") as caught:
            groups.find("0b7e")
        assert FARM.id in caught.value.now
        await groups.close()

    asyncio.run(story())


def test_a_group_checkpoint_is_found_by_its_id_or_a_name_that_only_one_has(groups: Groups) -> None:
    seen = fleet_of(east=lab("HV-EAST", sql="c1*"), west=lab("HV-WEST", web="c2(c3*)"))
    other_part = replace(
        TAKEN.parts[1], address=replace(TAKEN.parts[1].address, checkpoint_id=id_of("web", "c3"))
    )
    other = replace(TAKEN, id=SHOP.id, parts=(other_part,), size=1, name="c3", group_id=SHOP.id)

    async def story() -> None:
        await filled(groups)
        await groups.record(other)
        assert groups.find_checkpoint(seen, "C3").id == other.id
        assert groups.find_checkpoint(seen, TAKEN.id[:8], FARM).id == TAKEN.id
        with pytest.raises(BadInput, match="There is no group checkpoint ‘c3’"):
            groups.find_checkpoint(seen, "c3", FARM)
        await groups.record(replace(TAKEN, id=FARM.id, group_id=""))
        with pytest.raises(BadInput, match="‘c1’ means 2 group checkpoints"):
            groups.find_checkpoint(seen, "c1")
        assert groups.find_checkpoint(seen, "c1", FARM).id == TAKEN.id
        await groups.close()

    asyncio.run(story())


def test_a_workspace_tells_of_its_groups_and_keeps_them_in_the_memory(tmp_path: Path) -> None:
    async def story() -> None:
        for expected in ((), (FARM,)):
            workspace = make_workspace(Store(tmp_path / "settings.json"), tmp_path / "memory.sqlite3")
            told: list[Event] = []
            workspace.listener = told.append
            await workspace.groups.load()
            assert workspace.groups.definitions == expected
            await workspace.groups.save(FARM)
            assert told == [GroupsChanged()]
            await workspace.close()

    asyncio.run(story())


def test_a_workspace_without_a_memory_has_no_groups_at_first() -> None:
    async def story() -> None:
        workspace = Workspace(lambda _profile, _secret: pytest.fail("no host is here"))
        await workspace.groups.load()
        assert workspace.groups.definitions == ()
        await workspace.close()

    asyncio.run(story())
