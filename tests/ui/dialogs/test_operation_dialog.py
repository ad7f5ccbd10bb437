"""The dialog before every operation: what it says, and that nothing that people type can break it."""

import re

import pytest
from PySide6.QtGui import QGuiApplication

from hvtree.domain.model import VirtualMachine
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.widgets.wrap_label import WrapLabel
from hvtree.values import replace
from tests.support import trees
from tests.support.window import AtWindow, WindowUser

LONG = "x" * 10_000
ODD_NAMES = {
    "long without blanks": LONG,
    "right to left": "بعد التحديث \u202eabc\u202c",
    "emoji": "🔥 before 🧪",
    "markup": "<b>bold</b> & <img src=x>",
    "quotes": 'it\'s "the" `one` $(Remove-VM *)',
    "lines": "one\ntwo\r\nthree",
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES.keys())
def test_no_name_makes_a_dialog_wider_than_it_was(at_window: AtWindow, name: str) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", name)
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        await user.quiet()
        assert dialog.widget.width() == 680
        assert dialog.widget.minimumSizeHint().width() < 680
        dialog.press("Cancel")

    web = trees.vm("base(p1*)", "web")
    at_window(story, web=renamed(web, "base", name))


def test_markup_in_a_name_is_shown_as_it_is(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "<b>bold</b>")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert "‘<b>bold</b>’" in dialog.heading
        dialog.press("Cancel")

    at_window(story, web=renamed(trees.vm("base(p1*)", "web"), "base", "<b>bold</b>"))


def test_the_powershell_is_there_on_demand_and_can_be_copied(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert "Remove-VMSnapshot" in dialog.widget.pane.powershell()
        dialog.unfold("Show PowerShell")
        dialog.press("Copy")
        assert QGuiApplication.clipboard().text() == dialog.widget.pane.powershell()
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_the_host_and_what_is_lost_are_named(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Apply…")
        dialog = await user.dialog()
        dialog.press("Apply")
        assert "‘base’" in dialog.heading
        assert "‘web’" in dialog.heading
        assert "On host vhost" in dialog.all_text()
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_the_tree_is_shown_now_and_afterwards(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        now, afterwards = dialog.trees()
        assert now == ["web (Off)", "base", "p1", "p2", "Now"]
        assert afterwards == ["web (Off)", "base", "p2", "Now"]
        dialog.press("Cancel")

    at_window(story, web="base(p1(p2*))")


def test_an_open_dialog_follows_the_host(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Delete Checkpoint Subtree…")
        dialog = await user.dialog()
        before = dialog.text()
        user.host.hyperv.checkpoint_vm(vm=[trees.id_of("web")], snapshot_name="by a colleague")
        await user.until(lambda: dialog.text() != before, "another plan")
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_an_open_dialog_cannot_start_anything_on_a_lost_host_and_goes_on_when_it_is_back(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        user.go_down()
        await user.until(lambda: dialog.buttons() == ["Cancel"], "the button is disabled")
        assert "not connected" in dialog.text()
        user.come_back()
        await user.until(lambda: dialog.buttons() == ["Delete checkpoint", "Cancel"], "the button is back")
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def test_a_thing_that_is_gone_meanwhile_is_said_instead_of_its_plan(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Rename…")
        dialog = await user.dialog()
        dialog.type("other")
        user.host.hyperv.remove_vm_snapshot(vm_snapshot=[user.ref("web", "p1").checkpoint_id])
        await user.until(lambda: "any more" in dialog.text(), "it is said")
        assert dialog.buttons() == ["Cancel"]
        dialog.press("Cancel")

    at_window(story, web="base(p1*)")


def renamed(owner: VirtualMachine, old: str, new: str) -> VirtualMachine:
    changed = tuple(replace(each, name=new) if each.name == old else each for each in owner.checkpoints)
    return replace(owner, checkpoints=changed)


def test_all_room_that_a_dialog_gains_is_for_its_plan(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        await user.quiet()
        field = dialog.widget.findChild(NameField)
        height = field.height()
        dialog.widget.resize(dialog.widget.width(), dialog.widget.height() + 300)
        await user.quiet()
        assert field.height() == height
        dialog.press("Cancel")

    at_window(story, web="base(p1*)", db="x*")


def test_a_plan_shows_a_disk_file_short_and_tells_its_whole_path(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        (path,) = next(each for each in user.vm("web").checkpoints if each.name == "p1").drives
        name = path.rpartition("\\")[2]
        short = re.sub(r"_(.{4})[^_]*(.{4})\.avhdx$", r"_\1…\2.avhdx", name)
        (line,) = (each for each in dialog.widget.findChildren(WrapLabel) if "stays on disk" in each.text())
        assert line.text() == f"File {short} (1 GB) stays on disk as long as 2 files depend on it."
        assert line.toolTip() == path
        assert f"File {name} (1 GB) stays" in line.accessibleName()
        assert f"File {name} (1 GB) stays" in dialog.text()
        dialog.press("Cancel")

    at_window(story, web="base(p1(p2 p3*))")
