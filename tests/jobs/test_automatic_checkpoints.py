"""Members that Hyper-V checkpoints by itself when they are started from Off (fact 13): nothing of it is HVTree's, and nothing is amiss."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hvtree.app.groups import Groups
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.model import VmState
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView, Verdict
from hvtree.jobs.kept import kept
from hvtree.jobs.recovery import look_at
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint
from hvtree.operations.group_power import ShutDownGroup, StartGroup
from hvtree.operations.group_target import GroupTarget
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import id_of, lab, vm

NAMES = ("web", "db")
VMS = tuple(map(vm_at, NAMES))
GROUP = CheckpointGroup(VMS, "joint")
TAKEN = "Hyper-V took an automatic checkpoint of VMs ‘web’ and ‘db’ when they were started."


def with_option_on(story: Callable[[Harness], Awaitable[Any]], **vms: Any) -> None:
    """Let a story happen on a host whose VMs have automatic checkpoints enabled."""

    async def prepared(harness: Harness) -> None:
        change = VmChange(automatic_checkpoints_enabled=True)
        harness.host.hyperv.set_vm(vm=list(map(id_of, NAMES)), change=change)
        await story(harness)

    with_harness(lab(**(vms or dict.fromkeys(NAMES, ""))), prepared)


def shapes(harness: Harness) -> list[str]:
    """Return the trees of both VMs, with an automatic checkpoint called `auto`."""
    found = []
    for name in NAMES:
        shape = harness.shape(name)
        for each in harness.vm(name).checkpoints:
            shape = shape.replace(each.name, "auto") if each.is_automatic else shape
        found.append(shape.replace("~", ""))
    return found


def group_checkpoint(harness: Harness) -> GroupCheckpoint:
    groups: Groups = harness.workspace.groups
    return next(each for each in groups.checkpoints(harness.workspace.fleet).values() if each.name == "joint")


async def done(harness: Harness, *operations: Any) -> JobView:
    """Run jobs, all of which end as planned; return the last."""
    for each in operations:
        job = await harness.do(each)
        assert job.verdict is Verdict.AS_PLANNED, job.message
    return job


def test_a_group_that_is_started_is_as_planned_and_the_checkpoints_are_told() -> None:
    async def story(harness: Harness) -> None:
        job = await done(harness, StartGroup(VMS))
        assert shapes(harness) == ["auto*"] * 2
        assert TAKEN in job.message

    with_option_on(story)


def test_a_vm_with_a_checkpoint_takes_none_and_nothing_is_told() -> None:
    async def story(harness: Harness) -> None:
        job = await done(harness, StartGroup(VMS))
        assert shapes(harness) == ["a*", "b*"]
        assert "automatic" not in job.message

    with_option_on(story, web="a*", db="b*")


def test_a_group_checkpoint_holds_only_what_was_taken_for_it() -> None:
    async def story(harness: Harness) -> None:
        await done(harness, StartGroup(VMS), GROUP)
        assert shapes(harness) == ["auto(joint*)"] * 2
        found = group_checkpoint(harness)
        assert (found.size, [each.checkpoint.name for each in found.there if each.checkpoint]) == (
            2,
            ["joint"] * 2,
        )

    with_option_on(story)


@pytest.mark.parametrize("safety", [True, False], ids=["saved first", "turned off"])
def test_a_group_that_goes_back_and_starts_keeps_its_automatic_checkpoints(safety: bool) -> None:
    async def story(harness: Harness) -> None:
        await done(harness, StartGroup(VMS), GROUP)
        await done(harness, ApplyGroupCheckpoint(GroupTarget(group_checkpoint(harness).id), safety=safety))
        assert [each.split("joint")[0] for each in shapes(harness)] == ["auto("] * 2
        assert [harness.vm(name).state for name in NAMES] == [VmState.RUNNING] * 2

    with_option_on(story)


def test_a_group_that_goes_back_to_disks_is_started_without_a_new_one() -> None:
    """What it goes back to is a checkpoint, so that none is taken at the start from Off."""

    async def story(harness: Harness) -> None:
        await done(harness, GROUP, StartGroup(VMS))
        await done(harness, ApplyGroupCheckpoint(GroupTarget(group_checkpoint(harness).id), safety=False))
        assert shapes(harness) == ["joint*"] * 2

    with_option_on(story)


def test_deleting_a_group_checkpoint_leaves_the_automatic_ones() -> None:
    async def story(harness: Harness) -> None:
        await done(harness, StartGroup(VMS), GROUP)
        await done(harness, DeleteGroupCheckpoint(GroupTarget(group_checkpoint(harness).id)))
        assert shapes(harness) == ["auto*"] * 2
        await done(harness, DeleteAllCheckpoints(VMS))
        assert shapes(harness) == [""] * 2

    with_option_on(story)


def test_a_group_checkpoint_is_as_it_was_when_the_automatic_one_above_it_has_gone() -> None:
    async def story(harness: Harness) -> None:
        await done(harness, StartGroup(VMS), GROUP, ShutDownGroup(VMS))
        assert shapes(harness) == ["joint*"] * 2
        assert group_checkpoint(harness).findings == ()

    with_option_on(story)


def test_an_automatic_checkpoint_with_the_notes_of_a_group_checkpoint_is_no_part_of_it() -> None:
    """Facts 82 and 243: a VM that went back may have the notes of that time, and its next checkpoints have them from it."""

    async def story(harness: Harness) -> None:
        await done(harness, GROUP)
        for name in NAMES:
            notes = harness.vm(name).checkpoints[0].notes
            harness.host.hyperv.set_vm(vm=[id_of(name)], change=VmChange(notes=notes))
        await done(harness, DeleteAllCheckpoints(VMS), StartGroup(VMS))
        assert shapes(harness) == ["auto*"] * 2
        assert all(each.notes for name in NAMES for each in harness.vm(name).checkpoints)
        assert not harness.workspace.groups.checkpoints(harness.workspace.fleet)

    with_option_on(story)


def test_vms_that_a_failure_has_turned_off_are_as_before_when_they_run_again() -> None:
    """The host restarts while they are paused: they are off, and start anew."""

    async def story(harness: Harness) -> None:
        await done(harness, StartGroup(VMS))
        await done(harness, DeleteAllCheckpoints(VMS))
        harness.host.hyperv.faults.add(Fault(cmdlet="Save-VM", vm="db", error="OperationFailed"))
        harness.host.hold("vm.save")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.save")
        harness.host.hyperv.stop_vm(vm=list(map(id_of, NAMES)), turn_off=True)
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.FAILED, job.message
        assert [harness.vm(name).state for name in NAMES] == [VmState.RUNNING] * 2
        assert shapes(harness) == ["auto*"] * 2
        assert "The VMs are as they were before." in job.message
        assert TAKEN in job.message

    with_option_on(story)


def test_a_start_whose_program_was_killed_is_found_done() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(StartGroup(VMS)))
        await done(harness, StartGroup(VMS))
        found = look_at(plan, (), harness.workspace.fleet)
        assert (found.is_settled, found.outcome) == (True, "as planned")

    with_option_on(story)


def test_one_that_runs_is_not_asked_for_when_the_others_start() -> None:
    async def story(harness: Harness) -> None:
        await done(harness, StartGroup(VMS[:1]))
        job = await done(harness, StartGroup(VMS))
        assert shapes(harness) == ["auto*"] * 2
        assert "Hyper-V took an automatic checkpoint of VM ‘db’ when it was started." in job.message

    with_option_on(story, web=vm("", "web"), db=vm("", "db"))
