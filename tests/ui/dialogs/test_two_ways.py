"""A dialog that offers two ways, a safe one and one that loses something: nothing is lost unread."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.enums import CheckpointType
from hvtree.jobs.job import Verdict
from hvtree.ui.intents.hosts import REFRESH
from tests.support import trees
from tests.support.dialog_user import DialogUser
from tests.support.window import AtWindow, WindowUser

SAFE, BARE = "Create Checkpoint and Apply", "Apply"


async def applying(user: WindowUser) -> DialogUser:
    """Open the dialog that applies an inner checkpoint."""
    user.select("web", "base")
    user.choose("Apply…")
    return await user.dialog()


def by_mouse(dialog: DialogUser) -> None:
    dialog.press(BARE)


def by_key(dialog: DialogUser) -> None:
    dialog.button(BARE).click()  # where Alt+A ends, and a screen reader's press


def by_pointing_first(dialog: DialogUser) -> None:
    button = dialog.button(BARE)
    middle = QPointF(button.rect().center())
    QApplication.sendEvent(button, QEnterEvent(middle, middle, QPointF(button.mapToGlobal(middle))))
    dialog.press(BARE)


def by_double_click(dialog: DialogUser) -> None:
    button = dialog.button(BARE)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)


def by_a_key_held_down(dialog: DialogUser) -> None:
    dialog.press(BARE)
    for _ in range(5):
        held = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True
        )
        QApplication.sendEvent(dialog.widget.focusWidget(), held)


ONE_PRESS = (by_mouse, by_key, by_pointing_first, by_double_click, by_a_key_held_down)


@pytest.mark.parametrize("press", ONE_PRESS, ids=lambda press: press.__name__)
def test_one_press_of_the_other_button_only_shows_what_it_loses(
    at_window: AtWindow, press: Callable[[DialogUser], None]
) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        assert "lost for good" not in dialog.text()
        press(dialog)
        await user.until(lambda: "lost for good" in dialog.text(), "its plan")
        await user.quiet()
        assert user.jobs == ()
        assert "This is what ‘Apply’ does. Press it now to start." in dialog.text()
        assert dialog.default_button() == BARE
        dialog.press(BARE)
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base*(p1)"

    at_window(story, web="base(p1*)")


def test_a_shortcut_that_is_held_down_presses_once(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        button = dialog.button(BARE)
        letter = button.text().partition("&")[2][:1].lower()
        alt = Qt.KeyboardModifier.AltModifier

        def press(*, is_held: bool) -> None:
            focus = dialog.widget.focusWidget()
            assert focus is not None
            QTest.simulateEvent(focus, True, ord(letter.upper()), alt, letter, is_held)

        press(is_held=False)
        await user.until(lambda: "lost for good" in dialog.text() and not button.isDown(), "its plan")
        press(is_held=True)
        await user.until(lambda: bool(user.jobs) or not button.isDown(), "the end of the press")
        await user.quiet()
        assert user.jobs == ()
        press(is_held=False)
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED

    at_window(story, web="base(p1*)")


def test_the_ring_and_the_shown_plan_are_of_the_same_button_wherever_the_tab_key_goes(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        seen = set()
        for _ in range(8):
            QTest.keyClick(dialog.widget.focusWidget(), Qt.Key.Key_Tab)
            ring, loses = dialog.default_button(), "lost for good" in dialog.text()
            assert (ring, loses) in {(SAFE, False), (BARE, True), ("Cancel", False), ("Cancel", True)}
            seen.add((ring, loses))
        assert {(SAFE, False), (BARE, True)} <= seen
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_pressing_back_and_forth_starts_nothing(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        dialog.press(BARE)
        dialog.press(SAFE)
        assert "lost for good" not in dialog.text()
        dialog.press(BARE)
        await user.quiet()
        assert user.jobs == ()
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_enter_in_a_field_does_not_start_the_way_that_was_only_looked_at(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        dialog.press(BARE)
        dialog.tick("Start the VM afterwards")
        assert dialog.default_button() == "Cancel"
        dialog.key(Qt.Key.Key_Return)
        await user.quiet()
        assert user.jobs == ()

    at_window(story, web="base(p1*)")


def test_a_way_that_is_gone_meanwhile_leaves_the_ring_on_cancel(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        assert dialog.default_button() == SAFE
        change = VmChange(checkpoint_type=CheckpointType.Disabled)
        user.host.hyperv.set_vm(vm=[trees.id_of("web")], change=change)
        user.window.run(REFRESH)
        await user.until(lambda: dialog.buttons() == [BARE, "Cancel"], "no checkpoint can be taken")
        assert "lost for good" in dialog.text()
        assert dialog.default_button() == "Cancel"
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_a_button_whose_plan_is_not_shown_says_so_when_it_is_pointed_at(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await applying(user)
        assert "Shows first what ‘Apply’ does" in dialog.button(BARE).toolTip()
        assert dialog.button(SAFE).toolTip() == ""
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")
