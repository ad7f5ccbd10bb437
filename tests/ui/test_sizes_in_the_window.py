"""The window while the sizes of a host are still on their way: it can be used, and calls nothing 0 that is not known."""

from __future__ import annotations

from PySide6.QtWidgets import QTextBrowser

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.jobs.job import Verdict
from hvtree.ui.format import phase_words
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import HostNode
from hvtree.ui.views.details_notices import host_notice
from hvtree.values import replace
from tests.support import trees
from tests.support.window import AtWindow, WindowUser

MANY = trees.lab(
    **{f"vm{number:02}": f"c{number}*" if number < 30 else f"c{number}(new*)" for number in range(60)}
)
"""The VMs of the second half have the newest checkpoints."""


def size_of(user: WindowUser, vm: str, checkpoint: str = "") -> str:
    index = user._index(vm, checkpoint)
    return str(index.siblingAtColumn(Column.SIZE).data())


async def open_while_sizes_are_held(user: WindowUser) -> None:
    user.host.hold("host.sizes")
    user.add_host()
    await user.until(lambda: user.view.is_connected, "connected")
    await user.until(lambda: "host.sizes" in user.host.verbs(apart_from=()), "sizes are asked for")
    await user.quiet()


def asked_for(user: WindowUser) -> list[list[str]]:
    names = {vm.id: vm.name for vm in user.state.vms.values()}
    return [
        [names[each] for each in one.args["ids"]] for one in user.host.requests if one.verb == "host.sizes"
    ]


def test_the_tree_is_there_before_its_sizes_and_can_be_worked_with(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.open_rows("web")
        assert "    base" in user.rows()
        assert (size_of(user, "web"), size_of(user, "web", "p1")) == ("…", "…")
        user.select("web", "p1")
        user.choose("Rename…")
        dialog = await user.dialog()
        dialog.type("renamed")
        dialog.press("Rename")
        await user.job_ended()
        assert user.shape("web") == "base(renamed(p2*) p3)"
        assert size_of(user, "web", "renamed") == "…"
        user.host.release()
        await user.measured()
        await user.quiet()
        assert size_of(user, "web", "renamed").endswith("GB")
        assert "…" not in size_of(user, "web")

    at_window(story, connects=False, web="base(p1(p2*) p3)", db="x*")


def test_nothing_that_is_not_known_is_called_0_bytes(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.open_rows("web")
        for checkpoint in ("", "p1", "Now"):
            user.select("web", checkpoint)
            await user.quiet()
            page = user.window.details.findChild(QTextBrowser)
            assert page is not None
            assert "0 bytes" not in page.toPlainText()
            assert "…" in page.toPlainText() or "being measured" in page.toPlainText()
        tips = [str(user._index("web", each).data(3)) for each in ("", "p1", "Now")]
        assert not any("0 bytes" in tip for tip in tips)
        assert "being measured" in tips[0]
        user.host.release()
        await user.measured()

    at_window(story, connects=False, web="base(p1(p2*) p3)")


def test_what_is_on_the_screen_is_measured_before_the_rest(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        first = asked_for(user)[0]
        assert first[:3] == ["vm00", "vm01", "vm02"], "the newest checkpoints are elsewhere"
        user.host.release()
        await user.measured()
        everything = [name for names in asked_for(user) for name in names]
        assert sorted(everything) == sorted(vm.name for vm in user.state.vms.values())

    at_window(story, MANY, connects=False)


def test_rows_that_are_scrolled_into_sight_are_measured_next(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.show_at_top("vm25")
        await user.quiet()
        await user.until(lambda: asked_for(user)[-1][0] == "vm25", "the new rows are asked for")
        user.host.release()
        await user.measured()

    at_window(story, MANY, connects=False)


def test_a_deletion_waits_for_the_sizes_of_just_its_vm_and_says_why(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.select("vm20", "c20")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        await user.until(lambda: asked_for(user)[-1] == ["vm20"], "exactly this VM is asked for")
        assert not dialog.button("Delete checkpoint").isEnabled()
        assert "Sizes of disk files are being read: 1 VM to go…" in dialog.all_text()
        assert "not known yet" in dialog.all_text()
        user.host.release()
        await user.until(lambda: dialog.button("Delete checkpoint").isEnabled(), "the plan is whole")
        assert "not known yet" not in dialog.all_text()
        assert "being read" not in dialog.all_text()
        dialog.press("Delete checkpoint")
        job = await user.job_ended()
        assert job.verdict is Verdict.AS_PLANNED
        assert user.shape("vm20") == ""
        await user.measured()

    at_window(story, MANY, connects=False)


def test_a_host_that_tells_no_sizes_holds_a_deletion_up_for_a_while_only(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert not dialog.button("Delete checkpoint").isEnabled()
        await user.until(lambda: dialog.button("Delete checkpoint").isEnabled(), "it waits no longer")
        assert "not known yet" in dialog.all_text()
        dialog.press("Delete checkpoint")
        job = await user.job_ended()
        assert job.verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base(p2* p3)"

    at_window(story, connects=False, web="base(p1(p2*) p3)")


def test_a_list_of_what_goes_is_filled_with_sizes_as_they_come(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.select("web", "p1")
        user.select("web", "p3", more=True)
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert [row[-1] for row in dialog.table()] == ["…", "…"]
        user.host.release()
        await user.until(lambda: "…" not in [row[-1] for row in dialog.table()], "the sizes are in the list")
        dialog.press("Cancel")
        await user.measured()

    at_window(story, connects=False, web="base(p1(p2*) p3)")


def test_a_slow_host_can_be_used_at_once_and_is_not_loaded(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hyperv.faults.vhd_delay_s = 0.05
        user.add_host()
        await user.until(lambda: user.view.is_connected, "connected")
        await user.quiet()
        reads = user.host.hyperv.vhd_reads
        user.select("vm20", "c20")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        await user.until(lambda: dialog.button("Delete checkpoint").isEnabled(), "the plan is whole")
        assert not all(vm.is_measured for vm in user.state.vms.values()), "it has not waited for the others"
        dialog.press("Cancel")
        await user.measured()
        assert reads.most_at_once == 2
        assert len(reads.paths) == len(set(reads.paths)), "each file is opened once"

    at_window(story, MANY, connects=False)


def test_a_filter_by_size_says_that_it_does_not_know_all_sizes_yet(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await open_while_sizes_are_held(user)
        user.filter("larger:1MB")
        await user.quiet()
        assert "Filter: 0 checkpoints on 0 VMs, 2 VMs not measured yet" in user.status()
        assert user.window.filter_strip.isVisible()
        user.host.release()
        await user.measured()
        await user.quiet()
        user.look_after_a_second()
        assert not any("not measured" in each for each in user.status())
        assert not user.window.filter_strip.isVisible()

    at_window(story, connects=False, web="base(p1(p2*) p3)", db="x*")


def test_a_host_of_which_only_a_part_is_there_says_that_it_is_being_read() -> None:
    partly = HostView("h", "h", ConnectionPhase.CONNECTING, trees.lab(web="x*"), is_partial=True)
    assert phase_words(partly) == "Reading…"
    assert not HostNode(1, partly).is_dimmed
    notice = host_notice(partly, lambda _view: ())
    assert notice is not None
    assert "More VMs will follow" in notice.more
    lost = replace(partly, phase=ConnectionPhase.STALE)
    assert phase_words(lost) == "Connection lost"
    assert HostNode(1, lost).is_dimmed
