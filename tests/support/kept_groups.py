"""Groups and group checkpoints to keep."""

from __future__ import annotations

from datetime import UTC, datetime

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.group import Group, GroupMethod, Member
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from tests.support.trees import id_of

SQL, WEB = VmAddress("east", id_of("sql")), VmAddress("west", id_of("web"))
FARM = Group(
    "0b7e0000-0000-4000-8000-000000000001",
    "SharePoint farm",
    (
        Member(SQL, "sql", 1, 30, "HV-EAST"),
        Member(WEB, "web", 2, 0, "HV-WEST"),
    ),
    GroupMethod.PAUSE_ONLY,
)
SHOP = Group("0b7e0000-0000-4000-8000-000000000002", "Shop", (Member(WEB, "web"),))
TAKEN = GroupRecord(
    "6c1f0000-0000-4000-8000-000000000001",
    "Before patching",
    datetime(2026, 11, 22, 14, 2, tzinfo=UTC),
    (
        RecordedPart(
            CheckpointAddress("east", SQL.vm_id, id_of("sql", "c1")),
            "sql",
            "HV-EAST",
            id_of("sql", "base"),
            4213,
            1 << 30,
        ),
        RecordedPart(CheckpointAddress("west", WEB.vm_id, id_of("web", "c2")), "web", "HV-WEST", None),
    ),
    2,
    FARM.id,
    FARM.name,
    "anna",
    GroupMethod.PAUSE_AND_SAVE,
    38,
)
