"""What the window offers after HVTree has died while a group was going back, and only some of its VMs had gone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hvtree.domain.edits import Apply
from hvtree.domain.model import VmState
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from tests.cli.kills import JOINT, LAB, STATES
from tests.support.kept_jobs import database_in, job
from tests.support.plans import vm_at
from tests.support.window import AtWindow, Story, WindowUser
from tests.ui.test_recoveries import agree, buttons, open_on_a_killed_job, press, see_to_it, strip

Tell = Callable[[Story], None]


@pytest.fixture
def in_the_middle(at_window: AtWindow, tmp_path: Path) -> Tell:
    """Let a story happen in a window after another one was killed: one VM of four had gone back, without safety checkpoints."""
    memory = database_in(tmp_path).path
    begun = job(ApplyGroupCheckpoint(JOINT, safety=False), LAB)
    steps = (*begun.plan.steps, *begun.plan.bring_back_steps)
    after = next(number for number, step in enumerate(steps, start=1) if isinstance(step.edit, Apply))

    def tell(story: Story) -> None:
        async def told(user: WindowUser) -> None:
            await open_on_a_killed_job(user, memory, begun, after=after, takes_back=[vm_at("off").vm_id])
            await story(user)

        at_window(told, LAB, connects=False, window={"memory": memory})

    return tell


def test_the_others_can_go_back_too_or_only_be_brought_back(in_the_middle: Tell) -> None:
    async def story(user: WindowUser) -> None:
        dialog = await see_to_it(user)
        offers = buttons(dialog)
        dialog.close()
        assert offers == ["Go on and apply it to 3 VMs…", "Only bring 2 VMs back to Paused or Running…"]

    in_the_middle(story)


def test_only_bringing_back_leaves_the_trees_as_they_are_and_ends_it(in_the_middle: Tell) -> None:
    async def story(user: WindowUser) -> None:
        before = {name: user.shape(name) for name in STATES}
        press(await see_to_it(user), "Only bring 2 VMs back")
        await agree(user, "Bring back 2 VMs")
        await user.job_ended()
        await user.until(lambda: strip(user) == "", "it is seen to")
        assert {name: user.shape(name) for name in STATES} == before
        assert user.vm("running").state is VmState.RUNNING
        assert user.vm("paused").state is VmState.PAUSED

    in_the_middle(story)
