"""A new group of a VM group of Hyper-V's own, or of what a filter finds: its members are seen before it is kept."""

from __future__ import annotations

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import VmState
from hvtree.emulator.host.enums import GroupType
from hvtree.emulator.host.faults import Fault
from hvtree.values import replace
from tests.support import trees
from tests.support.dialog_user import DialogUser
from tests.support.group_user import GroupUser
from tests.support.window import AtWindow, WindowUser


async def new_group(user: WindowUser, source: str) -> DialogUser:
    """Begin a new group in the view of groups, with members from somewhere else than the selection."""
    groups = GroupUser(user)
    await groups.show()
    user.choose_from("Group", "New Group…")
    dialog = await user.dialog()
    dialog.type("Farm")
    dialog.radio(source)
    await user.quiet()
    return dialog


async def keep(user: WindowUser, dialog: DialogUser) -> list[tuple[str, str]]:
    """Create the group, and return its members with their hosts."""
    dialog.press("Create Group")
    await user.until(lambda: user.open_dialog() is None, "it is kept")
    (group,) = user.workspace.groups.definitions
    return [(each.vm.host_id, each.name) for each in group.members]


def have(user: WindowUser, name: str, *vms: str, hyperv: object = None) -> None:
    """Let a host keep a VM group of its own."""
    host = hyperv or user.host.hyperv
    host.new_vm_group(name, GroupType.VMCollectionType)  # type: ignore[attr-defined]
    if vms:
        host.add_vm_group_member(name, vm=[user.vm(each).id for each in vms])  # type: ignore[attr-defined]


