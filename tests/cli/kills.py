"""Every operation, as the terminal spells it, and the moments of its steps at which its HVTree is killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.edits import CheckpointNotes, SetNotes
from hvtree.domain.fleet import Fleet
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import HostState, VmState
from hvtree.domain.passport import Passport, with_passport
from hvtree.domain.passport_change import PassportChange
from hvtree.domain.predictions import is_placeholder, placeholder
from hvtree.jobs.kept import kept
from hvtree.jobs.undo import undo_of
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation, Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.operations.delete_expired import DeleteExpired
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint, ExportGroupCheckpoint, RenameGroupCheckpoint
from hvtree.operations.group_notes import EditGroupNotes
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.operations.group_target import GroupTarget
from hvtree.operations.notes import EditNotes, LockCheckpoints, UnlockCheckpoints, Written
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.halting_hvtree import ASKING, HEARD, SENDING, WRITTEN
from tests.support.plans import at, fleet, vm_at
from tests.support.trees import id_of, lab, ref, vm

STATES = {
    "running": VmState.RUNNING,
    "paused": VmState.PAUSED,
    "saved": VmState.SAVED,
    "off": VmState.OFF,
}
ALL = tuple(map(vm_at, STATES))
EVERYBODY = " ".join(STATES)
JOINT = GroupTarget("6c1f0000-0000-4000-8000-000000000001")
"""The group checkpoint that `d` of all VMs is."""
SPREAD = GroupTarget("6c1f0000-0000-4000-8000-000000000002")
"""The group checkpoint that `b` of VM `running` and of VM `distant` is, which is on another host."""
FAR = "far"
SIGNED = Passport(author="somebody")
"""Who takes a checkpoint signs it; what else is in it, the tests do not compare."""
AT_WORK = "at work"
"""The request has arrived, and the host is at it."""
MOMENTS = (ASKING, SENDING, AT_WORK, HEARD, WRITTEN)


def _lab() -> HostState:
    state = lab(**{name: vm("a~(b(c*) d)", name, state=state) for name, state in STATES.items()})
    notes = {(name, "d"): Passport(group=GroupMark(JOINT.id, len(STATES))) for name in STATES}
    notes["running", "b"] = _SPREAD
    notes["off", "b"] = Passport(safety="c", keep_until=date(2026, 1, 1))
    notes["saved", "b"] = Passport("Golden", is_locked=True)
    written = (CheckpointNotes(ref(state, *where), each.line) for where, each in notes.items())
    return SetNotes(tuple(written)).on(state)


def _far_lab() -> HostState:
    state = lab(FAR, distant=vm("a~(b(c*) d)", "distant", state=VmState.RUNNING))
    return SetNotes((CheckpointNotes(ref(state, "distant", "b"), _SPREAD.line),)).on(state)


_SPREAD = Passport(group=GroupMark(SPREAD.id, 2))
LAB, FAR_LAB = _lab(), _far_lab()
LAB_ALONE = fleet(LAB)
BOTH_LABS = fleet(LAB, FAR_LAB)


@dataclass(frozen=True)
class Job:
    """An operation, and how the terminal spells it."""

    operation: Operation
    words: str
    """After the verb the host is named, behind `group` as an option; over several hosts `{vhost}` and `{far}` are their addresses."""
    before: str = ""
    """What is done first, in the same way."""
    fleet: Fleet = LAB_ALONE
    """How it then is."""


@dataclass(frozen=True)
class Kill:
    """A job, and the moment at which its HVTree is killed."""

    job: Job
    plan: Plan
    step: int
    """Beginning with 1."""
    moment: str

    @property
    def host_id(self) -> str:
        """The host of the step."""
        return (*self.plan.steps, *self.plan.bring_back_steps)[self.step - 1].host_id

    def __str__(self) -> str:
        words = f"{self.job.words} after {self.job.before}" if self.job.before else self.job.words
        return f"{words}: step {self.step}, {self.moment}"


def jobs() -> Iterator[Job]:
    """Yield each operation."""
    yield Job(CheckpointGroup(ALL, "farm", passport=SIGNED), f"do checkpoint {EVERYBODY} --group --name farm")
    yield Job(CreateCheckpoint(ALL, "patch", passport=SIGNED), f"do checkpoint {EVERYBODY} --name patch")
    yield Job(RenameCheckpoint(_at("running", "d"), "e"), "do rename running/d --name e")
    deleted = tuple((name, each) for name in ("running", "paused", "off") for each in "bd")
    words = " ".join(map("/".join, deleted))
    yield Job(DeleteCheckpoints(tuple(_at(*each) for each in deleted)), f"do delete {words}")
    yield Job(DeleteCheckpointSubtree(_at("running", "b")), "do delete-subtree running/b")
    yield Job(ExportCheckpoint(_at("off", "d"), "D:\\Exports"), "do export off/d --to D:\\Exports")
    for name in STATES:
        back, words = ApplyCheckpoint(_at(name, "d"), passport=SIGNED), f"do apply {name}/d"
        yield Job(back, words)
        yield Job(_started(back), f"{words} --start")
        yield Job(RevertVm(vm_at(name), safety=False), f"do revert {name} --no-safety")
    yield from _jobs_on_notes()
    yield from _jobs_on_groups()
    yield from _jobs_over_two_hosts()
    yield _undo(_started(ApplyCheckpoint(_at("running", "d"), passport=SIGNED)), "do apply running/d --start")
    yield _undo(ApplyGroupCheckpoint(JOINT, start=False, passport=SIGNED), "group apply - d --no-start")
    yield _undo(RenameCheckpoint(_at("off", "d"), "e"), "do rename off/d --name e")


def _jobs_on_notes() -> Iterator[Job]:
    running = vm_at("running")
    theirs = Written(_at("running", "d"), with_passport("ours", Passport(group=GroupMark(JOINT.id, 4))))
    yield Job(EditNotes((theirs,)), "do notes running/d --text ours")
    yield Job(
        EditNotes((Written(running, "ours"), Written(vm_at("off"), "ours"))),
        "do vm-notes running off --text ours",
    )
    locked = (_at("running", "b"), _at("off", "c"))
    yield Job(LockCheckpoints(locked, SIGNED.author), "do lock running/b off/c")
    yield Job(UnlockCheckpoints((_at("saved", "b"),)), "do unlock saved/b")
    yield Job(DeleteExpired((_at("off", "b"),)), "do delete-expired off")


def _jobs_on_groups() -> Iterator[Job]:
    """Yield what is done with a named group, and with a group checkpoint of VMs that were only selected."""
    yield Job(ApplyGroupCheckpoint(JOINT, passport=SIGNED), "group apply - d")
    yield Job(ApplyGroupCheckpoint(JOINT, safety=False), "group apply - d --no-safety")
    yield Job(RenameGroupCheckpoint(JOINT, "e"), "group rename-checkpoint - d --name e")
    yield Job(EditGroupNotes(JOINT, PassportChange.to(), "ours"), "group notes - d --text ours")
    yield Job(ExportGroupCheckpoint(JOINT, "D:\\Exports"), "group export-checkpoint - d --to D:\\Exports")
    yield Job(DeleteGroupCheckpoint(JOINT), "group remove-checkpoint - d")
    farm = f"group create farm {EVERYBODY}"
    yield Job(StartGroup(ALL), "group start farm", farm)
    yield Job(SaveGroup(ALL), "group save farm", farm)
    two = (vm_at("running"), vm_at("off"))
    yield Job(ShutDownGroup(two), "group shut-down farm", "group create farm running off")
    yield Job(DeleteAllCheckpoints(two), "group delete-all-checkpoints farm", "group create farm running off")


def _jobs_over_two_hosts() -> Iterator[Job]:
    members = (vm_at("running"), vm_at("distant", FAR))
    words = "do checkpoint {vhost}/running {far}/distant --group --name farm"
    yield Job(CheckpointGroup(members, "farm", passport=SIGNED), words, fleet=BOTH_LABS)
    words = "group apply - b --host {vhost} --host {far}"
    yield Job(ApplyGroupCheckpoint(SPREAD, passport=SIGNED), words, fleet=BOTH_LABS)


def _undo(operation: Operation, words: str) -> Job:
    """Return the undo of a job that is done first."""
    plan = operation.plan(LAB_ALONE)
    done = Fleet.of({host_id: _taken(state) for host_id, state in plan.expected.hosts.items()})
    back = undo_of(kept(plan), [_taken_id(placeholder(vm.vm_id)) for vm in plan.vms], done)
    if isinstance(back, ApplyCheckpoint | ApplyGroupCheckpoint):
        back = replace(back, passport=SIGNED)
    return Job(back, "undo", f"{words} --yes", done)


def _taken(state: HostState) -> HostState:
    """Return a state that a plan expects as it is afterwards: the new checkpoints have ids of their own."""
    vms = []
    for each in state.vms.values():
        checkpoints = tuple(
            replace(one, id=_taken_id(one.id), parent_id=one.parent_id and _taken_id(one.parent_id))
            for one in each.checkpoints
        )
        vms.append(replace(each, checkpoints=checkpoints, now_id=each.now_id and _taken_id(each.now_id)))
    return state.with_vms(*vms)


def _taken_id(checkpoint_id: str) -> str:
    return id_of(checkpoint_id) if is_placeholder(checkpoint_id) else checkpoint_id


def _started(apply: ApplyCheckpoint) -> ApplyCheckpoint:
    return ApplyCheckpoint(apply.checkpoint, start=True, passport=apply.passport)


def _at(vm_name: str, checkpoint_name: str) -> CheckpointAddress:
    return at(LAB, vm_name, checkpoint_name)


def kills() -> Iterator[Kill]:
    """Yield every moment of every step of every job."""
    for job in jobs():
        plan = job.operation.plan(job.fleet)
        for step, _ in enumerate((*plan.steps, *plan.bring_back_steps), start=1):
            for moment in MOMENTS:
                yield Kill(job, plan, step, moment)


KILLS = tuple(kills())
