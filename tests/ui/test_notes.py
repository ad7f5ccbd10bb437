"""Passports, notes and locks in the window: said when a checkpoint is taken, changed later, seen everywhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from hvtree.app.author import Signer
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.passport import Passport, with_passport
from hvtree.jobs.job import Verdict
from hvtree.ui.intents.apply import APPLY
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.intents.lock import UNLOCK
from hvtree.ui.models import tree_icons
from hvtree.ui.models.columns import Column
from tests.support.dialog_user import DialogUser
from tests.support.trees import READ_AT
from tests.support.window import AtWindow, WindowUser

ANNA = Signer("CORP\\anna")
WHY = Passport("Before patching", "CHG-1", author="CORP\\anna")


def checkpoint(user: WindowUser, vm: str, name: str) -> Checkpoint:
    (found,) = (each for each in user.vm(vm).checkpoints if each.name == name)
    return found


def passport(user: WindowUser, vm: str, name: str) -> Passport:
    found = checkpoint(user, vm, name).passport
    assert found is not None, f"{name} has no passport"
    return found


async def noted(user: WindowUser, vm: str, name: str, notes: str) -> None:
    """Let another admin write the notes of a checkpoint."""
    user.host.hyperv.set_vm_snapshot_notes({user.ref(vm, name).checkpoint_id: notes})
    await user.until(lambda: checkpoint(user, vm, name).notes == notes, "the notes are read")
    await user.quiet()


def text_of(dialog: DialogUser) -> QPlainTextEdit:
    """Return the field for the notes of others."""
    fields: list[QPlainTextEdit] = dialog.widget.findChildren(QPlainTextEdit)
    (found,) = (each for each in fields if "Notes" in each.accessibleName())
    return found


def cell(user: WindowUser, vm: str, name: str, column: Column) -> str:
    return str(user._index(vm, name).siblingAtColumn(column).data())


def test_a_checkpoint_is_taken_with_what_its_form_says(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.workspace.signer = ANNA
        user.select("web")
        user.choose("Checkpoint…")
        dialog = await user.dialog()
        for field, text in enumerate(("new", "Before patching", "CHG-1")):
            dialog.type(text, field)
        dialog.tick("Keep until")
        dialog.tick("Lock")
        assert "refuses to delete it until it is unlocked" in dialog.text()
        dialog.press("Checkpoint")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        wanted = READ_AT.date() + timedelta(days=30)
        said = passport(user, "web", "new")
        assert (said.reason, said.ticket, said.keep_until) == ("Before patching", "CHG-1", wanted)
        assert (said.is_locked, said.author) == (True, "CORP\\anna")

    at_window(story, web="")


@pytest.mark.parametrize("entry", ["Checkpoint", "Checkpoint…"])
def test_author_and_time_are_written_without_anything_said(at_window: AtWindow, entry: str) -> None:
    async def story(user: WindowUser) -> None:
        user.workspace.signer = ANNA
        user.select("web")
        user.choose(entry)
        if entry == "Checkpoint…":
            dialog = await user.dialog()
            assert "Write author and time into the notes of the new checkpoint" in dialog.text()
            dialog.press("Checkpoint")
        job = await user.job_ended()
        said = passport(user, "web", job.plan.expected.vm(job.plan.vms[0]).checkpoints[-1].name)
        assert (said.author, said.at_utc) == ("CORP\\anna", READ_AT)

    at_window(story, web="p1*")


def test_a_group_has_passports_too(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        dialog.type("farm", 0)
        dialog.type("why", 1)
        dialog.press("Checkpoint 2 VMs")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert [passport(user, vm, "farm").reason for vm in ("web", "db")] == ["why", "why"]

    at_window(story, web="", db="")


def test_notes_are_edited_beside_those_of_others(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.workspace.signer = ANNA
        await noted(user, "web", "p1", "backup:\u00a0skip\r\n")
        user.select("web", "p1")
        user.choose("Edit Notes…")
        dialog = await user.dialog()
        assert dialog.buttons() == ["Cancel"]
        dialog.type("why", 0)
        dialog.press("Save notes")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        notes = checkpoint(user, "web", "p1").notes
        assert notes.startswith("backup:\u00a0skip\r\n\r\n[HVTree] why · by CORP\\anna · ")

    at_window(story, web="base(p1*)")


def test_the_text_of_others_can_be_changed_and_the_passport_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await noted(user, "web", "p1", with_passport("theirs", WHY))
        user.select("web", "p1")
        user.choose("Edit Notes…")
        dialog = await user.dialog()
        assert [field.text() for field in dialog.fields()][:2] == ["Before patching", "CHG-1"]
        text = text_of(dialog)
        assert text.toPlainText() == "theirs"
        text.setPlainText("ours")
        dialog.press("Save notes")
        await user.job_ended()
        assert checkpoint(user, "web", "p1").notes == with_passport("ours", WHY)

    at_window(story, web="base(p1*)")


def test_a_vm_has_notes_without_a_passport(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Edit Notes of VM…")
        dialog = await user.dialog()
        assert dialog.fields() == []
        text = text_of(dialog)
        text.setPlainText("ask first")
        dialog.press("Save notes")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.vm("web").notes == "ask first"

    at_window(story, web="base(p1*)")


def test_a_lock_is_put_on_at_once_and_refuses_deletion_until_it_is_off(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.workspace.signer = ANNA
        user.select("web", "p1")
        await user.quiet()
        assert "not locked" in user.reason(UNLOCK)
        user.choose("Lock")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        await user.quiet()
        assert user.open_dialog() is None
        assert not user.can(DELETE)
        assert "is locked by CORP\\anna" in user.reason(DELETE)
        assert user.can(APPLY)
        user.choose("Unlock")
        await user.job_ended(2)
        await user.quiet()
        assert user.can(DELETE)

    at_window(story, web="base(p1*)")


def test_a_lock_by_somebody_else_ends_a_deletion_that_is_looked_at(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Delete Checkpoint Subtree…")
        dialog = await user.dialog()
        await noted(user, "web", "p1", Passport("theirs", is_locked=True, author="bob").line)
        assert dialog.buttons() == ["Cancel"]
        assert "Checkpoint ‘p1’ is locked by bob: theirs." in dialog.text()
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_the_details_tell_the_passport_and_the_notes_of_others_apart(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        until = READ_AT.date()
        locked = Passport("why", "CHG-1", until, is_locked=True, author="bob", others=("colour red",))
        await noted(user, "web", "p1", with_passport("theirs", locked))
        user.select("web", "p1")
        await user.quiet()
        details = user.window.details.details
        facts = dict(details.facts)
        assert (facts["Reason"], facts["Ticket"], facts["Noted by"]) == ("why", "CHG-1", "bob")
        assert facts["Also noted"] == "colour red"
        assert details.notes == "theirs"
        assert details.notice is not None
        assert details.notice.text == "This checkpoint is locked."
        assert [link.intent_id for link in details.notice.links] == ["checkpoint.unlock"]

    at_window(story, web="base(p1*)")


def test_the_tree_tells_it_in_words_and_in_columns_that_are_hidden_at_first(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await noted(user, "web", "p1", with_passport("theirs", WHY))
        assert cell(user, "web", "p1", Column.NOTES) == "Before patching · CHG-1 · by CORP\\anna · theirs"
        columns, header = user.window.tree.columns, user.window.tree.header()
        assert columns.shown == ()
        menu = columns.menu()
        assert [entry.text() for entry in menu.actions()] == ["Reason", "Ticket", "Keep until", "By"]
        for entry in menu.actions():
            entry.setChecked(True)
        assert not any(header.isSectionHidden(column) for column in Column)
        shown: tuple[Column, ...] = columns.shown
        told = [cell(user, "web", "p1", column) for column in shown]
        assert told == ["Before patching", "CHG-1", "", "CORP\\anna"]
        menu.actions()[0].setChecked(False)
        assert header.isSectionHidden(Column.REASON)

    at_window(story, web="base(p1*)")


def test_locked_and_safety_checkpoints_have_icons_of_their_own(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await noted(user, "web", "p1", Passport(is_locked=True).line)
        await noted(user, "web", "base", Passport(safety="x").line)
        icons = {each.name: tree_icons.checkpoint_icon(each) for each in user.vm("web").checkpoints}
        assert icons == {"p1": "checkpoint-locked", "base": "checkpoint-safety"}

    at_window(story, web="base(p1*)")


def test_a_safety_checkpoint_says_until_when_it_is_wanted(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.workspace.signer = Signer("anna", lambda: 3)
        user.select("web", "base")
        user.choose("Apply…")
        (await user.dialog()).press("Create Checkpoint and Apply")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        (safety,) = (each for each in user.vm("web").checkpoints if each.passport is not None)
        told = safety.passport
        assert told is not None
        assert (told.safety, told.keep_until) == ("base", READ_AT.date() + timedelta(days=3))

    at_window(story, web="base(p1*)")


def expired(day: date, *, is_locked: bool = False) -> str:
    return Passport(safety="x", keep_until=day, is_locked=is_locked).line


def test_expired_safety_checkpoints_are_offered_in_one_plan(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        yesterday = READ_AT.date() - timedelta(days=1)
        await noted(user, "web", "p1", expired(yesterday))
        await noted(user, "web", "base", expired(yesterday, is_locked=True))
        await noted(user, "db", "x", expired(yesterday))
        await noted(user, "db", "y", expired(READ_AT.date()))
        user.choose_from("Checkpoint", "Delete Expired Safety Checkpoints…")
        dialog = await user.dialog()
        assert dialog.heading == "Delete 2 expired safety checkpoints on VMs ‘web’ and ‘db’"
        assert [row[0] for row in dialog.table()] == ["p1", "x"]
        dialog.press("Delete 2 checkpoints")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("db")) == ("base*", "y*")

    at_window(story, web="base(p1*)", db="x(y*)")


def test_where_none_has_expired_that_is_said(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Checkpoint", "Delete Expired Safety Checkpoints…")
        dialog = await user.dialog()
        assert "No safety checkpoint has expired." in dialog.text()
        dialog.key(Qt.Key.Key_Escape)

    at_window(story, web="base(p1*)")


def test_a_host_says_calmly_what_has_expired_and_the_filter_finds_it(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await noted(user, "web", "p1", expired(READ_AT.date() - timedelta(days=1)))
        user.window.tree.select(user.window.model.index(0, 0))
        await user.quiet()
        notice = user.window.details.details.notice
        assert notice is not None
        assert notice.text == "1 safety checkpoint has expired."
        assert [link.intent_id for link in notice.links] == ["checkpoint.delete_expired"]
        user.filter("expired")
        assert [row.strip() for row in user.rows()][-2:] == ["base", "p1"]

    at_window(story, web="base(p1* other)")
