"""A group that goes back: all or none, started as they were, undone as one."""

from __future__ import annotations

import pytest

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.errors import Refused
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView, Verdict
from hvtree.jobs.kept import kept
from hvtree.jobs.undo import undo_of
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import RenameGroupCheckpoint
from hvtree.operations.group_power import StartGroup
from hvtree.operations.group_target import GroupTarget
from hvtree.values import replace
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab, vm

NEAR = lab("near", web=vm("a*", "web", state=VmState.RUNNING), off="a*")
FAR = lab("far", db=vm("a*", "db", state=VmState.RUNNING), paused=vm("a*", "paused", state=VmState.PAUSED))
HOSTS = (NEAR, FAR)
MEMBERS = {
    ("web", "near"): VmState.RUNNING,
    ("off", "near"): VmState.OFF,
    ("db", "far"): VmState.RUNNING,
    ("paused", "far"): VmState.PAUSED,
}
GROUP = CheckpointGroup(tuple(vm_at(*each) for each in MEMBERS), "joint")


def states(harness: Harness) -> dict[tuple[str, str], VmState]:
    return {each: harness.vm(*each).state for each in MEMBERS}


def shapes(harness: Harness) -> set[str]:
    return {harness.shape(*each).replace("~", "") for each in MEMBERS}


async def taken(harness: Harness) -> ApplyGroupCheckpoint:
    """Take a group checkpoint; return what applies it."""
    job = await harness.do(GROUP)
    assert job.verdict is Verdict.AS_PLANNED, job.message
    (mark,) = {mark.id for each in MEMBERS for mark in harness.vm(*each).group_marks.values()}
    return ApplyGroupCheckpoint(GroupTarget(mark))


def created(harness: Harness) -> list[Checkpoint]:
    return [each for name in MEMBERS for each in harness.vm(*name).checkpoints if each.name == "joint"]


def undo(harness: Harness, job: JobView, *, answers: bool = True) -> Operation:
    made = tuple(ref.checkpoint_id for step in job.steps for ref in step.taken)
    return undo_of(kept(job.plan), made if answers else (), harness.workspace.fleet)


def test_all_go_back_and_are_in_their_states_again() -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        job = await harness.do(apply)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert states(harness) == MEMBERS
        for each in MEMBERS:
            found = harness.vm(*each)
            assert found.by_id[found.now_id or ""].name == "joint"
            assert len(found.checkpoints) == 3

    with_harness(HOSTS, story)


@pytest.mark.parametrize("cmdlet", ["Suspend-VM", "Save-VM", "Checkpoint-VM", "Restore-VMSnapshot"])
def test_if_one_cannot_go_back_none_does_on_any_host(cmdlet: str) -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        before = shapes(harness)
        harness.hosts["far"].hyperv.faults.add(Fault(cmdlet=cmdlet, vm="db", error="OperationFailed"))
        job = await harness.do(apply)
        assert job.verdict is Verdict.FAILED
        assert states(harness) == MEMBERS
        assert shapes(harness) == before

    with_harness(HOSTS, story)


def test_cancelling_takes_nobody_back() -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        before = shapes(harness)
        harness.hosts["far"].hold("vm.checkpoint")
        job_id = harness.submit(apply)
        await harness.hosts["far"].asked("vm.checkpoint", 2)
        harness.workspace.cancel(job_id)
        harness.hosts["far"].release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert states(harness) == MEMBERS
        assert shapes(harness) == before

    with_harness(HOSTS, story)


def test_a_host_that_is_cut_while_its_vms_go_back_is_undone_on_all() -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        before = shapes(harness)
        far = harness.hosts["far"]
        far.hold("checkpoint.apply")
        job_id = harness.submit(apply)
        await far.asked("checkpoint.apply")
        far.lose()
        far.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.FAILED, job.message
        assert states(harness) == MEMBERS
        assert shapes(harness) == before

    with_harness(HOSTS, story)


@pytest.mark.parametrize("answers", [True, False], ids=["answered", "answer lost"])
def test_undone_the_whole_group_is_where_it_was(answers: bool) -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(await taken(harness))
        undone = await harness.do(undo(harness, job, answers=answers))
        assert undone.verdict is Verdict.AS_PLANNED, undone.message
        assert states(harness) == MEMBERS
        for each in MEMBERS:
            found = harness.vm(*each)
            assert found.by_id[found.now_id or ""].name.startswith("Safety Checkpoint - joint")

    with_harness(HOSTS, story)


def test_undone_vms_are_in_the_states_of_then_though_they_were_left_stopped_or_started_since() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(replace(await taken(harness), start=False))
        assert VmState.RUNNING not in states(harness).values()
        await harness.do(StartGroup((harness.vm_at("off", "near"),)))
        assert (await harness.do(undo(harness, job))).verdict is Verdict.AS_PLANNED
        assert states(harness) == MEMBERS

    with_harness(HOSTS, story)


def test_without_safety_it_cannot_be_undone_and_says_why() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(replace(await taken(harness), safety=False))
        with pytest.raises(Refused) as refused:
            undo(harness, job)
        assert "without safety checkpoints" in refused.value.why

    with_harness(HOSTS, story)


def test_a_new_name_of_all_is_undone_for_all() -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        job = await harness.do(RenameGroupCheckpoint(apply.target, "other"))
        assert shapes(harness) == {"a(other*)"}
        await harness.do(undo(harness, job))
        assert shapes(harness) == {"a(joint*)"}

    with_harness(HOSTS, story)


def test_what_was_taken_is_kept_here_as_well() -> None:
    async def story(harness: Harness) -> None:
        apply = await taken(harness)
        await harness.until(lambda: bool(harness.workspace.groups.records))
        (record,) = harness.workspace.groups.records
        (found,) = harness.workspace.groups.checkpoints(harness.workspace.fleet).values()
        assert (record.id, record.size, len(record.parts)) == (apply.target.id, 4, 4)
        assert record.at_utc == min(each.created_utc for each in created(harness))
        assert not found.findings
        assert found.spread_ms == record.spread_ms is not None
        assert {each.vm_name: each.stopped_ms for each in found.there} == {
            each.vm_name: each.stopped_ms for each in record.parts
        }

    with_harness(HOSTS, story)


def test_what_was_taken_back_is_not_kept() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        await harness.do(CheckpointGroup((vm_at("web", "near"), vm_at("off", "near")), "second"))
        await harness.until(lambda: bool(harness.workspace.groups.records))
        assert [each.name for each in harness.workspace.groups.records] == ["second"]

    with_harness(HOSTS, story)


def test_without_safety_a_failure_is_told_vm_by_vm() -> None:
    async def story(harness: Harness) -> None:
        apply = replace(await taken(harness), safety=False)
        harness.hosts["far"].hyperv.faults.add(
            Fault(cmdlet="Restore-VMSnapshot", vm="db", error="OperationFailed")
        )
        job = await harness.do(apply)
        assert job.verdict is Verdict.FAILED
        assert states(harness) == MEMBERS
        assert "VM ‘db’ is Running" in job.message

    with_harness(HOSTS, story)
