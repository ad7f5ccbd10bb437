"""Members of a group on several hosts come back in their order, and a host that is lost holds nobody up for ever."""

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.group import StartStage
from hvtree.domain.model import VmState
from hvtree.jobs.job import Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.values import replace
from tests.jobs.test_several_hosts import GROUP, HOSTS, STATES, states, verdicts
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at


def test_members_on_several_hosts_come_back_in_their_order() -> None:
    async def story(harness: Harness) -> None:
        stages = (StartStage((vm_at("db", "far"),), 0), StartStage((vm_at("web", "near"),), 30))
        near, far = harness.hosts["near"], harness.hosts["far"]
        far.hold("vm.start")
        job_id = harness.submit(replace(GROUP, starts=stages))
        await far.asked("vm.start")
        assert "vm.start" not in near.verbs()
        far.release()
        began = harness.host.clock.now()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert states(harness) == STATES
        assert (harness.host.clock.now() - began).total_seconds() >= 30

    with_harness(HOSTS, story)


def test_a_host_that_is_lost_does_not_hold_up_those_that_come_after_it_for_ever() -> None:
    async def story(harness: Harness) -> None:
        stages = (StartStage((vm_at("db", "far"),), 0), StartStage((vm_at("web", "near"),), 0))
        far = harness.hosts["far"]
        far.hold("vm.start")
        job_id = harness.submit(replace(GROUP, starts=stages))
        await far.asked("vm.start")
        far.down = ConnectionFailure("The host is off.")
        far.lose()
        job = await harness.ended(job_id)
        assert harness.vm("web", "near").state is VmState.RUNNING
        assert verdicts(job) == {"near": Verdict.AS_PLANNED, "far": Verdict.UNKNOWN}

    with_harness(HOSTS, story, TimeLimits(idle_s=20, reconnect_s=100))
