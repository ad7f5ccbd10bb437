"""Taking a VM back: to a checkpoint, or to the one on which it stands."""

from datetime import timedelta
from typing import Any

import pytest

from hvtree.domain.model import HostState, VmState
from hvtree.domain.names import parse_default_name
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Plan, Risk, steps_of
from hvtree.values import replace
from tests.support.plans import after, at, fleet, sentences, titles, vm_at
from tests.support.trees import EPOCH, GB, READ_AT, id_of, lab, shape, vm, vm_named

WEB = id_of("web")


def host(tree: str = "base(p1~ p2*)", state: VmState = VmState.OFF) -> HostState:
    return lab(web=vm(tree, "web", state=state, memory_startup_bytes=4 * GB))


def applying(state: HostState, name: str = "p1", **choices: Any) -> Plan:
    return ApplyCheckpoint(at(state, "web", name), **choices).plan(fleet(state))


def steps(plan: Plan) -> list[str]:
    """Return the titles without the name of the safety checkpoint, which holds a time."""
    return ["Take checkpoint" if title.startswith("Take checkpoint") else title for title in titles(plan)]


@pytest.mark.parametrize(
    ("state", "safety", "wanted"),
    [
        (VmState.OFF, True, ["Take checkpoint", "Apply checkpoint ‘p1’"]),
        (VmState.SAVED, True, ["Take checkpoint", "Apply checkpoint ‘p1’"]),
        (VmState.RUNNING, True, ["Save VM ‘web’", "Take checkpoint", "Apply checkpoint ‘p1’"]),
        (VmState.PAUSED, True, ["Save VM ‘web’", "Take checkpoint", "Apply checkpoint ‘p1’"]),
        (VmState.OFF, False, ["Apply checkpoint ‘p1’"]),
        (VmState.SAVED, False, ["Apply checkpoint ‘p1’"]),
        (VmState.RUNNING, False, ["Turn off VM ‘web’", "Apply checkpoint ‘p1’"]),
        (VmState.PAUSED, False, ["Turn off VM ‘web’", "Apply checkpoint ‘p1’"]),
    ],
)
def test_a_vm_that_is_on_is_saved_for_the_safety_checkpoint_else_turned_off(
    state: VmState, safety: bool, wanted: list[str]
) -> None:
    assert steps(applying(host(state=state), safety=safety)) == wanted


def test_the_safety_checkpoint_is_the_default_and_named_so_that_one_knows_it() -> None:
    plan = applying(host())

    (new,) = (each for each in after(plan).vms[WEB].checkpoints if each.name.startswith("Safety"))
    parsed = parse_default_name(new.name)
    assert parsed is not None
    assert (parsed.base, parsed.is_safety, parsed.local_time) == (
        "web",
        True,
        READ_AT.astimezone().replace(tzinfo=None),
    )
    assert (plan.button, plan.risk) == ("Create Checkpoint and Apply", Risk.INTERRUPTS)
    assert shape(vm_named(after(plan), "web")) == f"base(p1* p2({new.name}))"


def test_without_it_the_plan_loses_something() -> None:
    plan = applying(host(), safety=False)

    assert (plan.button, plan.risk) == ("Apply", Risk.LOSES)
    assert plan.title == "Apply checkpoint ‘p1’ on VM ‘web’"


@pytest.mark.parametrize(
    ("name", "start", "state"),
    [
        ("p1", False, VmState.SAVED),
        ("base", False, VmState.OFF),
        ("p1", True, VmState.RUNNING),
        ("base", True, VmState.RUNNING),
    ],
)
def test_the_vm_is_saved_or_off_afterwards_unless_it_is_started(
    name: str, start: bool, state: VmState
) -> None:
    plan = applying(host(state=VmState.RUNNING), name, start=start)

    assert after(plan).vms[WEB].state is state
    assert (titles(plan)[-1] == "Start VM ‘web’") is start


