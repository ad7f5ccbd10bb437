"""A job whose VMs the host brings back by itself: what it asks for, and what becomes of it when it was away for too long."""

from __future__ import annotations

from hvtree.app.host_view import Event
from hvtree.domain.edits import Power, SetPower
from hvtree.domain.lease import LEASE_S
from hvtree.domain.model import VmState
from hvtree.hosts.messages import is_edit
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.group import CheckpointGroup
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.plans import vm_at
from tests.support.trees import id_of, lab, vm

LAB = lab(
    web=vm("base*", "web", state=VmState.RUNNING),
    db=vm("base*", "db", state=VmState.PAUSED),
    nas=vm("base*", "nas"),
)
MEMBERS = (vm_at("web"), vm_at("db"), vm_at("nas"))
GROUP = CheckpointGroup(MEMBERS, "G")
WEB, DB, NAS = map(id_of, ("web", "db", "nas"))


def states(harness: Harness) -> list[str]:
    """Return the states of the three VMs, as the host knows them."""
    return [harness.host.hyperv.get_vm(id=vm_id).one().state.name for vm_id in (WEB, DB, NAS)]


def asked(harness: Harness) -> dict[str, list[object]]:
    """Return with which VMs under a lease each verb was asked for, without those that nothing was said of."""
    found: dict[str, list[object]] = {}
    for request in harness.host.requests:
        lease = request.args.get("lease")
        if is_edit(request.verb):
            found.setdefault(request.verb, []).append(lease and (lease["running"], lease["paused"]))
    return found


def test_each_request_of_a_group_says_where_its_vms_belong_until_they_are_back() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED
        assert asked(harness) == {
            "vm.suspend": [([WEB], []), None],  # the other one is on the way back
            "vm.save": [([WEB], [DB])],
            "vm.checkpoint": [([WEB], [DB])],
            "vm.start": [None],
            "checkpoint.set_notes": [None],
        }
        ends = [request for request in harness.host.requests if request.verb == "lease.end"]
        assert [each.args for each in ends] == [{"lease": job.uuid}]

    with_harness(LAB, story)


def test_a_checkpoint_that_is_applied_lets_its_vm_go() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(ApplyCheckpoint(harness.ref("web", "base"), safety=False))
        assert asked(harness) == {"vm.turn_off": [([WEB], [])], "checkpoint.apply": [([], [])]}

    with_harness(LAB, story)


def test_a_checkpoint_that_is_applied_to_be_started_keeps_its_vm_until_then() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(ApplyCheckpoint(harness.ref("web", "base"), start=True))
        assert asked(harness) == {
            "vm.save": [([WEB], [])],
            "vm.checkpoint": [([WEB], [])],
            "checkpoint.apply": [([WEB], [])],
            "vm.start": [None],
        }

    with_harness(LAB, story)


def test_what_stops_nothing_has_no_lease() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(ApplyCheckpoint(harness.ref("nas", "base"), start=True))
        assert {lease for leases in asked(harness).values() for lease in leases} == {None}

    with_harness(LAB, story)


def test_a_group_that_is_to_be_left_alone_has_no_lease() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(CheckpointGroup(MEMBERS, "G", leave_stopped=True))
        assert job.verdict is Verdict.AS_PLANNED
        assert {lease for leases in asked(harness).values() for lease in leases} == {None}
        assert "stay as they are then, as you wish." in job.plan.consequences[-1].sentence

    with_harness(LAB, story)


def test_a_host_that_is_lost_for_good_brings_the_vms_back() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.forsake_during(GROUP, "vm.checkpoint")
        assert states(harness) == ["Saved", "Saved", "Off"]
        await harness.host.clock.pass_by(LEASE_S + 10)
        assert states(harness) == ["Running", "Paused", "Off"]
        harness.workspace.cancel(job_id)
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_vms_that_are_to_be_left_alone_stay_as_they_are() -> None:
    async def story(harness: Harness) -> None:
        operation = CheckpointGroup(MEMBERS, "G", leave_stopped=True)
        job_id = await harness.forsake_during(operation, "vm.checkpoint")
        await harness.host.clock.pass_by(LEASE_S + 10)
        assert states(harness) == ["Saved", "Saved", "Off"]
        harness.workspace.cancel(job_id)
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_a_job_that_comes_back_too_late_starts_no_vm_twice() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.forsake_during(GROUP, "vm.checkpoint")
        await harness.host.clock.pass_by(LEASE_S + 10)
        before = len(harness.host.requests)
        harness.come_back(harness.host_id)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.FAILED
        assert states(harness) == ["Running", "Paused", "Off"]
        later = [request.verb for request in harness.host.requests[before:]]
        assert not [verb for verb in later if verb.startswith("vm.")]

    with_harness(LAB, story)


def test_a_job_that_has_a_new_connection_ends_when_the_former_agent_holds_nothing_any_more() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.forsake_during(GROUP, "vm.checkpoint")
        began = harness.host.clock.now()
        harness.come_back(harness.host_id)
        await harness.until(lambda: "brings no more of them back" in harness.workspace.job(job_id).message)
        assert states(harness) == ["Running", "Paused", "Off"]  # the job has not waited with that
        somebody = SetPower((WEB,), Power.TURN_OFF)
        job = await harness.ended(job_id)
        assert (harness.host.clock.now() - began).total_seconds() >= LEASE_S
        assert job.verdict is Verdict.FAILED
        await harness.workspace._find_host(harness.host_id).perform(somebody, lambda _progress: None)
        await harness.host.clock.pass_by(2 * LEASE_S)
        assert states(harness) == ["Off", "Paused", "Off"]

    with_harness(LAB, story)


def test_a_host_that_has_done_the_last_step_by_itself_is_as_planned() -> None:
    async def story(harness: Harness) -> None:
        tell = not_none(harness.workspace.listener)
        job_id = harness.submit(ApplyCheckpoint(harness.ref("web", "base"), start=True))

        def leave_before_the_start(event: Event) -> None:
            tell(event)
            phases = [step.phase for step in harness.workspace.job(job_id).steps]
            if phases[-2:] == [StepPhase.DONE, StepPhase.WAITING] and harness.host.down is None:
                harness.host.forsake()

        harness.workspace.listener = leave_before_the_start
        await harness.until(lambda: harness.host.down is not None)
        await harness.host.clock.pass_by(LEASE_S + 10)
        assert states(harness)[0] == "Running"
        harness.come_back(harness.host_id)
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(LAB, story)


def test_a_connection_that_is_cut_and_resumed_in_time_finds_its_job_intact() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.checkpoint")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.checkpoint")
        harness.host.cut()
        await harness.host.clock.pass_by(3 * LEASE_S)  # its words go on
        assert states(harness) == ["Saved", "Saved", "Off"]
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert states(harness) == ["Running", "Paused", "Off"]

    with_harness(LAB, story)


def test_a_window_that_is_closed_in_the_middle_leaves_the_rest_to_the_host() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.save")
        harness.submit(GROUP)
        await harness.host.asked("vm.save")
        await harness.workspace.close(grace_s=0)
        assert states(harness) == ["Paused", "Paused", "Off"]
        await harness.host.clock.pass_by(LEASE_S + 10)
        assert states(harness) == ["Running", "Paused", "Off"]

    with_harness(LAB, story)
