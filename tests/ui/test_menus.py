"""What the menus offer, in which words and order, and why something cannot be chosen."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMenu

from hvtree.domain.model import CheckpointType, VmState
from hvtree.ui import menus as menus_module
from hvtree.ui.intents.apply import APPLY, REVERT
from hvtree.ui.intents.create import CREATE
from hvtree.ui.intents.group import GROUP
from hvtree.ui.intents.registry import INTENTS
from hvtree.ui.theme import Theme
from hvtree.values import replace
from tests.support import trees
from tests.support.counting import Calls
from tests.support.window import AtWindow, WindowUser


def test_the_menu_of_a_checkpoint_has_hyper_v_managers_words_in_its_order(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        assert user.context_menu()[:5] == [
            "Apply…",
            "Export…",
            "Rename…",
            "Delete Checkpoint…",
            "Delete Checkpoint Subtree…",
        ]

    at_window(story, web="base(p1(p2*))")


def test_the_menu_of_a_vm_has_checkpoint_first_and_revert_last(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        assert user.context_menu()[:3] == ["Checkpoint", "Checkpoint…", "Revert…"]

    at_window(story, web="base*")


def test_a_group_checkpoint_needs_several_vms(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        assert "Select two or more VMs" in user.reason(GROUP)
        user.select("db", more=True)
        await user.quiet()
        assert user.can(GROUP)

    at_window(story, web="", db="")


def test_now_offers_what_its_vm_offers_and_no_apply(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "Now")
        entries = user.context_menu()
        assert "Checkpoint" in entries
        assert "Revert…" in entries
        assert "Apply…" not in entries

    at_window(story, web="base*")


def test_what_cannot_be_planned_is_disabled_with_the_plans_own_reason(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        assert not user.can(CREATE)
        assert "disabled" in user.reason(CREATE)

    at_window(story, web=trees.vm("base*", "web", checkpoint_type=CheckpointType.DISABLED))


def test_a_vm_without_checkpoints_cannot_be_reverted(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        assert not user.can(REVERT)
        assert "Not now:" in user.reason(REVERT)

    at_window(story, web="")


def test_several_checkpoints_can_only_be_deleted_and_locked(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.select("web", "p2", more=True)
        assert user.context_menu() == ["Delete Checkpoint…", "Lock", "Go to Now", "Properties"]

    at_window(story, web="base(p1(p2*))")


def test_several_vms_are_checkpointed_together_or_each_by_itself(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        assert user.context_menu()[:3] == ["Checkpoint", "Checkpoint…", "Checkpoint Group…"]

    at_window(story, web="", db="")


def menus(user: WindowUser) -> list[QMenu]:
    """Return the menus of the menu bar."""
    return [found for each in user.window.menuBar().actions() if isinstance(found := each.menu(), QMenu)]


def test_the_menu_bar_reaches_everything_that_the_context_menus_offer(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        reachable = {
            entry.objectName() for menu in menus(user) for entry in menu.actions() if not entry.isSeparator()
        }
        assert reachable == {each.objectName() for each in user.window.menus.entries()}

    at_window(story, web="")


def test_f5_reads_the_host_again(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        before = user.host.verbs().count("host.read")
        await user.key(Qt.Key.Key_F5)
        await user.host.asked("host.read", before + 1)

    at_window(story, web="")


def test_ctrl_f_goes_to_the_filter_and_escape_back_to_the_tree(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert user.window.filter_field.hasFocus()
        user.filter("db")
        assert user.rows() == ["vhost", "  db", "    Now"]
        user.leave_filter()
        await user.quiet()
        assert user.window.tree.hasFocus()
        assert "  web" in user.rows()

    at_window(story, web="base*", db="")


def test_alt_enter_goes_to_the_details(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.key(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        assert user.window.details.isAncestorOf(user.window.focusWidget())

    at_window(story, web="base*")


def test_h_selects_where_the_vm_stands(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        await user.key(Qt.Key.Key_H)
        assert user.selection.nows == (user.vm_address("web"),)

    at_window(story, web="base(p1*)")


def test_a_letter_typed_into_the_filter_is_a_letter(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        user.press_in_filter(Qt.Key.Key_H)
        assert user.window.filter_field.text() == "h"
        user.leave_filter()

    at_window(story, web="base*")


def test_while_the_connection_is_lost_nothing_can_be_started(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.go_down()
        await user.until(lambda: not user.can(APPLY), "apply is disabled")
        assert "not connected" in user.reason(APPLY)

    at_window(story, web="base(p1*)")


def test_the_keyboards_menu_key_opens_the_menu_of_the_selection(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        await user.quiet()
        user.press_menu_key()
        assert user.menu_is_open()
        user.close_menu()

    at_window(story, web="base*")


def test_shift_f10_opens_the_menu_as_the_menu_key_does(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        await user.key(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        assert user.menu_is_open()
        user.close_menu()

    at_window(story, web="base*")


def test_no_line_of_a_tool_tip_is_wider_than_one_can_read(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        await user.quiet()
        tip = user.window.menus.entry(GROUP).toolTip()
        assert "Checkpoints are disabled" in " ".join(tip.split())
        assert max(map(len, tip.splitlines())) <= 80

    at_window(story, web=trees.vm("base*", "web", checkpoint_type=CheckpointType.DISABLED), db="")


def test_a_running_vm_can_be_applied_to(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        await user.quiet()
        assert user.can(APPLY)

    at_window(story, web=replace(trees.vm("base(p1*)", "web"), state=VmState.RUNNING))


def icons(user: WindowUser, title: str) -> dict[str, QIcon]:
    """Return the icons of a menu of the menu bar, by the names of its entries."""
    (menu,) = (each for each in menus(user) if each.title() == title)
    return {each.objectName(): each.icon() for each in menu.actions() if not each.isSeparator()}


def test_a_menus_icons_are_drawn_when_it_is_opened(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        assert icons(user, "H&elp")["host.doctor"].isNull()
        (menu,) = (each for each in menus(user) if each.title() == "H&elp")
        menu.popup(QPoint(0, 0))
        menu.close()
        assert not icons(user, "H&elp")["host.doctor"].isNull()
        assert icons(user, "Vie&w")["view.expand"].isNull()

    at_window(story, web="base*")


def test_every_entry_of_a_menu_has_its_icon_whenever_it_is_open(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        for menu in menus(user):
            menu.popup(QPoint(0, 0))
            shown = icons(user, menu.title())
            menu.close()
            assert {name for name, icon in shown.items() if icon.isNull()} == {
                each.id for each in INTENTS if each.id in shown and not each.icon
            }

    at_window(story, web="base*")


def test_icons_follow_the_change_from_light_to_dark_shown_or_not(at_window: AtWindow, theme: Theme) -> None:
    def lightness(icon: QIcon) -> int:
        image = icon.pixmap(16, 16).toImage()
        colours = (image.pixelColor(x, y) for x in range(16) for y in range(16))
        return max(each.lightness() for each in colours if each.alpha() > 200)

    async def story(user: WindowUser) -> None:
        expand = {"Vie&w": "view.expand", "&Host": "host.refresh"}
        menu = next(each for each in menus(user) if each.title() == "Vie&w")
        before = lightness(icons(user, "&Host")["host.refresh"])
        theme.apply_scheme(Qt.ColorScheme.Dark)
        await user.quiet()
        menu.popup(QPoint(0, 0))
        menu.close()
        after = [lightness(icons(user, title)[name]) for title, name in expand.items()]
        assert min(after) > before

    at_window(story, web="base*")


def test_what_stays_as_it_is_from_one_selection_to_the_next_is_not_worded_again(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    worded = Calls(monkeypatch, menus_module, "_tool_tip")

    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        before = worded.number
        user.select("db")
        await user.quiet()
        assert worded.number == before
        user.select("db", "x")
        await user.quiet()
        assert worded.number > before

    at_window(story, web="base*", db="x*")


def test_icons_are_drawn_again_for_another_screen(at_window: AtWindow, application: QApplication) -> None:
    async def story(user: WindowUser) -> None:
        before = icons(user, "&Host")["host.refresh"].cacheKey()
        application.screenAdded.emit(application.primaryScreen())
        assert icons(user, "&Host")["host.refresh"].cacheKey() != before

    at_window(story, web="base*")
