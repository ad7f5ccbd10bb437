"""Notes of a group checkpoint in the window: changed as one, from its row or from one of its parts in the tree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from hvtree.app.author import Signer
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.passport import Passport, others_notes
from hvtree.jobs.job import Verdict
from hvtree.ui.intents.group_notes import EDIT_GROUP_NOTES
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from tests.support.dialog_user import DialogUser
from tests.support.group_user import FARM, GroupUser
from tests.support.trees import READ_AT
from tests.support.window import AtWindow, WindowUser

ENTRY = "Edit Notes of Group Checkpoint…"


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite3"


def passports(user: WindowUser, name: str = "joint") -> list[Passport]:
    """Return what the parts of a group checkpoint say."""
    found = [each for vm in ("web", "db") for each in user.vm(vm).checkpoints if each.name == name]
    return [each.passport or Passport() for each in found]


async def from_row(user: WindowUser, groups: GroupUser, key: str) -> DialogUser:
    """Ask for the notes of a group checkpoint by its row."""
    groups.select(checkpoint_key(key))
    await user.quiet()
    user.choose(ENTRY)
    return await user.dialog()


def box(dialog: DialogUser, caption: str) -> QCheckBox:
    boxes: list[QCheckBox] = dialog.widget.findChildren(QCheckBox)
    return next(each for each in boxes if each.text().replace("&", "") == caption)


def test_reason_ticket_day_and_lock_are_said_in_all_parts_by_one_job(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        dialog = await from_row(user, groups, await groups.take("joint"))
        dialog.type("Before CU14", 0)
        dialog.type("CHG-14", 1)
        dialog.tick("Keep until")
        dialog.tick("Lock")
        assert dialog.title == ENTRY.removesuffix("…")
        dialog.press("Save notes")
        job = await user.job_ended(2)
        assert job.verdict is Verdict.AS_PLANNED
        assert job.title == "Edit the notes of the group checkpoint ‘joint’ of 2 VMs"
        wanted = READ_AT.date() + timedelta(days=30)
        for said in passports(user):
            assert (said.reason, said.ticket, said.keep_until) == ("Before CU14", "CHG-14", wanted)
            assert said.is_locked
            assert said.group is not None
            assert said.group.group_id == FARM
        await user.quiet()
        assert "Reason\nBefore CU14" in groups.details()

    at_window(story, web="", db="")


def test_a_part_in_the_tree_leads_to_the_notes_of_all_and_others_notes_stay(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.take("joint")
        part = user.ref("db", "joint").checkpoint_id
        (line,) = {each.line for each in passports(user)[1:]}
        user.host.hyperv.set_vm_snapshot_notes({part: f"Ask Bob.\n{line}"})
        await user.until(lambda: "Ask Bob." in user.vm("db").checkpoints[0].notes, "they are read")
        user.window.bench.left.show_tree()
        user.select("web", "joint")
        await user.quiet()
        user.choose(ENTRY)
        dialog = await user.dialog()
        dialog.type("CHG-14", 1)
        dialog.press("Save notes")
        assert (await user.job_ended(2)).verdict is Verdict.AS_PLANNED
        assert [each.ticket for each in passports(user)] == ["CHG-14", "CHG-14"]
        assert others_notes(user.vm("db").checkpoints[0].notes) == "Ask Bob."

    at_window(story, web="", db="")


def test_where_parts_differ_nothing_is_shown_and_what_nobody_fills_in_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        user.workspace.signer = Signer("CORP\\anna")
        key = await groups.take("joint")
        user.window.bench.left.show_tree()
        user.select("web", "joint")
        user.choose("Lock")
        await user.job_ended(2)
        await groups.show()
        dialog = await from_row(user, groups, key)
        assert box(dialog, "Lock").checkState() is Qt.CheckState.PartiallyChecked
        assert "Where they differ, nothing is shown" in dialog.all_text()
        assert dialog.buttons() == ["Cancel"], "nothing is changed yet"
        dialog.type("Why", 0)
        dialog.press("Save notes")
        await user.job_ended(3)
        assert [(each.reason, each.is_locked) for each in passports(user)] == [("Why", True), ("Why", False)]
        await user.quiet()
        dialog = await from_row(user, groups, key)
        box(dialog, "Lock").setCheckState(Qt.CheckState.Unchecked)
        dialog.press("Unlock")
        await user.job_ended(4)
        assert [each.is_locked for each in passports(user)] == [False, False]

    at_window(story, web="", db="")


def test_the_notes_of_before_come_back_by_undo(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        before = passports(user)
        dialog = await from_row(user, groups, key)
        dialog.type("Before CU14", 0)
        dialog.press("Save notes")
        await user.job_ended(2)
        await user.quiet()
        groups.select(group_key(FARM))
        await user.quiet()
        user.choose("Undo…")
        dialog = await user.dialog()
        assert "Edit the notes of the group checkpoint ‘joint’" in dialog.all_text()
        dialog.press("Save notes")
        assert (await user.job_ended(3)).verdict is Verdict.AS_PLANNED
        assert passports(user) == before

    at_window(story, window={"memory": memory}, web="", db="")


def test_a_checkpoint_that_is_no_part_has_no_notes_of_a_group(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "alone")
        await user.quiet()
        assert "Select a group checkpoint, or a checkpoint of one." in user.reason(EDIT_GROUP_NOTES)

    at_window(story, web="alone*")


def test_a_group_checkpoint_that_is_not_whole_is_noted_where_it_is_there(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.mark("joint", "web", mark=GroupMark("6c1f-1", 2, FARM, "Farm"))
        await groups.show()
        dialog = await from_row(user, groups, "6c1f-1")
        dialog.type("Half of it", 0)
        assert "1 more VM took part" in dialog.text()
        dialog.press("Save notes")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert [each.reason for each in passports(user)] == ["Half of it", ""]

    at_window(story, web="joint*", db="joint*")
