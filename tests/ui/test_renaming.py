"""Renaming a checkpoint: in the dialog, and in place."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from hvtree.jobs.job import Verdict
from tests.support.narrowing import not_none
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


def test_a_name_in_place_that_cannot_be_is_said_and_the_old_one_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        user.type_in_place("x" * 101)
        dialog = await user.dialog()
        assert "100" in dialog.widget.text()
        dialog.press("Close")
        await user.quiet()
        assert user.rows() == ["vhost", "  web", "    base", "      p1", "        Now"]
        assert user.jobs == ()

    at_window(story, web="base(p1*)")


def test_a_name_in_place_that_cannot_be_can_be_corrected(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_F2)
        user.type_in_place("x" * 101)
        (await user.dialog()).press("Close")
        await user.quiet()
        editor = not_none(user.window.tree.viewport().findChild(QLineEdit))
        assert editor.text() == "x" * 101
        user.type_in_place("x" * 100)
        await user.job_ended()
        assert user.shape("web") == f"base({'x' * 100}*)"

    at_window(story, web="base(p1*)")
