"""A program that dies at any step of any job: what is found afterwards, what is offered, and where that leads."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from hvtree.domain.address import VmAddress
from hvtree.domain.difference import compare_vms
from hvtree.domain.edits import Edit
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import StartStage
from hvtree.domain.model import Activity, VirtualMachine, VmState
from hvtree.domain.passport import Passport
from hvtree.jobs.job import Verdict
from hvtree.jobs.kept import KeptPlan, kept
from hvtree.jobs.made import MadeCheckpoints
from hvtree.jobs.outcomes import Outcome
from hvtree.jobs.recovery import Recovery, look_at
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, steps_of
from hvtree.operations.bring_back import BringBack
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.operations.notes import EditNotes, LockCheckpoints, Written
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.harness import Harness, with_harness
from tests.support.plans import at, fleet, refusal, vm_at
from tests.support.trees import lab, vm

STATES = {
    "running": VmState.RUNNING,
    "paused": VmState.PAUSED,
    "saved": VmState.SAVED,
    "off": VmState.OFF,
}
LAB = lab(**{name: vm("a~(b(c*) d)", name, state=state) for name, state in STATES.items()})
_STAGES = (StartStage((vm_at("paused"), vm_at("saved")), 0), StartStage((vm_at("off"),), 30))
JOBS: dict[str, Operation] = {
    "group": CheckpointGroup(tuple(map(vm_at, STATES)), "farm"),
    "checkpoints": CreateCheckpoint(tuple(map(vm_at, STATES)), "patch"),
    "delete": DeleteCheckpoints(tuple(at(LAB, name, each) for name in STATES for each in "bd")),
    "delete subtree": DeleteCheckpointSubtree(at(LAB, "running", "b")),
    "rename": RenameCheckpoint(at(LAB, "running", "d"), "e"),
    "notes": EditNotes((Written(at(LAB, "running", "d"), "why"), Written(vm_at("off"), "what"))),
    "lock": LockCheckpoints((at(LAB, "running", "d"), at(LAB, "off", "b"))),
    "group with a passport": CheckpointGroup(tuple(map(vm_at, STATES)), "farm", passport=Passport("why")),
    "passports": CreateCheckpoint(tuple(map(vm_at, STATES)), "patch", passport=Passport("why")),
    "apply, with a passport": ApplyCheckpoint(at(LAB, "running", "d"), passport=Passport("why")),
    "export": ExportCheckpoint(at(LAB, "running", "d"), "D:\\Exports"),
    "bring back": BringBack(((vm_at("paused"), VmState.RUNNING), (vm_at("saved"), VmState.PAUSED))),
    "start group": StartGroup(tuple(map(vm_at, STATES)), _STAGES),
    "save group": SaveGroup(tuple(map(vm_at, STATES)), (StartStage((vm_at("running"),), 0),)),
    "shut down group": ShutDownGroup(tuple(map(vm_at, STATES))),
    **{f"apply to {name}": ApplyCheckpoint(at(LAB, name, "d")) for name in STATES},
    **{f"apply to {name}, start": ApplyCheckpoint(at(LAB, name, "d"), start=True) for name in STATES},
    **{f"apply to {name}, lose": ApplyCheckpoint(at(LAB, name, "d"), safety=False) for name in STATES},
    **{f"revert {name}": RevertVm(vm_at(name)) for name in STATES},
    **{f"revert {name}, lose": RevertVm(vm_at(name), safety=False) for name in STATES},
}


ANNA = Passport(author="anna")


def steps_asked(plan: KeptPlan) -> list[tuple[str, Edit]]:
    return [(step.host_id, step.edit) for step in steps_of((*plan.phases, *plan.bring_back))]


def cuts() -> Iterator[tuple[str, int, bool]]:
    """Each job, how many of its requests the host has carried out, and whether the last answer was written down."""
    for name, operation in JOBS.items():
        harness_plan = kept(operation.plan(fleet(LAB)))
        for done in range(len(steps_asked(harness_plan)) + 1):
            yield name, done, True
            if done:
                yield name, done, False


CUTS = tuple(cuts())


async def cut(harness: Harness, plan: KeptPlan, done: int, *, is_heard: bool) -> tuple[str, ...]:
    """Let the host carry out the first requests of a plan; return the checkpoints of which its answers told."""
    made: list[str] = []
    known = MadeCheckpoints()
    for number, (host_id, planned) in enumerate(steps_asked(plan)[:done], start=1):
        edit = known.resolved(planned, host_id)
        receipt = await harness.workspace._find_host(host_id).perform(edit, lambda _progress: None)
        known.add(host_id, receipt.taken)
        if is_heard or number < done:
            made += [each.result_id for each in receipt.outcomes if each.result_id]
    await harness.workspace._find_host(harness.host_id).read()
    return tuple(made)


def is_same(one: VirtualMachine, other: VirtualMachine) -> bool:
    difference = compare_vms(one, other)
    return difference is None or not difference.is_substantial


async def carry_out(harness: Harness, look: Callable[[], Recovery]) -> None:
    """Do what is offered, until nothing is."""
    while offers := look().offers:
        job = await harness.do(offers[0].operation)
        assert job.verdict is Verdict.AS_PLANNED, (offers, job.message)


@pytest.mark.parametrize(("name", "done", "is_heard"), CUTS)
def test_whatever_was_done_the_offers_lead_back_or_to_the_plan(name: str, done: int, is_heard: bool) -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS[name]))
        made = await cut(harness, plan, done, is_heard=is_heard)
        recovery = look_at(plan, made, harness.workspace.fleet)
        assert all(each.outcome not in (Outcome.CHANGED, Outcome.GONE) for each in recovery.vms), recovery
        await carry_out(harness, lambda: look_at(plan, made, harness.workspace.fleet))
        for address in plan.vms:
            now = harness.workspace.fleet.vm(address)
            ends = (plan.before.vm(address), plan.expected.vm(address))
            assert any(is_same(end, now) for end in ends), (now.state, recovery)
        assert look_at(plan, made, harness.workspace.fleet).is_settled

    with_harness(LAB, story)


def test_the_rest_of_a_group_is_started_in_its_order() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["start group"]))
        made = await cut(harness, plan, 1, is_heard=True)
        (offer,) = look_at(plan, made, harness.workspace.fleet).offers
        assert offer.words == "Start 2 VMs"
        steps = harness.workspace.plan(offer.operation).steps
        assert [(step.title, step.wait_s) for step in steps] == [
            ("Start VM ‘saved’", 0),
            ("Start VM ‘off’", 30),
        ]

    with_harness(LAB, story)


@pytest.mark.parametrize("done", [1, 2], ids=["before it was signed", "when it was signed"])
def test_what_others_have_written_into_a_new_checkpoint_meanwhile_stays_beside_the_signature(
    done: int,
) -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(CreateCheckpoint((vm_at("off"),), "patch", passport=ANNA)))
        (new,) = await cut(harness, plan, done, is_heard=True)
        (checkpoint,) = harness.host.hyperv.get_vm_snapshot(id=new).objects
        await theirs_are_read(harness, new, f"Theirs.\r\n{checkpoint.notes}")
        await carry_out(harness, lambda: look_at(plan, (new,), harness.workspace.fleet))
        notes = harness.vm("off").by_id[new].notes
        assert notes.startswith("Theirs.")
        assert "by anna" in notes

    with_harness(LAB, story)


def test_notes_that_others_have_written_instead_are_said_to_go() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["notes"]))
        await cut(harness, plan, 1, is_heard=True)
        await theirs_are_read(harness, at(LAB, "running", "d").checkpoint_id, "Theirs.")
        offers = look_at(plan, (), harness.workspace.fleet).offers
        (writing,) = (each for each in offers if each.words == "Write the notes")
        kinds = [each.kind for each in harness.workspace.plan(writing.operation).consequences]
        assert "loses-newer-notes" in kinds

    with_harness(LAB, story)


async def theirs_are_read(harness: Harness, checkpoint_id: str, notes: str) -> None:
    """Let somebody else write notes, and wait until they are known."""
    harness.host.hyperv.set_vm_snapshot_notes({checkpoint_id: notes})
    await harness.until(
        lambda: any(
            each.id == checkpoint_id and each.notes == notes for each in harness.state.all_checkpoints()
        )
    )


def test_there_are_many_places_to_die_at() -> None:
    assert len(CUTS) > 100
    assert {name for name, _done, _heard in CUTS} == JOBS.keys()


def found(harness: Harness, plan: KeptPlan, made: tuple[str, ...] = ()) -> dict[str, Outcome]:
    recovery = look_at(plan, made, harness.workspace.fleet)
    return {each.before.name: each.outcome for each in recovery.vms}


def test_a_vm_that_others_have_changed_is_left_to_them() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["apply to off"]))
        await cut(harness, plan, 1, is_heard=True)
        harness.host.hyperv.rename_vm_snapshot(
            vm_snapshot=[harness.ref("off", "c").checkpoint_id], new_name="theirs"
        )
        await harness.until(lambda: "theirs" in harness.shape("off"))
        assert found(harness, plan) == {"off": Outcome.CHANGED}

    with_harness(LAB, story)


def test_a_vm_that_is_gone_is_said_to_be_gone() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["group"]))
        elsewhere = look_at(plan, (), Fleet.of({}))
        assert {each.outcome for each in elsewhere.vms} == {Outcome.GONE}
        assert not elsewhere.offers
        assert not elsewhere.is_settled

    with_harness(LAB, story)


def test_a_vm_is_found_on_a_host_that_has_another_name_now() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["group"]))
        await cut(harness, plan, 2, is_heard=True)
        (state,) = harness.workspace.fleet.hosts.values()
        renamed = Fleet.of({"new name": state})
        (back,) = look_at(plan, (), renamed).offers
        bring_back = back.operation.operation
        assert isinstance(bring_back, BringBack)
        assert {address.host_id for address, _goal in bring_back.goals} == {"new name"}

    with_harness(LAB, story)


def test_the_sentences_say_what_is_and_what_was() -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["group"]))
        await cut(harness, plan, 2, is_heard=True)
        recovery = look_at(plan, (), harness.workspace.fleet)
        assert (
            recovery.vms[0].sentence == "VM ‘running’ is Saved (it was Running), and is otherwise as before."
        )
        assert [offer.words for offer in recovery.offers] == ["Bring 2 VMs back to Running or Paused"]

    with_harness(LAB, story)


def at_work(known: Fleet, name: str, **changes: Any) -> Fleet:
    """Return a fleet with one VM that its host is changing."""
    address = vm_at(name)
    state = known.hosts[address.host_id]
    changed = replace(state.vms[address.vm_id], **changes)
    return Fleet.of({address.host_id: replace(state, vms={**state.vms, address.vm_id: changed})})


@pytest.mark.parametrize("change", [{"activity": Activity.APPLYING}, {"state": VmState.STARTING}])
def test_what_a_host_is_still_at_work_on_waits_and_nothing_else_does(change: dict[str, Any]) -> None:
    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["group"]))
        made = await cut(harness, plan, 3, is_heard=True)
        whole = look_at(plan, made, harness.workspace.fleet)
        assert [each.words for each in whole.offers] == [
            "Bring 2 VMs back to Running or Paused",
            "Write the notes",
        ]
        meanwhile = at_work(harness.workspace.fleet, "running", **change)
        assert not whole.offers[0].operation.fits(meanwhile)
        busy = look_at(plan, made, meanwhile)
        assert [each.words for each in busy.offers] == ["Bring 1 VM back to Paused", "Write the notes"]
        assert busy.awaited == ()
        assert "still at work on it" in busy.vms[0].sentence

    with_harness(LAB, story)


def test_an_offer_is_refused_once_a_vm_of_the_job_has_changed() -> None:
    """A safety checkpoint that nobody seemed to need is the only way back when the apply has happened after all."""

    async def story(harness: Harness) -> None:
        plan = kept(harness.workspace.plan(JOBS["apply to off"]))
        made = await cut(harness, plan, 1, is_heard=True)
        (offer,) = look_at(plan, made, harness.workspace.fleet).offers
        assert "Safety" in offer.words
        assert offer.operation.fits(harness.workspace.fleet)
        await harness.do(ApplyCheckpoint(at(LAB, "off", "d"), safety=False))
        assert not offer.operation.fits(harness.workspace.fleet)
        with pytest.raises(Refused, match="VM ‘off’ is not as it was when this was offered"):
            harness.workspace.plan(offer.operation)
        assert look_at(plan, made, harness.workspace.fleet).is_settled

    with_harness(LAB, story)


def test_bringing_back_never_stops_a_vm_and_refuses_where_there_is_nothing_to_do() -> None:
    goal = ((VmAddress("vhost", vm_at("running").vm_id), VmState.RUNNING),)
    assert "There is nothing to do any more." in refusal(BringBack(goal), LAB)
    stopped = ((vm_at("running"), VmState.OFF),)
    assert "no way from Running to Off" in refusal(BringBack(stopped), LAB)


@pytest.mark.parametrize(("one", "other"), list(pairwise(STATES.items())))
def test_bringing_back_is_a_plan_like_any_other(one: tuple[str, VmState], other: tuple[str, VmState]) -> None:
    """Off and saved VMs are started, paused ones resumed; what is to be paused is started first."""

    async def story(harness: Harness) -> None:
        goals = tuple(
            (vm_at(name), VmState.RUNNING) for name, state in (one, other) if state is not VmState.RUNNING
        )
        job = await harness.do(BringBack(goals))
        assert job.verdict is Verdict.AS_PLANNED
        assert all(harness.workspace.fleet.vm(address).state is VmState.RUNNING for address, _goal in goals)

    with_harness(LAB, story)
