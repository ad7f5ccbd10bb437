"""Undo of a group and of a group checkpoint in the window: its own last job, whatever else was done to its VMs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvtree.domain.model import VmState
from hvtree.jobs.job import Verdict
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from tests.support import trees
from tests.support.group_user import FARM, GroupUser
from tests.support.window import AtWindow, WindowUser


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite3"


async def rename(user: WindowUser, groups: GroupUser, key: str, name: str) -> None:
    """Give a group checkpoint another name."""
    groups.select(checkpoint_key(key))
    await user.quiet()
    user.choose("Rename Group Checkpoint…")
    dialog = await user.dialog()
    dialog.type(name)
    dialog.press("Rename")
    await user.job_ended(len(user.jobs) + 1)
    await user.quiet()


async def apply(user: WindowUser, groups: GroupUser, key: str) -> None:
    """Take all VMs back to a group checkpoint, the safe way."""
    groups.select(checkpoint_key(key))
    await user.quiet()
    user.choose("Apply Group Checkpoint…")
    (await user.dialog()).press("Create Checkpoints and Apply")
    await user.job_ended(len(user.jobs) + 1)
    await user.quiet()


async def checkpoint_alone(user: WindowUser, vm: str) -> None:
    """Do something to one member that has nothing to do with the group."""
    user.window.bench.left.show_tree()
    user.select(vm)
    user.choose("Checkpoint…")
    dialog = await user.dialog()
    dialog.type("of its own")
    dialog.press("Checkpoint")
    await user.job_ended(len(user.jobs) + 1)
    await user.quiet()


async def undo(user: WindowUser, groups: GroupUser, key: str, button: str) -> str:
    """Undo what the row of a group or a group checkpoint says is next, and return what that was."""
    groups.select(key)
    await user.quiet()
    user.choose("Undo…")
    dialog = await user.dialog()
    said = dialog.all_text()
    dialog.press(button)
    job = await user.job_ended(len(user.jobs) + 1)
    assert job.verdict is Verdict.AS_PLANNED
    await user.quiet()
    return next(line for line in said.splitlines() if line.startswith("Undoes"))


def test_a_groups_checkpoint_is_undone_whatever_was_done_to_its_first_member_since(
    at_window: AtWindow, memory: Path
) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.take("joint")
        await checkpoint_alone(user, "web")
        await groups.show()
        said = await undo(user, groups, group_key(FARM), "Delete 2 checkpoints")
        assert "Checkpoint the group ‘Farm’ of 2 VMs as ‘joint’" in said
        assert (user.shape("web"), user.shape("db")) == ("base(of its own*)", "")

    at_window(story, window={"memory": memory}, web="base*", db="")


def test_a_groups_apply_takes_every_vm_forward_again_in_its_state(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        await checkpoint_alone(user, "db")
        await groups.show()
        await apply(user, groups, key)
        said = await undo(user, groups, group_key(FARM), "Create Checkpoints and Apply")
        assert "Apply the group checkpoint ‘joint’ of 2 VMs" in said
        for vm in ("web", "db"):
            now = user.vm(vm).by_id[user.vm(vm).now_id or ""]
            assert now.passport is not None
            assert now.passport.safety == "joint", "it stands below what was kept of it before"
        assert (user.vm("web").state, user.vm("db").state) == (VmState.RUNNING, VmState.OFF)

    at_window(
        story,
        window={"memory": memory},
        web=trees.vm("base*", "web", state=VmState.RUNNING),
        db="",
    )


def test_one_undo_after_the_other_leads_the_group_back_job_by_job(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        await rename(user, groups, key, "before CU14")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Lock")
        await user.job_ended(3)
        await user.quiet()
        assert "Lock" in await undo(user, groups, group_key(FARM), "Unlock")
        assert not any(each.is_locked for vm in ("web", "db") for each in user.vm(vm).checkpoints)
        assert "Rename" in await undo(user, groups, group_key(FARM), "Rename")
        assert (user.shape("web"), user.shape("db")) == ("joint*", "joint*")
        await undo(user, groups, group_key(FARM), "Delete 2 checkpoints")
        assert (user.shape("web"), user.shape("db")) == ("", "")

    at_window(story, window={"memory": memory}, web="", db="")


def test_a_group_checkpoint_has_jobs_of_its_own(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        first = await groups.take("first")
        await groups.take("second")
        said = await undo(user, groups, checkpoint_key(first), "Delete 2 checkpoints")
        assert "‘first’" in said
        assert (user.shape("web"), user.shape("db")) == ("second*", "second*")

    at_window(story, window={"memory": memory}, web="", db="")


def test_a_group_that_shares_its_members_has_jobs_of_its_own(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Shop", "web", "db", group_id=FARM.replace("0", "1"))
        await groups.make("Farm", "web", "db")
        await groups.take("of the farm")
        await groups.take("of the shop", group_id=FARM.replace("0", "1"))
        said = await undo(user, groups, group_key(FARM), "Delete 2 checkpoints")
        assert "‘Farm’" in said
        assert user.shape("web") == "of the shop*"

    at_window(story, window={"memory": memory}, web="", db="")


@pytest.mark.parametrize(
    ("verb", "button", "why"),
    [
        ("Save Group…", "Save 2 VMs", "Start the group instead."),
        ("Shut Down Group…", "Shut down 2 VMs", "Start the group instead."),
    ],
)
def test_what_stopped_a_group_cannot_be_undone_and_it_says_what_to_do(
    at_window: AtWindow, memory: Path, verb: str, button: str, why: str
) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.take("joint")
        groups.select(group_key(FARM))
        await user.quiet()
        user.choose(verb)
        (await user.dialog()).press(button)
        await user.job_ended(2)
        await user.quiet()
        user.choose("Undo…")
        dialog = await user.dialog()
        assert f"This cannot be undone: {user.jobs[-1].title}." in dialog.all_text()
        assert why in dialog.all_text()
        dialog.widget.reject()
        await user.quiet()

    at_window(
        story,
        window={"memory": memory},
        web=trees.vm("", "web", state=VmState.RUNNING),
        db=trees.vm("", "db", state=VmState.RUNNING),
    )


def test_a_group_to_which_nothing_was_done_says_so_although_its_vms_have_jobs(
    at_window: AtWindow, memory: Path
) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await checkpoint_alone(user, "web")
        await groups.show()
        user.choose("Undo…")
        dialog = await user.dialog()
        assert "There is nothing to undo." in dialog.all_text()
        dialog.widget.reject()
        await user.quiet()

    at_window(story, window={"memory": memory}, web="", db="")
