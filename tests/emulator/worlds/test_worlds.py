"""World files: the ones that come with HVTree, generated ones, and errors in broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hvtree.assets import resource
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.host.enums import SnapshotType, VMOperationalStatus, VMState
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import schema_text
from hvtree.emulator.worlds.values import WorldError
from tests.support.virtual_host import copy_of, guid, loaded, virtual_host, vm_spec, world_of

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def complaint(plain: dict[str, Any]) -> str:
    """What is said about a damaged world."""
    with pytest.raises(WorldError) as caught:
        worlds.build(worlds.parse(json.dumps(plain), "my.json"), NOW, "my.json")
    return str(caught.value)


def plain_world(tree: str = "base(child*)") -> dict[str, Any]:
    return copy_of(world_of(vm_spec("web", tree)))


def test_the_committed_schema_is_current() -> None:
    command = (
        'python -c "from hvtree.emulator.worlds.schema import schema_text; print(schema_text(), end=str())"'
    )
    committed = resource("worlds/schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), f"Write it anew: {command} > resources/worlds/schema.json"


@pytest.mark.parametrize("name", worlds.names())
def test_every_world_that_travels_along_can_be_loaded(name: str) -> None:
    assert loaded(name).host.name


def test_the_lab_has_the_vms_of_the_first_post_running_without_checkpoints() -> None:
    lab = loaded("lab")
    for name in ("SSTest1", "V-2012R2-Test1", "v-2012R2-TW01"):
        assert lab.vm(name).state is VMState.Running
        assert lab.tree(name) == "*"
    assert lab.host.name == "xHost16"


def test_the_lab_has_the_chain_of_the_second_post() -> None:
    lab = loaded("lab")
    names = [one.name for one in lab.host.get_vm_snapshot("vHost17")]
    assert names[:2] == ["vHost17 - (9/21/2014 - 7:37:31 PM)", "vHost17 - (9/21/2014 - 7:37:43 PM)"]
    assert len(lab.host.get_vm_snapshot("vHost17", name=names[0]).one().parent_snapshot_name) == 0
    assert lab.vm("vHost17").parent_snapshot_name == names[-1]


def test_the_lab_shows_every_kind_of_checkpoint() -> None:
    assert {one.snapshot_type for one in loaded("lab").host.get_vm_snapshot("*")} == set(SnapshotType)


def test_the_lab_shows_every_state_that_matters_and_they_stay() -> None:
    lab = loaded("lab")
    expected = {"Off", "Running", "Saved", "Paused", "Stopping", "PausedCritical"}
    assert {vm.state.name for vm in lab.host.get_vm()} == expected
    lab.settle()
    assert {vm.state.name for vm in lab.host.get_vm()} == expected


def test_the_lab_has_a_merge_that_goes_on_for_minutes() -> None:
    lab = loaded("lab")
    lab.clock.advance(1)
    assert lab.vm("FILESRV02").status == "Merging disks"
    assert lab.reading("FILESRV02").percent == 22
    lab.clock.advance(120)
    assert 22 < (lab.reading("FILESRV02").percent or 0) < 70


def test_the_lab_has_a_chain_near_the_limit_and_two_vms_of_one_name() -> None:
    lab = loaded("lab")
    assert len(lab.host.get_vm_snapshot("BUILD-AGENT-07")) == 48
    assert len(lab.host.get_vm("TEMPLATE-WS2022")) == 2


def test_every_vm_of_the_lab_can_do_what_its_notes_say() -> None:
    lab = loaded("lab")
    for name, text in (
        ("DC01", "disabled"),
        ("LNX-APPLIANCE", "Production"),
        ("MAIL-ARCHIVE", "another operation"),
    ):
        assert text in lab.finish(lab.host.checkpoint_vm(name)).errors[0].message
    assert lab.vm("MAIL-ARCHIVE").operational_status[1] is VMOperationalStatus.BackingUpVirtualMachine


def test_a_world_is_the_same_each_time() -> None:
    first, second = loaded("lab"), loaded("lab")
    assert [first.host.read_vm(one) for one in first.host.changed_since(0).changed] == [
        second.host.read_vm(one) for one in second.host.changed_since(0).changed
    ]


def test_times_may_be_relative_absolute_or_in_the_hosts_zone() -> None:
    plain = plain_world("a(b(c*))")
    for checkpoint, text in zip(
        plain["vms"][0]["checkpoints"],
        ["2d3h ago", "2014-09-21T19:37:31", "2014-09-21T19:37:31Z"],
        strict=True,
    ):
        checkpoint["created"] = text
    plain["host"]["utc_offset"] = "-04:00"
    world = worlds.parse(json.dumps(plain), "my.json")
    host = HyperV(worlds.build(world, NOW), VirtualClock())
    assert [one.creation_time for one in host.get_vm_snapshot("web")] == [
        NOW - timedelta(days=2, hours=3),
        datetime(2014, 9, 21, 23, 37, 31, tzinfo=UTC),
        datetime(2014, 9, 21, 19, 37, 31, tzinfo=UTC),
    ]


def test_a_deleted_checkpoint_leaves_only_its_disk() -> None:
    lab = virtual_host("-gone(left* right)")
    assert lab.tree() == "left* right"
    assert len(lab.files()) == 4


@pytest.mark.parametrize(
    ("which", "vms", "checkpoints"),
    [("big:3x7", 3, 21), ("big:1x1000:deep", 1, 1000), ("big:1x1000:wide", 1, 1000)],
)
def test_worlds_can_be_generated(which: str, vms: int, checkpoints: int) -> None:
    lab = loaded(which)
    assert len(lab.host.get_vm()) == vms
    assert len(lab.host.get_vm_snapshot("*")) == checkpoints


def test_a_chain_of_1000_can_be_deleted_as_a_subtree() -> None:
    lab = loaded("big:1x1000:deep")
    vm = lab.host.get_vm().objects[0]
    root = lab.host.get_vm_snapshot(vm=vm).objects[0]
    lab.do(lab.host.remove_vm_snapshot(vm_snapshot=root, include_all_child_snapshots=True))
    lab.settle()
    assert len(lab.files()) == 1


# -- what is said about broken files -----------------------------------------------------------------------------


def test_an_unknown_name_lists_the_worlds() -> None:
    with pytest.raises(WorldError, match="There is no world of that name; there are empty, lab, pair"):
        worlds.load("nope")


def test_an_unknown_shape_lists_the_shapes() -> None:
    with pytest.raises(WorldError, match="bushy, deep, wide"):
        worlds.load("big:1x1:round")


@pytest.mark.parametrize(
    ("which", "said"),
    [("big:x", "Write “big:VMSxCHECKPOINTS”"), ("big:1000000x1000000", "No more than 1,000,000")],
)
def test_a_generated_world_has_its_form_and_its_limits(which: str, said: str) -> None:
    with pytest.raises(WorldError, match=said):
        worlds.load(which)


def test_brackets_without_end_are_no_world() -> None:
    with pytest.raises(WorldError, match="nested too deeply"):
        worlds.parse("[" * 100_000, "my.json")


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_bytes(b"\xef\xbb\xbf" + msgspec.json.encode(world_of(vm_spec("web"))))
    assert worlds.load(str(tmp_path / "mine.json")).vms[0].name == "web"


def test_a_file_that_is_not_there_or_no_text_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="cannot be read"):
        worlds.load(str(tmp_path / "none.json"))
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorldError, match="UTF-8"):
        worlds.load(str(tmp_path / "bytes.json"))


def test_what_is_no_json_is_said_with_line_and_column() -> None:
    with pytest.raises(WorldError, match=r"my\.json, line 2, column 3: It is not JSON"):
        worlds.parse('{"host":\n  oops}', "my.json")


def test_an_unknown_key_is_said_with_its_place_and_vm() -> None:
    plain = plain_world()
    plain["vms"][0]["checkpoints"][1]["colour"] = "red"
    text = complaint(plain)
    assert "my.json" in text
    assert "vms[0].checkpoints[1] (VM “web”)" in text
    assert "unknown field `colour`" in text


def test_a_file_can_be_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(msgspec.json.encode(world_of(vm_spec("web"))))
    assert worlds.load(str(path)).vms[0].name == "web"


def damaged(change: Callable[..., Any]) -> dict[str, Any]:
    plain: dict[str, Any] = plain_world()
    change(plain)
    return plain


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w["vms"][0].update(id="web"), "“web” is not a GUID"),
        (lambda w: w["vms"][0].update(state="Sleeping"), "Sleeping"),
        (lambda w: w["vms"].append(w["vms"][0]), "is there twice"),
        (lambda w: w["vms"][0].update(name=" "), "The VM has no name"),
        (lambda w: w["vms"][0].update(memory="lots"), "“lots” is not a size"),
        (lambda w: w["vms"][0].update(memory=-1), "cannot be negative"),
        (lambda w: w["vms"][0].update(uptime="long"), "“long” is not a duration"),
        (lambda w: w["vms"][0].update(now=guid("other")), "none of its checkpoints"),
        (lambda w: w["vms"][0].pop("now"), "“now” does not say"),
        (lambda w: w["vms"][0].update(folder="Q:\\x", state="Saved"), "none of the host's volumes"),
        (lambda w: w["vms"][0].update(merged_percent=101), "not 0 to 100"),
        (lambda w: w["vms"][0]["checkpoints"][1].update(parent=guid("x")), "unknown parent"),
        (lambda w: w["vms"][0]["checkpoints"][1].pop("parent"), "both have no parent"),
        (
            lambda w: w["vms"][0]["checkpoints"][0].update(parent=guid("web/child")),
            "form a circle: “base”, “child”",
        ),
        (lambda w: w["vms"][0]["checkpoints"][0].update(created="soon"), "“soon” is not a time"),
        (lambda w: w["vms"][0]["checkpoints"][1].update(id=guid("web")), "is there twice"),
        (lambda w: w["vms"][0]["drives"][0].update(path="Q:\\a.vhdx"), "none of the host's volumes"),
        (lambda w: w["vms"][0]["drives"][0].update(path="D:\\a.txt"), "not the path of a .vhd"),
        (lambda w: w["vms"][0]["drives"][0].update(path="a.vhdx"), "not the path of a .vhd"),
        (lambda w: w["vms"][0]["drives"][0].update(size="200 GB"), "larger"),
        (lambda w: w["vms"][0]["drives"].append(w["vms"][0]["drives"][0]), "is there twice"),
        (lambda w: w["vms"][0]["drives"][0].update(base="D:\\none.vhdx"), "not among base_disks"),
        (lambda w: w["volumes"][1].update(total="10 GB"), "does not fit"),
        (lambda w: w["volumes"][1].update(other_files="2 TB"), "do not fit"),
        (lambda w: w["volumes"].append(w["volumes"][0]), "Volume C: is there twice"),
        (lambda w: w["host"].update(name=""), "The host has no name"),
        (lambda w: w["host"].update(utc_offset="CET"), "not an offset"),
        (lambda w: w["host"].update(utc_offset="+99:00"), "further from UTC"),
        (lambda w: w["vms"][0].update(memory="9" * 400 + " GB"), "more than"),
        (lambda w: w["vms"][0].update(memory=10**30), "more than"),
        (lambda w: w["vms"][0].update(uptime="99999999999d"), "is too long"),
        (lambda w: w["vms"][0].update(created="9000y ago"), "before or after all calendars"),
        (lambda w: w["vms"][0].update(created="0001-01-01T00:00:00+14:00"), "before or after all calendars"),
        (lambda w: w["vms"][0].update(created="1815-12-10"), "between the years"),
        (lambda w: w["vms"][0].update(id="x" * 10_000), "“" + "x" * 60 + "…” is not a GUID"),
        (lambda w: w["vms"][0].update({"x" * 10_000: 1}), "x…"),
        (lambda w: w["vms"][0].update(id="a\nb"), "“a\\u000ab” is not a GUID"),
        (lambda w: w["vms"][0].update(name="\ud800"), "lone surrogate"),
        (lambda w: w["vms"][0].update(processors=0), "processors"),
        (lambda w: w.update(timings={"merge_step_s": 0}), "merge_step_s"),
        (lambda w: w.update(timings={"save_rate": 0}), "save_rate"),
        (lambda w: w.update(timings={"save_s": float("nan")}), "NaN is no number"),
        (lambda w: w.update(faults=[{"delay_s": -1}]), "delay_s"),
        (lambda w: w.pop("host"), "missing required field `host`"),
        (lambda w: w.update(quirks={"no_such": True}), "no_such"),
        (lambda w: w.update(faults=[{"error": "Boom"}]), "Boom"),
    ],
)
def test_an_impossible_world_is_said_in_a_sentence(change: Callable[..., Any], said: str) -> None:
    text = complaint(damaged(change))
    assert text.startswith("World file my.json")
    assert said in text
    assert text.endswith(".")


@pytest.mark.parametrize("uptime", ["9" * 5_000 + "d", "999999999999d", "٣d", "²d"])
def test_a_duration_that_is_none_is_said_so(uptime: str) -> None:
    lab = json.loads(resource("worlds/lab.json").read_text(encoding="utf-8"))
    lab["vms"][0]["uptime"] = uptime
    with pytest.raises(WorldError, match=r"is not a duration|is too long"):
        worlds.build(worlds.parse(json.dumps(lab), "lab.json"), NOW)


def test_a_world_without_end_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_bytes(b" " * ((64 << 20) + 1))
    with pytest.raises(WorldError, match="larger than 64 MB"):
        worlds.load(str(tmp_path / "world.json"))
