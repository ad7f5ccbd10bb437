"""What the window says and offers after HVTree has died in the middle of a job."""

from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from hvtree.app.memory.database import Database
from hvtree.app.memory.entries import Entry
from hvtree.app.memory.history import History
from hvtree.app.memory.query import Query
from hvtree.domain.model import VmState
from hvtree.jobs.job import JobView
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.dialogs.recovery import LEAVE, RecoveryDialog
from tests.support.kept_jobs import job
from tests.support.killed_jobs import killed
from tests.support.plans import at, vm_at
from tests.support.trees import lab, vm
from tests.support.window import AtWindow, Story, WindowUser

LAB = lab(
    web=vm("a~(b(c*) d)", "web", state=VmState.RUNNING), db=vm("x*", "db", state=VmState.RUNNING), off="y*"
)
GROUP = CheckpointGroup((vm_at("web"), vm_at("db"), vm_at("off")), "farm")


async def nothing(_user: WindowUser) -> None:
    pass


async def open_on_a_killed_job(
    user: WindowUser,
    memory: Path,
    begun: JobView,
    *,
    after: int,
    takes_back: Collection[str] | None = None,
    meanwhile: Story = nothing,
) -> None:
    """Open the host, kill a job of somebody else on it as `killed` does, and look at what it has left."""
    user.add_host()
    await user.until(lambda: user.view.is_connected, "connected")
    host = user.workspace._find_host("vhost")
    await killed(memory, host, begun, after=after, takes_back=takes_back)
    await meanwhile(user)
    user.window.controls.recoveries.look()
    await user.quiet()


@pytest.fixture
def after_a_kill(at_window: AtWindow, tmp_path: Path) -> Callable[..., None]:
    """Let a story happen in a window that is opened after another one was killed in a job, after so many requests."""
    memory = tmp_path / "data" / "memory.sqlite3"

    def tell(operation: Operation, after: int, story: Story, meanwhile: Story = nothing) -> None:
        async def told(user: WindowUser) -> None:
            await open_on_a_killed_job(user, memory, job(operation, LAB), after=after, meanwhile=meanwhile)
            await story(user)

        at_window(told, LAB, connects=False, window={"memory": memory})

    return tell


def strip(user: WindowUser) -> str:
    return user.window.controls.recoveries.strip.text()


async def see_to_it(user: WindowUser) -> RecoveryDialog:
    user.window.controls.recoveries.strip.button.click()
    await user.quiet()
    (dialog,) = user.window.findChildren(RecoveryDialog)
    return dialog


def buttons(dialog: RecoveryDialog) -> list[str]:
    found = [each.text() for each in dialog.findChildren(QPushButton) if each.isVisible()]
    return [text for text in found if text not in (LEAVE, "Close")]


async def agree(user: WindowUser, caption: str) -> None:
    """Say yes to the plan that is shown."""
    await user.quiet()
    (await user.dialog()).press(caption)


def press(dialog: RecoveryDialog, words: str) -> None:
    (button,) = [
        each for each in dialog.findChildren(QPushButton) if words in each.text() and each.isVisible()
    ]
    button.click()


def entries(tmp_path: Path) -> list[Entry]:
    database = Database(tmp_path / "data" / "memory.sqlite3")
    found = list(History(database).find(Query()))
    database.close()
    return found


def verdicts(tmp_path: Path) -> list[str]:
    return [each.standing for each in entries(tmp_path)]


def messages(tmp_path: Path) -> list[str]:
    return [each.message for each in entries(tmp_path)]


def test_a_group_that_was_left_saved_is_said_and_brought_back(
    after_a_kill: Callable[..., None], tmp_path: Path
) -> None:
    async def story(user: WindowUser) -> None:
        assert user.vm("web").state is VmState.SAVED
        assert "A job was not finished: Checkpoint the group" in strip(user)
        assert "VM ‘web’ is Saved (it was Running)" in strip(user)
        dialog = await see_to_it(user)
        assert buttons(dialog) == ["Bring 2 VMs back to Running…"]
        press(dialog, "Bring 2 VMs back")
        await agree(user, "Bring back 2 VMs")
        await user.job_ended()
        await user.until(lambda: strip(user) == "", "it is seen to")
        assert (user.vm("web").state, user.vm("db").state) == (VmState.RUNNING, VmState.RUNNING)
        assert user.vm("off").state is VmState.OFF
        await user.until(lambda: not user.window.findChildren(RecoveryDialog), "the dialog has closed")

    after_a_kill(GROUP, 2, story)
    assert verdicts(tmp_path) == ["as planned", "failed"]


def test_a_group_whose_checkpoints_are_there_is_brought_back_and_they_say_that_they_belong(
    after_a_kill: Callable[..., None], tmp_path: Path
) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await see_to_it(user)
        press(dialog, "Bring 2 VMs back")
        await agree(user, "Bring back 2 VMs")
        await user.job_ended()
        await user.until(lambda: buttons(dialog)[0] == "Write the notes…", "more to do")
        assert user.shape("db") == "x(farm*)"
        press(dialog, "Write the notes")
        await agree(user, "Save notes")
        await user.until(lambda: strip(user) == "", "it is seen to")
        marks = {mark.id for name in ("web", "db", "off") for mark in user.vm(name).group_marks.values()}
        assert len(marks) == 1

    after_a_kill(GROUP, 3, story)
    assert verdicts(tmp_path) == ["as planned", "as planned", "as planned"]


