"""Several VMs that are taken back in one request: who is named if one fails, what the host holds, what is found after a crash."""

from __future__ import annotations

import pytest

from hvtree.domain.edits import Apply, Power, SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.lease import LEASE_S
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.jobs.kept import kept
from hvtree.jobs.outcomes import Outcome
from hvtree.jobs.recovery import look_at
from hvtree.jobs.undo import undo_of
from hvtree.operations.base import Step
from tests.support.harness import Harness, with_harness
from tests.support.plans import HOST
from tests.support.steps import Steps
from tests.support.trees import id_of, lab, ref, vm

NAMES = ("web", "db", "nas")
LAB = lab(**{name: vm("a~(b*)", name, state=VmState.RUNNING) for name in NAMES})
IDS = tuple(map(id_of, NAMES))
OFF = Step("Turn off 3 VMs", HOST, SetPower(IDS, Power.TURN_OFF))
BACK = Step("Apply checkpoint ‘a’ on 3 VMs", HOST, Apply(tuple(ref(LAB, name, "a") for name in NAMES)))
START = Step("Start 3 VMs", HOST, SetPower(IDS, Power.START))
FAILING = Fault(cmdlet="Restore-VMSnapshot", vm="db", error="DiskFull")


def shapes(harness: Harness) -> list[str]:
    return [harness.shape(name) for name in NAMES]


def test_all_are_taken_back_in_one_request() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(Steps((OFF,), (BACK,)))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        (asked,) = [each for each in harness.host.requests if each.verb == "checkpoint.apply"]
        assert asked.args["ids"] == [id_of(name, "a") for name in NAMES]
        assert shapes(harness) == ["a*(b)"] * 3

    with_harness(LAB, story)


def test_one_that_cannot_be_taken_back_is_named_and_the_others_are_told_as_they_are() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(FAILING)
        job = await harness.do(Steps((OFF,), (BACK,)))
        assert job.verdict is Verdict.FAILED
        assert "Checkpoint ‘a’ on VM ‘db’" in job.steps[1].text
        assert "‘web’" not in job.steps[1].text
        assert [name for name in NAMES if f"VM ‘{name}’ is Saved" in job.message] == ["web", "nas"]
        assert [name for name in NAMES if f"VM ‘{name}’ is Off" in job.message] == ["db"]
        assert shapes(harness) == ["a*(b)", "a(b*)", "a*(b)"]

    with_harness(LAB, story)


def test_the_host_starts_all_of_them_if_nobody_comes_to_do_it() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.forsake_during(Steps((OFF,), (BACK,), (START,)), "vm.start")
        await harness.host.clock.pass_by(LEASE_S + 10)
        states = [harness.host.hyperv.get_vm(id=vm_id).one().state.name for vm_id in IDS]
        assert states == ["Running"] * 3
        harness.workspace.cancel(job_id)
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_after_a_crash_each_vm_is_found_where_it_was_left() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(Steps((OFF,), (BACK,))))
        harness.host.hyperv.faults.add(FAILING)
        await harness.do(Steps((OFF,), (BACK,)))
        found = {each.before.name: each.outcome for each in look_at(plan, (), harness.workspace.fleet).vms}
        assert found == {"web": Outcome.AS_PLANNED, "db": Outcome.AS_BEFORE, "nas": Outcome.AS_PLANNED}

    with_harness(LAB, story)


def test_going_back_to_where_they_stand_shows_in_the_files_of_each() -> None:
    here = Step("Apply ‘b’ on 3 VMs", HOST, Apply(tuple(ref(LAB, name, "b") for name in NAMES)))

    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(Steps((OFF,), (here,))))
        harness.host.hyperv.faults.add(FAILING)
        await harness.do(Steps((OFF,), (here,)))
        found = {each.before.name: each.outcome for each in look_at(plan, (), harness.workspace.fleet).vms}
        assert found == {"web": Outcome.AS_PLANNED, "db": Outcome.AS_BEFORE, "nas": Outcome.AS_PLANNED}

    with_harness(LAB, story)


def test_undo_says_what_can_be_done_for_each() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(Steps((OFF,), (BACK,))))
        with pytest.raises(Refused) as refused:
            undo_of(plan, (), harness.workspace.fleet)
        assert refused.value.why == "It took several VMs back."

    with_harness(LAB, story)
