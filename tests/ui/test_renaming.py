"""Renaming a checkpoint: in the dialog, and in place."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from hvtree.jobs.job import Verdict
from hvtree.ui.views.name_editor import NameEditor
from tests.support.window import AtWindow, WindowUser


def test_renaming_in_the_dialog_gives_the_new_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Rename…")
        dialog = await user.dialog()
        assert dialog.fields()[0].selectedText() == "p1"
        dialog.type("patched")
        dialog.key(Qt.Key.Key_Return)
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base(patched*)"

    at_window(story, web="base(p1*)")


def test_f2_renames_in_place_without_a_dialog(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        user.type_in_place("patched")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base(patched*)"

    at_window(story, web="base(p1*)")


TOO_LONG = "x" * 101
BAD_NAMES = {
    "too long": (TOO_LONG, "may have 100 characters; this one has 101"),
    "too long as Hyper-V counts": ("🔥" * 51, "may have 100 characters; this one has 102"),
    "blank": ("   ", "cannot be without a name"),
    "a line break that was pasted": ("one\ntwo", "must be one line of text. It holds a line break."),
    "a control character": ("one\x07two", "It holds the control character U+0007."),
}


def editor_of(user: WindowUser) -> NameEditor:
    found = [each for each in user.window.tree.viewport().findChildren(NameEditor) if each.isVisible()]
    assert found, "no name is being edited"
    return found[0]


@pytest.mark.parametrize(("name", "words"), BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_a_name_in_place_that_cannot_be_says_so_while_it_is_typed_and_is_not_lost(
    at_window: AtWindow, name: str, words: str
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        editor = editor_of(user)
        assert editor.note == ""
        editor.setText(name)
        assert words in editor.note
        assert words in editor.accessibleDescription()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            QTest.keyClick(editor, key)
            await user.quiet()
            assert (editor_of(user).text(), user.jobs, user.open_dialog()) == (name, (), None)
        user.type_in_place("good")
        await user.job_ended()
        assert user.shape("web") == "base(good*)"

    at_window(story, web="base(p1*)")


def test_a_click_elsewhere_does_not_lose_a_name_that_cannot_be(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        editor_of(user).setText(TOO_LONG)
        tree = user.window.tree
        place = tree.visualRect(user.window.model.index_of(user.ref("web", "base"), "vhost")).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        user.window.filter_field.setFocus()
        await user.quiet()
        assert editor_of(user).text() == TOO_LONG
        assert user.selection.only_checkpoint == user.address("web", "p1")
        QTest.keyClick(editor_of(user), Qt.Key.Key_Escape)
        await user.quiet()
        assert tree.viewport().findChildren(NameEditor) == []
        assert user.jobs == ()

    at_window(story, web="base(p1*)")


def test_the_characters_are_counted_once_they_are_many(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        for length, said in ((79, ""), (80, "80 of 100 characters"), (100, "100 of 100 characters")):
            editor_of(user).setText("x" * length)
            assert editor_of(user).note == said
        QTest.keyClick(editor_of(user), Qt.Key.Key_Escape)

    at_window(story, web="base(p1*)")


def test_the_dialog_counts_characters_as_hyper_v_does(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Rename…")
        dialog = await user.dialog()
        dialog.type("🔥" * 51)
        labels = [each.text() for each in dialog.widget.findChildren(QLabel)]
        assert "102 of 100 characters" in labels
        assert "this one has 102" in dialog.text()
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


@pytest.mark.parametrize("chosen", [(), ("base", "p1")], ids=["nothing", "two checkpoints"])
def test_f2_renames_nothing_unless_one_checkpoint_is_selected(
    at_window: AtWindow, chosen: tuple[str, ...]
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.window.tree.clearSelection()
        for name in chosen:
            user.select("web", name, more=name == "p1")
        assert user.window.tree.currentIndex().isValid()
        await user.key(Qt.Key.Key_F2)
        assert user.window.tree.viewport().findChildren(QLineEdit) == []
        assert user.window.statusBar().currentMessage() == "Select one checkpoint."

    at_window(story, web="base(p1*)")


def test_f2_says_of_a_checkpoint_that_cannot_be_renamed_why_before_a_name_is_typed(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        await user.key(Qt.Key.Key_F2)
        assert user.window.tree.viewport().findChildren(QLineEdit) == []
        assert "‘base’ on VM ‘web’ cannot be renamed" in user.window.statusBar().currentMessage()

    at_window(story, web="base:Replica(p1*)")


def test_f2_renames_the_selected_checkpoint_also_if_the_focus_is_elsewhere(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        other = user.window.model.index_of(user.ref("web", "base"), "vhost")
        user.window.tree.selectionModel().setCurrentIndex(other, QItemSelectionModel.SelectionFlag.NoUpdate)
        await user.key(Qt.Key.Key_F2)
        assert editor_of(user).text() == "p1"
        user.type_in_place("patched")
        await user.job_ended()
        assert user.shape("web") == "base(patched*)"

    at_window(story, web="base(p1*)")


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_Enter])
def test_a_key_with_nothing_selected_does_nothing(at_window: AtWindow, key: Qt.Key) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.window.tree.clearSelection()
        await user.quiet()
        user.window.details.hide()
        await user.key(key)
        await user.quiet()
        assert user.open_dialog() is None
        assert user.window.details.isHidden()
        assert user.window.tree.viewport().findChildren(QLineEdit) == []
        assert user.selection.is_empty

    at_window(story, web="base(p1*)")


def test_a_name_that_the_host_cannot_take_now_is_not_lost_and_stays_with_its_checkpoint(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        user.go_down()
        await user.until(lambda: not user.view.is_connected, "the host is lost")
        user.type_in_place("patched")
        dialog = await user.dialog()
        user.select("web", "base")
        user.come_back()
        user.workspace.reconnect("vhost")
        await user.until(lambda: user.view.is_connected, "the host is back")
        dialog.press("Close")
        await user.quiet()
        assert user.selection.only_checkpoint == user.address("web", "p1")
        assert editor_of(user).text() == "patched"
        user.type_in_place("patched")
        await user.job_ended()
        assert user.shape("web") == "base(patched*)"

    at_window(story, web="base(p1*)")
