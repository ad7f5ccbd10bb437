"""The window as a whole: how it begins, what it shows of a host in good and bad times, and how it ends."""

import re

import pytest
from PySide6.QtCore import Qt

from hvtree.app.credentials import Secret
from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.models.columns import Column
from hvtree.ui.theme import Theme
from hvtree.ui.widgets.tool_bar import FittingToolBar
from hvtree.values import replace
from tests.support import trees
from tests.support.narrowing import not_none
from tests.support.window import AtWindow, WindowUser


class LentHost:
    """Stands for the demo's process: it is there until it is closed."""

    def __init__(self) -> None:
        self.profile = HostProfile("demo", "http://127.0.0.1:5985/wsman", "demo")
        self.secret = Secret("swordfish")
        self.is_closed = False

    async def close(self) -> None:
        self.is_closed = True


def test_without_a_host_it_offers_the_demo_and_a_connection(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        page = user.window.start_page
        assert page.isVisible()
        assert [page.demo_button.text(), page.connect_button.text()] == [
            "Open the demo lab",
            "Connect to a host…",
        ]

    at_window(story, connects=False)


def test_the_demo_is_started_once_and_ends_with_the_window(at_window: AtWindow) -> None:
    lent = LentHost()
    starts = []

    async def start() -> LentHost:
        starts.append(1)
        return lent

    async def story(user: WindowUser) -> None:
        user.window.start_page.demo_button.click()
        user.window.start_page.demo_button.click()
        await user.until(lambda: bool(user.workspace.hosts), "the demo is open")
        user.choose_from("Host", "Open the Demo Lab")
        await user.quiet()
        assert starts == [1]
        assert user.rows()[0] == "vhost (demo)"
        assert not lent.is_closed

    at_window(story, web="base*", connects=False, start_demo=start)
    assert lent.is_closed


def test_a_demo_that_does_not_start_says_why(at_window: AtWindow) -> None:
    async def start() -> None:
        raise ConnectionFailure("The emulated host of the demo did not start.", why="No such world.")

    async def story(user: WindowUser) -> None:
        user.window.start_page.demo_button.click()
        dialog = await user.dialog()
        assert "No such world." in dialog.widget.text()
        dialog.press("Close")

    at_window(story, connects=False, start_demo=start)


def test_a_host_that_is_taken_out_leaves_the_start_page(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Host", "Disconnect")
        await user.until(user.window.start_page.isVisible, "the start page")
        assert user.workspace.hosts == ()

    at_window(story, web="base*")


def test_the_title_and_the_status_bar_name_the_host_and_the_reading(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        assert user.title() == "vhost – HVTree"
        mode, reading, jobs = user.status()
        assert mode == "vhost: Connected (in memory)"
        assert re.fullmatch(r"Read 12:00:\d\d, live", reading)
        assert jobs == "No job running"

    at_window(story, web="base*")


def test_the_time_of_the_reading_moves_on_while_the_host_has_nothing_new(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.tree.select(user.window.model.index_of_host("vhost"))
        await user.quiet()
        first = user.view.state
        await user.host.clock.pass_by(240)
        assert user.view.state is first
        user.look_after_a_second()
        assert re.fullmatch(r"Read 12:(03|04):\d\d, live", user.status()[1])
        row = user.window.model.index_of_host("vhost").siblingAtColumn(Column.CREATED)
        assert row.data() == user.status()[1] == dict(user.window.details.details.facts)["Reading"]

    at_window(story, web="base*")


def test_a_lost_host_says_when_it_was_last_known_to_be_so(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.host.clock.pass_by(600)
        user.go_down()
        await user.host.clock.pass_by(3600)
        user.look_after_a_second()
        assert re.fullmatch(r"Last read 12:(09|10):\d\d \((59 minutes|1 hour) ago\)", user.status()[1])

    at_window(story, web="base*")


def test_the_title_the_tree_and_the_dialogs_call_a_host_by_both_of_its_names(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.profile = replace(user.profile, name="10.0.0.7")
        await user.open_host()
        user.select("web", "base")
        await user.quiet()
        assert user.window.windowTitle() == "vhost (10.0.0.7) – HVTree"
        assert user.rows()[0] == "vhost (10.0.0.7)"
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert "On host vhost (10.0.0.7)" in dialog.all_text()
        dialog.press("Delete checkpoint")
        await user.job_ended()
        assert "Host: vhost (10.0.0.7)" in user.window.activity.pane.text()

    at_window(story, connects=False, web="base*")


def test_the_first_vm_is_selected_and_the_keyboard_is_in_the_tree(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        assert user.selection.vms == (user.vm_address("db"),)
        assert user.window.tree.hasFocus()

    at_window(story, web="base*", db="")


def test_an_error_never_looks_like_an_empty_tree(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.down = ConnectionFailure(
            "vhost does not answer.", why="The name is unknown.", now="Check it."
        )
        user.add_host()
        await user.until(
            lambda: user.view.phase is ConnectionPhase.FAILED or user.view.error is not None, "an error"
        )
        assert any("vhost does not answer." in row for row in user.rows())
        assert "The name is unknown." in user.window.details.text()

    at_window(story, connects=False)


def test_a_lost_host_keeps_its_last_reading_and_says_that_it_is_old(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.go_down()
        await user.until(lambda: user.view.phase is ConnectionPhase.STALE, "the connection is lost")
        assert "    base" in user.rows()
        assert "Connection lost" in user.status()[0]
        assert "last reading" in user.window.details.text()

    at_window(story, web="base*")


def test_what_somebody_else_does_on_the_host_is_seen_and_the_selection_stays(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.host.hyperv.checkpoint_vm(vm=[trees.id_of("web")], snapshot_name="by a colleague")
        await user.until(lambda: "      by a colleague" in user.rows(), "the new row")
        assert user.selection.checkpoints == (user.address("web", "base"),)

    at_window(story, web="base*")


def test_the_filter_says_what_it_did_not_understand(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.filter("older:yesterday")
        assert "yesterday" in user.window.filter_field.toolTip()
        user.leave_filter()
        await user.quiet()

    at_window(story, web="base*")


def test_what_the_filter_did_not_understand_is_said_and_leaves_the_rows_as_they_are(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        before = user.rows()
        user.filter("older:yesterday")
        user.filter("older:yesterday kind:foo")
        await user.quiet()
        assert user.rows() == before
        assert "kind:foo" in user.window.filter_strip.text()
        user.leave_filter()
        await user.quiet()
        assert user.rows() == before
        assert user.window.filter_strip.text() == ""

    at_window(story, web="base(p1*)")


def test_the_status_bar_counts_what_the_filter_finds(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.filter("p")
        await user.quiet()
        assert user.status()[0] == "Filter: 2 checkpoints on 1 VM"
        user.leave_filter()
        await user.quiet()
        assert not user.status()[0].startswith("Filter")

    at_window(story, web="base(p1 p2*)", db="x*")


def test_from_the_filter_the_keyboard_goes_on_to_the_first_that_was_found(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("db")
        user.filter("p2")
        user.press_in_filter(Qt.Key.Key_Down)
        assert user.window.tree.hasFocus()
        assert user.selection.checkpoints == (user.address("web", "p2"),)

    at_window(story, web="base(p1 p2*)", db="x*")


@pytest.mark.parametrize("width", [1360, 1024, 700])
def test_the_filter_can_be_seen_in_a_window_of_any_width(at_window: AtWindow, width: int) -> None:
    async def story(user: WindowUser) -> None:
        user.window.resize(width, 700)
        await user.quiet()
        field = user.window.filter_field
        assert field.isVisible()
        assert user.window.rect().contains(field.geometry().translated(not_none(field.parentWidget()).pos()))

    at_window(story, web="base*")


def test_a_narrow_tool_bar_shows_icons_and_a_wide_one_words_again(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        bar = not_none(user.window.findChild(FittingToolBar))
        styles = []
        for width in (1360, 900, 1360):
            user.window.resize(width, 700)
            await user.quiet()
            styles.append(bar.toolButtonStyle())
        words, icons = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        assert styles == [words, icons, words]

    at_window(story, web="base*")


def test_a_lost_host_is_shown_also_when_nothing_is_selected(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        user.window.tree.clearSelection()
        user.go_down()
        await user.until(lambda: user.view.phase is ConnectionPhase.STALE, "the connection is lost")
        await user.quiet()
        assert "The cable is out." in user.window.details.text()

    at_window(story, web="base*")


def test_the_details_show_that_they_have_the_focus(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.key(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        await user.quiet()
        edge = user.window.details.grab().toImage().pixelColor(1, 300)
        user.window.tree.setFocus()
        await user.quiet()
        assert edge != user.window.details.grab().toImage().pixelColor(1, 300)

    at_window(story, web="base*")


def test_an_unexpected_error_is_shown_once_with_its_traceback_on_demand(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        error = ZeroDivisionError("one by nothing")
        user.window.show_error(error)
        user.window.show_error(error)
        assert len(user.open_dialogs()) == 1
        dialog = await user.dialog()
        assert "ZeroDivisionError" in dialog.widget.text()
        dialog.press("Close")

    at_window(story, web="base*")


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_an_error_goes_away_with_one_key(at_window: AtWindow, key: Qt.Key) -> None:
    async def story(user: WindowUser) -> None:
        user.window.show_error(HVTreeError("Something.", now="Go on."))
        (await user.dialog()).key(key)
        await user.until(lambda: user.open_dialog() is None, "the dialog is gone")

    at_window(story, web="base*")


def test_about_names_the_version(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Help", "About HVTree")
        dialog = await user.dialog()
        assert "Version" in dialog.all_text()
        dialog.key(Qt.Key.Key_Escape)
        await user.until(lambda: user.open_dialog() is None, "the dialog is gone")

    at_window(story, connects=False)


def test_light_and_dark_change_while_it_runs(at_window: AtWindow, theme: Theme) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        await user.quiet()
        light = user.window.grab().toImage().pixelColor(700, 500).lightness()
        theme.apply_scheme(Qt.ColorScheme.Dark)
        await user.quiet()
        dark = user.window.grab().toImage().pixelColor(700, 500).lightness()
        theme.apply_scheme(Qt.ColorScheme.Light)
        assert light - dark > 150

    at_window(story, web="base*")
