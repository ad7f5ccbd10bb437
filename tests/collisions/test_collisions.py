"""Somebody else works on the same VMs: generated over all operations, all their moments and what others may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.invocation import Invocation
from hvtree.hosts.messages import is_edit
from hvtree.jobs.job import JobView, Verdict
from hvtree.operations.base import Plan, is_same_plan
from tests.collisions.conftest import COLLIDED, QUESTIONS, VERDICTS
from tests.jobs.test_contradictions import asked_by, untruths
from tests.support.every_operation import LAB, OPERATIONS, Make
from tests.support.every_verb import every_verb
from tests.support.harness import Harness, with_harness
from tests.support.independent_reading import Machine, Machines, checkpoint_ids, expected_of, is_at_rest, read
from tests.support.trees import id_of

HOST = "vhost"
THEIRS = "Theirs."
"""What somebody else writes into notes."""
Act = Callable[[HyperV], Invocation | Iterator[Invocation]]
"""Calls a cmdlet, or several one after the other."""


def _vm(name: str) -> list[str]:
    return [id_of(name)]


def _checkpoint(vm: str, name: str) -> list[str]:
    return [id_of(vm, name)]


ACTS: dict[str, Act] = {
    "creates on web": lambda host: host.checkpoint_vm(vm=_vm("web"), snapshot_name="by somebody else"),
    "creates on db": lambda host: host.checkpoint_vm(vm=_vm("db"), snapshot_name="by somebody else"),
    "deletes p1": lambda host: host.remove_vm_snapshot(vm_snapshot=_checkpoint("web", "p1")),
    "deletes p2": lambda host: host.remove_vm_snapshot(vm_snapshot=_checkpoint("web", "p2")),
    "deletes p3": lambda host: host.remove_vm_snapshot(vm_snapshot=_checkpoint("web", "p3")),
    "renames p1": lambda host: host.rename_vm_snapshot(
        vm_snapshot=_checkpoint("web", "p1"), new_name="theirs"
    ),
    "renames p3": lambda host: host.rename_vm_snapshot(
        vm_snapshot=_checkpoint("web", "p3"), new_name="theirs"
    ),
    "applies p3": lambda host: host.restore_vm_snapshot(vm_snapshot=_checkpoint("web", "p3")),
    "applies a": lambda host: host.restore_vm_snapshot(vm_snapshot=_checkpoint("off", "a")),
    "turns web off": lambda host: host.stop_vm(vm=_vm("web"), turn_off=True),
    "saves web": lambda host: host.save_vm(vm=_vm("web")),
    "resumes db": lambda host: host.resume_vm(vm=_vm("db")),
    "starts off": lambda host: host.start_vm(vm=_vm("off")),
    "takes web away": lambda host: _gone(host, "web"),
    "takes off away": lambda host: _gone(host, "off"),
    "renames web": lambda host: host.rename_vm(vm=_vm("web"), new_name="web2"),
    "deletes x": lambda host: host.remove_vm_snapshot(vm_snapshot=_checkpoint("db", "x")),
    "deletes a": lambda host: host.remove_vm_snapshot(vm_snapshot=_checkpoint("off", "a")),
    "creates on off": lambda host: host.checkpoint_vm(vm=_vm("off"), snapshot_name="by somebody else"),
    "pauses web": lambda host: host.suspend_vm(vm=_vm("web")),
    "turns db off": lambda host: host.stop_vm(vm=_vm("db"), turn_off=True),
    "takes db away": lambda host: _gone(host, "db"),
    "writes notes of p3": lambda host: host.set_vm_snapshot_notes({id_of("web", "p3"): THEIRS}),
    "writes notes of b": lambda host: host.set_vm_snapshot_notes({id_of("off", "b"): THEIRS}),
}
"""What somebody does with Hyper-V Manager, and as a cluster does: a VM that moves is gone from its host."""


STOPPING = frozenset({"turns web off", "saves web", "takes web away", "pauses web"})
"""What stops a VM, even where it goes no further than that."""


def _gone(host: HyperV, name: str) -> Iterator[Invocation]:
    yield host.stop_vm(vm=_vm(name), turn_off=True)
    yield host.remove_vm(vm=_vm(name))


@dataclass
class Seen:
    """What somebody who looks on has seen."""

    asked: list[Plan] = field(default_factory=list)
    before: Machines = field(default_factory=dict)
    """When the plan was made."""
    meanwhile: Machines = field(default_factory=dict)
    """When somebody had acted."""
    theirs: frozenset[str] = frozenset()
    """The ids of the checkpoints that came into being by that."""
    is_early: bool = False
    """That was before the job was submitted."""
    has_acted: bool = False
    """It was possible, and is done."""

    async def approve(self, plan: Plan) -> bool:
        self.asked.append(plan)
        return True

    async def look_on(self, harness: Harness, act: Act) -> None:
        """Let somebody act, and wait until that is done."""
        hyperv = harness.host.hyperv
        known = checkpoint_ids(hyperv)
        self.before = self.before or read(hyperv)
        try:
            calls = act(hyperv)
            for call in (calls,) if isinstance(calls, Invocation) else calls:
                while not (call.is_done and is_at_rest(hyperv)):
                    await harness.host.clock.pass_by(5)
                self.has_acted = not call.errors
        except CmdletError:
            self.has_acted = False
        self.meanwhile, self.theirs = read(hyperv), checkpoint_ids(hyperv) - known


def edits_of(make: Make) -> list[str]:
    """Return what a job asks its host to change, in order."""
    return [verb for verb in asked_by(make) if is_edit(verb)]


async def collided(harness: Harness, make: Make, act: Act, verbs: list[str]) -> tuple[Plan, JobView, Seen]:
    """Run a job; somebody acts while the last of these requests is on its way, or before it is submitted if there are none."""
    seen = Seen(before=read(harness.host.hyperv))
    plan = harness.workspace.plan(make(harness))
    if not verbs:
        seen.is_early = True
        await seen.look_on(harness, act)
        return plan, await harness.do(plan, seen), seen
    verb, times = verbs[-1], verbs.count(verbs[-1])
    known = harness.host.verbs().count(verb)
    harness.host.hold(verb)
    job_id = harness.submit(plan, seen)
    for number in range(1, times + 1):
        await harness.host.asked(verb, known + number)
        if number < times:
            harness.host.release(verb)
            harness.host.hold(verb)
    await seen.look_on(harness, act)
    harness.host.release()
    return plan, await harness.ended(job_id), seen


def complaints(harness: Harness, plan: Plan, job: JobView, seen: Seen) -> list[str]:
    """Return what is wrong with how a job ended."""
    hyperv, touched = harness.host.hyperv, job.plan.vm_ids(HOST)
    after, expected = read(hyperv), expected_of(job.plan, HOST, seen.meanwhile)
    found = untruths(job, job.plan.before.hosts[HOST], harness.state)
    if job.verdict is Verdict.AS_PLANNED and any(after.get(each) != expected.get(each) for each in touched):
        found.append(f"as planned, and the host is not: {after}")
    if any(is_same_plan(one, other) for one, other in pairwise([plan, *seen.asked])):
        found.append("asked again about the same plan")
    about = {*plan.vm_ids(HOST), *touched}
    if seen.asked and all(_same(seen.before.get(each), seen.meanwhile.get(each)) for each in about):
        found.append("asked again although nothing has happened to its VMs")
    if seen.theirs - checkpoint_ids(hyperv) - known_to(job.plan):
        found.append("somebody's checkpoint is gone, and no plan had said so")
    found.extend(lost_notes(seen, after) if not seen.asked else ())
    return found


def lost_notes(seen: Seen, after: Machines) -> list[str]:
    """Return what is said of notes that somebody wrote before the first request, and that are gone although nobody was asked."""
    return [
        f"{machine.name} has lost notes of somebody else"
        for vm_id, machine in seen.meanwhile.items()
        if seen.is_early and THEIRS in machine.notes and len(after[vm_id].tree) >= len(machine.tree)
        if THEIRS not in after[vm_id].notes
    ]


def stopped(job: JobView, seen: Seen, after: Machines) -> list[str]:
    """Return what is said of VMs that do not run although they ran before and should."""
    expected = expected_of(job.plan, HOST, seen.before)
    return [
        f"{after[each].name} is left {after[each].state}"
        for each in job.plan.vm_ids(HOST)
        if each in after and _runs(each, seen.before) and _runs(each, expected) and not _runs(each, after)
    ]


def _same(one: Machine | None, other: Machine | None) -> bool:
    if one is None or other is None:
        return False
    return one == other and (one.name, one.notes) == (other.name, other.notes)


def _runs(vm_id: str, machines: Machines) -> bool:
    return vm_id in machines and machines[vm_id].state == "Running"


def known_to(plan: Plan) -> set[str]:
    """Return the ids of the checkpoints that were there when a plan was made."""
    return {each.id for vm in plan.before.hosts[HOST].vms.values() for each in vm.checkpoints}


@dataclass(frozen=True)
class Collision:
    """Who meets whom."""

    operation: str
    who: str

    def __str__(self) -> str:
        return f"{self.operation}, somebody {self.who}"


COLLISIONS = tuple(Collision(operation, who) for operation in OPERATIONS for who in ACTS)


@pytest.mark.sweep("collision", COLLISIONS, most=120)
def test_what_others_do_meanwhile_is_noticed_and_nothing_of_theirs_is_lost(
    collision: Collision, record_property: Callable[[str, object], None]
) -> None:
    make, who = OPERATIONS[collision.operation], collision.who
    edits = edits_of(make)
    wrong: list[str] = []
    collided_at, questions, verdicts = 0, 0, []
    for moment in range(len(edits) + 1):

        async def story(harness: Harness, moment: int = moment) -> None:
            nonlocal collided_at, questions
            plan, job, seen = await collided(harness, make, ACTS[who], edits[:moment])
            said = complaints(harness, plan, job, seen)
            if who not in STOPPING:
                said += stopped(job, seen, read(harness.host.hyperv))
            wrong.extend(f"at {edits[:moment]}: {each}\n{job.verdict}: {job.message}" for each in said)
            collided_at += seen.has_acted
            questions += len(seen.asked)
            verdicts.append(str(job.verdict))

        with_harness(LAB, story)
    record_property(COLLIDED, collided_at)
    record_property(QUESTIONS, questions)
    record_property(VERDICTS, verdicts)
    assert not wrong, "\n\n".join(wrong)


def test_no_operation_is_missing() -> None:
    verbs: set[str] = set()

    async def story(harness: Harness) -> None:
        verbs.update(make(harness).verb for make in OPERATIONS.values())

    with_harness(LAB, story)
    assert verbs == every_verb()
