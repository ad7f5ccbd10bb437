"""One selection, one plan and one job over several hosts, through the real window."""

import itertools

from PySide6.QtCore import QCoreApplication

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import VmState
from hvtree.jobs.job import Verdict
from hvtree.ui.intents.apply import APPLY
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.intents.group import GROUP
from hvtree.ui.selection import Selection
from hvtree.values import replace
from tests.support import trees
from tests.support.dialog_user import plain
from tests.support.opening import fill_in
from tests.support.window import AtWindow, WindowUser

SECOND = trees.lab("second", app=replace(trees.vm("a*", "app"), state=VmState.RUNNING))


def test_a_group_of_vms_on_two_hosts_is_one_plan_and_one_job(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(SECOND)
        user.select("web")
        user.select("app", more=True)
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        dialog.type("farm")
        assert dialog.table() == [
            ("web", "vhost", "1 → 2", "Off", "Off", "Off"),
            ("app", "second", "1 → 2", "Running", "Saved", "Running"),
        ]
        dialog.press("Checkpoint 2 VMs")
        job = await user.job_ended()
        assert job.verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("app")) == ("base(farm*)", "a(farm*)")

    at_window(story, web="base*")


def test_the_dialog_names_both_hosts_and_the_host_of_each_step(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(SECOND)
        user.select("web")
        user.select("app", more=True)
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        assert "On hosts vhost and second" in dialog.all_text()
        assert "second: Pause 1 VM" in dialog.text()
        assert "web on vhost (Off)" in dialog.trees()[0]
        dialog.press("Cancel")

    at_window(story, web="base*")


def test_a_vm_and_its_now_are_one_member_of_a_group(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("web", "Now", more=True)
        await user.quiet()
        assert not user.can(GROUP)
        assert "Select two or more VMs" in user.reason(GROUP)

    at_window(story, web="base*", db="")


def test_checkpoints_on_two_hosts_are_deleted_in_one_plan(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(SECOND)
        user.select("web", "p1")
        user.select("app", "a", more=True)
        await user.quiet()
        assert user.can(DELETE)
        assert not user.can(APPLY)
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert [row[:3] for row in dialog.table()] == [("p1", "web", "vhost"), ("a", "app", "second")]
        dialog.press("Delete 2 checkpoints")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("app")) == ("base*", "")

    at_window(story, web="base(p1*)")


def test_a_group_with_a_host_that_is_away_cannot_be_chosen_and_says_which(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        second = await user.open_another(SECOND)
        user.select("web")
        user.select("app", more=True)
        second.down = ConnectionFailure("The host is off.")
        second.lose(second.down)
        await user.until(lambda: not user.can(GROUP), "the group is disabled")
        assert "second" in user.reason(GROUP)
        assert "not connected" in user.reason(GROUP)

    at_window(story, web="base*")


def test_the_jobs_pane_says_how_it_ended_on_each_host(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(SECOND)
        user.select("web")
        user.select("app", more=True)
        user.choose("Checkpoint Group…")
        (await user.dialog()).press("Checkpoint 2 VMs")
        job = await user.job_ended()
        user.window.activity.select(job.id)
        text = user.window.activity.pane.text()
        assert "Hosts: vhost, second" in text
        assert "second: Checkpoint 1 VM" in text
        assert "On ‘second’: done, and checked on the host." in text

    at_window(story, web="base*")


def test_a_job_on_two_hosts_can_be_cancelled_on_the_one_that_is_not_done(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        second = await user.open_another(trees.lab("second", app="a*", db="a*"))
        second.hold("vm.checkpoint")
        for vm in ("web", "app", "db"):
            user.select(vm, more=vm != "web")
        user.choose("Checkpoint")
        await second.asked("vm.checkpoint")
        pane = user.window.activity.pane
        entries = pane.part_button.menu().actions
        await user.until(lambda: [each.text() for each in entries()] == ["Cancel on second"], "one is done")
        assert pane.part_button.isVisible()
        entries()[0].trigger()
        second.release()
        job = await user.job_ended()
        verdicts = {each.host_id: each.verdict for each in job.host_verdicts}
        assert verdicts == {"vhost": Verdict.AS_PLANNED, "second": Verdict.CANCELLED}
        assert not pane.part_button.isVisible()

    at_window(story, web="base*")


def test_a_group_can_only_be_cancelled_as_a_whole(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        second = await user.open_another(SECOND)
        second.hold("vm.save")
        user.select("web")
        user.select("app", more=True)
        user.choose("Checkpoint Group…")
        (await user.dialog()).press("Checkpoint 2 VMs")
        await second.asked("vm.save")
        pane = user.window.activity.pane
        assert pane.cancel_button.isEnabled()
        assert not pane.part_button.isVisible()
        second.release()
        await user.job_ended()

    at_window(story, web="base*")


def test_a_checkpoint_taken_ten_minutes_ago_is_reverted_to_without_another_question(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint")
        await user.job_ended()
        user.choose("Revert…")
        dialog = await user.dialog()
        user.host.clock.jump(600)
        dialog.press("Revert")  # shows what it does
        dialog.press("Revert")
        job = await user.job_ended(2)
        assert user.open_dialog() is None
        assert job.verdict is Verdict.AS_PLANNED

    at_window(story, web=replace(trees.vm("", "web"), state=VmState.RUNNING))


def test_a_host_that_is_connected_beside_others_is_selected_open_and_in_sight(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.resize(1024, 500)
        user.window.tree.expansion.open_all()
        user.select("web", "c3")
        await user.quiet()
        (await fill_in(user, "zz-new", "LAB\\admin", "swordfish")).press("Connect")
        await user.until(lambda: user.workspace.host("zz-new").is_connected, "zz-new is connected")
        await user.quiet()
        assert user.selection == Selection(hosts=("zz-new",))
        tree, row = user.window.tree, user.window.model.index_of_host("zz-new")
        assert tree.isExpanded(row)
        first = user.window.model.index(0, 0, row)
        for index in (row, first):
            assert tree.viewport().rect().contains(tree.visualRect(index).center())

    at_window(story, web="(".join(f"c{number}" for number in range(40)) + "*" + ")" * 39)


def test_several_things_of_several_hosts_say_what_can_be_done_with_them(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(trees.lab("other", db="x*"))
        user.select("web", "p1")
        user.select("db", more=True)
        await user.quiet()
        details = user.window.details.details
        assert details.title == "1 VM and 1 checkpoint selected"
        assert plain(details.subtitle) == "on vhost, other"
        assert dict(details.facts)["By host"] == "1 checkpoint on vhost; 1 VM on other"
        possible = [each.text for each in details.offers if not each.refusal]
        assert any(text.startswith("Checkpoint") for text in possible)
        assert "What can be done" in user.window.details.text()

        user.window.tree.selectionModel().clear()
        user.select("web")
        user.select("db", more=True)
        await user.quiet()
        refused = {each.text: each.refusal for each in user.window.details.details.offers if each.refusal}
        assert refused["Revert…"] == "Select one VM."

    at_window(story, web="base(p1*)")


def test_a_host_and_what_is_on_it_are_counted_apart(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.window.tree.select(user.window.model.index_of_host("vhost"))
        user.select("web", more=True)
        user.select("web", "p1", more=True)
        await user.quiet()
        details = user.window.details.details
        assert details.title == "1 host, 1 VM and 1 checkpoint selected"
        assert dict(details.facts)["Hosts hold"] == "1 VM, 2 checkpoints"

    at_window(story, web="base(p1*)")


def test_several_hosts_are_disconnected_together(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.open_another(trees.lab("other", db="x*"))
        user.window.selection.set(Selection(hosts=("vhost", "other")))
        await user.quiet()
        details = user.window.details.details
        assert details.title == "2 hosts selected"
        assert dict(details.facts)["Hosts hold"] == "2 VMs, 3 checkpoints"
        possible = {each.text for each in details.offers if not each.refusal}
        assert possible == {"Refresh", "Reconnect", "Disconnect"}
        user.choose_from("Host", "Disconnect")
        await user.until(lambda: not user.workspace.hosts, "no host is open")

    at_window(story, web="base(p1*)")


def test_while_rows_are_changing_what_stands_beside_the_tree_follows_with_its_paintings(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        bench = user.window.bench
        updates: list[str] = []
        paintings: list[str] = []
        bench.updating.slice_begins.connect(lambda: updates.append("update"))
        bench.tree.painting_ended.connect(lambda: paintings.append("painting"))
        bench.model.busy.pause()
        bench.model.busy.run("a large host", itertools.repeat(None))
        for _ in range(5):
            bench.bridge.host_changed.emit("vhost")
            QCoreApplication.processEvents()
        assert len(updates) <= len(paintings) < 5
        updates.clear()
        bench.bridge.host_changed.emit("vhost")
        bench.tree.viewport().grab()
        QCoreApplication.processEvents()
        assert updates
        bench.model.busy.drop("a large host")
        bench.model.busy.go_on()
        updates.clear()
        bench.bridge.host_changed.emit("vhost")
        await user.quiet()
        assert updates

    at_window(story, web="base*")
