"""Operations on groups with the states on which they are planned: one for each consequence that one of them may have."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.edits import CheckpointNotes, SetNotes
from hvtree.domain.group import GroupMethod, Member
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import CheckpointType, HostState, VmState
from hvtree.domain.passport import Passport
from hvtree.domain.passport_change import PassportChange
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint, ExportGroupCheckpoint, RenameGroupCheckpoint
from hvtree.operations.group_notes import EditGroupNotes
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.operations.group_target import GroupTarget
from hvtree.values import replace
from tests.support.plans import HOST, at, vm_at
from tests.support.trees import READ_AT, id_of, lab, ref, vm

BOTH = (vm_at("web"), vm_at("db"))
MARK = GroupMark("6c1f0000-0000-4000-8000-000000000001", 3)


def group_plans() -> Iterator[tuple[Operation, HostState]]:
    """Yield operations with what they are planned on."""
    yield from _taking()
    yield from _going_back()
    host = _marked(lab(web="joint(later*)", db="joint*"))
    target = GroupTarget(MARK.id)
    yield DeleteGroupCheckpoint(target), host
    yield RenameGroupCheckpoint(target, "other"), host
    yield ExportGroupCheckpoint(target, "D:\\Exports"), host
    yield EditGroupNotes(target, PassportChange.to(ticket="CHG-7")), host
    yield StartGroup(BOTH), lab(web=vm("a*", "web", state=VmState.RUNNING), db="b*")
    yield SaveGroup(BOTH), lab(web=vm("a*", "web", state=VmState.RUNNING), db="b*")
    yield ShutDownGroup(BOTH), lab(web=vm("a*", "web", state=VmState.RUNNING), db="b*")
    web = vm("a(b*)", "web")
    a, b = web.checkpoints
    kept = replace(web, checkpoints=(a, replace(b, kind=CheckpointKind.RECOVERY)))
    yield DeleteAllCheckpoints((vm_at("web"),)), lab(web=kept)


def _taking() -> Iterator[tuple[Operation, HostState]]:
    members = lab(
        web=vm("a*", "web", state=VmState.RUNNING, checkpoint_type=CheckpointType.PRODUCTION), db="b*"
    )
    for method in GroupMethod:
        yield CheckpointGroup(BOTH, method=method), members
    yield CheckpointGroup(BOTH, keep_partial=True, rates=((HOST, 1 << 30),)), members


def _going_back() -> Iterator[tuple[Operation, HostState]]:
    host = _marked(lab(web=vm("joint~(later*)", "web", state=VmState.RUNNING), db="base(joint*)"))
    joint = [at(host, name, "joint") for name in ("web", "db")]
    parts = (
        RecordedPart(replace(joint[0], host_id="elsewhere"), "www", "ELSEWHERE", id_of("web", "gone")),
        RecordedPart(replace(joint[1], vm_id=id_of("lost")), "lost", HOST, None),
    )
    record = GroupRecord(MARK.id, "Joint", READ_AT, parts, 4)
    members = (Member(vm_at("new"), "new"),)
    for safety in (True, False):
        target = GroupTarget(MARK.id, record)
        yield ApplyGroupCheckpoint(target, safety=safety, partial=True, members=members), host
    waking = ((vm_at("db"), VmState.RUNNING),)
    going_on = ApplyGroupCheckpoint(GroupTarget(MARK.id), partial=True, states=waking, rest=(id_of("web"),))
    yield going_on, host
    yield replace(going_on, safety=False, kept=(at(host, "web", "later"),)), host
    unmarked = lab(web="joint(later*)")
    alone = replace(record, parts=(replace(parts[0], address=at(unmarked, "web", "joint")),), size=1)
    yield ApplyGroupCheckpoint(GroupTarget(MARK.id, alone)), unmarked


def _marked(state: HostState) -> HostState:
    notes = Passport("Patch", group=MARK).line
    written = (CheckpointNotes(ref(state, name, "joint"), notes) for name in ("web", "db"))
    return SetNotes(tuple(written)).on(state)
