"""The picture first, its sizes afterwards: a reading without them, and `host.sizes` for the VMs that a client names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.agent.world import (
    RUNNING,
    checkpoint,
    checkpoint_id,
    disk,
    files_asked_about,
    vhd_calls,
    vm,
    vm_id,
    write_world,
)
from tests.support.agent_answer import Answer, Message
from tests.support.powershell import AgentProcess, read

Start = Callable[..., AgentProcess]


@pytest.fixture(autouse=True)
def quiet(agent: AgentProcess) -> None:
    """Start each test without events."""
    agent.ask("host.watch", on=False)


def picture(agent: AgentProcess, since: int = 0) -> Answer:
    return agent.ask("host.read", since=since, sizes=False)


def with_sizes(record: Message, sizes: Message) -> Message:
    """Return the record of a VM together with its sizes, as a reading with both tells it."""
    checkpoints = [{**each, "state_size": sizes["states"][each["id"]]} for each in record["checkpoints"]]
    return {**record, "checkpoints": checkpoints, "disks": sizes["disks"]}


def looked_up(calls: Path, since: int) -> list[str]:
    lines = calls.read_text().splitlines()[since:]
    return [line for line in lines if line.startswith(("Get-VHD", "Get-VMSnapshot"))]


def noted(calls: Path) -> int:
    return len(calls.read_text().splitlines())


def many(count: int, **more: Any) -> list[Message]:
    """Return VMs with a checkpoint each; VM 3 has the drives v3.avhdx and, frozen, c3.vhdx."""
    return [
        vm(number, f"vm{number}", checkpoint(number, "one"), now=number, **more) for number in range(count)
    ]


def files(count: int) -> tuple[Message, ...]:
    return tuple(
        each
        for number in range(count)
        for each in (disk(f"c{number}.vhdx"), disk(f"v{number}.avhdx", f"c{number}.vhdx"))
    )


def test_a_picture_and_its_sizes_are_what_one_reading_tells(agent: AgentProcess, world: Path) -> None:
    chain = (disk("root.vhdx"), disk("c2.vhdx", "root.vhdx", size=7), disk("v1.avhdx", "c2.vhdx"))
    tree = (checkpoint(1, 'a "b" \\ \u202e', size=11), checkpoint(2, "c", parent=1, saved=True, notes=["x"]))
    write_world(world, vm(1, "web", *tree, now=2, state=RUNNING), vm(2, "db", drives=[]), disks=chain)

    drawn = picture(agent).vms
    sizes = agent.ask("host.sizes", ids=[each["id"] for each in drawn])
    together = [with_sizes(*each) for each in zip(drawn, sizes.vms, strict=True)]
    assert together == read(agent).vms
    assert sizes.ok == {}


def test_a_picture_looks_at_no_file(agent: AgentProcess, world: Path, calls: Path) -> None:
    write_world(world, *many(3, state=RUNNING), disks=files(3))
    before = noted(calls)

    records = picture(agent).vms
    assert looked_up(calls, before) == []
    assert [record for record in records if "disks" in record] == []
    assert [each for record in records for each in record["checkpoints"] if "state_size" in each] == []
    assert records[1]["drives"] == ["D:\\VMs\\v1.avhdx"]


def test_a_picture_after_a_revision_has_only_what_changed(agent: AgentProcess, world: Path) -> None:
    write_world(world, *many(3))
    revision = picture(agent).ok["revision"]

    write_world(world, *many(2), vm(2, "vm2", checkpoint(2, "renamed"), now=2))
    assert set(picture(agent, revision).by_name) == {"vm2"}


def test_sizes_come_in_the_order_in_which_they_were_asked_for(agent: AgentProcess, world: Path) -> None:
    write_world(world, *many(60), disks=files(60))
    picture(agent)
    ids = [vm_id(number) for number in (40, 3, 59, *range(4, 40))]

    assert [each["id"] for each in agent.ask("host.sizes", ids=ids).vms] == ids


def test_a_vm_that_is_gone_has_no_sizes(agent: AgentProcess, world: Path) -> None:
    write_world(world, *many(2))
    picture(agent)

    answer = agent.ask("host.sizes", ids=[vm_id(7), vm_id(1).upper()])
    assert [each["id"] for each in answer.vms] == [vm_id(1)]
    assert agent.ask("host.sizes", ids=[]).ok == {}


def test_an_agent_that_has_read_nothing_yet_knows_sizes(start: Start, world: Path) -> None:
    write_world(world, *many(2), disks=files(2))

    (sizes,) = start().ask("host.sizes", ids=[vm_id(1)]).vms
    assert [each["path"] for each in sizes["disks"]] == ["D:\\VMs\\v1.avhdx", "D:\\VMs\\c1.vhdx"]
    assert sizes["states"] == {checkpoint_id(1): 50}


def test_a_vm_that_is_known_does_not_wait_for_the_next_one(start: Start, world: Path) -> None:
    agent = start()
    write_world(world, *many(3), disks=files(3), hung_disk="*v2.avhdx")
    picture(agent)
    request = agent.send("host.sizes", ids=[vm_id(0), vm_id(1), vm_id(2)])

    parts = [msgspec.json.decode(msgspec.json.encode(part)) for part in agent.answer(request).parts]
    told = [[each["id"] for each in part["vms"]] for part in parts]
    assert told[-1] == [vm_id(2)]
    assert [each for part in told for each in part] == [vm_id(number) for number in range(3)]


def test_neither_a_reading_nor_a_ping_waits_for_sizes(start: Start, world: Path) -> None:
    agent = start()
    write_world(world, *many(12), hung_disk="*.vhdx")
    picture(agent)
    request = agent.send("host.sizes", ids=[vm_id(number) for number in range(12)])

    answered = [
        agent.next(lambda message: "ok" in message or "error" in message)["id"]
        for _ in (agent.send("ping", "a ping"), agent.send("host.read", "a picture", since=0, sizes=False))
    ]
    assert answered == ["a ping", "a picture"]
    agent.ask("request.cancel", request=request)
    assert agent.answer(request).ok == {}


def test_cancelled_sizes_are_not_looked_up(start: Start, world: Path, calls: Path) -> None:
    agent = start()
    write_world(world, *many(30), disks=files(30), hung_disk="*v0.avhdx")
    picture(agent)
    before = noted(calls)
    request = agent.send("host.sizes", ids=[vm_id(number) for number in range(30)])
    cancel = agent.send("request.cancel", request=request)

    assert agent.answer(cancel).ok == {"cancelled": True}
    assert agent.answer(request).ok == {}
    assert len(looked_up(calls, before)) < 60
    assert agent.ask("request.cancel", request=request).ok == {"cancelled": False}


def test_at_most_two_files_are_looked_up_at_a_time(start: Start, world: Path, calls: Path) -> None:
    agent = start()
    write_world(world, *many(20), disks=files(20), tells_crowds=True)
    picture(agent)
    before = noted(calls)
    agent.ask("host.sizes", ids=[vm_id(number) for number in range(20)])
    read(agent)

    crowds = {line for line in calls.read_text().splitlines()[before:] if line.startswith("crowd")}
    assert crowds <= {"crowd of 1", "crowd of 2"}
    assert crowds


def test_a_call_asks_about_several_files_and_about_each_once(start: Start, world: Path, calls: Path) -> None:
    agent = start()
    write_world(world, *many(30), disks=files(30))
    picture(agent)
    before = noted(calls)

    sizes = agent.ask("host.sizes", ids=[vm_id(number) for number in range(30)]).vms
    assert [len(each["disks"]) for each in sizes] == 30 * [2]
    assert max(map(len, vhd_calls(calls, before))) > 1
    assert sorted(files_asked_about(calls, before)) == sorted(each["path"] for each in files(30))


def test_a_file_that_is_missing_loses_no_other_one(start: Start, world: Path) -> None:  # fact 246
    agent = start()
    write_world(world, *many(20), disks=files(19))
    picture(agent)

    sizes = agent.ask("host.sizes", ids=[vm_id(number) for number in range(20)]).vms
    assert [len(each["disks"]) for each in sizes] == [*(19 * [2]), 0]


def test_files_are_asked_about_alone_where_an_error_ends_the_call_for_several(
    start: Start, world: Path
) -> None:  # fact 246, switched
    agent = start()
    write_world(world, *many(20), disks=files(19), first_error_ends=True)
    picture(agent)

    sizes = agent.ask("host.sizes", ids=[vm_id(number) for number in range(20)]).vms
    assert [len(each["disks"]) for each in sizes] == [*(19 * [2]), 0]


def test_a_file_that_hangs_among_several_keeps_no_other_one_unknown(start: Start, world: Path) -> None:
    agent = start()
    write_world(world, *many(12), disks=files(12), hung_disk="*v11.avhdx")
    picture(agent)

    sizes = agent.ask("host.sizes", ids=[vm_id(number) for number in range(12)]).vms
    assert [len(each["disks"]) for each in sizes] == [*(11 * [2]), 1]


def test_a_checkpoints_state_is_looked_up_once(agent: AgentProcess, world: Path, calls: Path) -> None:
    write_world(world, *many(2))
    picture(agent)
    ids = [vm_id(0), vm_id(1)]
    first = agent.ask("host.sizes", ids=ids).vms
    before = noted(calls)

    assert agent.ask("host.sizes", ids=ids).vms == first
    assert [line for line in looked_up(calls, before) if line.startswith("Get-VMSnapshot")] == []


def test_a_large_host_is_not_listed_for_each_part_of_it(start: Start, world: Path, calls: Path) -> None:
    agent = start()
    chain = [disk(f"{number}.vhdx") for number in range(10)]  # ten VMs are measured at a time, or some fifty
    drives = [each["path"] for each in chain]
    vms = [vm(number, f"vm{number}", checkpoint(number, "one", drives=drives)) for number in range(120)]
    write_world(world, *({**each, "drives": drives} for each in vms), disks=tuple(chain))
    picture(agent)
    before = noted(calls)
    agent.ask("host.sizes", ids=[each["id"] for each in vms])

    asked = calls.read_text().splitlines()[before:]
    assert [line for line in asked if line.startswith("Get-VM ")] == [f"Get-VM {each['id']}" for each in vms]
    assert "Get-VM" not in asked


def test_sizes_of_most_of_a_host_list_it_once(start: Start, world: Path, calls: Path) -> None:
    agent = start()
    write_world(world, *many(20))
    picture(agent)
    before = noted(calls)
    agent.ask("host.sizes", ids=[vm_id(number) for number in range(20)])

    asked = [line.split()[0] for line in calls.read_text().splitlines()[before:]]
    assert (asked.count("Get-VM"), asked.count("Get-VMSnapshot")) == (1, 1)


def test_a_file_is_looked_up_again_only_if_it_has_changed(
    start: Start, world: Path, calls: Path, tmp_path: Path
) -> None:
    agent = start()
    kept, grown = tmp_path / "kept.vhdx", tmp_path / "grown.vhdx"
    for each in (kept, grown):
        each.write_bytes(b"1234")
    known = [{**disk("x"), "path": str(each), "virtual": 99} for each in (kept, grown)]
    write_world(world, vm(1, "web", drives=[str(kept), str(grown)]), disks=tuple(known))
    picture(agent)
    agent.ask("host.sizes", ids=[vm_id(1)])
    grown.write_bytes(b"123456")
    before = noted(calls)

    (sizes,) = agent.ask("host.sizes", ids=[vm_id(1)]).vms
    assert [each["size"] for each in sizes["disks"]] == [4, 6]
    assert looked_up(calls, before) == [f"Get-VHD {grown}"]


@pytest.mark.parametrize("ids", [None, "web", 7])
def test_sizes_of_nothing_that_could_be_vms_are_an_error(agent: AgentProcess, ids: object) -> None:
    error = agent.ask("host.sizes", ids=ids).error
    assert (error["fqid"], error["target"]) == ("HVTree.Protocol", "ids")


def test_a_reading_wants_to_know_whether_with_sizes(agent: AgentProcess) -> None:
    error = agent.ask("host.read", since=0, sizes="few").error
    assert (error["fqid"], error["target"]) == ("HVTree.Protocol", "sizes")
