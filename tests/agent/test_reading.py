"""The inventory: what WMI and the cmdlets say as records of the wire, what changed since, and news of changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hvtree.domain.model import Activity, CheckpointType, VmState
from hvtree.hosts.inventory import merged, vms_of
from hvtree.hosts.messages import HostFacts, InventoryEnd
from tests.agent.world import (
    PAUSED,
    RUNNING,
    checkpoint,
    checkpoint_id,
    disk,
    job,
    vm,
    vm_id,
    write_world,
)
from tests.support.powershell import AgentProcess, Answer

Calls = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def quiet(agent: AgentProcess, world: Path) -> None:
    """Start each test without news."""
    agent.ask("host.watch", on=False)


def wmi_questions(calls: Path) -> list[str]:
    asked = [line for line in calls.read_text().splitlines() if "Msvm_" in line]
    return [line.split()[1] for line in asked]


def read(agent: AgentProcess, since: int = 0) -> Answer:
    return agent.ask("host.read", since=since)


def test_the_module_is_found_and_the_host_described(agent: AgentProcess) -> None:
    facts = msgspec.convert(agent.ask("host.import").ok, HostFacts)

    assert facts.has_module
    assert facts.os == "Windows Server 2022 10.0.20348"
    assert facts.host
    assert facts.language == "FullLanguage"
    assert facts.powershell.startswith("7.")


def test_an_empty_host_is_read(agent: AgentProcess, world: Path) -> None:
    write_world(world)

    answer = read(agent)
    assert (answer.parts, answer.ok["full"]) == ([], True)


def test_a_vm_is_told_with_its_tree_and_where_it_stands(agent: AgentProcess, world: Path) -> None:
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1))
    write_world(world, vm(1, "web", *tree, now=1))

    web = read(agent).vms["web"]
    assert web["parent"] == checkpoint_id(1)
    assert [(each["name"], each.get("parent")) for each in web["checkpoints"]] == [
        ("base", None),
        ("patch", checkpoint_id(1)),
    ]


def test_what_is_read_makes_a_state_of_the_domain(agent: AgentProcess, world: Path) -> None:
    files = (disk("c1.vhdx", size=700), disk("v1.avhdx", "c1.vhdx", size=30))
    write_world(
        world,
        vm(
            1,
            "web",
            checkpoint(1, "base", saved=True),
            now=1,
            state=PAUSED,
            replication=2,
            type=4,
            notes=["a", "b"],
        ),
        disks=files,
    )

    answer = read(agent)
    vms = [made for part in answer.parts for made in vms_of(msgspec.json.encode(part), {})]
    state = merged(None, vms, msgspec.convert(answer.ok, InventoryEnd))
    web = state.vms[vm_id(1)]
    assert (web.state, web.checkpoint_type, web.is_replica) == (
        VmState.PAUSED,
        CheckpointType.PRODUCTION_ONLY,
        True,
    )
    assert (web.notes, web.generation, web.version) == ("a\nb", 2, "9.0")
    assert web.checkpoints[0].has_memory
    assert web.checkpoints[0].created_utc.isoformat() == "2026-01-02T03:04:05+00:00"
    assert [(file.path, file.size_bytes) for file in web.files] == [
        ("D:\\VMs\\v1.avhdx", 30),
        ("D:\\VMs\\c1.vhdx", 700),
    ]
    assert [(volume.name, volume.free_bytes) for volume in state.volumes] == [("D:", 600)]


def test_names_reach_us_letter_by_letter(agent: AgentProcess, world: Path) -> None:
    name = "a \"b\" 'c' $(x) `d` \\ \u202e 🧪 \u2028 <&>"
    write_world(world, vm(1, name, checkpoint(1, name), now=1))

    assert read(agent).vms[name]["checkpoints"][0]["name"] == name


def test_single_things_stay_lists(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "only"), now=1), disks=(disk("c1.vhdx"),))

    web = read(agent).vms["web"]
    assert [type(web[key]) for key in ("drives", "disks", "checkpoints")] == [list, list, list]
    assert web["checkpoints"][0]["drives"] == ["D:\\VMs\\c1.vhdx"]


def test_a_vm_without_disks_and_checkpoints_has_empty_lists(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", drives=[]))

    web = read(agent).vms["web"]
    assert (web["drives"], web["disks"], web["checkpoints"]) == ([], [], [])


def test_drives_come_in_the_order_of_their_places(agent: AgentProcess, world: Path) -> None:
    paths = [f"D:\\VMs\\{number}.vhdx" for number in range(12)]
    write_world(world, vm(1, "web", drives=paths))

    assert read(agent).vms["web"]["drives"] == paths


def test_a_chain_is_followed_to_files_that_nobody_owns(agent: AgentProcess, world: Path) -> None:
    files = (disk("root.vhdx"), disk("between.avhdx", "root.vhdx"), disk("v1.avhdx", "BETWEEN.avhdx"))
    write_world(world, vm(1, "web"), disks=files)

    paths = [each["path"] for each in read(agent).vms["web"]["disks"]]
    assert [path.lower() for path in paths] == [
        "d:\\vms\\v1.avhdx",
        "d:\\vms\\between.avhdx",
        "d:\\vms\\root.vhdx",
    ]


def test_a_file_that_cannot_be_read_is_left_out(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))

    assert read(agent).vms["web"]["disks"] == []


@pytest.mark.parametrize(
    ("number", "name"),
    [(2, "Running"), (3, "Off"), (6, "Saved"), (9, "Paused"), (10, "Starting"), (32773, "Saving")],
)
def test_states_have_the_modules_names(agent: AgentProcess, world: Path, number: int, name: str) -> None:
    write_world(world, vm(1, "web", state=number))

    assert read(agent).vms["web"]["state"] == name


def test_a_state_that_wmi_leaves_open_is_asked_of_the_module(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", state=1, module_state="ForceShutdown"))

    assert read(agent).vms["web"]["state"] == "ForceShutdown"


def test_the_state_of_a_vm_in_trouble_is_asked_of_the_module(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", state=PAUSED, health=25, module_state="PausedCritical"))

    assert read(agent).vms["web"]["state"] == "PausedCritical"


@pytest.mark.parametrize(
    ("status", "activity"),
    [
        ([2, 32772], Activity.MERGING),
        ([11, 32768], Activity.CREATING),
        ([11, 32769], Activity.APPLYING),
        ([11, 23769], Activity.APPLYING),
        ([11], Activity.BUSY),
        ([2], None),
    ],
)
def test_activities_have_the_modules_names(
    agent: AgentProcess, world: Path, status: list[int], activity: str | None
) -> None:
    write_world(world, vm(1, "web", status=status, texts=["Operating normally"]))

    assert read(agent).vms["web"].get("activity") == activity


def test_a_merge_is_told_with_its_percent_and_the_hosts_words(agent: AgentProcess, world: Path) -> None:
    merging = vm(1, "web", status=[2, 32772], texts=["Operating normally", "Merging disks"])
    write_world(world, merging, jobs=[job(1, 50, 40)])

    web = read(agent).vms["web"]
    assert (web["activity"], web["percent"], web["status"]) == ("MergingDisks", 40, "Merging disks")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Realized", "Standard"),
        ("Recovery", "Recovery"),
        ("Missing", "Missing"),
        ("Replica:Standard", "Replica"),
        ("Replica:ApplicationConsistent", "AppConsistentReplica"),
        ("Replica:PlannedFailover", "SyncedReplica"),
    ],
)
def test_kinds_have_the_modules_names(agent: AgentProcess, world: Path, kind: str, name: str) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "one", kind=kind)))

    assert read(agent).vms["web"]["checkpoints"][0]["kind"] == name


def test_a_running_vm_tells_its_memory(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", state=RUNNING, memory=512))

    web = read(agent).vms["web"]
    assert (web["memory"], web["memory_startup"]) == (2048 * 2**20, 512 * 2**20)


def test_only_what_changed_is_sent_after_the_first_reading(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"), vm(2, "db"), vm(3, "old"))
    revision = read(agent).ok["revision"]

    write_world(world, vm(1, "web"), vm(2, "db", state=RUNNING), vm(4, "new"))
    answer = read(agent, revision)
    assert answer.ok["full"] is False
    assert set(answer.vms) == {"db", "new"}
    assert answer.ok["removed"] == [vm_id(3)]


def test_nothing_is_sent_when_nothing_changed(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "one")))
    revision = read(agent).ok["revision"]

    answer = read(agent, revision)
    assert (answer.parts, answer.ok["removed"], answer.ok["revision"]) == ([], [], revision)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "web2"},
        {"notes": ["hello"]},
        {"type": 2},
        {"drives": ["D:\\VMs\\other.vhdx"]},
        {"parent": None},
        {"checkpoints": [checkpoint(1, "renamed")]},
        {"checkpoints": [checkpoint(1, "one", notes=["why"])]},
        {"checkpoints": [checkpoint(1, "one", saved=True)]},
        {"checkpoints": [checkpoint(1, "one", drives=["D:\\VMs\\merged.vhdx"])]},
        {"checkpoints": [checkpoint(1, "one"), checkpoint(2, "two", parent=1)]},
        {"texts": ["Merging disks"]},
    ],
    ids=",".join,
)
def test_each_change_worth_telling_is_told(agent: AgentProcess, world: Path, change: dict[str, Any]) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "one"), now=1))
    revision = read(agent).ok["revision"]

    write_world(world, {**vm(1, "web", checkpoint(1, "one"), now=1), **change})
    assert len(read(agent, revision).vms) == 1


def test_a_revision_of_another_agent_gets_everything(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))
    revision = read(agent).ok["revision"]

    for foreign in (1, revision + 1000):
        answer = read(agent, foreign)
        assert (answer.ok["full"], set(answer.vms)) == (True, {"web"})


def test_many_checkpoints_come_in_parts(agent: AgentProcess, world: Path) -> None:
    vms = [
        vm(number, f"vm{number}", *(checkpoint(number * 100 + each, f"c{each}") for each in range(40)))
        for number in range(30)
    ]
    write_world(world, *vms)

    answer = read(agent)
    assert len(answer.parts) == 3
    assert list(answer.vms) == [each["name"] for each in vms]


def test_a_reading_asks_few_questions_however_many_vms_there_are(
    agent: AgentProcess, world: Path, calls: Path
) -> None:
    write_world(world, *(vm(number, f"vm{number}", checkpoint(number, "one")) for number in range(50)))
    before = len(wmi_questions(calls))
    read(agent)

    questions = wmi_questions(calls)[before:]
    assert len(questions) == len(set(questions)) <= 6


def test_files_that_have_been_looked_up_are_not_looked_up_twice_in_a_reading(
    agent: AgentProcess, world: Path, calls: Path
) -> None:
    files = (disk("base.vhdx"), disk("v1.avhdx", "base.vhdx"), disk("v2.avhdx", "base.vhdx"))
    write_world(world, vm(1, "one"), vm(2, "two"), disks=files)
    before = len(calls.read_text().splitlines())
    read(agent)

    asked = [line for line in calls.read_text().splitlines()[before:] if line.startswith("Get-VHD")]
    assert sorted(asked) == [f"Get-VHD D:\\VMs\\{name}" for name in ("base.vhdx", "v1.avhdx", "v2.avhdx")]


def test_many_files_are_looked_up_side_by_side(agent: AgentProcess, world: Path) -> None:
    files = tuple(disk(f"v{number}.avhdx", size=number) for number in range(40))
    write_world(world, *(vm(number, f"vm{number}") for number in range(40)), disks=files)

    assert {vm["disks"][0]["size"] for vm in read(agent).vms.values()} == set(range(40))


def test_a_host_from_before_2016_is_read_without_the_younger_columns(
    start: Callable[..., AgentProcess], world: Path
) -> None:
    agent = start()
    write_world(world, vm(1, "web", checkpoint(1, "one")), is_old=True)

    for _ in range(2):
        web = read(agent).vms["web"]
        assert "checkpoint_type" not in web
        assert web["checkpoints"][0]["automatic"] is False


def test_where_wmi_refuses_the_cmdlets_tell_the_same(start: Callable[..., AgentProcess], world: Path) -> None:
    agent = start()
    files = (disk("c1.vhdx"), disk("v1.avhdx", "c1.vhdx"))
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1))
    write_world(world, vm(1, "web", *tree, now=1), disks=files, refuse=True)

    answer = read(agent)
    web = answer.vms["web"]
    assert (web["state"], web["parent"], web["drives"]) == ("Off", checkpoint_id(1), ["D:\\VMs\\v1.avhdx"])
    assert [each["name"] for each in web["checkpoints"]] == ["base", "patch"]
    assert len(web["disks"]) == 3 - 1
    assert read(agent, answer.ok["revision"]).parts == []


def test_changes_are_told_without_being_asked(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))
    revision = read(agent).ok["revision"]
    agent.ask("host.watch", on=True)
    write_world(world, vm(1, "web", state=RUNNING))

    news = agent.event("changed")
    assert news["revision"] > revision
    assert set(read(agent, revision).vms) == {"web"}


def test_a_reading_is_no_news(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))
    read(agent)
    agent.ask("host.watch", on=True)
    write_world(world, vm(1, "web", state=RUNNING))
    told = agent.event("changed")["revision"]

    assert read(agent).ok["revision"] == told
