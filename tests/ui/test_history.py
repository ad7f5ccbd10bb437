"""History…: every job that was done, found again in the window, and each in full."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from hvtree.app.memory.journal import JobJournal
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.operations.create import CreateCheckpoint
from hvtree.ui.dialogs.history import PAGE, HistoryDialog
from hvtree.ui.models.history import HistoryColumn
from tests.support.dialog_user import DialogUser
from tests.support.kept_jobs import job, profile, write
from tests.support.plans import vm_at
from tests.support.window import AtWindow, Story, WindowUser


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite3"


async def begin_renaming(user: WindowUser, vm: str, checkpoint: str, name: str) -> None:
    user.select(vm, checkpoint)
    await user.key(Qt.Key.Key_F2)
    user.type_in_place(name)


async def rename(user: WindowUser, vm: str, checkpoint: str, name: str) -> None:
    await begin_renaming(user, vm, checkpoint, name)
    await user.job_ended(len(user.jobs))


async def undo(user: WindowUser, vm: str) -> None:
    """Undo the renaming that the VM's menu says is next."""
    user.select(vm)
    user.choose_from("VM", "Undo…")
    await user.quiet()
    (await user.dialog()).press("Rename")


async def history(user: WindowUser) -> HistoryDialog:
    """Open the history from the menu, and wait until it is read."""
    user.choose_from("View", "History…")
    await user.quiet()
    (dialog,) = user.window.findChildren(HistoryDialog)
    return dialog


def rows(dialog: HistoryDialog, column: HistoryColumn = HistoryColumn.WHAT) -> list[str]:
    model = dialog.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def choose(box: QComboBox, words: str) -> None:
    box.setCurrentIndex(box.findText(words))
    box.activated.emit(box.currentIndex())


def at_memory(at_window: AtWindow, memory: Path, story: Story) -> None:
    async def told(user: WindowUser) -> None:
        await story(user)
        for dialog in user.window.findChildren(HistoryDialog):
            dialog.reject()
        await user.quiet()

    at_window(told, window={"memory": memory}, web="base(p1*)", db="x*")


