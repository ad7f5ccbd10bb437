"""What stands at the left of the status bar: what was said last, and tips only as long as they are true."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from hvtree.ui.intents.create import CREATE
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.intents.intent import Intent
from tests.support.window import AtWindow, WindowUser


def shown(user: WindowUser) -> str:
    return user.window.statusBar().currentMessage()


def point_at(user: WindowUser, intent: Intent) -> QWidget:
    """Move the mouse over a button of the tool bar."""
    button = user.tool_bar().widgetForAction(user.window.menus.entry(intent))
    middle = QPointF(button.rect().center())
    QApplication.sendEvent(button, QEnterEvent(middle, middle, QPointF(button.mapToGlobal(middle))))
    return button


def leave(button: QWidget) -> None:
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))


def test_a_tip_goes_when_the_selection_changes_under_the_mouse(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        point_at(user, DELETE)
        assert shown(user) == "Select one or more checkpoints."
        user.select("web", "p1")
        await user.quiet()
        assert shown(user) == ""

    at_window(story, web="base(p1*)")


def test_a_tip_goes_when_its_button_is_pressed(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        button = point_at(user, CREATE)
        assert shown(user) == CREATE.tip
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        await user.job_ended()
        await user.quiet()
        assert shown(user) == ""

    at_window(story, web="")


def test_a_tip_goes_when_its_menu_closes(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        user.press_menu_key()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menu.setActiveAction(user.window.menus.entry(CREATE))
        assert shown(user) == CREATE.tip
        menu.close()
        assert shown(user) == ""

    at_window(story, web="")


def test_a_tip_does_not_wipe_out_what_was_said(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.status.say("The layout could not be kept.")
        button = point_at(user, CREATE)
        assert shown(user) != "The layout could not be kept."
        leave(button)
        assert shown(user) == "The layout could not be kept."

    at_window(story, web="")


def test_what_is_said_while_something_is_pointed_at_is_shown(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        point_at(user, CREATE)
        user.window.status.say("The PowerShell is on the clipboard.", 4)
        assert shown(user) == "The PowerShell is on the clipboard."

    at_window(story, web="")


def test_in_a_narrow_window_what_is_said_goes_before_how_the_host_is_reached(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        all_of_it = user.status()
        bar = user.window.statusBar()
        user.window.resize(
            bar.fontMetrics().horizontalAdvance(CREATE.tip + "Read 00:00:00, live No job running") + 100, 700
        )
        button = point_at(user, CREATE)
        user.look_after_a_second()
        assert user.status() == all_of_it[1:]
        leave(button)
        assert user.status() == all_of_it

    at_window(story, web="")


def test_a_host_that_does_not_answer_is_said_not_to_and_no_longer_live(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hold("ping")
        await user.host.clock.pass_by(11)
        await user.quiet()
        state, reading, _jobs = user.status()
        assert state.startswith("vhost: Not answering since 12:00:0")
        assert "live" not in reading
        row = user.window.model.index_of_host("vhost")
        assert row.siblingAtColumn(1).data() == "Not answering · 1 VM"
        user.host.release()
        await user.until(lambda: user.view.silent_since_utc is None, "it answers")
        await user.quiet()
        assert user.status()[0].startswith("vhost: Connected")

    at_window(story, web="base*")
