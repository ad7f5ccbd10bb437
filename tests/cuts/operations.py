"""The VMs of a job, and what it does with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import VmState
from hvtree.domain.passport import Passport
from hvtree.domain.passport_change import PassportChange
from hvtree.emulator.worlds.schema import HostSpec, VmSpec, World
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
from tests.support.virtual_host import guid, vm_spec, world_of

HOST = "vhost"
FAR = "far"
"""Another host, whose wire is sound; only operations over two hosts know it."""
WEB, DB, CACHE = (VmAddress(HOST, guid(name)) for name in ("web", "db", "cache"))
MAIL = VmAddress(FAR, guid("mail"))
ANNA = Passport(author="anna")
"""What new checkpoints say."""
JOINT = GroupTarget("6c1f0000-0000-4000-8000-000000000001")
"""The group checkpoint of `p3` on VM `web` and `x` on VM `db`."""
SPREAD = GroupTarget("6c1f0000-0000-4000-8000-000000000002")
"""The group checkpoint of `base` on VM `web` and `q` on VM `mail` of the other host."""
_SPREAD = Passport(group=GroupMark(SPREAD.id, 2)).line
_PART = Passport(group=GroupMark(JOINT.id, 2)).line
_EXPIRED = Passport(safety="p1", keep_until=date(2014, 1, 1)).line
_LOCKED = Passport(is_locked=True).line


def world() -> World:
    """Return the host: two VMs that run and one that is saved."""
    web = vm_spec("web", "base(p1(p2*) p3)", state="Running", **_memory())
    db = vm_spec("db", "x*", state="Running", **_memory())
    cache = vm_spec("cache", "y(z*)", state="Saved", **_memory())
    return world_of(
        _noted(web, p3=_PART, base=_SPREAD), _noted(db, x=_PART), _noted(cache, y=_EXPIRED, z=_LOCKED)
    )


def far_world() -> World:
    """Return the other host: one VM that runs."""
    mail = vm_spec("mail", "q(r*)", state="Running", **_memory())
    return world_of(_noted(mail, q=_SPREAD), host=HostSpec("FAR"))


def operations() -> Mapping[str, Operation]:
    """Return the operations by their names; undoing is none of its own."""
    p1, p3 = (checkpoint(WEB, "web", each) for each in ("p1", "p3"))
    y, z = (checkpoint(CACHE, "cache", each) for each in ("y", "z"))
    return {
        "create": CreateCheckpoint((WEB, DB), "new", passport=ANNA),
        "rename": RenameCheckpoint(p3, "other"),
        "apply": ApplyCheckpoint(p1, start=True, passport=ANNA),
        "apply-bare": ApplyCheckpoint(p1, safety=False, start=True),
        "revert": RevertVm(WEB, start=True, passport=ANNA),
        "export": ExportCheckpoint(p3, "D:\\Exports"),
        "delete": DeleteCheckpoints((p1, p3)),
        "delete-subtree": DeleteCheckpointSubtree(p1),
        "delete-all": DeleteAllCheckpoints((WEB, DB)),
        "delete-expired": DeleteExpired((y,)),
        "notes": EditNotes((Written(p3, "ours"), Written(WEB, "ours"), Written(DB, "ours"))),
        "lock": LockCheckpoints((p1, y), "anna"),
        "unlock": UnlockCheckpoints((z,)),
        "group": CheckpointGroup((WEB, DB), "both", passport=ANNA),
        "apply-group": ApplyGroupCheckpoint(JOINT, passport=ANNA),
        "rename-group": RenameGroupCheckpoint(JOINT, "together"),
        "notes-group": EditGroupNotes(JOINT, PassportChange.to(ticket="CHG-7")),
        "export-group": ExportGroupCheckpoint(JOINT, "D:\\Exports"),
        "delete-group": DeleteGroupCheckpoint(JOINT),
        "group-far": CheckpointGroup((WEB, MAIL), "apart", passport=ANNA),
        "apply-far": ApplyGroupCheckpoint(SPREAD, passport=ANNA),
        "start-group": StartGroup((WEB, DB, CACHE)),
        "save-group": SaveGroup((WEB, DB)),
        "shut-down-group": ShutDownGroup((WEB, DB)),
        "bring-back": BringBack(((CACHE, VmState.RUNNING),)),
    }


def checkpoint(vm: VmAddress, vm_name: str, name: str) -> CheckpointAddress:
    """Return the address of a checkpoint of the world."""
    return CheckpointAddress(HOST, vm.vm_id, guid(f"{vm_name}/{name}"))


def _memory() -> dict[str, Any]:
    return {"details": {"memory": True}, "memory": 1 << 28}


def _noted(spec: VmSpec, **notes: str) -> VmSpec:
    noted = (replace(each, notes=notes.get(each.name, "")) for each in spec.checkpoints)
    return replace(spec, checkpoints=tuple(noted))
