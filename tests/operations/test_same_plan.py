"""Whether a plan that somebody approved is still the plan."""

from datetime import timedelta

from hvtree.domain.edits import Power, Rename, SetPower
from hvtree.domain.model import HostState, VmState
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Plan, Step, is_same_plan
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.group import CheckpointGroup
from hvtree.values import replace
from tests.support.plans import HOST, at, fleet, sentences, vm_at
from tests.support.steps import Steps
from tests.support.trees import EPOCH, GB, READ_AT, id_of, lab, ref, vm, vm_named


def planned_again(plan: Plan, state: HostState) -> Plan:
    return plan.operation.plan(fleet(state))


def test_a_plan_stays_the_same_while_checkpoints_grow_older() -> None:
    state = replace(
        lab(web=vm("base(p1~*)", "web", state=VmState.RUNNING)), taken_at_utc=EPOCH + timedelta(seconds=70)
    )
    approved = ApplyCheckpoint(at(state, "web", "p1"), safety=False).plan(fleet(state))

    for later in (timedelta(minutes=59), timedelta(days=31)):
        fresh = planned_again(approved, replace(state, taken_at_utc=EPOCH + later))
        assert is_same_plan(approved, fresh)


def test_a_plan_stays_the_same_while_disks_grow() -> None:
    state = lab(web="base(p1(p2*))")
    approved = DeleteCheckpoints((at(state, "web", "p1"),)).plan(fleet(state))
    web = vm_named(state, "web")
    grown = replace(web, files=tuple(replace(file, size_bytes=3 * GB) for file in web.files))
    fresh = planned_again(approved, state.with_vms(grown))

    assert sentences(approved) != sentences(fresh)
    assert is_same_plan(approved, fresh)


def test_a_plan_is_another_one_when_the_tree_has_changed() -> None:
    state = lab(web="base(p1*)")
    approved = ApplyCheckpoint(at(state, "web", "base")).plan(fleet(state))
    changed = Rename(ref(state, "web", "p1"), "renamed").on(state)

    assert not is_same_plan(approved, planned_again(approved, changed))


def test_a_plan_is_another_one_when_a_step_waits_longer() -> None:
    state = lab(web="base*")
    start = Step("Start web", HOST, SetPower((id_of("web"),), Power.START))
    approved, fresh = (Steps((replace(start, wait_s=each),)).plan(fleet(state)) for each in (30, 60))

    assert is_same_plan(approved, approved)
    assert not is_same_plan(approved, fresh)


def test_a_plan_is_another_one_when_it_has_another_consequence() -> None:
    state = lab(web="base(p1(p2*))")
    approved = DeleteCheckpoints((at(state, "web", "p1"),)).plan(fleet(state))
    full = HostState.of(
        state.host,
        READ_AT,
        state.vms.values(),
        [replace(volume, free_bytes=0) for volume in state.volumes],
    )

    assert not is_same_plan(approved, planned_again(approved, full))


def test_a_plan_stays_the_same_whichever_host_was_read_first() -> None:
    near = lab("near", web=vm("a*", "web", state=VmState.RUNNING))
    far = lab("far", db=vm("a*", "db", state=VmState.RUNNING))
    approved = CheckpointGroup((vm_at("web", "near"), vm_at("db", "far")), "x").plan(fleet(near, far))

    assert is_same_plan(approved, approved.operation.plan(fleet(far, near)))
