"""A plan as JSON: every consequence as data, with the ids, files and bytes behind its sentence."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hvtree.cli.plan_json import plan_record
from hvtree.domain.edits import Power, SetPower
from hvtree.domain.model import CheckpointType, HostState, VmState, Volume
from hvtree.domain.passport import Passport
from hvtree.domain.predictions import set_notes
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, Step
from hvtree.operations.bring_back import BringBack
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.notes import EditNotes, LockCheckpoints, UnlockCheckpoints, Written
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.group_plans import group_plans
from tests.support.plans import HOST, at, fleet, vm_at
from tests.support.steps import Steps
from tests.support.trees import GB, READ_AT, id_of, lab, vm, vm_named

README = Path(__file__).resolve().parents[2] / "hvtree" / "cli" / "README.md"
OLD = READ_AT + timedelta(days=60)


def record(operation: Operation, *states: HostState) -> dict[str, Any]:
    """Return the JSON of a plan as a script reads it."""
    read: dict[str, Any] = json.loads(json.dumps(plan_record(operation.plan(fleet(*states)))))
    return read


def tight(state: HostState, name: str = "D:") -> HostState:
    """Return a host with hardly any room on a volume."""
    return HostState.of(state.host, READ_AT, state.vms.values(), [Volume(name, 100 * GB, 1)])


def bare(tree: str) -> HostState:
    """Return a host with a VM whose checkpoints have no state files."""
    web = vm(tree, "web")
    return lab(web=replace(web, checkpoints=tuple(replace(each, state_bytes=0) for each in web.checkpoints)))


def of_create() -> Iterator[dict[str, Any]]:
    for state in (VmState.RUNNING, VmState.SAVED, VmState.OFF):
        for kind in CheckpointType:
            if kind is not CheckpointType.DISABLED:
                yield record(
                    CreateCheckpoint((vm_at("web"),)),
                    tight(lab(web=vm("a*", "web", state=state, checkpoint_type=kind))),
                )
    crowd = " ".join(f"c{number}" for number in range(45))
    yield record(CreateCheckpoint((vm_at("web"),)), lab(web=crowd + " last*"))
    members = lab(web=vm("a*", "web", state=VmState.RUNNING), db="b*")
    yield record(CheckpointGroup((vm_at("web"), vm_at("db"))), members)
    yield record(CheckpointGroup((vm_at("web"), vm_at("db"))), replace(members, lease_s=0))
    yield record(CheckpointGroup((vm_at("web"), vm_at("db")), leave_stopped=True), members)


def of_apply() -> Iterator[dict[str, Any]]:
    for state in (VmState.RUNNING, VmState.SAVED):
        host = lab(web=vm("a~(b*)", "web", state=state))
        for safety in (True, False):
            yield record(ApplyCheckpoint(at(host, "web", "a"), safety=safety, at_utc=OLD), host)
            yield record(RevertVm(vm_at("web"), safety=safety), host)


def of_delete() -> Iterator[dict[str, Any]]:
    host = lab(web=vm("a(b(c*))", "web", state=VmState.RUNNING))
    yield record(DeleteCheckpoints((at(host, "web", "b"),)), host)
    yield record(DeleteCheckpoints((at(host, "web", "c"),)), tight(host))
    yield record(DeleteCheckpointSubtree(at(host, "web", "a")), host)
    unmeasured = replace(vm("a(b*)", "web"), files=(), is_measured=False)
    yield record(DeleteCheckpoints((at(lab(web=unmeasured), "web", "a"),)), lab(web=unmeasured))
    for tree in ("base(p1 p2*)", "base(p1*)"):
        state = bare(tree)
        yield record(DeleteCheckpoints((at(state, "web", "base"),)), state)


def of_the_rest() -> Iterator[dict[str, Any]]:
    twins = lab(web="a* b", other=vm("x*", "WEB", id=id_of("other")))
    for folder in ("D:\\Exports", "\\\\nas\\share\\exports"):
        yield record(ExportCheckpoint(at(twins, "web", "a"), folder), tight(twins))
    yield record(RenameCheckpoint(at(twins, "web", "a"), "b"), twins)
    stopped = lab(off="a*", saved=vm("b*", "saved", state=VmState.SAVED))
    goals = tuple((vm_at(name), VmState.RUNNING) for name in ("off", "saved"))
    yield record(BringBack(goals), stopped)
    yield from of_notes(twins)


def of_notes(host: HostState) -> Iterator[dict[str, Any]]:
    target = at(host, "web", "a")
    passport = Passport("why", keep_until=OLD.date(), is_locked=True)
    yield record(CreateCheckpoint((vm_at("web"),), passport=passport), host)
    noted = set_notes(host, {target.ref: f"theirs\n{passport.line}"})
    yield record(EditNotes((Written(target, "", "left"),)), noted)
    yield record(UnlockCheckpoints((target,)), noted)
    yield record(LockCheckpoints((target,)), host)


def test_every_kind_of_consequence_is_in_the_json_and_in_the_readme() -> None:
    of_groups = (record(operation, state) for operation, state in group_plans())
    plans = [*of_create(), *of_apply(), *of_delete(), *of_the_rest(), *of_groups]
    seen = {each["kind"] for plan in plans for each in plan["consequences"]}
    rows = re.findall(
        r"^\| (`[^|]+) \|", README.read_text("utf-8").partition("### Consequences")[2], re.MULTILINE
    )
    assert seen == {kind for row in rows for kind in re.findall(r"`([^`]+)`", row)}


def test_every_kind_that_an_operation_names_is_in_the_readme() -> None:
    sources = [path.read_text("utf-8") for path in (README.parents[1] / "operations").glob("*.py")]
    named = {kind for source in sources for kind in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source)}
    assert named - set(re.findall(r"`([^`]+)`", README.read_text("utf-8"))) == set()


def test_every_key_is_in_the_readme() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", README.read_text("utf-8")))
    plans = [*of_create(), *of_apply(), *of_delete(), *of_the_rest()]
    places = {place for plan in plans for each in plan["consequences"] for place in each["about"]}
    assert {key for plan in plans for key in _keys(plan)} - places - documented == set()


def test_a_deletion_tells_which_files_merge_into_which_and_how_many_bytes() -> None:
    host = lab(web=vm("a(b(c*))", "web"))
    web = vm_named(host, "web")
    plan = record(DeleteCheckpoints((at(host, "web", "b"),)), host)
    (merge,) = [each for each in plan["consequences"] if each["kind"] == "merges-files"]
    (child,) = [file for file in web.files if file.path == web.by_id[id_of("web", "c")].drives[0]]
    assert merge["files"] == [
        {"path": child.path, "size_bytes": GB, "fate": "merged", "into": child.parent_path}
    ]
    assert merge["amounts"]["moved_bytes"] == GB
    assert merge["about"] == {"volume": "D:"}
    assert plan["steps"][0]["checkpoints"] == [{"vm": id_of("web"), "id": id_of("web", "b")}]
    (lost,) = [each for each in plan["consequences"] if each["kind"] == "loses-checkpoints"]
    assert lost["about"]["checkpoints"] == [{"type": "checkpoint", "id": id_of("web", "b"), "name": "b"}]


def test_an_apply_without_safety_tells_the_file_that_is_lost_and_where_the_vm_stands() -> None:
    host = lab(web=vm("a~(b*)", "web", state=VmState.RUNNING))
    plan = record(ApplyCheckpoint(at(host, "web", "a"), safety=False), host)
    (lost,) = [each for each in plan["consequences"] if each["kind"] == "loses-present"]
    assert [(each["path"], each["fate"]) for each in lost["files"]] == [
        (vm_named(host, "web").drives[0], "deleted")
    ]
    assert (plan["risk"], [step["action"] for step in plan["steps"]]) == ("loses", ["turn_off", "apply"])
    (touched,) = plan["vms"]
    assert (touched["state"], touched["state_afterwards"]) == ("Running", "Saved")
    assert (touched["now"], touched["now_afterwards"]) == (id_of("web", "b"), id_of("web", "a"))


def test_a_step_tells_how_long_its_host_waits_before_it() -> None:
    start = SetPower((id_of("web"),), Power.START)
    steps = (Step("Start", HOST, start), Step("Start again", HOST, start, wait_s=30))
    plan = plan_record(Steps((steps[0],), (steps[1],)).plan(fleet(lab(web="a*"))))
    assert [each["wait_s"] for each in plan["steps"]] == [0, 30]


def test_a_name_that_somebody_typed_stands_in_the_data_without_quotes() -> None:
    twins = lab(web="a* b")
    plan = record(RenameCheckpoint(at(twins, "web", "a"), "b"), twins)
    (taken,) = [each for each in plan["consequences"] if each["kind"] == "name-is-taken"]
    assert taken["about"]["name"] == "b"
    assert "‘b’" in taken["text"]


@pytest.mark.parametrize("group", [False, True])
def test_a_checkpoint_that_does_not_exist_yet_has_no_id(group: bool) -> None:
    operation = (CheckpointGroup if group else CreateCheckpoint)((vm_at("web"),), "new")
    plan = record(operation, lab(web=vm("a*", "web", state=VmState.RUNNING)))
    assert plan["vms"][0]["now_afterwards"] is None
    assert "new:" not in json.dumps(plan)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(each)
