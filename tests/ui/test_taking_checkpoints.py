"""Checkpoint, which is taken at once as in Hyper-V Manager, and Checkpoint…, which asks for a name."""

from PySide6.QtCore import Qt

from hvtree.jobs.job import Verdict
from hvtree.ui.intents.create import CREATE, CREATE_NAMED
from hvtree.ui.intents.keyboard import key_rows
from hvtree.ui.intents.registry import INTENTS
from tests.support import trees
from tests.support.window import AtWindow, WindowUser

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NEARLY_50 = "c0*(" + " ".join(f"c{number}" for number in range(1, 44)) + ")"


def test_checkpoint_and_enter_take_one_under_the_default_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint…")
        dialog = await user.dialog()
        assert dialog.fields()[0].placeholderText().startswith("web - (9/24/2026 - ")
        dialog.key(Qt.Key.Key_Return)
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        (taken,) = trees.vm_named(user.state, "web").checkpoints
        assert taken.name.startswith("web - (9/24/2026 - ")

    at_window(story, web="")


def test_a_typed_name_is_the_name_of_the_checkpoint(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "Now")
        user.choose("Checkpoint…")
        dialog = await user.dialog()
        dialog.type("before the update")
        dialog.press("Checkpoint")
        await user.job_ended()
        assert user.shape("web") == trees.shape(user.vm("web"))
        assert "before the update" in user.shape("web")

    at_window(story, web="")


def test_a_blank_name_is_refused_while_typing(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint…")
        dialog = await user.dialog()
        dialog.type("   ")
        assert dialog.buttons() == ["Cancel"]
        assert "name" in dialog.text()
        dialog.type("good")
        assert dialog.buttons() == ["Checkpoint", "Cancel"]
        dialog.press("Cancel")

    at_window(story, web="")


def test_a_name_of_101_characters_is_refused_with_the_reason_on_the_button(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint…")
        dialog = await user.dialog()
        dialog.type("x" * 101)
        assert "100" in dialog.button("Checkpoint").toolTip()
        dialog.press("Cancel")

    at_window(story, web="")


def test_checkpoint_without_dots_asks_nothing(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.open_dialog() is None
        assert len(user.vm("web").checkpoints) == 1

    at_window(story, web="")


def test_checkpoints_without_dots_of_several_vms_each_get_their_own_default_name(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        user.choose("Checkpoint")
        await user.job_ended()
        names = [user.vm(name).checkpoints[0].name.split(" - ")[0] for name in ("web", "db")]
        assert names == ["web", "db"]

    at_window(story, web="", db="")


def test_the_key_for_checkpoint_takes_it_and_with_shift_asks_for_a_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.key(Qt.Key.Key_K, CTRL)
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert len(user.vm("web").checkpoints) == 1
        await user.key(Qt.Key.Key_K, CTRL | SHIFT)
        (await user.dialog()).press("Cancel")
        assert len(user.jobs) == 1

    at_window(story, web="")


def test_no_key_of_an_entry_repeats_while_it_is_held_down(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        assert [each.text() for each in user.window.menus.entries() if each.autoRepeat()] == []

    at_window(story, web="")


def test_a_double_click_on_checkpoint_takes_one(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        for _ in range(2):
            user.window.menus.entry(CREATE).trigger()
        await user.job_ended()
        await user.quiet()
        assert len(user.vm("web").checkpoints) == len(user.jobs) == 1
        user.window.menus.entry(CREATE).trigger()
        await user.job_ended(2)
        assert len(user.vm("web").checkpoints) == 2

    at_window(story, web="")


def test_a_checkpoint_that_nears_the_limit_is_asked_about_with_the_reason(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint")
        dialog = await user.dialog()
        assert "Have a look before it is done. VM ‘web’ then has 45 of at most 50" in dialog.note()
        assert dialog.fields()[0].placeholderText().startswith("web - (")
        assert user.jobs == ()
        dialog.press("Checkpoint")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED

    at_window(story, web=NEARLY_50)


def test_what_came_up_between_the_press_and_the_checkpoint_is_asked_about(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        await user.quiet()
        user.host.hold("host.read")
        for number in range(2):
            work = user.host.hyperv.checkpoint_vm(vm=[trees.id_of("web")], snapshot_name=f"other {number}")
            await user.until(lambda work=work: work.is_done, "a colleague's checkpoint")
        user.choose("Checkpoint")
        user.host.release()
        dialog = await user.dialog()
        assert "has changed" in dialog.note()
        assert "of at most 50" in dialog.text()
        dialog.press("Cancel")
        assert (await user.job_ended()).verdict is Verdict.DECLINED

    at_window(story, web="c0*(" + " ".join(f"c{number}" for number in range(1, 39)) + ")")


def test_the_page_of_keys_tells_the_two_apart_by_their_dots() -> None:
    rows = {row.does: row.keys for row in key_rows(INTENTS)}
    assert rows["Checkpoint"] != rows["Checkpoint…"]
    assert CREATE.text.replace("&", "") + "…" == CREATE_NAMED.text.replace("&", "")
