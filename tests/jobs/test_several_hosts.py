"""Jobs on several hosts: steps at the same time, trouble on one host, and a verdict for each."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.base import Operation, Plan, side_by_side
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.values import replace
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab, vm

NEAR = lab("near", web=vm("a*", "web", state=VmState.RUNNING), off="a*")
FAR = lab("far", db=vm("a*", "db", state=VmState.RUNNING), paused=vm("a*", "paused", state=VmState.PAUSED))
HOSTS = (NEAR, FAR)
GROUP = CheckpointGroup(
    (vm_at("web", "near"), vm_at("db", "far"), vm_at("paused", "far"), vm_at("off", "near")), "G"
)
STATES = {
    ("web", "near"): VmState.RUNNING,
    ("off", "near"): VmState.OFF,
    ("db", "far"): VmState.RUNNING,
    ("paused", "far"): VmState.PAUSED,
}


def states(harness: Harness) -> dict[tuple[str, str], VmState]:
    return {each: harness.vm(*each).state for each in STATES}


def verdicts(job: JobView) -> dict[str, Verdict]:
    return {each.host_id: each.verdict for each in job.host_verdicts}


@dataclass(frozen=True)
class Both:
    """Two operations at the same time, each on a host of its own."""

    verb: ClassVar[str] = "both"

    first: Operation
    second: Operation

    def plan(self, fleet: Fleet) -> Plan:
        one, other = self.first.plan(fleet), self.second.plan(fleet)
        return replace(
            one,
            operation=self,
            phases=side_by_side((*one.steps, *other.steps)),
            before=Fleet.of({**one.before.hosts, **other.before.hosts}),
            expected=Fleet.of({**one.expected.hosts, **other.expected.hosts}),
            vms=(*one.vms, *other.vms),
            consequences=(*one.consequences, *other.consequences),
        )


def test_a_group_over_two_hosts_is_checkpointed_and_brought_back() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.AS_PLANNED}
        assert states(harness) == STATES
        assert [harness.shape(*each) for each in STATES] == ["a(G*)"] * 4

    with_harness(HOSTS, story)


def test_both_hosts_are_asked_before_either_has_answered() -> None:
    async def story(harness: Harness) -> None:
        for host in harness.hosts.values():
            host.hold("vm.suspend")
        job_id = harness.submit(GROUP)
        for host in harness.hosts.values():
            await host.asked("vm.suspend")
        running = [step.phase for step in harness.workspace.job(job_id).steps[:2]]
        assert running == [StepPhase.RUNNING, StepPhase.RUNNING]
        for host in harness.hosts.values():
            host.release()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(HOSTS, story)


def test_no_host_is_checkpointed_before_all_are_saved() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hold("vm.save")
        job_id = harness.submit(GROUP)
        await harness.hosts["far"].asked("vm.save")
        await harness.until(lambda: harness.vm("web", "near").state is VmState.SAVED)
        assert "vm.checkpoint" not in harness.hosts["near"].verbs()
        harness.hosts["far"].release()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(HOSTS, story)


def test_a_group_that_fails_on_one_host_stops_and_comes_back_on_both() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hyperv.faults.add(Fault(cmdlet="Save-VM", vm="db", error="DiskFull"))
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert verdicts(job) == {"near": Verdict.FAILED, "far": Verdict.FAILED}
        assert "Stopped, because it went wrong on far." in job.message
        assert states(harness) == STATES
        assert [harness.shape(*each) for each in STATES] == ["a*"] * 4

    with_harness(HOSTS, story)


def test_a_deletion_that_fails_on_one_host_is_done_on_the_other() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
        job = await harness.do(
            DeleteCheckpoints((harness.ref("off", "a", "near"), harness.ref("db", "a", "far")))
        )
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.FAILED}
        assert job.verdict is Verdict.FAILED
        assert job.message.splitlines()[:2] == [
            "Delete 2 checkpoints on VMs ‘off’ and ‘db’: failed.",
            "On ‘near’: done, and checked on the host.",
        ]
        assert harness.shape("off", "near") == ""

    with_harness(HOSTS, story)


def test_a_host_that_stays_away_leaves_only_its_own_part_unknown() -> None:
    async def story(harness: Harness) -> None:
        far = harness.hosts["far"]
        far.hold("checkpoint.delete")
        job_id = harness.submit(
            DeleteCheckpoints((harness.ref("off", "a", "near"), harness.ref("db", "a", "far")))
        )
        await far.asked("checkpoint.delete")
        far.down = ConnectionFailure("The host is off.")
        far.lose()
        job = await harness.ended(job_id)
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.UNKNOWN}
        assert job.verdict is Verdict.UNKNOWN
        assert "The host far did not come back." in job.message

    with_harness(HOSTS, story, TimeLimits(reconnect_s=100))


def test_cancelling_a_group_brings_the_members_of_all_hosts_back() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hold("vm.save")
        job_id = harness.submit(GROUP)
        await harness.hosts["far"].asked("vm.save")
        harness.workspace.cancel(job_id)
        harness.hosts["far"].release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert verdicts(job) == {"near": Verdict.CANCELLED, "far": Verdict.CANCELLED}
        assert states(harness) == STATES

    with_harness(HOSTS, story)


def test_one_host_can_be_cancelled_alone_and_the_other_goes_on() -> None:
    async def story(harness: Harness) -> None:
        exports = (
            ExportCheckpoint(harness.ref(name, "a", host), "D:\\Exports")
            for name, host in (("off", "near"), ("db", "far"))
        )
        job_id = harness.submit(Both(*exports))
        await harness.until(lambda: all(step.percent for step in harness.workspace.job(job_id).steps))
        harness.workspace.cancel(job_id, "far")
        job = await harness.ended(job_id)
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.CANCELLED}
        assert not harness.hosts["far"].hyperv.get_child_item("D:\\Exports")

    with_harness(HOSTS, story)


def test_a_group_that_fails_at_its_last_step_on_one_host_is_taken_back_on_the_other() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await harness.do(GROUP)
        near, far = job.host_verdicts
        assert (near.verdict, near.message.splitlines()[:2]) == (
            Verdict.FAILED,
            [
                "On ‘near’: not carried out to its end. The VMs are as they were before.",
                "Stopped, because it went wrong on far.",
            ],
        )
        assert far.verdict is job.verdict is Verdict.FAILED
        assert states(harness) == STATES
        assert [harness.shape(*each) for each in STATES] == ["a*"] * 4

    with_harness(HOSTS, story)


def test_a_group_that_keeps_its_parts_is_done_on_the_other_host_all_the_same() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await harness.do(replace(GROUP, keep_partial=True))
        near, _far = job.host_verdicts
        assert (near.verdict, near.message) == (
            Verdict.AS_PLANNED,
            "On ‘near’: done, and checked on the host.",
        )
        assert job.verdict is Verdict.FAILED
        assert states(harness) == STATES

    with_harness(HOSTS, story)


def test_each_host_takes_its_own_steps_without_waiting_for_the_other() -> None:
    async def story(harness: Harness) -> None:
        far = harness.hosts["far"]
        far.hold("vm.checkpoint")
        vms = (vm_at("web", "near"), vm_at("off", "near"), vm_at("db", "far"), vm_at("paused", "far"))
        job_id = harness.submit(CreateCheckpoint(vms))
        await harness.hosts["near"].asked("vm.checkpoint", 2)
        assert far.verbs().count("vm.checkpoint") == 1
        far.release()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(HOSTS, story)


def test_a_host_lost_just_before_a_vm_is_started_again_is_asked_once_more() -> None:
    async def story(harness: Harness) -> None:
        harness.lose_at("Start 1 VM", "near")
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert states(harness) == STATES

    with_harness(HOSTS, story)


def test_a_mistake_of_our_own_on_one_host_leaves_no_vm_stopped_on_any() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].break_on("vm.save")
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.UNKNOWN
        assert "mistake of its own (ZeroDivisionError)" in job.message
        await harness.until(lambda: states(harness) == STATES)

    with_harness(HOSTS, story)


def test_a_host_that_is_away_holds_up_no_vm_of_another() -> None:
    async def story(harness: Harness) -> None:
        far = harness.hosts["far"]
        far.hold("vm.save")
        job_id = harness.submit(CheckpointGroup((vm_at("paused", "near"), vm_at("db", "far")), "G"))
        await far.asked("vm.save")
        far.down = ConnectionFailure("The host is off.")
        far.lose()
        began = harness.host.clock.now()
        await harness.until(lambda: harness.vm("paused", "near").state is VmState.RUNNING)
        await harness.until(lambda: harness.vm("paused", "near").state is VmState.PAUSED)
        assert (harness.host.clock.now() - began).total_seconds() < 60
        assert (await harness.ended(job_id)).verdict is Verdict.UNKNOWN

    hosts = (lab("near", paused=vm("a*", "paused", state=VmState.PAUSED)), FAR)
    with_harness(hosts, story, TimeLimits(reconnect_s=1000))


def test_while_one_host_is_back_the_wait_for_the_other_is_still_told_and_can_be_cancelled() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_all_during(GROUP, "vm.save")
        harness.come_back("near")
        await harness.until(lambda: "host near is lost" not in harness.workspace.job(job_id).message)
        job = harness.workspace.job(job_id)
        assert "The connection to the host far is lost." in job.message
        assert job.can_cancel
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert verdicts(job) == {"near": Verdict.FAILED, "far": Verdict.UNKNOWN}

    with_harness(HOSTS, story, TimeLimits(reconnect_s=1000))


def test_cancelling_while_all_hosts_are_away_ends_all_waits() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_all_during(GROUP, "vm.save")
        began = harness.host.clock.now()
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert verdicts(job) == {"near": Verdict.UNKNOWN, "far": Verdict.UNKNOWN}
        assert (harness.host.clock.now() - began).total_seconds() < 1

    with_harness(HOSTS, story, TimeLimits(reconnect_s=1000))


def test_hosts_that_are_away_before_anything_was_touched_are_all_named() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(GROUP)
        for host in harness.hosts.values():
            host.down = ConnectionFailure("The host is off.")
            host.lose()
        job = await harness.do(plan)
        assert job.verdict is Verdict.FAILED
        assert "‘near’" in job.message
        assert "‘far’" in job.message

    with_harness(HOSTS, story)


def test_only_a_host_that_a_job_is_about_can_be_cancelled() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(GROUP)
        with pytest.raises(KeyError):
            harness.workspace.cancel(job_id, "no such host")
        await harness.ended(job_id)

    with_harness(HOSTS, story)
