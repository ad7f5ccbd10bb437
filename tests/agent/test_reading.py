"""The inventory: what WMI and the cmdlets say, as records of the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

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
from tests.support.powershell import AgentProcess, read

Calls = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def quiet(agent: AgentProcess, world: Path) -> None:
    """Start each test without events."""
    agent.ask("host.watch", on=False)


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


def test_a_vm_is_told_with_its_tree_and_where_it_stands(agent: AgentProcess, world: Path) -> None:  # fact 146
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1))
    write_world(world, vm(1, "web", *tree, now=1))

    web = read(agent).by_name["web"]
    assert web["parent"] == checkpoint_id(1)
    assert [(each["name"], each.get("parent")) for each in web["checkpoints"]] == [
        ("base", None),
        ("patch", checkpoint_id(1)),
    ]


def test_what_is_read_makes_a_state_of_the_domain(agent: AgentProcess, world: Path) -> None:  # fact 144
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
    assert [(volume.name, volume.free_bytes) for volume in state.volumes] == [("C:", 10), ("D:", 600)]


def test_the_end_of_a_reading_tells_the_time_zone_of_the_host(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))

    end = msgspec.convert(read(agent).ok, InventoryEnd)
    assert merged(None, (), end).utc_offset == datetime.now().astimezone().utcoffset()
    assert end.zone


def test_names_reach_us_letter_by_letter(agent: AgentProcess, world: Path) -> None:
    name = "a \"b\" 'c' $(x) `d` \\ \u202e 🧪 \u2028 <&>"
    write_world(world, vm(1, name, checkpoint(1, name), now=1))

    assert read(agent).by_name[name]["checkpoints"][0]["name"] == name


def test_single_things_stay_lists(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "only"), now=1), disks=(disk("c1.vhdx"),))

    web = read(agent).by_name["web"]
    assert [type(web[key]) for key in ("drives", "disks", "checkpoints")] == [list, list, list]
    assert web["checkpoints"][0]["drives"] == ["D:\\VMs\\c1.vhdx"]


def test_a_vm_without_disks_and_checkpoints_has_empty_lists(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", drives=[]))

    web = read(agent).by_name["web"]
    assert (web["drives"], web["disks"], web["checkpoints"]) == ([], [], [])


def test_drives_come_in_the_order_of_their_places(agent: AgentProcess, world: Path) -> None:  # fact 123
    paths = [f"D:\\VMs\\{number}.vhdx" for number in range(12)]
    write_world(world, vm(1, "web", drives=paths))

    assert read(agent).by_name["web"]["drives"] == paths


def test_a_chain_is_followed_to_files_that_nobody_owns(agent: AgentProcess, world: Path) -> None:
    files = (disk("root.vhdx"), disk("between.avhdx", "root.vhdx"), disk("v1.avhdx", "BETWEEN.avhdx"))
    write_world(world, vm(1, "web"), disks=files)

    paths = [each["path"] for each in read(agent).by_name["web"]["disks"]]
    assert [path.lower() for path in paths] == [
        "d:\\vms\\v1.avhdx",
        "d:\\vms\\between.avhdx",
        "d:\\vms\\root.vhdx",
    ]


def test_a_file_that_cannot_be_read_is_left_out(agent: AgentProcess, world: Path) -> None:  # fact 139
    write_world(world, vm(1, "web"))

    assert read(agent).by_name["web"]["disks"] == []


@pytest.mark.parametrize(
    ("number", "name"),
    [(2, "Running"), (3, "Off"), (6, "Saved"), (9, "Paused"), (10, "Starting"), (32773, "Saving")],
)
def test_states_have_the_modules_names(
    agent: AgentProcess, world: Path, number: int, name: str
) -> None:  # fact 120
    write_world(world, vm(1, "web", state=number))

    assert read(agent).by_name["web"]["state"] == name


def test_a_state_that_wmi_leaves_open_is_asked_of_the_module(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", state=1, module_state="ForceShutdown"))

    assert read(agent).by_name["web"]["state"] == "ForceShutdown"


def test_the_state_of_a_vm_in_trouble_is_asked_of_the_module(
    agent: AgentProcess, world: Path
) -> None:  # fact 124
    write_world(world, vm(1, "web", state=PAUSED, health=25, module_state="PausedCritical"))

    assert read(agent).by_name["web"]["state"] == "PausedCritical"


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
) -> None:  # fact 127
    write_world(world, vm(1, "web", status=status, texts=["Operating normally"]))

    assert read(agent).by_name["web"].get("activity") == activity


def test_a_merge_is_told_with_its_percent_and_the_hosts_words(agent: AgentProcess, world: Path) -> None:
    merging = vm(1, "web", status=[2, 32772], texts=["Operating normally", "Merging disks"])
    write_world(world, merging, jobs=[job(1, 50, 40)])

    web = read(agent).by_name["web"]
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
def test_kinds_have_the_modules_names(
    agent: AgentProcess, world: Path, kind: str, name: str
) -> None:  # fact 94
    write_world(world, vm(1, "web", checkpoint(1, "one", kind=kind)))

    assert read(agent).by_name["web"]["checkpoints"][0]["kind"] == name


def test_a_running_vm_tells_its_memory(agent: AgentProcess, world: Path) -> None:  # facts 125, 126
    write_world(world, vm(1, "web", state=RUNNING, memory=512))

    web = read(agent).by_name["web"]
    assert (web["memory"], web["memory_startup"]) == (2048 * 2**20, 512 * 2**20)
