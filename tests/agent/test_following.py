"""What the agent reads again and again: only what changed, with few queries, and events about changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.agent.world import (
    RUNNING,
    checkpoint,
    checkpoint_id,
    disk,
    files_asked_about,
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


def wmi_questions(calls: Path) -> list[str]:
    """Return the classes whose instances were asked for; an agent's first reading asks for a class's columns, too."""
    asked = [line.split() for line in calls.read_text().splitlines()]
    return [words[1] for words in asked if words[0] == "Get-CimInstance" and words[1].startswith("Msvm_")]


def test_only_what_changed_is_sent_after_the_first_reading(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"), vm(2, "db"), vm(3, "old"))
    revision = read(agent).ok["revision"]

    write_world(world, vm(1, "web"), vm(2, "db", state=RUNNING), vm(4, "new"))
    answer = read(agent, revision)
    assert answer.ok["full"] is False
    assert set(answer.by_name) == {"db", "new"}
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
        assert (answer.ok["full"], set(answer.by_name)) == (True, {"web"})


def test_many_checkpoints_come_in_parts(agent: AgentProcess, world: Path) -> None:
    vms = [
        vm(number, f"vm{number}", *(checkpoint(number * 100 + each, f"c{each}") for each in range(40)))
        for number in range(30)
    ]
    write_world(world, *vms)

    answer = read(agent)
    assert len(answer.parts) == 3
    assert list(answer.by_name) == [each["name"] for each in vms]


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

    asked = files_asked_about(calls, before)
    assert sorted(asked) == [f"D:\\VMs\\{name}" for name in ("base.vhdx", "v1.avhdx", "v2.avhdx")]


def test_many_files_are_looked_up_side_by_side(agent: AgentProcess, world: Path) -> None:
    files = tuple(disk(f"v{number}.avhdx", size=number) for number in range(40))
    write_world(world, *(vm(number, f"vm{number}") for number in range(40)), disks=files)

    assert {vm["disks"][0]["size"] for vm in read(agent).by_name.values()} == set(range(40))


@pytest.mark.parametrize("hides_classes", [False, True])
@pytest.mark.parametrize(
    ("release", "told"),
    [(2012, ("Standard", False)), (2016, ("Disabled", False)), (2019, ("Disabled", True))],
)
def test_a_column_that_a_release_lacks_costs_no_other(
    start: Callable[..., AgentProcess],
    world: Path,
    release: int,
    told: tuple[str, bool],
    hides_classes: bool,
) -> None:  # fact 95
    agent = start()
    machine = vm(1, "web", checkpoint(1, "one", automatic=True), type=2)
    write_world(world, machine, release=release, hides_classes=hides_classes)

    for _ in range(2):
        web = read(agent).by_name["web"]
        assert (web["checkpoint_type"], web["checkpoints"][0]["automatic"]) == told


def test_a_class_is_asked_for_its_columns_once(
    start: Callable[..., AgentProcess], world: Path, calls: Path
) -> None:
    agent = start()
    write_world(world, vm(1, "web"))
    before = len(calls.read_text().splitlines())

    for _ in range(3):
        read(agent)

    asked = calls.read_text().splitlines()[before:]
    assert [line for line in asked if line.startswith("Get-CimClass")] == [
        "Get-CimClass Msvm_VirtualSystemSettingData"
    ]


@pytest.mark.parametrize("hides_classes", [False, True])
def test_a_query_that_took_too_long_costs_no_column(
    start: Callable[..., AgentProcess], world: Path, hides_classes: bool
) -> None:
    agent = start()
    machine = vm(1, "web", checkpoint(1, "one", automatic=True), type=2)
    write_world(world, machine, slow=True, hides_classes=hides_classes)
    read(agent)
    write_world(world, machine)

    web = read(agent).by_name["web"]
    assert (web["checkpoint_type"], web["checkpoints"][0]["automatic"]) == ("Disabled", True)


def test_a_policy_that_no_name_is_known_for_is_not_told(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", type=9))

    assert "checkpoint_type" not in read(agent).by_name["web"]


def test_the_module_is_loaded_by_one_runspace_at_a_time(
    start: Callable[..., AgentProcess], world: Path, calls: Path
) -> None:
    agent = start()
    write_world(world, *(vm(number, f"vm{number}") for number in range(6)), slow_import=True)
    before = len(calls.read_text().splitlines())

    agent.ask("vm.start", ids=[vm_id(number) for number in range(6)])

    imports = [line for line in calls.read_text().splitlines()[before:] if line.startswith("import")]
    assert len(imports) >= 4
    assert imports == ["import begins", "import ends"] * (len(imports) // 2)


def test_a_share_that_refused_once_is_not_asked_again(
    start: Callable[..., AgentProcess], world: Path, calls: Path
) -> None:
    agent = start()
    shared = [f"\\\\nas\\vms\\{name}.vhdx" for name in ("a", "b", "c")]
    machine = vm(1, "web", drives=[*shared, "\\\\nas\\open\\d.vhdx", "D:\\VMs\\v1.avhdx"])
    write_world(world, machine, disks=(disk("v1.avhdx"),), refused_share="\\\\nas\\vms\\")
    before = len(calls.read_text().splitlines())

    for _ in range(2):
        assert [each["path"] for each in read(agent).by_name["web"]["disks"]] == ["D:\\VMs\\v1.avhdx"]

    asked = files_asked_about(calls, before)
    assert [path for path in asked if "\\vms\\" in path] == [shared[0]]
    assert len([path for path in asked if "\\open\\" in path]) == 2


def test_a_file_that_hangs_holds_up_no_reading_and_is_left_alone(
    start: Callable[..., AgentProcess], world: Path, calls: Path
) -> None:
    agent = start()
    names = ("a", "b", "c")
    files = tuple(disk(f"{name}.vhdx", size=7) for name in names)
    machine = vm(1, "web", drives=[f"D:\\VMs\\{name}.vhdx" for name in names])
    write_world(world, machine, disks=files, hung_disk="D:\\VMs\\a.vhdx")
    before = len(calls.read_text().splitlines())

    for _ in range(2):
        disks = read(agent).by_name["web"]["disks"]
        assert [each["path"] for each in disks] == ["D:\\VMs\\b.vhdx", "D:\\VMs\\c.vhdx"]

    asked = files_asked_about(calls, before)
    assert [path.rpartition("\\")[2] for path in asked] == ["a.vhdx", "b.vhdx", "c.vhdx", "b.vhdx", "c.vhdx"]


def test_volumes_that_take_too_long_are_as_they_were_and_not_asked_for_a_while(
    start: Callable[..., AgentProcess], world: Path, calls: Path
) -> None:
    agent = start()
    write_world(world, vm(1, "web"))
    known = read(agent).ok["volumes"]
    write_world(world, vm(1, "web"), slow_volumes=True)
    before = len(calls.read_text().splitlines())

    assert [read(agent).ok["volumes"] for _ in range(2)] == [known, known]
    asked = calls.read_text().splitlines()[before:]
    assert asked.count("Get-CimInstance Win32_Volume") == 1


def test_where_wmi_refuses_the_cmdlets_tell_the_same(start: Callable[..., AgentProcess], world: Path) -> None:
    agent = start()
    files = (disk("c1.vhdx"), disk("v1.avhdx", "c1.vhdx"))
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1))
    write_world(world, vm(1, "web", *tree, now=1), disks=files, refuse=True)

    answer = read(agent)
    web = answer.by_name["web"]
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
    assert set(read(agent, revision).by_name) == {"web"}


def test_a_reading_is_no_news(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))
    read(agent)
    agent.ask("host.watch", on=True)
    write_world(world, vm(1, "web", state=RUNNING))
    told = agent.event("changed")["revision"]

    assert read(agent).ok["revision"] == told
