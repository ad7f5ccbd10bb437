"""Taking checkpoints."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from hvtree.domain import predictions
from hvtree.domain.model import CheckpointType, HostState, VmState, Volume
from hvtree.domain.names import default_name, parse_default_name
from hvtree.operations.base import Risk
from hvtree.operations.create import CreateCheckpoint, to_decide
from hvtree.values import replace
from tests.support.plans import after, expected_shapes, fleet, refusal, sentences, titles, vm_at
from tests.support.trees import GB, READ_AT, lab, vm

WEB, DB = vm_at("web"), vm_at("db")


def test_a_named_checkpoint_is_one_request_for_all_vms() -> None:
    plan = CreateCheckpoint((WEB, DB, WEB), "before upgrade").plan(fleet(lab(web="base*", db="")))

    assert titles(plan) == ["Take checkpoint ‘before upgrade’ of VMs ‘web’ and ‘db’"]
    assert (plan.title, plan.button) == ("Take a checkpoint of VMs ‘web’ and ‘db’", "Checkpoint 2 VMs")
    assert expected_shapes(plan) == ["base(before upgrade*)", "before upgrade*"]
    assert (plan.risk, plan.vms) == (Risk.NONE, (WEB, DB))


def test_without_a_name_each_vm_gets_its_own_default_name() -> None:
    plan = CreateCheckpoint((WEB, DB)).plan(fleet(lab(web="", db="")))

    names = [each.name for each in after(plan).all_checkpoints()]
    assert names == [default_name(name, READ_AT.astimezone()) for name in ("web", "db")]
    assert titles(plan) == ["Take a checkpoint of VM ‘web’", "Take a checkpoint of VM ‘db’"]


def test_a_plan_made_again_later_gives_the_same_names() -> None:
    first = CreateCheckpoint((WEB,)).plan(fleet(lab(web="")))
    later = HostState.of("vhost", READ_AT.replace(year=2027), lab(web="").vms.values())

    assert first.operation.plan(fleet(later)).steps == first.steps


def test_a_default_name_goes_by_the_clock_of_its_host() -> None:
    west = timedelta(hours=-8)
    plan = CreateCheckpoint((WEB,)).plan(fleet(replace(lab(web=""), utc_offset=west)))

    names = [each.name for each in after(plan).all_checkpoints()]
    assert names == [default_name("web", READ_AT.astimezone(timezone(west)))]


def test_the_time_in_a_default_name_can_be_given() -> None:
    at_utc = datetime(2014, 9, 21, 17, 37, 31, tzinfo=UTC)
    plan = CreateCheckpoint((WEB,), at_utc=at_utc).plan(fleet(lab(web="")))

    parsed = parse_default_name(after(plan).vms[WEB.vm_id].checkpoints[0].name)
    assert parsed is not None
    assert parsed.local_time == at_utc.astimezone().replace(tzinfo=None)


def consequences(**fields: Any) -> tuple[str, ...]:
    return sentences(CreateCheckpoint((WEB,), "x").plan(fleet(lab(web=vm("", "web", **fields)))))


FILES = (
    "From then on each drive writes to a new file that grows; "
    "until the checkpoint is deleted, disks cannot be resized."
)


def test_it_says_what_a_checkpoint_holds() -> None:
    assert consequences(state=VmState.OFF) == ("VM ‘web’: disks and configuration are kept.", FILES)
    assert consequences(state=VmState.SAVED) == (
        "VM ‘web’: disks, configuration and the saved state are kept.",
        FILES,
    )
    assert consequences(state=VmState.RUNNING, memory_bytes=4 * GB) == (
        "VM ‘web’: disks, configuration and memory are kept; apart from a short halt nothing is interrupted.",
        "Up to 4 GB of memory are written to disk, normally on volume D:, which has 500 GB free.",
        FILES,
    )


def test_it_says_what_happens_if_a_guest_cannot_do_a_production_checkpoint() -> None:
    start = "VM ‘web’: disks and configuration are kept, with files at rest, but no memory (production). "

    assert consequences(state=VmState.RUNNING, checkpoint_type=CheckpointType.PRODUCTION)[0] == (
        start + "If the guest cannot do that, Hyper-V takes a standard checkpoint with memory instead."
    )
    assert consequences(state=VmState.RUNNING, checkpoint_type=CheckpointType.PRODUCTION_ONLY)[0] == (
        start + "If the guest cannot do that, the checkpoint fails."
    )


@pytest.mark.parametrize("state", [VmState.OFF, VmState.RUNNING, VmState.PAUSED])
def test_of_a_vm_whose_policy_is_unknown_no_memory_is_promised(state: VmState) -> None:
    said = consequences(state=state, checkpoint_type=CheckpointType.UNKNOWN)

    assert said[0] == (
        "VM ‘web’: the host does not tell which checkpoints are taken of it. "
        "Disks and configuration are kept, memory perhaps not; if checkpoints are disabled, it fails."
    )


def test_it_warns_of_a_volume_without_room_for_the_memory() -> None:
    state = lab(web=vm("", "web", state=VmState.RUNNING, memory_bytes=4 * GB))
    tight = HostState.of("vhost", READ_AT, state.vms.values(), [Volume("D:\\", 100 * GB, GB)])

    assert "Volume D: has only 1 GB free. If it fills up, all VMs with files on it stop." in sentences(
        CreateCheckpoint((WEB,), "x").plan(fleet(tight))
    )


def test_it_counts_when_the_limit_comes_near() -> None:
    tree = "c0*(" + " ".join(f"c{number}" for number in range(1, 45)) + ")"

    assert "VM ‘web’ then has 46 of at most 50 checkpoints." in (
        sentences(CreateCheckpoint((WEB,), "x").plan(fleet(lab(web=tree))))
    )


def test_only_a_full_volume_or_a_limit_that_comes_near_has_to_be_decided() -> None:
    running = lab(web=vm("", "web", state=VmState.RUNNING, memory_bytes=4 * GB), db="c0*")
    tight = HostState.of("vhost", READ_AT, running.vms.values(), [Volume("D:\\", 100 * GB, GB)])
    crowded = lab(web="c0*(" + " ".join(f"c{number}" for number in range(1, 45)) + ")")

    found = [to_decide(CreateCheckpoint((WEB,)).plan(fleet(state))) for state in (running, tight, crowded)]
    assert found == [
        (),
        ("Volume D: has only 1 GB free. If it fills up, all VMs with files on it stop.",),
        ("VM ‘web’ then has 46 of at most 50 checkpoints.",),
    ]


def test_a_paused_guest_cannot_help_with_a_production_checkpoint() -> None:
    paused = lab(web=vm("", "web", state=VmState.PAUSED, checkpoint_type=CheckpointType.PRODUCTION_ONLY))

    assert refusal(CreateCheckpoint((WEB,), "x"), paused) == (
        "No checkpoint can be taken of VM ‘web’ now. "
        "VM ‘web’ takes only production checkpoints, for which its guest has to be awake. Resume the VM first."
    )


def test_each_of_many_steps_is_predicted_on_its_own_vm_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    state = lab(**{f"vm{number}": "p1*" for number in range(30)})
    sizes: list[int] = []
    predict = predictions.create

    def noting(known: HostState, vm_ids: tuple[str, ...], name: str) -> HostState:
        sizes.append(len(known.vms))
        return predict(known, vm_ids, name)

    monkeypatch.setattr(predictions, "create", noting)
    plan = CreateCheckpoint(tuple(vm_at(f"vm{number}") for number in range(30))).plan(fleet(state))
    assert sizes == [1] * 30
    assert all(len(each.checkpoints) == 2 for each in after(plan).vms.values())
