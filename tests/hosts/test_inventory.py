"""Records of the wire become domain values, impossible worlds become sentences, and unchanged VMs stay themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.errors import BadHostData
from hvtree.domain.model import Activity, CheckpointType, HostState, SpaceTaken, VirtualMachine, VmState
from hvtree.hosts.inventory import merged, utc, vm_of, vms_of
from hvtree.hosts.messages import (
    CheckpointRecord,
    DiskRecord,
    InventoryEnd,
    InventoryPart,
    VmRecord,
    VolumeRecord,
)
from hvtree.values import replace

TIME = "2014-09-21T19:37:31.0000000Z"


def checkpoint(checkpoint_id: str, parent: str | None = None, **more: object) -> CheckpointRecord:
    record = CheckpointRecord(checkpoint_id, f"name of {checkpoint_id}", TIME, parent)
    return msgspec.structs.replace(record, **more)


def vm(vm_id: str = "v1", *checkpoints: CheckpointRecord, **more: object) -> VmRecord:
    record = VmRecord(vm_id, f"name of {vm_id}", "Running", checkpoints=checkpoints)
    return msgspec.structs.replace(record, **more)


def part(*vms: VmRecord) -> bytes:
    return msgspec.json.encode(InventoryPart(vms))


def state(*vms: VirtualMachine) -> HostState:
    return HostState.of("hv01", datetime(2020, 1, 1, tzinfo=UTC), vms)


def end(*, full: bool = True, **more: object) -> InventoryEnd:
    return msgspec.structs.replace(InventoryEnd("hv01", TIME, 1, full), **more)


def test_ids_are_lower_case_whatever_the_host_sends() -> None:
    made = vm_of(vm("AB-V", checkpoint("C1"), checkpoint("C2", "c1"), parent="C2"))
    assert made.id == "ab-v"
    assert made.now_id == "c2"
    assert made.by_id["c2"].parent_id == "c1"
    assert made.by_id["c2"].vm_id == "ab-v"


def test_what_stands_in_several_places_is_kept_once_also_in_later_readings() -> None:
    record = vm(
        "V1",
        checkpoint("C1", drives=("D:\\a.vhdx",)),
        checkpoint("C2", "C1", drives=("D:\\a_1.avhdx",)),
        drives=("D:\\a_1.avhdx",),
        disks=(
            DiskRecord("D:\\a.vhdx", 10, 5_000_000),
            DiskRecord("D:\\a_1.avhdx", 20, 5_000_000, "D:\\a.vhdx"),
        ),
    )
    one, later = (vms_of(part(record), {})[0] for _ in range(2))
    for read in (one, later):
        first, second = read.checkpoints
        base, child = read.files
        assert all(each.vm_id is one.id for each in read.checkpoints)
        assert second.parent_id is first.id is one.checkpoints[0].id
        assert first.drives[0] is base.path is child.parent_path is one.files[0].path
        assert second.drives[0] is child.path is read.drives[0]
        assert base.virtual_bytes is child.virtual_bytes


def test_names_of_enums_become_members() -> None:
    made = vm_of(
        vm(
            "v",
            checkpoint("c", kind="Recovery", saved=True),
            state="SavedCritical",
            activity="MergingDisks",
            percent=40,
            checkpoint_type="ProductionOnly",
        )
    )
    assert (made.state, made.activity, made.percent) == (VmState.SAVED_CRITICAL, Activity.MERGING, 40)
    assert made.checkpoint_type is CheckpointType.PRODUCTION_ONLY
    assert made.by_id["c"].kind is CheckpointKind.RECOVERY
    assert made.by_id["c"].has_memory


def test_names_that_no_enum_knows_become_what_is_least_allowed() -> None:
    made = vm_of(vm("v", checkpoint("c", kind="Quantum"), state="Levitating", activity="Thinking"))
    assert made.state is VmState.OTHER
    assert made.activity is None
    assert made.by_id["c"].kind is CheckpointKind.MISSING


@pytest.mark.parametrize("told", ["", "Quantum"])
def test_a_policy_that_is_not_told_is_unknown_and_not_standard(told: str) -> None:
    assert vm_of(vm("v", checkpoint_type=told)).checkpoint_type is CheckpointType.UNKNOWN


@pytest.mark.parametrize(("sent", "shown"), [(0, 0), (100, 100), (-1, None), (101, None), (None, None)])
def test_a_percentage_outside_0_to_100_counts_as_unknown(sent: int | None, shown: int | None) -> None:
    assert vm_of(vm(percent=sent)).percent == shown


def test_times_are_utc_to_the_microsecond() -> None:
    made = vm_of(vm("v", checkpoint("c", created="2014-09-21T21:37:31.1234567+02:00")))
    assert made.by_id["c"].created_utc == datetime(2014, 9, 21, 19, 37, 31, 123456, UTC)


def test_a_checkpoint_holds_its_state_files_and_its_own_differencing_disks() -> None:
    disks = (
        DiskRecord(r"D:\base.vhdx", 10_000, 100_000),
        DiskRecord(r"D:\A.avhdx", 300, 100_000, r"D:\base.vhdx"),
        DiskRecord(r"D:\leaf.avhdx", 7, 100_000, r"D:\A.avhdx"),
    )
    first = checkpoint("c1", drives=(r"D:\base.vhdx",), state_size=5)
    second = checkpoint("c2", "c1", drives=(r"d:\a.AVHDX",), state_size=20)
    made = vm_of(vm("v", first, second, parent="c2", drives=(r"D:\leaf.avhdx",), disks=disks))
    assert (made.by_id["c1"].state_bytes, made.by_id["c1"].size_bytes) == (5, 5)
    assert (made.by_id["c2"].state_bytes, made.by_id["c2"].size_bytes) == (20, 320)


def test_a_differencing_disk_that_somebody_made_by_hand_is_no_part_of_a_checkpoint() -> None:
    disks = (
        DiskRecord(r"D:\golden.vhdx", 10_000, 100_000),
        DiskRecord(r"D:\web.vhdx", 300, 100_000, r"D:\golden.vhdx"),
        DiskRecord(r"D:\web_1.avhdx", 7, 100_000, r"D:\web.vhdx"),
    )
    only = checkpoint("c1", drives=(r"D:/web.vhdx",), state_size=5)
    made = vm_of(vm("v", only, parent="c1", drives=(r"D:\web_1.avhdx",), disks=disks))
    assert made.by_id["c1"].size_bytes == 5
    assert made.space == SpaceTaken(checkpoint_bytes=5, written_bytes=7)


@pytest.mark.parametrize(
    ("minutes", "hours"), [(None, None), (-480, -8), (840, 14), (841, None), (-100_000, None), (0, 0)]
)
def test_the_zone_of_a_host_is_what_a_zone_can_be(minutes: int | None, hours: int | None) -> None:
    made = merged(None, (), end(utc_offset=minutes, zone="Pacific Standard Time"))
    assert made.utc_offset == (None if hours is None else timedelta(hours=hours))
    assert made.zone == "Pacific Standard Time"


def test_a_parent_that_is_not_there_counts_as_none() -> None:
    made = vm_of(vm("v", checkpoint("c", "gone")))
    assert made.by_id["c"].parent_id is None
    assert made.tree.roots == ("c",)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (vm("v", checkpoint("c"), checkpoint("C")), "same id"),
        (vm("v", checkpoint("a", "b"), checkpoint("b", "a")), "circle"),
        (vm("v", checkpoint("a", "a")), "circle"),
        (
            vm("v", checkpoint("r"), checkpoint("a", "c"), checkpoint("b", "a"), checkpoint("c", "b")),
            "circle",
        ),
        (vm("v", checkpoint("c"), parent="gone"), "stands on the checkpoint gone"),
        (vm("v", checkpoint("c", created="yesterday")), "time ‘yesterday’"),
        (vm("v", checkpoint("c", created="2014-09-21T19:37:31")), "no time zone"),
    ],
)
def test_a_vm_that_cannot_be_is_an_error_that_names_it(record: VmRecord, why: str) -> None:
    with pytest.raises(BadHostData, match=why) as caught:
        vm_of(record)
    assert "name of v" in caught.value.sentence


@pytest.mark.parametrize(
    "broken",
    [
        vm("bad", checkpoint("a", "a")),
        {"id": "BAD", "name": "name of bad"},
        {"id": "bad", "name": "x", "state": 7},
    ],
)
def test_a_broken_vm_stays_without_checkpoints_and_the_others_are_not_lost(broken: object) -> None:
    encoded = msgspec.json.encode({"vms": [vm("v1"), broken, vm("v2")]})
    first, bad, second = vms_of(encoded, {})
    assert (first.id, second.id) == ("v1", "v2")
    assert (bad.id, bad.state, bad.checkpoints) == ("bad", VmState.OTHER, ())
    assert bad.status


@pytest.mark.parametrize(
    "encoded", [b"", b"[]", b'{"vms":7}', b'{"vms":[{"name":"x"}]}', b'{"vms":[7]}', b'{"vms":[']
)
def test_a_malformed_part_is_an_error_in_words(encoded: bytes) -> None:
    with pytest.raises(BadHostData, match="cannot read"):
        vms_of(encoded, {})


def test_a_chain_of_ten_thousand_checkpoints_is_checked_without_recursion() -> None:
    chain = [checkpoint(f"c{n}", f"c{n - 1}" if n else None) for n in range(10_000)]
    made = vm_of(vm("v", *reversed(chain), parent="c9999"))
    assert len(made.tree.now_path) == 10_000


@given(st.lists(st.integers(-1, 12), max_size=12))
def test_exactly_the_forests_are_accepted(parents: list[int]) -> None:
    records = [checkpoint(f"c{n}", f"c{parent}" if parent >= 0 else None) for n, parent in enumerate(parents)]
    try:
        accepted = vm_of(vm("v", *records))
    except BadHostData:
        with pytest.raises(ValueError, match="circle"):
            _ = vm_of_unchecked(records).tree
    else:
        assert len(accepted.tree) == len(parents)


def vm_of_unchecked(records: list[CheckpointRecord]) -> VirtualMachine:
    made = [(vm_of(vm("v", replace(r, parent=None))).checkpoints[0], r.parent) for r in records]
    checkpoints = tuple(replace(c, parent_id=parent) for c, parent in made)
    return VirtualMachine("v", "v", VmState.OFF, checkpoints=checkpoints)


def test_an_unchanged_vm_stays_the_same_object_even_in_a_full_reading() -> None:
    before = {each.id: each for each in vms_of(part(vm("v1", checkpoint("c")), vm("v2")), {})}
    again = vms_of(part(vm("v1", checkpoint("c")), vm("v2", state="Off")), before)
    assert again[0] is before["v1"]
    assert again[1] is not before["v2"]


def test_a_full_reading_replaces_everything_in_the_hosts_order() -> None:
    old = state(vm_of(vm("gone")))
    new = merged(old, (vm_of(vm("b")), vm_of(vm("a"))), end(volumes=(VolumeRecord("D:", 100, 30),)))
    assert list(new.vms) == ["b", "a"]
    assert new.volumes[0].free_bytes == 30
    assert new.taken_at_utc == datetime(2014, 9, 21, 19, 37, 31, tzinfo=UTC)


def test_a_partial_reading_changes_adds_and_removes_and_keeps_the_other_objects() -> None:
    old = state(vm_of(vm("same")), vm_of(vm("changes")), vm_of(vm("goes")))
    changed = (vm_of(vm("changes", state="Off")), vm_of(vm("comes")))
    new = merged(old, changed, end(full=False, removed=("GOES",)))
    assert list(new.vms) == ["same", "changes", "comes"]
    assert new.vms["same"] is old.vms["same"]
    assert new.vms["changes"].state is VmState.OFF


def test_a_vm_that_was_reported_twice_is_an_error() -> None:
    with pytest.raises(BadHostData, match="‘name of V’"):
        merged(None, (vm_of(vm("v")), vm_of(vm("V"))), end())


def test_changes_to_a_reading_that_was_never_made_are_an_error() -> None:
    with pytest.raises(BadHostData, match="never made"):
        merged(None, (), end(full=False))


def test_a_reading_without_a_readable_time_is_an_error() -> None:
    with pytest.raises(BadHostData, match="host ‘hv01’"):
        merged(None, (), end(taken_at="noon"))


def test_a_time_in_another_zone_is_converted() -> None:
    assert utc("2020-01-01T01:00:00+02:00", "x") == datetime(2019, 12, 31, 23, tzinfo=UTC)


def test_whose_time_it_is_matters_only_if_it_cannot_be_read() -> None:
    def never() -> str:
        raise AssertionError

    expected = datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert utc("2026-11-26T08:00:00Z", never) == utc("2026-11-26T09:00:00+01:00", never) == expected
    with pytest.raises(BadHostData, match="of a time cannot be read"):
        utc("yesterday", lambda: "a time")
