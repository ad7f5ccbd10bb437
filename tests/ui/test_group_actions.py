"""A group checkpoint is exported, a group is shut down, and what has to wait for a busy member says so once."""

from __future__ import annotations

from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from tests.support import trees
from tests.support.emulated import EmulatedHost
from tests.support.group_user import FARM, GroupUser
from tests.support.window import AtWindow, WindowUser


def running(name: str) -> object:
    return trees.vm("", name, state=VmState.RUNNING)


def copies_in(host: EmulatedHost, folder: str) -> list[str]:
    """Return the folders of VMs in a folder of a host."""
    paths = host.hyperv.get_child_item(folder)
    return sorted({each.removeprefix(f"{folder}\\").split("\\")[0] for each in paths})


async def export(user: WindowUser, groups: GroupUser, key: str, folder: str) -> None:
    """Export a group checkpoint by its row."""
    groups.select(checkpoint_key(key))
    await user.quiet()
    user.choose("Export Group Checkpoint…")
    dialog = await user.dialog()
    dialog.type(folder)
    dialog.press("Export")


def test_each_part_is_copied_below_one_folder_and_the_group_checkpoint_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await export(user, groups, await groups.take("joint"), "D:\\Farm")
        job = await user.job_ended(2)
        assert job.verdict is Verdict.AS_PLANNED
        assert job.title == "Export the group checkpoint ‘joint’ of 2 VMs"
        assert copies_in(user.host, "D:\\Farm") == ["db", "web"]
        assert (user.shape("web"), user.shape("db")) == ("base(joint*)", "joint*")

    at_window(story, web="base*", db="")


def test_parts_on_two_hosts_are_copied_on_their_own_host(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        west = await user.open_another(trees.lab("west", db=""))
        await groups.make("Farm", "web", "db")
        await export(user, groups, await groups.take("joint"), "D:\\Farm")
        assert (await user.job_ended(2)).verdict is Verdict.AS_PLANNED
        copies = [copies_in(host, "D:\\Farm") for host in (user.host, west)]
        assert copies == [["web"], ["db"]]

    at_window(story, web="")


def test_an_export_into_no_folder_is_refused_before_anything_is_copied(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Export Group Checkpoint…")
        dialog = await user.dialog()
        dialog.type("Farm")
        assert dialog.buttons() == ["Cancel"]
        assert "folder" in dialog.text().lower()
        dialog.press("Cancel")

    at_window(story, web="", db="")


def test_a_part_that_fails_is_named_and_what_was_copied_before_it_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        user.host.hyperv.faults.add(Fault(cmdlet="Export-VMSnapshot", vm="web", error="OperationFailed"))
        await export(user, groups, key, "D:\\Farm")
        job = await user.job_ended(2)
        assert job.verdict is Verdict.FAILED
        assert "‘web’" in job.message
        assert copies_in(user.host, "D:\\Farm") == ["db"]

    at_window(story, web="", db="")


def test_a_group_is_shut_down_the_last_one_first_and_what_is_off_is_left_alone(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "db", "web", "spare")
        await groups.show()
        groups.select(group_key(FARM))
        await user.quiet()
        user.choose("Shut Down Group…")
        dialog = await user.dialog()
        assert "Their guests are asked to shut down" in dialog.text()
        assert "‘spare’ stays as it is" in dialog.text()
        dialog.press("Shut down 2 VMs")
        job = await user.job_ended()
        assert job.verdict is Verdict.AS_PLANNED
        assert [each.title for each in job.steps] == ["Shut down VM ‘web’", "Shut down VM ‘db’"]
        assert {user.vm(name).state for name in ("db", "web", "spare")} == {VmState.OFF}

    at_window(story, db=running("db"), web=running("web"), spare="")


def test_a_group_that_is_off_cannot_be_shut_down_and_says_so(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.show()
        groups.select(group_key(FARM))
        await user.quiet()
        assert "Shut Down Group…" not in user.context_menu()
        assert "There is nothing to shut down in this group. They are Off already." in groups.details()

    at_window(story, web="", db="")


def test_while_members_are_busy_all_that_waits_for_them_says_so_once(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.show()
        groups.select(group_key(FARM))
        await user.quiet()
        why = "VM ‘db’ is in the state Stopping."
        assert groups.details().count(why) == 1
        assert (
            "Start Group…, Save Group…, Shut Down Group…, Delete All Checkpoints of These VMs…\n" + why
            in groups.details()
        )
        assert "Checkpoint Group…" in groups.details().split("Not now:")[0]

    at_window(story, web="", db=trees.vm("", "db", state=VmState.STOPPING))
