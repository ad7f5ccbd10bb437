"""Before the first VM of a group is paused, all its hosts are ready for it."""

from __future__ import annotations

from hvtree.hosts.messages import is_edit
from hvtree.jobs.job import Verdict
from tests.jobs.test_several_hosts import GROUP, HOSTS
from tests.support.harness import Harness, with_harness


def test_no_vm_is_paused_before_all_hosts_are_ready_for_it() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hold("vm.ready")
        job_id = harness.submit(GROUP)
        await harness.hosts["far"].asked("vm.ready")
        await harness.until(lambda: harness.hosts["near"].verbs().count("vm.ready") > 1)
        assert not any(map(is_edit, harness.hosts["near"].verbs()))
        assert "load what they need" in harness.workspace.job(job_id).message
        harness.hosts["far"].release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert "load what they need" not in job.message

    with_harness(HOSTS, story)


def test_cancelling_while_hosts_get_ready_touches_nothing() -> None:
    async def story(harness: Harness) -> None:
        harness.hosts["far"].hold("vm.ready")
        job_id = harness.submit(GROUP)
        await harness.hosts["far"].asked("vm.ready")
        assert harness.workspace.job(job_id).can_cancel
        harness.workspace.cancel(job_id)
        assert (await harness.ended(job_id)).verdict is Verdict.CANCELLED
        assert not any(is_edit(verb) for host in harness.hosts.values() for verb in host.verbs())

    with_harness(HOSTS, story)