def test_what_is_lost_is_told_with_bytes_and_age() -> None:
    plan = applying(host(state=VmState.RUNNING), safety=False)

    assert sentences(plan)[:3] == (
        "Everything written on VM ‘web’ since checkpoint ‘p2’ (2 days ago) is lost for good: up to 1 GB.",
        "The VM is turned off, as if the plug were pulled; what its programs have in memory is lost.",
        "Afterwards VM ‘web’ is Saved; when it is started, it goes on exactly there.",
    )


def test_a_saved_state_that_is_lost_is_told() -> None:
    plan = applying(host(state=VmState.SAVED), safety=False)

    assert sentences(plan)[1] == "Its saved state, with all that its programs had in memory, is lost."


def test_with_a_safety_checkpoint_the_way_back_is_told() -> None:
    plan = applying(host(state=VmState.RUNNING), "base", start=True)

    assert sentences(plan)[0].startswith(
        "What the VM holds now is kept in the new checkpoint ‘Safety Checkpoint"
    )
    assert sentences(plan)[1:] == (
        "Up to 4 GB of memory are written to disk, normally on volume D:, which has 500 GB free.",
        "Afterwards VM ‘web’ is started and boots from its disks as after a power cut.",
        "Memory, processors, network and disks of the VM are set as they were at that time.",
        "All other checkpoints stay.",
        "If this computer or the network fails, host ‘vhost’ brings VM ‘web’ back within 45 seconds.",
    )


def test_an_old_checkpoint_is_told_to_be_distrusted_by_the_domain() -> None:
    state = replace(host(), taken_at_utc=EPOCH + timedelta(days=41, minutes=1))

    assert (
        "The checkpoint is 41 days old: if the guest is a member of a domain, the domain may no longer trust it."
        in sentences(applying(state))
    )


def test_a_memory_from_yesterday_brings_back_its_clock() -> None:
    found = sentences(applying(host()))

    assert (
        "Its clock goes on from 2 days ago until time is synchronised, and its network connections are cut."
        in found
    )
    assert (
        "Do not go back with a domain controller or a replicated database this way: others have moved on."
        in found
    )
    assert not any(
        "clock" in sentence or "domain" in sentence for sentence in sentences(applying(host(), "base"))
    )


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (VmState.OFF, []),
        (VmState.SAVED, []),
        (VmState.RUNNING, ["Start VM ‘web’ again"]),
        (VmState.PAUSED, ["Start VM ‘web’ again", "Pause VM ‘web’ again"]),
    ],
)
def test_after_a_failure_a_vm_that_was_stopped_is_brought_back(state: VmState, wanted: list[str]) -> None:
    assert [step.title for step in steps_of(applying(host(state=state)).after_failure)] == wanted


def test_a_revert_applies_the_checkpoint_on_which_the_vm_stands() -> None:
    state = host(state=VmState.RUNNING)
    plan = RevertVm(vm_at("web")).plan(fleet(state))

    assert (plan.title, plan.button) == ("Revert VM ‘web’ to checkpoint ‘p2’", "Create Checkpoint and Revert")
    assert steps(plan) == ["Save VM ‘web’", "Take checkpoint", "Apply checkpoint ‘p2’"]
    assert RevertVm(vm_at("web"), safety=False).plan(fleet(state)).button == "Revert"


def test_a_plan_made_again_later_gives_the_same_safety_checkpoint() -> None:
    state = host()
    later = replace(state, taken_at_utc=READ_AT + timedelta(minutes=5))

    for plan in (applying(state), RevertVm(vm_at("web")).plan(fleet(state))):
        assert plan.operation.plan(fleet(later)).steps == plan.steps


def test_a_vm_below_no_checkpoint_can_go_to_one() -> None:
    plan = applying(host("a b"), "a", safety=False)

    assert shape(vm_named(after(plan), "web")) == "a* b"
    assert sentences(plan)[0].startswith("Everything written on VM ‘web’ since its last checkpoint is lost")