def test_a_group_is_made_of_a_vm_group_after_its_members_were_seen(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        have(user, "Tier 1", "web", "db")
        have(user, "Tier 2", "app")
        dialog = await new_group(user, "A VM group of Hyper-V")
        assert GroupUser.ticked(dialog) == [("web", "vhost"), ("db", "vhost")]
        dialog.choose("Tier 2 on vhost, 1 VM")
        assert GroupUser.ticked(dialog) == [("app", "vhost")]
        dialog.choose("Tier 1 on vhost, 2 VMs")
        assert await keep(user, dialog) == [("vhost", "web"), ("vhost", "db")]

    at_window(story, web="", db="", app="")


def test_a_vm_group_of_one_name_on_two_hosts_is_one_choice_and_each_is_one(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        west = await user.open_another(trees.lab("west", db=""))
        have(user, "Farm", "web")
        have(user, "FARM", "db", hyperv=west.hyperv)
        dialog = await new_group(user, "A VM group of Hyper-V")
        assert GroupUser.vm_groups(dialog) == [
            "Farm on 2 hosts, 2 VMs",
            "Farm on vhost, 1 VM",
            "FARM on west, 1 VM",
        ]
        assert await keep(user, dialog) == [("vhost", "web"), ("west", "db")]

    at_window(story, web="")


def test_a_vm_group_that_holds_vm_groups_brings_the_vms_of_all_of_them_once(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        have(user, "Tier 1", "web", "db")
        have(user, "Tier 2", "db", "app")
        inner = [each.instance_id for each in user.host.hyperv.get_vm_group().objects]
        user.host.hyperv.new_vm_group("All tiers", GroupType.ManagementCollectionType)
        user.host.hyperv.add_vm_group_member("All tiers", group=inner)
        dialog = await new_group(user, "A VM group of Hyper-V")
        dialog.choose("All tiers on vhost, 3 VMs")
        assert "It holds 2 VM groups" in dialog.all_text()
        assert [vm for vm, _host in GroupUser.ticked(dialog)] == ["web", "db", "app"]
        dialog.press("Cancel")

    at_window(story, web="", db="", app="", other="")


def test_a_host_without_vm_groups_says_so_and_vms_can_be_ticked(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await new_group(user, "A VM group of Hyper-V")
        assert "The host ‘vhost’ has no VM groups." in dialog.all_text()
        assert GroupUser.ticked(dialog) == []
        GroupUser.tick(dialog, "web")
        assert await keep(user, dialog) == [("vhost", "web")]

    at_window(story, web="", db="")


def test_an_empty_vm_group_says_so(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        have(user, "Tier 1")
        dialog = await new_group(user, "A VM group of Hyper-V")
        assert "There is no VM in it." in dialog.all_text()
        dialog.press("Create Group")
        await user.quiet()
        assert "no members" in dialog.note()
        dialog.press("Cancel")

    at_window(story, web="")


def test_a_host_that_tells_no_vm_groups_says_why_and_the_others_tell_theirs(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        west = await user.open_another(trees.lab("west", db=""))
        have(user, "Tier 1", "web")
        west.down = ConnectionFailure("The cable is out.")
        west.lose()
        await user.until(lambda: not user.workspace.host("west").is_connected, "it is away")
        dialog = await new_group(user, "A VM group of Hyper-V")
        assert GroupUser.ticked(dialog) == [("web", "vhost")]
        assert "‘west’" in dialog.all_text()
        dialog.press("Cancel")

    at_window(story, web="")


def test_a_host_that_refuses_to_tell_its_vm_groups_says_why(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hyperv.faults.add(Fault(cmdlet="Get-VMGroup", error="AccessDenied"))
        dialog = await new_group(user, "A VM group of Hyper-V")
        assert "vhost" in dialog.all_text()
        assert GroupUser.vm_groups(dialog) == []
        dialog.press("Cancel")

    at_window(story, web="")


def test_a_group_begins_with_what_the_filter_finds_when_no_vm_is_selected(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        user.filter("state:running")
        await groups.show()
        groups.view.first_button.click()
        dialog = await user.dialog()
        await user.quiet()
        assert GroupUser.ticked(dialog) == [("web", "vhost"), ("app", "vhost")]
        dialog.type("All that runs")
        assert await keep(user, dialog) == [("vhost", "web"), ("vhost", "app")]

    at_window(
        story,
        web=trees.vm("", "web", state=VmState.RUNNING),
        db="",
        app=trees.vm("", "app", state=VmState.RUNNING),
    )


def test_what_is_typed_as_a_filter_is_found_at_once_and_what_is_not_understood_is_said(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await new_group(user, "What a filter finds")
        assert "Type what the filter of the window would find." in dialog.all_text()
        for typed, ticked, said in (
            ("web", ["web"], ""),
            ("nothing like it", [], "It finds no VM."),
            ("stat:running", [], "stat"),
            ("patch", ["db"], "It is about checkpoints: 1 VM has such."),
            ("b", ["web", "db"], "Of 1 more VM it finds checkpoints only, so it is not ticked."),
        ):
            dialog.type(typed, field=1)
            await user.quiet()
            assert [vm for vm, _host in GroupUser.ticked(dialog)] == ticked, typed
            assert said in dialog.all_text(), typed
        assert await keep(user, dialog) == [("vhost", "web"), ("vhost", "db")]

    at_window(story, web="", db="patch*", app="before*")


def test_two_members_of_one_name_are_two_and_are_told_apart(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        first, second = (each for each in user.state.vms.values() if each.name == "web")
        dialog = await new_group(user, "What a filter finds")
        dialog.type("web", field=1)
        await user.quiet()
        assert "Several members are called ‘web’; each is known by its own id." in dialog.all_text()
        assert GroupUser.ticked(dialog) == [(f"web ({each.id})", "vhost") for each in (first, second)]
        assert len(await keep(user, dialog)) == 2

    at_window(story, web="", other=replace(trees.vm("", "other"), name="web"))


def test_another_source_ticks_other_members_and_the_selection_comes_back(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        have(user, "Tier 1", "db")
        user.select("web")
        user.choose("New Group…")
        dialog = await user.dialog()
        for source, ticked in (("A VM group of Hyper-V", ["db"]), ("Selected VMs", ["web"])):
            dialog.radio(source)
            await user.quiet()
            assert [vm for vm, _host in GroupUser.ticked(dialog)] == ticked
        dialog.press("Cancel")

    at_window(story, web="", db="")


def test_a_dialog_that_is_closed_while_hosts_are_asked_leaves_nothing_behind(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hold("host.vmgroups")
        dialog = await new_group_without_waiting(user)
        assert "The hosts are asked for their VM groups…" in dialog.all_text()
        dialog.press("Cancel")
        user.host.release("host.vmgroups")
        await user.quiet()

    at_window(story, web="")


async def new_group_without_waiting(user: WindowUser) -> DialogUser:
    user.select("web")
    user.choose("New Group…")
    dialog = await user.dialog()
    dialog.radio("A VM group of Hyper-V")
    await user.host.asked("host.vmgroups")
    return dialog
