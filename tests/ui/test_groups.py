"""Groups in the window: made from a selection, shown beside the tree, changed and forgotten."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from hvtree.domain.group import GroupMethod
from hvtree.domain.group_mark import GroupMark
from hvtree.ui.intents.edit_group import DELETE_GROUP, EDIT_GROUP
from hvtree.ui.intents.show_group import SELECT_SIBLINGS, SHOW_GROUP
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from hvtree.ui.selection import Kind
from tests.support import trees
from tests.support.group_user import FARM, GroupUser
from tests.support.window import AtWindow, WindowUser

MARK = GroupMark("6c1f-1", 2, FARM, "Farm", spread_ms=38, stopped_ms=4213)


def test_without_groups_it_says_what_they_are_for_and_how_to_make_one(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.show()
        assert groups.view.is_empty
        groups.view.first_button.click()
        assert (await user.dialog()).title == "New Group"
        (await user.dialog()).press("Cancel")

    at_window(story, web="base*")


def test_a_group_is_made_of_what_is_selected_and_shown(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        user.select("web")
        user.select("db", more=True)
        user.choose("New Group…")
        dialog = await user.dialog()
        dialog.type("Shop")
        groups.set_order(dialog, "db", 1, 30)
        groups.set_order(dialog, "web", 2)
        dialog.press("Create Group")
        await user.until(lambda: user.open_dialog() is None, "it is kept")
        await user.quiet()
        (group,) = user.workspace.groups.definitions
        assert group.name == "Shop"
        assert {each.name: (each.start_order, each.delay_s) for each in group.members} == {
            "db": (1, 30),
            "web": (2, 0),
        }
        assert groups.is_shown()
        assert groups.selected() == "Shop"
        assert groups.rows() == {"Shop | 2 VMs on vhost": ["db | Off", "web | Off"]} or groups.rows() == {
            "Shop | 2 VMs on vhost": ["web | Off", "db | Off"]
        }

    at_window(story, web="base*", db="", other="")


def test_a_group_without_a_name_or_members_is_not_kept_and_the_dialog_says_why(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        user.select("web")
        user.choose("New Group…")
        dialog = await user.dialog()
        dialog.press("Create Group")
        await user.quiet()
        assert "name" in dialog.note()
        dialog.type("Shop")
        groups.tick(dialog, "web")
        dialog.press("Create Group")
        await user.quiet()
        assert "no members" in dialog.note()
        assert user.workspace.groups.definitions == ()
        dialog.press("Cancel")

    at_window(story, web="base*")


def test_two_groups_cannot_have_one_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await GroupUser(user).make("Shop", "web")
        user.select("db")
        user.choose("New Group…")
        dialog = await user.dialog()
        dialog.type("shop")
        dialog.press("Create Group")
        await user.quiet()
        assert "already" in dialog.note()
        dialog.press("Cancel")

    at_window(story, web="", db="")


def test_a_group_is_changed_and_others_of_its_vms_are_offered(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web")
        await groups.show()
        groups.select(group_key(FARM))
        await user.quiet()
        user.choose("Edit Group…")
        dialog = await user.dialog()
        assert groups.offered(dialog) == ["web", "app", "db"]
        dialog.type("Farm 2")
        groups.tick(dialog, "db")
        dialog.widget.method.choose(GroupMethod.NO_INTERRUPTION)
        dialog.press("Save Group")
        await user.until(lambda: user.open_dialog() is None, "it is kept")
        (group,) = user.workspace.groups.definitions
        assert (group.id, group.name, [each.name for each in group.members], group.method) == (
            FARM,
            "Farm 2",
            ["web", "db"],
            GroupMethod.NO_INTERRUPTION,
        )

    at_window(story, web="", db="", app="")


def test_a_group_is_forgotten_and_its_checkpoints_stay(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.mark("joint", "web", "db", mark=MARK)
        await groups.show()
        groups.select(group_key(FARM))
        await user.quiet()
        user.choose("Delete Group…")
        dialog = await user.dialog()
        assert "stay as they are, 1 group checkpoint among them" in dialog.note()
        assert dialog.default_button() == "Cancel"
        dialog.press("Delete Group")
        await user.until(lambda: not user.workspace.groups.definitions, "it is forgotten")
        await user.quiet()
        assert user.shape("web") == "joint*"
        assert groups.rows() == {"Group checkpoints without a group | ": ["joint | 2 of 2 VMs of ‘Farm’"]}

    at_window(story, web="joint*", db="joint*")


def test_without_a_group_that_is_selected_none_can_be_changed(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        assert "Select a group." in user.reason(EDIT_GROUP)
        assert "Select a group." in user.reason(DELETE_GROUP)

    at_window(story, web="")


def test_a_group_checkpoint_shows_how_it_is_and_when_a_part_is_gone_which(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.mark("joint", "web", "db", mark=MARK)
        await groups.show()
        groups.select(checkpoint_key("6c1f-1"))
        await user.quiet()
        assert "It is whole" in groups.details()
        assert "38 ms between the first pause and the last one" in groups.details()
        assert "4.2 s" in groups.details()
        user.host.hyperv.remove_vm_snapshot(vm_snapshot=[user.ref("db", "joint").checkpoint_id])
        await user.until(lambda: user.shape("db") == "", "it is gone")
        await user.quiet()
        assert groups.rows()["Farm | 2 VMs on vhost"][0] == "joint | 1 of 2 VMs"
        assert "This group checkpoint is not whole." in groups.details()
        assert "1 more VM took part" in groups.details()

    at_window(story, web="joint*", db="joint*")


def test_what_is_selected_follows_the_tab_that_is_shown(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        user.select("db")
        await groups.show()
        assert user.selection.group == FARM
        assert user.selection.targets == (user.vm_address("web"), user.vm_address("db"))
        user.window.bench.left.show_tree()
        assert user.selection.vms == (user.vm_address("db"),)
        assert user.selection.kind is Kind.VM

    at_window(story, web="", db="")


def test_selection_and_open_rows_stay_while_hosts_change(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.mark("joint", "web", mark=MARK)
        await groups.show()
        groups.select(checkpoint_key("6c1f-1"))
        groups.view.tree.expandAll()
        user.host.hyperv.start_vm(vm=[user.vm("db").id])
        await user.until(lambda: user.vm("db").state.value == "Running", "it runs")
        await groups.mark("old", "db", mark=GroupMark("6c1f-0", 1, FARM, "Farm"))
        assert groups.selected() == "joint"
        assert user.selection.group_checkpoint == "6c1f-1"
        assert groups.rows()["Farm | 2 VMs on vhost"][-1] == "db | Running"
        assert groups.view.tree.isExpanded(groups.view.model.index_of(group_key(FARM)))

    at_window(story, web="joint*", db="old*")


def test_a_member_leads_to_its_group_and_a_checkpoint_to_its_siblings(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.mark("joint", "web", "db", mark=MARK)
        user.select("other")
        await user.quiet()
        assert "It belongs to no group." in user.reason(SHOW_GROUP)
        user.select("web", "joint")
        await user.quiet()
        assert "‘joint’ of ‘Farm’: 2 of 2 VMs · spread 38 ms · by CORP\\anna" in groups.details()
        user.choose("Select Siblings")
        assert set(user.selection.checkpoints) == {user.address("web", "joint"), user.address("db", "joint")}
        user.select("db", "joint")
        await user.quiet()
        user.choose("Show Group")
        await user.quiet()
        assert groups.is_shown()
        assert groups.selected() == "joint"
        user.choose("Select Siblings")
        assert not groups.is_shown()
        assert len(user.selection.checkpoints) == 2
        user.select("web", "joint")
        await user.quiet()
        assert user.can(SELECT_SIBLINGS)

    at_window(story, web="joint*", db="joint*", other="")


def test_the_group_of_a_vm_is_a_link_in_its_details(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web")
        user.select("web")
        await user.quiet()
        assert "Belongs to\nFarm" in groups.details()
        user.window.details.group_wanted.emit(group_key(FARM))
        await user.quiet()
        assert (groups.is_shown(), groups.selected()) == (True, "Farm")

    at_window(story, web="")


def test_whoever_looks_for_something_sees_the_tree(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web")
        await groups.show()
        await user.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert not groups.is_shown()

    at_window(story, web="")


def test_a_group_of_vms_of_two_hosts_goes_on_when_one_is_closed(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await user.open_another(trees.lab("west", db=""))
        await groups.make("Farm", "web", "db")
        await groups.show()
        assert groups.rows() == {"Farm | 2 VMs on 2 hosts": ["web | Off", "db | Off"]}
        user.workspace.remove_host("west")
        await user.quiet()
        assert groups.rows() == {
            "Farm | 2 VMs on vhost · 1 on hosts that are not open": ["web | Off", "db | Host not open"]
        }

    at_window(story, web="")


def test_groups_go_into_a_file_and_come_back_from_it(at_window: AtWindow, tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        made = await groups.make("Farm", "web", "db")
        await groups.show()
        user.choose_from("Group", "Export Groups…")
        groups.choose_file(tmp_path / "farm.json")
        await user.until((tmp_path / "farm.json").exists, "it is written")
        await user.workspace.groups.delete(FARM)
        await user.quiet()
        user.choose_from("Group", "Import Groups…")
        groups.choose_file(tmp_path / "farm.json")
        dialog = await user.dialog()
        assert dialog.table() == [("Farm", "2 VMs on vhost", "new")]
        dialog.press("Import 1 Group")
        await user.until(lambda: bool(user.workspace.groups.definitions), "it is kept")
        await user.quiet()
        assert user.workspace.groups.definitions == (made,)
        assert groups.selected() == "Farm"

    at_window(story, web="", db="")
