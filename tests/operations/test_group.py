"""Checkpointing several VMs at one instant."""

from dataclasses import replace

from hvtree.domain.edits import Create, Power, SetPower
from hvtree.domain.model import HostState, VmState
from hvtree.domain.names import default_name
from hvtree.operations.base import Risk
from hvtree.operations.group import CheckpointGroup
from tests.support.plans import after, expected_shapes, fleet, sentences, titles, vm_at
from tests.support.trees import GB, READ_AT, id_of, lab, vm

STATES = {
    "web": VmState.RUNNING,
    "db": VmState.RUNNING,
    "dc": VmState.PAUSED,
    "nas": VmState.SAVED,
    "old": VmState.OFF,
}
IDS = {name: id_of(name) for name in STATES}
VMS = tuple(vm_at(name) for name in STATES)


def host() -> HostState:
    return lab(**{name: vm("base*", name, state=state) for name, state in STATES.items()})


def test_the_recipe_is_pause_save_checkpoint_and_bring_back() -> None:
    plan = CheckpointGroup(VMS, "before upgrade").plan(fleet(host()))

    assert titles(plan) == [
        "Pause 2 VMs",
        "Save 3 VMs",
        "Checkpoint 5 VMs as ‘before upgrade’",
        "< Start 3 VMs",
        "< Pause 1 VM again",
    ]
    web, db, dc = IDS["web"], IDS["db"], IDS["dc"]
    assert [step.edit for step in (*plan.steps, *plan.bring_back_steps)] == [
        SetPower((web, db), Power.PAUSE),
        SetPower((web, db, dc), Power.SAVE),
        Create(tuple(IDS.values()), "before upgrade"),
        SetPower((web, db, dc), Power.START),
        SetPower((dc,), Power.PAUSE),
    ]


def test_each_vm_is_expected_back_in_the_state_it_was_in() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(host()))

    assert {vm.name: vm.state for vm in after(plan).vms.values()} == STATES
    assert expected_shapes(plan) == ["base(x*)"] * 5


def test_the_checkpoints_of_saved_vms_hold_memory() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(host()))

    memory = {vm.name: vm.checkpoints[-1].has_memory for vm in after(plan).vms.values()}
    assert memory == {"web": True, "db": True, "dc": True, "nas": True, "old": False}


def test_what_happens_to_whom_is_told() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(host()))

    assert plan.title == "Checkpoint the group of VMs ‘web’, ‘db’, ‘dc’ and 2 more as ‘x’"
    assert (plan.button, plan.risk) == ("Checkpoint 5 VMs", Risk.INTERRUPTS)
    assert sentences(plan) == (
        (
            "VMs ‘web’, ‘db’ and ‘dc’ are stopped until all checkpoints are taken; "
            "their users have to wait, and time-outs may expire."
        ),
        "Afterwards VMs ‘web’ and ‘db’ are Running again.",
        "Afterwards VM ‘dc’ is Paused again.",
        "VMs ‘nas’ and ‘old’ are not running and are not started.",
        "The checkpoints of VMs ‘web’, ‘db’, ‘dc’ and 1 more hold memory: applied, the group goes on at one moment.",
        "Up to 6 GB of memory are written to disk.",
        "If one VM fails, the others are brought back, and the result says which checkpoints exist.",
        "If this computer or the network fails, host ‘vhost’ brings VMs ‘web’, ‘db’ and ‘dc’ back within 45 seconds.",
    )
    assert 3 * vm("").memory_startup_bytes == 6 * GB


def test_a_host_that_cannot_bring_vms_back_says_so_beforehand() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(replace(host(), lease_s=0)))

    assert sentences(plan)[-1] == (
        "If this computer or the network fails, VMs ‘web’, ‘db’ and ‘dc’ on host ‘vhost’ stay stopped: this host is reached "
        "by one PowerShell per call, and none stays there to bring them back."
    )


def test_whoever_wants_vms_left_alone_reads_what_that_means() -> None:
    plan = CheckpointGroup(VMS, "x", leave_stopped=True).plan(fleet(host()))

    assert plan.leaves_stopped
    assert sentences(plan)[-1] == (
        "If this computer or the network fails, VMs ‘web’, ‘db’ and ‘dc’ on host ‘vhost’ stay as they are then, as you wish."
    )


def test_a_group_that_is_off_says_nothing_of_a_network_that_fails() -> None:
    plan = CheckpointGroup((vm_at("nas"), vm_at("old")), "x").plan(fleet(host()))

    assert not [each.kind for each in plan.consequences if each.kind.endswith(("-by-itself", "-if-cut"))]


def test_a_group_that_is_off_is_only_checkpointed() -> None:
    plan = CheckpointGroup((vm_at("nas"), vm_at("old")), "x").plan(fleet(host()))

    assert titles(plan) == ["Checkpoint 2 VMs as ‘x’"]
    assert plan.risk is Risk.NONE


def test_without_a_name_the_group_gets_one_name_for_all() -> None:
    plan = CheckpointGroup((vm_at("web"), vm_at("db"))).plan(fleet(host()))

    assert isinstance(plan.steps[-1].edit, Create)
    assert plan.steps[-1].edit.name == default_name("Group", READ_AT.astimezone())
    assert plan.operation.plan(fleet(host())).steps == plan.steps


def test_a_group_of_one_promises_nothing_about_others() -> None:
    plan = CheckpointGroup((vm_at("web"),), "G").plan(fleet(lab(web="base*")))

    assert not any("the others" in sentence for sentence in sentences(plan))


def test_a_default_name_is_no_promise_of_the_second_in_which_the_plan_was_read() -> None:
    plan = CheckpointGroup(VMS).plan(fleet(host()))

    said = [plan.title, *titles(plan), *sentences(plan)]
    assert not [words for words in said if default_name("Group", READ_AT) in words or "Group -" in words]