def test_what_was_done_is_listed_newest_first_with_its_verdict(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        user.host.hyperv.faults.add(Fault(cmdlet="Rename-VMSnapshot", error="AccessDenied"))
        await rename(user, "web", "p1", "p2")
        dialog = await history(user)
        assert [each.split("‘")[1].split("’")[0] for each in rows(dialog)] == ["p1", "x"]
        assert rows(dialog, HistoryColumn.VERDICT) == ["Failed", "Done as planned"]
        assert rows(dialog, HistoryColumn.VMS) == ["web", "db"]

    at_memory(at_window, memory, story)


def test_the_selected_job_is_shown_in_full_with_its_raw_error(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hyperv.faults.add(Fault(cmdlet="Rename-VMSnapshot", error="AccessDenied"))
        await rename(user, "web", "p1", "p2")
        dialog = await history(user)
        text = dialog.pane.text()
        for words in ("Failed", "Rename-VMSnapshot", "PermissionDenied", "answered after", "On vhost"):
            assert words in text, words
        dialog.pane.copy_button.click()
        assert QGuiApplication.clipboard().text() == text

    at_memory(at_window, memory, story)


def test_a_job_comes_in_at_the_top_while_the_history_is_open(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        dialog = await history(user)
        read = dialog.model.entries[0]
        user.host.hold("checkpoint.rename")
        await begin_renaming(user, "web", "p1", "p2")
        await user.host.asked("checkpoint.rename")
        await user.until(
            lambda: rows(dialog, HistoryColumn.VERDICT) == ["Running", "Done as planned"], "it runs"
        )
        assert dialog.table.currentIndex().row() == 1, "what was selected stays selected"
        user.host.release()
        await user.until(lambda: rows(dialog, HistoryColumn.VERDICT)[0] == "Done as planned", "it has ended")
        assert dialog.model.entries[1] is read

    at_memory(at_window, memory, story)


def test_the_list_is_narrowed_by_each_field(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        await rename(user, "web", "p1", "p2")
        dialog = await history(user)
        for box, words, everything in (
            (dialog.vm, "web", "All VMs"),
            (dialog.verdict, "Failed", "All verdicts"),
            (dialog.operation, "Rename", "All operations"),
            (dialog.host, "vhost", "All hosts"),
        ):
            choose(box, words)
            await user.quiet()
            assert len(rows(dialog)) == {"web": 1, "Failed": 0}.get(words, 2), words
            choose(box, everything)
            await user.quiet()
        QTest.keyClicks(dialog.search, "WEB P2")
        await user.until(lambda: rows(dialog, HistoryColumn.VMS) == ["web"], "what was typed is found")
        dialog.search.setText("nobody")
        await user.until(
            lambda: "No job is like that." in DialogUser(dialog).all_text(), "nothing is like that"
        )

    at_memory(at_window, memory, story)


def test_a_vm_has_a_history_of_its_own(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        await rename(user, "web", "p1", "p2")
        user.select("db")
        user.choose("History of VM…")
        await user.quiet()
        (dialog,) = user.window.findChildren(HistoryDialog)
        assert rows(dialog, HistoryColumn.VMS) == ["db"]
        assert dialog.vm.currentText() == "db"

    at_memory(at_window, memory, story)


def test_there_is_one_window_of_it_and_escape_closes_it(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await history(user)
        assert await history(user) is dialog
        assert "Nothing has been done yet." in DialogUser(dialog).all_text()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await user.until(lambda: not user.window.findChildren(HistoryDialog), "it is gone")

    at_memory(at_window, memory, story)


def test_a_long_history_is_read_on_when_its_end_is_reached(at_window: AtWindow, memory: Path) -> None:
    journal = JobJournal(memory, profile)
    write(
        journal,
        *(job(CreateCheckpoint((vm_at("web"),), "x"), uuid=f"{number}") for number in range(PAGE + 20)),
    )
    asyncio.run(journal.close())

    async def story(user: WindowUser) -> None:
        dialog = await history(user)
        assert len(rows(dialog)) == PAGE
        dialog.table.scrollToBottom()
        await user.until(lambda: len(rows(dialog)) == PAGE + 20, "all of it is there")
        assert [each.number for each in dialog.model.entries] == list(range(PAGE + 20, 0, -1))

    at_memory(at_window, memory, story)


def test_an_unfinished_job_says_what_happened(at_window: AtWindow, memory: Path) -> None:
    journal = JobJournal(memory, profile)
    write(journal, job(CreateCheckpoint((vm_at("web"),), "before patch")))
    asyncio.run(journal.close())

    async def story(user: WindowUser) -> None:
        dialog = await history(user)
        assert rows(dialog, HistoryColumn.VERDICT) == ["Unfinished"]
        assert "HVTree ended before this job did." in dialog.pane.text()

    at_memory(at_window, memory, story)


def test_a_damaged_memory_is_put_aside_and_said(at_window: AtWindow, memory: Path) -> None:
    memory.parent.mkdir()
    memory.write_bytes(b"damaged " * 99)

    async def story(user: WindowUser) -> None:
        dialog = await history(user)
        assert "is kept as" in dialog.note.text()

    at_memory(at_window, memory, story)


def test_a_memory_that_cannot_be_read_is_a_sentence(at_window: AtWindow, memory: Path) -> None:
    memory.parent.mkdir()
    memory.mkdir()

    async def story(user: WindowUser) -> None:
        await user.quiet()
        assert "cannot be used" in user.window.controls.recoveries.strip.text()
        dialog = await history(user)
        assert "cannot be used" in dialog.note.text()
        await begin_renaming(user, "db", "x", "y")
        ended = await user.job_ended()
        assert ended.verdict is Verdict.FAILED
        assert "Nothing was changed." in ended.message

    at_memory(at_window, memory, story)


def test_names_of_others_are_text(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "web", "p1", "<b>bold</b>")
        dialog = await history(user)
        assert "<b>bold</b>" in dialog.pane.text()

    at_memory(at_window, memory, story)


def test_a_rename_is_undone_from_the_history(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        dialog = await history(user)
        assert dialog.undo_button.isEnabled()
        dialog.undo_button.click()
        await user.quiet()
        plan = await user.dialog()
        assert "Undoes job 1, " in plan.all_text()
        plan.press("Rename")
        await user.job_ended(2)
        assert user.shape("db") == "x*"
        await user.until(lambda: len(rows(dialog)) == 2, "both are listed")

    at_memory(at_window, memory, story)


def test_ctrl_z_undoes_the_last_job_on_the_selected_vm(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        await rename(user, "web", "p1", "p2")
        user.select("db")
        await user.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await user.quiet()
        (await user.dialog()).press("Rename")
        await user.job_ended(3)
        assert (user.shape("db"), user.shape("web")) == ("x*", "base(p2*)")

    at_memory(at_window, memory, story)


def test_undo_again_undoes_the_job_before_it(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        await rename(user, "db", "y", "z")
        for number, name in ((3, "y*"), (4, "x*")):
            await undo(user, "db")
            await user.job_ended(number)
            assert user.shape("db") == name
        dialog = await history(user)
        assert "Undoes job 1" in dialog.pane.text()
        dialog.table.setCurrentIndex(dialog.model.index(3, 0))
        await user.quiet()
        assert "Undone by job 4" in dialog.pane.text()

    at_memory(at_window, memory, story)


def test_a_job_that_came_to_nothing_does_not_bar_the_way_to_the_one_before_it(
    at_window: AtWindow, memory: Path
) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        user.host.hyperv.faults.add(Fault(cmdlet="Rename-VMSnapshot", error="AccessDenied"))
        await rename(user, "db", "y", "z")
        user.host.hyperv.faults.clear()
        assert user.jobs[-1].verdict is Verdict.FAILED
        await undo(user, "db")
        await user.job_ended(3)
        assert user.shape("db") == "x*"

    at_memory(at_window, memory, story)


def test_a_job_whose_undo_was_undone_is_the_next_one_again(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        await rename(user, "db", "x", "y")
        await undo(user, "db")
        await user.job_ended(2)
        dialog = await history(user)
        dialog.undo_button.click()
        await user.quiet()
        (await user.dialog()).press("Rename")
        await user.job_ended(3)
        assert user.shape("db") == "y*"
        dialog.reject()
        await undo(user, "db")
        await user.job_ended(4)
        assert user.shape("db") == "x*"

    at_memory(at_window, memory, story)


def test_what_cannot_be_undone_says_why_on_its_button(at_window: AtWindow, memory: Path) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        (await user.dialog()).press("Delete checkpoint")
        await user.job_ended()
        dialog = await history(user)
        assert not dialog.undo_button.isEnabled()
        assert "merged or thrown away" in dialog.undo_button.toolTip()

    at_memory(at_window, memory, story)


def test_a_vm_to_which_nothing_was_done_says_that_there_is_nothing_to_undo(
    at_window: AtWindow, memory: Path
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("db")
        user.choose("Undo…")
        dialog = await user.dialog()
        assert "There is nothing to undo." in dialog.all_text()
        dialog.key(Qt.Key.Key_Escape)
        await user.until(lambda: user.open_dialog() is None, "the dialog is gone")

    at_memory(at_window, memory, story)
