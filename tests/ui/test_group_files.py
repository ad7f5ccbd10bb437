"""Groups that are imported from a file: what they replace is said, and all of them are kept or none."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from hvtree.app.group_files import write_groups
from hvtree.values import replace
from tests.support.group_user import GroupUser
from tests.support.window import AtWindow, WindowUser


def test_an_import_says_which_groups_it_replaces(at_window: AtWindow, tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web")
        write_groups(tmp_path / "farm.json", user.workspace.groups.definitions)
        await groups.make("Farm 2", "web", "db")
        user.choose_from("Group", "Import Groups…")
        groups.choose_file(tmp_path / "farm.json")
        dialog = await user.dialog()
        assert dialog.table() == [("Farm", "1 VM on vhost", "replaces the present one")]
        assert "1 group will be replaced" in dialog.note()
        dialog.press("Cancel")
        await user.quiet()
        assert [each.name for each in user.workspace.groups.definitions] == ["Farm 2"]

    at_window(story, web="", db="")


def test_an_import_of_which_one_name_is_taken_keeps_none(at_window: AtWindow, tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web")
        (made,) = user.workspace.groups.definitions
        others = [
            replace(made, id=str(UUID(int=number)), name=name) for number, name in ((1, "New"), (2, "Farm"))
        ]
        write_groups(tmp_path / "farm.json", others)
        user.choose_from("Group", "Import Groups…")
        groups.choose_file(tmp_path / "farm.json")
        (await user.dialog()).press("Import 2 Groups")
        assert "Farm" in (await user.dialog()).all_text()
        (await user.dialog()).press("Close")
        assert user.workspace.groups.definitions == (made,)

    at_window(story, web="", db="")


def test_a_file_that_holds_no_groups_is_refused_with_the_reason(at_window: AtWindow, tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        (tmp_path / "notes.json").write_text("[1]", encoding="utf-8")
        user.choose_from("Group", "Import Groups…")
        GroupUser(user).choose_file(tmp_path / "notes.json")
        dialog = await user.dialog()
        assert "notes.json" in dialog.all_text()
        dialog.press("Close")

    at_window(story, web="")
