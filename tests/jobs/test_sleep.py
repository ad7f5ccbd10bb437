"""A computer whose clock jumps ahead in the middle of a job, as after a sleep: the jump uses up none of the time that the job waits."""

from hvtree.domain.group import StartStage
from hvtree.domain.model import VmState
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.jobs.job import Verdict
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.jobs.test_several_hosts import GROUP, HOSTS
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab
from tests.support.virtual_time import jump

GIB = 1 << 30
SAVING_S = 180
"""How long the VM takes to be saved: a GiB each second. Longer than a job waits, of which 100 seconds are slept through."""


def test_a_vm_that_is_on_its_way_gets_the_time_to_arrive() -> None:
    async def story(harness: Harness) -> None:
        hyperv, web = harness.host.hyperv, [harness.vm("web").id]
        hyperv.set_vm(vm=web, change=VmChange(memory_startup_bytes=SAVING_S * GIB))
        await harness.host.clock.pass_by(5)
        hyperv.start_vm(vm=web)
        await harness.until(lambda: harness.vm("web").state is VmState.RUNNING)
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("web", "p1"), "other"))
        await harness.host.asked("checkpoint.rename")
        harness.host.hold("host.read")
        reads = harness.host.verbs().count("host.read")
        harness.host.release("checkpoint.rename")
        await harness.host.asked("host.read", reads + 1)
        hyperv.save_vm(vm=web)
        harness.host.release()
        await harness.until(lambda: harness.vm("web").state is VmState.SAVING)
        jump(100)
        await harness.host.clock.pass_by(70)
        assert harness.vm("web").state is VmState.SAVING
        assert harness.workspace.job(job_id).verdict is None
        await harness.ended(job_id)
        assert harness.vm("web").state is VmState.SAVED

    with_harness(lab(web="base(p1*)"), story)


def test_vms_of_another_host_are_still_waited_for_in_their_order() -> None:
    async def story(harness: Harness) -> None:
        stages = (StartStage((vm_at("db", "far"),), 0), StartStage((vm_at("web", "near"),), 0))
        near, far = harness.hosts["near"], harness.hosts["far"]
        far.hold("vm.start")
        job_id = harness.submit(replace(GROUP, starts=stages, leave_stopped=True))
        await far.asked("vm.start")
        jump(3600)
        await harness.host.clock.pass_by(150)
        assert "vm.start" not in near.verbs()
        far.release()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(HOSTS, story)
