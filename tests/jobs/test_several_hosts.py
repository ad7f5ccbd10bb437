"""Jobs on several hosts: steps at the same time, trouble on one host, and a verdict for each."""

from dataclasses import dataclass, replace

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.base import Operation, Plan, side_by_side
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from tests.support.desk import Desk, at_desk
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


def states(desk: Desk) -> dict[tuple[str, str], VmState]:
    return {each: desk.vm(*each).state for each in STATES}


def verdicts(job: JobView) -> dict[str, Verdict]:
    return {each.host_id: each.verdict for each in job.host_verdicts}


@dataclass(frozen=True)
class Both:
    """Two operations at the same time, each on a host of its own."""

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
    async def story(desk: Desk) -> None:
        job = await desk.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.AS_PLANNED}
        assert states(desk) == STATES
        assert [desk.shape(*each) for each in STATES] == ["a(G*)"] * 4

    at_desk(HOSTS, story)


def test_both_hosts_are_asked_before_either_has_answered() -> None:
    async def story(desk: Desk) -> None:
        for host in desk.hosts.values():
            host.hold("vm.suspend")
        job_id = desk.submit(GROUP)
        for host in desk.hosts.values():
            await host.asked("vm.suspend")
        running = [step.phase for step in desk.workspace.job(job_id).steps[:2]]
        assert running == [StepPhase.RUNNING, StepPhase.RUNNING]
        for host in desk.hosts.values():
            host.release()
        assert (await desk.ended(job_id)).verdict is Verdict.AS_PLANNED

    at_desk(HOSTS, story)


def test_no_host_is_checkpointed_before_all_are_saved() -> None:
    async def story(desk: Desk) -> None:
        desk.hosts["far"].hold("vm.save")
        job_id = desk.submit(GROUP)
        await desk.hosts["far"].asked("vm.save")
        await desk.until(lambda: desk.vm("web", "near").state is VmState.SAVED)
        assert "vm.checkpoint" not in desk.hosts["near"].verbs()
        desk.hosts["far"].release()
        assert (await desk.ended(job_id)).verdict is Verdict.AS_PLANNED

    at_desk(HOSTS, story)


def test_a_group_that_fails_on_one_host_stops_and_comes_back_on_both() -> None:
    async def story(desk: Desk) -> None:
        desk.hosts["far"].hyperv.faults.add(Fault(cmdlet="Save-VM", vm="db", error="DiskFull"))
        job = await desk.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert verdicts(job) == {"near": Verdict.FAILED, "far": Verdict.FAILED}
        assert "Stopped, because it went wrong on far." in job.message
        assert states(desk) == STATES
        assert [desk.shape(*each) for each in STATES] == ["a*"] * 4

    at_desk(HOSTS, story)


def test_a_deletion_that_fails_on_one_host_is_done_on_the_other() -> None:
    async def story(desk: Desk) -> None:
        desk.hosts["far"].hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
        job = await desk.do(DeleteCheckpoints((desk.ref("off", "a", "near"), desk.ref("db", "a", "far"))))
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.FAILED}
        assert job.verdict is Verdict.FAILED
        assert job.message.splitlines()[:2] == [
            "Delete 2 checkpoints on VMs ‘off’ and ‘db’: failed.",
            "On ‘near’: done, and checked on the host.",
        ]
        assert desk.shape("off", "near") == ""

    at_desk(HOSTS, story)


def test_a_host_that_stays_away_leaves_only_its_own_part_unknown() -> None:
    async def story(desk: Desk) -> None:
        far = desk.hosts["far"]
        far.hold("checkpoint.delete")
        job_id = desk.submit(DeleteCheckpoints((desk.ref("off", "a", "near"), desk.ref("db", "a", "far"))))
        await far.asked("checkpoint.delete")
        far.down = ConnectionFailure("The host is off.")
        far.lose()
        job = await desk.ended(job_id)
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.UNKNOWN}
        assert job.verdict is Verdict.UNKNOWN
        assert "The host far did not come back." in job.message

    at_desk(HOSTS, story, TimeLimits(reconnect_s=100))


def test_cancelling_a_group_brings_the_members_of_all_hosts_back() -> None:
    async def story(desk: Desk) -> None:
        desk.hosts["far"].hold("vm.save")
        job_id = desk.submit(GROUP)
        await desk.hosts["far"].asked("vm.save")
        desk.workspace.cancel(job_id)
        desk.hosts["far"].release()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert verdicts(job) == {"near": Verdict.CANCELLED, "far": Verdict.CANCELLED}
        assert states(desk) == STATES

    at_desk(HOSTS, story)


def test_one_host_can_be_cancelled_alone_and_the_other_goes_on() -> None:
    async def story(desk: Desk) -> None:
        exports = (
            ExportCheckpoint(desk.ref(name, "a", host), "D:\\Exports")
            for name, host in (("off", "near"), ("db", "far"))
        )
        job_id = desk.submit(Both(*exports))
        await desk.until(lambda: all(step.percent for step in desk.workspace.job(job_id).steps))
        desk.workspace.cancel(job_id, "far")
        job = await desk.ended(job_id)
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.CANCELLED}
        assert not desk.hosts["far"].hyperv.get_child_item("D:\\Exports")

    at_desk(HOSTS, story)
