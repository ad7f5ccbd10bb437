"""The picture of a plan, now and afterwards: it shows the change, can be opened and read, and grows with its dialog."""

from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hvtree.domain.model import HostState, Volume
from hvtree.ui.dialogs.tree_preview import TreePreview
from hvtree.ui.theme import LIGHT
from tests.support.dialog_user import DialogUser
from tests.support.trees import GB, READ_AT, lab
from tests.support.window import AtWindow, WindowUser

FEW = "base(p1(p2*) p3)"


def chain(length: int) -> str:
    return "(".join(f"c{number}" for number in range(length)) + "*" + ")" * (length - 1)


def deep(length: int) -> HostState:
    """Return a host with room for a chain of so many checkpoints."""
    state = lab(web=chain(length))
    return HostState.of("vhost", READ_AT, state.vms.values(), [Volume("D:\\", 4_000 * GB, 2_000 * GB)])


def picture(dialog: DialogUser) -> Any:
    return dialog.widget.findChild(TreePreview)


async def deleting(user: WindowUser, name: str) -> DialogUser:
    user.select("web", name)
    user.choose("Delete Checkpoint…")
    dialog = await user.dialog()
    await user.quiet()
    return dialog


def row_of(view: Any, text: str) -> int:
    """Return the row of a line whose left side says this."""
    model = view.model()
    return next(row for row in range(model.rowCount()) if text in str(model.index(row, 0).data()))


def has_colour(view: Any, row: int, side: int, colour: str) -> bool:
    """Return whether something in a cell, as it is drawn on the screen, has this colour."""
    cell = view.visualRect(view.model().index(row, side)).intersected(view.viewport().rect())
    image = view.viewport().grab(cell).toImage()
    wanted = QColor(colour).rgb()
    return any(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_a_chain_of_1000_shows_its_change_at_1024_by_700(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.resize(1024, 700)
        dialog = await deleting(user, "c500")
        assert dialog.widget.height() <= 700
        view = picture(dialog)
        now, afterwards = dialog.trees()
        assert "c500" in now
        assert "c500" not in afterwards
        assert now[:2] == ["web (Off)", "… 498 unchanged …"]
        row = row_of(view, "c500")
        assert view.viewport().rect().contains(view.visualRect(view.model().index(row, 0)))
        assert has_colour(view, row, 0, LIGHT.danger), "what goes is drawn"
        assert has_colour(view, row + 1, 1, LIGHT.good), "what moves up is drawn"
        dialog.press("Cancel")

    at_window(story, deep(1000))


def test_a_rename_in_a_chain_of_450_shows_both_names(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "c0")
        user.choose("Rename…")
        dialog = await user.dialog()
        dialog.type("other")
        assert "c0" in dialog.trees()[0]
        assert "other" in dialog.trees()[1]
        dialog.press("Cancel")

    at_window(story, web=chain(450))


def test_enter_on_a_fold_opens_it_and_presses_no_button(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "c500")
        view = picture(dialog)
        view.setFocus()
        view.setCurrentIndex(view.model().index(1, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        assert dialog.trees()[0][:4] == ["web (Off)", "c0", "c1", "c2"]
        assert str(view.currentIndex().data()) == "c0"
        QTest.keyClick(view, Qt.Key.Key_Return)
        await user.quiet()
        assert dialog.widget.isVisible()
        assert user.jobs == ()
        dialog.press("Cancel")

    at_window(story, deep(1000))


def test_a_click_on_a_fold_opens_it_and_what_is_above_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "c500")
        view = picture(dialog)
        row = row_of(view, "… 496 unchanged …")
        view.scrollTo(view.model().index(row, 0))
        top = view.indexAt(view.viewport().rect().topLeft()).row()
        place = view.visualRect(view.model().index(row, 1)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert "c900" in dialog.trees()[1]
        assert view.indexAt(view.viewport().rect().topLeft()).row() == top
        dialog.press("Cancel")

    at_window(story, deep(1000))


def test_names_stay_in_their_column_however_deep_an_opened_chain_is(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "c999")
        view = picture(dialog)
        view.setFocus()
        view.setCurrentIndex(view.model().index(1, 0))
        QTest.keyClick(view, Qt.Key.Key_Space)
        row = row_of(view, "c999")
        view.scrollTo(view.model().index(row, 0))
        assert has_colour(view, row, 0, LIGHT.danger)
        dialog.press("Cancel")

    at_window(story, deep(1000))


def test_the_picture_grows_with_its_dialog_until_it_is_whole(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p0")
        user.choose("Delete Checkpoint Subtree…")
        dialog = await user.dialog()
        dialog.widget.resize(680, 500)
        await user.quiet()
        view = picture(dialog)
        low = view.height()
        dialog.widget.resize(680, 1500)
        await user.quiet()
        assert view.height() > low
        assert view.verticalScrollBar().maximum() == 0
        assert view.height() <= view.maximumHeight()
        dialog.press("Cancel")

    at_window(story, web="base*(p0(" + " ".join(f"p{number}" for number in range(1, 31)) + "))")


def test_a_small_picture_is_no_higher_than_its_rows(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "p1")
        dialog.widget.resize(680, 1200)
        await user.quiet()
        view = picture(dialog)
        last = view.visualRect(view.model().index(view.model().rowCount() - 1, 0))
        assert view.viewport().height() - last.bottom() < last.height()
        dialog.press("Cancel")

    at_window(story, web=FEW)


def test_it_stays_centred_on_the_change_until_the_user_scrolls(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "w25")
        dialog.widget.resize(680, 400)
        view = picture(dialog)
        view.setFocus()
        view.setCurrentIndex(view.model().index(row_of(view, "unchanged"), 0))
        QTest.keyClick(view, Qt.Key.Key_Space)
        row = row_of(view, "w25")
        view.scrollTo(view.model().index(row, 0))
        place = view.verticalScrollBar().value()
        dialog.widget.resize(690, 410)
        await user.quiet()
        assert view.verticalScrollBar().value() == place
        dialog.press("Cancel")

    at_window(story, web="base(" + " ".join(f"w{number}" for number in range(48)) + " last*)")


def test_a_screen_reader_hears_what_becomes_of_each_line(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "c500")
        model = picture(dialog).model()
        said = [
            tuple(str(model.index(row, side).data(Qt.ItemDataRole.AccessibleTextRole)) for side in (0, 1))
            for row in range(model.rowCount())
        ]
        assert ("c500, level 5, goes", "nothing here") in said
        assert ("c501, level 6", "c501, level 5, changes") in said
        assert said[1] == ("498 rows without changes, Enter shows them",) * 2
        dialog.press("Cancel")

    at_window(story, deep(1000))


def test_the_mouse_shows_that_a_fold_can_be_opened(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await deleting(user, "c500")
        view = picture(dialog)
        view.verticalScrollBar().setValue(0)
        for row, shape in ((0, Qt.CursorShape.ArrowCursor), (1, Qt.CursorShape.PointingHandCursor)):
            place = QPointF(view.visualRect(view.model().index(row, 0)).center())
            none = Qt.MouseButton.NoButton
            event = QMouseEvent(
                QEvent.Type.MouseMove,
                place,
                view.viewport().mapToGlobal(place),
                none,
                none,
                Qt.KeyboardModifier.NoModifier,
            )
            QApplication.sendEvent(view.viewport(), event)
            assert view.viewport().cursor().shape() is shape
        dialog.press("Cancel")

    at_window(story, deep(1000))