def test_half_a_deletion_is_finished(after_a_kill: Callable[..., None], tmp_path: Path) -> None:
    """Two checkpoints of two VMs; the host came as far as the first."""

    async def half(user: WindowUser) -> None:
        user.host.hyperv.remove_vm_snapshot(vm_snapshot=[user.ref("web", "d").checkpoint_id])
        await user.until(lambda: "d" not in user.shape("web"), "one is gone")

    async def story(user: WindowUser) -> None:
        assert "half-way" in strip(user)
        dialog = await see_to_it(user)
        press(dialog, "Go on and delete 1 checkpoint")
        await agree(user, "Delete checkpoint")
        await user.until(lambda: strip(user) == "", "it is seen to")
        assert user.shape("web") == "a(c*)"

    after_a_kill(DeleteCheckpoints((at(LAB, "web", "b"), at(LAB, "web", "d"))), 0, story, half)


def test_what_came_to_its_end_is_settled_without_a_question(
    after_a_kill: Callable[..., None], tmp_path: Path
) -> None:
    async def story(user: WindowUser) -> None:
        await user.until(lambda: strip(user) == "", "nothing to see to")

    after_a_kill(GROUP, 5, story)
    assert verdicts(tmp_path) == ["as planned"]


def test_what_never_began_is_settled_as_failed(after_a_kill: Callable[..., None], tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        assert strip(user) == ""

    after_a_kill(GROUP, 0, story)
    assert verdicts(tmp_path) == ["failed"]


def test_nothing_is_settled_by_an_old_reading(after_a_kill: Callable[..., None], tmp_path: Path) -> None:
    async def away(user: WindowUser) -> None:
        user.go_down()
        await user.until(lambda: not user.view.is_connected, "the host is away")

    async def story(user: WindowUser) -> None:
        assert strip(user) == ""
        assert user.view.state is not None, "what was read is still on the screen"

    after_a_kill(GROUP, 0, story, away)
    assert verdicts(tmp_path) == ["unfinished"]


def test_a_user_may_leave_it_as_it_is(after_a_kill: Callable[..., None], tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await see_to_it(user)
        press(dialog, LEAVE)
        await user.until(lambda: strip(user) == "", "it is seen to")
        assert user.vm("web").state is VmState.SAVED

    after_a_kill(GROUP, 2, story)
    assert verdicts(tmp_path) == ["interrupted"]


def test_what_is_chosen_ends_it_and_what_others_have_changed_is_said(
    after_a_kill: Callable[..., None], tmp_path: Path
) -> None:
    async def others(user: WindowUser) -> None:
        user.host.hyperv.checkpoint_vm(vm=[vm_at("off").vm_id], snapshot_name="theirs")
        await user.until(lambda: "theirs" in user.shape("off"), "it is read")

    async def story(user: WindowUser) -> None:
        dialog = await see_to_it(user)
        press(dialog, "Bring 2 VMs back")
        await agree(user, "Bring back 2 VMs")
        await user.job_ended()
        await user.until(lambda: strip(user) == "", "it is seen to")
        assert user.shape("off") == "y(theirs*)"

    after_a_kill(GROUP, 2, story, others)
    assert verdicts(tmp_path) == ["as planned", "interrupted"]
    assert "VM ‘off’ is Off, and has been changed by somebody else." in messages(tmp_path)[-1]


def test_a_safety_checkpoint_without_its_apply_can_go(after_a_kill: Callable[..., None]) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await see_to_it(user)
        first, second = buttons(dialog)
        assert first.startswith("Bring 1 VM back to Running")
        assert second.startswith("Delete the checkpoint ‘Safety")
        press(dialog, "Delete the checkpoint")
        await agree(user, "Delete checkpoint")
        await user.until(lambda: len(buttons(dialog)) == 1, "one offer is left")
        press(dialog, "Bring 1 VM back")
        await agree(user, "Bring back 1 VM")
        await user.until(lambda: strip(user) == "", "it is seen to")
        assert user.shape("web") == "a(b(c*) d)"

    after_a_kill(ApplyCheckpoint(at(LAB, "web", "d")), 2, story)


def test_a_safety_checkpoint_stays_if_its_apply_happens_while_somebody_thinks(
    after_a_kill: Callable[..., None],
) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await see_to_it(user)
        press(dialog, "Delete the checkpoint")
        await user.quiet()
        plan = await user.dialog()
        user.host.hyperv.restore_vm_snapshot(vm_snapshot=[user.ref("web", "d").checkpoint_id], confirm=False)
        button = plan.button("Delete checkpoint")
        why = "VM ‘web’ is not as it was when this was offered."
        await user.until(lambda: button.toolTip().startswith(why), "the offer holds no longer")
        assert not button.isEnabled()
        plan.press("Cancel")
        await user.until(lambda: strip(user) == "", "it has come to its end")
        assert "Safety" in user.shape("web")

    after_a_kill(ApplyCheckpoint(at(LAB, "web", "d")), 2, story)


def test_a_job_of_a_host_that_is_not_open_waits_for_it(at_window: AtWindow, tmp_path: Path) -> None:
    memory = tmp_path / "data" / "memory.sqlite3"

    async def story(user: WindowUser) -> None:
        user.add_host()
        await user.until(lambda: user.view.is_connected, "connected")
        elsewhere = lab("elsewhere", other="z*")
        operation = CheckpointGroup((vm_at("other", "elsewhere"),), "farm")
        await killed(memory, user.workspace._find_host("vhost"), job(operation, elsewhere), after=0)
        user.window.controls.recoveries.look()
        await user.quiet()
        assert strip(user) == ""

    at_window(story, LAB, connects=False, window={"memory": memory})
    assert verdicts(tmp_path) == ["unfinished"]
