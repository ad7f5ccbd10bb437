"""Every operation on one small host: what somebody else, a cut or a kill is tried on. None may be missing (`tests/collisions`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hvtree.domain.edits import CheckpointNotes, SetNotes
from hvtree.domain.group import GroupMethod
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import HostState, VmState
from hvtree.domain.passport import Passport
from hvtree.domain.passport_change import PassportChange
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.bring_back import BringBack
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
from tests.support.harness import Harness
from tests.support.trees import lab, ref, vm

Make = Callable[[Harness], Operation]

JOINT = GroupTarget("6c1f0000-0000-4000-8000-000000000001")
"""The group checkpoint of `p3` on VM `web` and `x` on VM `db`."""
ANNA = Passport("Patch day", author="anna")
"""What new checkpoints say of themselves, as in the window and on the command line."""
_PART = Passport("Patch day", group=GroupMark(JOINT.id, 2))
_EXPIRED = Passport(safety="b", keep_until=date(2026, 9, 22))
_NOTES = {
    ("web", "p3"): _PART,
    ("db", "x"): _PART,
    ("off", "a"): _EXPIRED,
    ("off", "b"): Passport("Golden", is_locked=True),
}


def _noted(state: HostState) -> HostState:
    written = (CheckpointNotes(ref(state, *where), passport.line) for where, passport in _NOTES.items())
    return SetNotes(tuple(written)).on(state)


LAB = _noted(
    lab(
        web=vm("base(p1(p2*) p3)", "web", state=VmState.RUNNING),
        db=vm("x*", "db", state=VmState.PAUSED),
        off=vm("a(b*)", "off"),
    )
)
OPERATIONS: dict[str, Make] = {
    "rename": lambda at: RenameCheckpoint(at.ref("web", "p1"), "new"),
    "delete": lambda at: DeleteCheckpoints((at.ref("web", "p1"), at.ref("db", "x"))),
    "subtree": lambda at: DeleteCheckpointSubtree(at.ref("web", "p1")),
    "create": lambda at: CreateCheckpoint((at.vm_at("web"), at.vm_at("db")), "new"),
    "create each": lambda at: CreateCheckpoint((at.vm_at("web"), at.vm_at("db"))),
    "create and sign": lambda at: CreateCheckpoint((at.vm_at("web"), at.vm_at("db")), passport=ANNA),
    "apply": lambda at: ApplyCheckpoint(at.ref("web", "p3"), safety=True, start=True),
    "apply and sign": lambda at: ApplyCheckpoint(at.ref("web", "p3"), start=True, passport=ANNA),
    "apply what it runs on": lambda at: ApplyCheckpoint(at.ref("web", "p2"), safety=False),
    "revert": lambda at: RevertVm(at.vm_at("web"), safety=False),
    "revert and sign": lambda at: RevertVm(at.vm_at("web"), start=True, passport=ANNA),
    "revert what is off": lambda at: RevertVm(at.vm_at("off"), safety=False),
    "export": lambda at: ExportCheckpoint(at.ref("web", "p1"), "D:\\Exports"),
    "notes": lambda at: EditNotes(
        (Written(at.ref("web", "p3"), "Ours."), Written(at.vm_at("web"), "Of the VM."))
    ),
    "lock": lambda at: LockCheckpoints((at.ref("web", "p1"), at.ref("db", "x")), "anna"),
    "unlock": lambda at: UnlockCheckpoints((at.ref("off", "b"),)),
    "delete expired": lambda at: DeleteExpired((at.ref("off", "a"),)),
    "delete all": lambda at: DeleteAllCheckpoints((at.vm_at("web"), at.vm_at("db"))),
    "bring back": lambda at: BringBack(((at.vm_at("db"), VmState.RUNNING),)),
    "group": lambda at: CheckpointGroup((at.vm_at("web"), at.vm_at("db")), "G"),
    "group, paused only": lambda at: CheckpointGroup(
        (at.vm_at("web"), at.vm_at("db")), "G", passport=ANNA, method=GroupMethod.PAUSE_ONLY
    ),
    "group, not interrupted": lambda at: CheckpointGroup(
        (at.vm_at("web"), at.vm_at("off")), "G", passport=ANNA, method=GroupMethod.NO_INTERRUPTION
    ),
    "group, kept in part": lambda at: CheckpointGroup(
        (at.vm_at("web"), at.vm_at("db")), "G", passport=ANNA, keep_partial=True
    ),
    "apply group": lambda _at: ApplyGroupCheckpoint(JOINT, passport=ANNA),
    "apply group without safety": lambda _at: ApplyGroupCheckpoint(JOINT, safety=False),
    "rename group": lambda _at: RenameGroupCheckpoint(JOINT, "together"),
    "notes of group": lambda _at: EditGroupNotes(JOINT, PassportChange.to(ticket="CHG-7")),
    "export group": lambda _at: ExportGroupCheckpoint(JOINT, "D:\\Exports"),
    "delete group": lambda _at: DeleteGroupCheckpoint(JOINT),
    "start group": lambda at: StartGroup((at.vm_at("web"), at.vm_at("db"), at.vm_at("off"))),
    "save group": lambda at: SaveGroup((at.vm_at("web"), at.vm_at("db"))),
    "shut down group": lambda at: ShutDownGroup((at.vm_at("web"),)),
}
