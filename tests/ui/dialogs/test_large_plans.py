"""Plans for hundreds of checkpoints: a dialog builds what is seen of them, and the window goes on meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QListView, QPlainTextEdit

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.model import HostState, Volume
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.ui.dialogs.tree_preview import TreePreview
from hvtree.ui.intents import delete
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.models import preview_model
from hvtree.ui.selection import Selection
from hvtree.ui.widgets import wrap_label
from hvtree.values import replace
from tests.support import trees
from tests.support.counting import Calls
from tests.support.dialog_user import DialogUser
from tests.support.window import AtWindow, WindowUser

VMS = 150


def many() -> HostState:
    state = trees.lab(**{f"vm{number:03}": "a(b(c(d(e*))))" for number in range(VMS)})
    return replace(state, volumes=(Volume("D:", 100_000 * trees.GB, 90_000 * trees.GB),))


async def deleting(user: WindowUser, *names: str) -> DialogUser:
    """Open the dialog for the checkpoints of these names of all VMs."""
    chosen = tuple(
        CheckpointAddress(user.view.id, each.vm_id, each.id)
        for each in user.state.all_checkpoints()
        if each.name in names
    )
    user.window.selection.set(Selection(checkpoints=chosen))
    await user.quiet()
    user.window.run(DELETE)
    dialog = await user.dialog()
    await user.quiet()
    return dialog


def test_each_sentence_is_laid_out_about_once(at_window: AtWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = Calls(monkeypatch, wrap_label, "_break_lines")

    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a")
        sentences = dialog.text().count("\n")
        assert sentences > 2 * VMS
        assert laid_out.number < 2 * sentences
        dialog.press("Cancel")

    at_window(story, many())


def test_all_sentences_can_be_read_in_a_list(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a")
        (listed,) = (each for each in dialog.widget.findChildren(QListView) if each.isVisible())
        model = listed.model()
        texts = [model.index(row, 0).data() for row in range(model.rowCount())]
        assert "gone for good" in texts[0]
        assert sum("keeps everything it holds now" in text for text in texts) == VMS
        assert listed.accessibleName() == "What will happen"
        said = dialog.widget.accessibleDescription()
        assert "gone for good" in said
        assert f"And {len(texts) - 24:,} more, in a list." in said
        dialog.press("Cancel")

    at_window(story, many())


def test_only_the_trees_that_are_seen_are_compared_and_the_others_when_one_scrolls_there(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = Calls(monkeypatch, preview_model, "lines_of")

    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a")
        assert 0 < compared.number < VMS // 3
        picture: TreePreview = dialog.widget.findChild(TreePreview)
        bar = picture.verticalScrollBar()
        for _ in range(VMS):
            bar.setValue(bar.maximum())
            await user.quiet()
        assert compared.number == VMS
        now, afterwards = dialog.trees()
        assert sum(line.startswith("vm") for line in now) == VMS
        assert "a" in now
        assert "a" not in afterwards
        dialog.press("Cancel")

    at_window(story, many())


def test_a_picture_that_is_made_bit_by_bit_is_the_one_that_is_made_at_once(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(user: WindowUser) -> None:
        pictures = []
        for at_once in (10, 1_000_000):
            monkeypatch.setattr(preview_model, "_MADE_AT_ONCE", at_once)
            dialog = await deleting(user, "b", "d")
            model = dialog.widget.findChild(TreePreview).model()
            while model.canFetchMore(QModelIndex()):
                model.fetchMore(QModelIndex())
            pictures.append((model.lines, model.path_lines, model.deepest))
            dialog.press("Cancel")
            await user.quiet()
        assert pictures[0] == pictures[1]

    at_window(story, many())


def test_the_table_asks_for_the_rows_that_are_seen(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Calls(monkeypatch, delete, "shown_name")

    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a", "b", "c", "d", "e")
        seen = asked.number
        assert len(dialog.table()) == 5 * VMS
        assert asked.number - seen == 2 * 5 * VMS
        assert seen < 5 * VMS
        dialog.press("Cancel")

    at_window(story, many())


def test_long_powershell_is_laid_out_when_it_is_unfolded_one_id_on_a_line(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a")
        box: QPlainTextEdit = dialog.widget.findChild(QPlainTextEdit)
        assert box.toPlainText() == ""
        dialog.unfold("Show PowerShell")
        await user.quiet()
        assert box.toPlainText() == dialog.widget.pane.powershell()
        assert box.blockCount() > VMS
        dialog.press("Cancel")

    at_window(story, many())


def test_a_plan_for_many_is_made_beside_the_thread_of_the_window(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    plan = DeleteCheckpoints.plan

    def noting(*given: Any) -> Any:
        threads.append(threading.current_thread())
        return plan(*given)

    monkeypatch.setattr(DeleteCheckpoints, "plan", noting)

    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a")
        assert len(threads) == 1
        dialog.widget.replan()
        await user.quiet()
        assert len(threads) == 2
        assert threading.main_thread() not in threads
        assert dialog.buttons() == [f"Delete {VMS} checkpoints", "Cancel"]
        dialog.press("Cancel")

    at_window(story, many())


def test_pressed_twice_while_it_is_planned_it_opens_one_dialog(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        chosen = tuple(
            CheckpointAddress(user.view.id, each.vm_id, each.id) for each in user.state.all_checkpoints()
        )
        user.window.selection.set(Selection(checkpoints=chosen))
        await user.quiet()
        user.window.run(DELETE)
        user.window.run(DELETE)
        dialog = await user.dialog()
        await user.quiet()
        assert len(user.open_dialogs()) == 1
        dialog.press("Cancel")

    at_window(story, many())


def test_a_plan_for_many_that_cannot_be_done_any_more_is_said(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "a")
        user.go_down()
        await user.quiet()
        assert "is not connected" in dialog.text()
        assert dialog.buttons() == ["Cancel"]
        user.come_back()
        dialog.press("Cancel")

    at_window(story, many())
