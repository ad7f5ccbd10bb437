"""An agent for hours on a host where little happens: what it asks for, what it finds, and what it keeps.

Its functions run one poll after the other, each at the moment for which the one before it settled: hours pass in no time.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hvtree.assets import resource
from hvtree.hosts.agent_starter import PARTS
from tests.agent.world import RUNNING, checkpoint, disk, vm, write_world
from tests.support.powershell import MODULES
from tests.support.waiting import WAIT_S

Story = Callable[[str], dict[str, Any]]

_BEGIN = """
$ErrorActionPreference = 'Stop'
$said = [System.IO.StringWriter]::new()
$shared = [hashtable]::Synchronized(@{ Writer = $said; Lock = New-Object System.Object })
Add-AgentTools $shared
$shared.IsWatching = $true
$inventory = New-AgentInventory $shared
$null = Read-AgentInventory $inventory @{ id = '1'; since = 0; sizes = $false }
$world = [AppDomain]::CurrentDomain.GetData('HVTreeTestWorld')
$told = @{}
function Invoke-TestPoll { param([switch] $Everything) $at = $inventory.NextPoll
    $inventory.NextLook = if ($Everything) { [DateTime]::MinValue } else { [DateTime]::MaxValue }
    Find-AgentNews $inventory $at
}
function Get-TestAsked { @([System.IO.File]::ReadAllLines($env:HVTREE_TEST_CALLS) -like 'Get-CimInstance *') }
foreach ($poll in 1..5) { Invoke-TestPoll -Everything } # it comes to rest
$null = $said.GetStringBuilder().Clear()
$before = (Get-TestAsked).Count
"""
_END = """
$asked = Get-TestAsked
$told.asked = @($asked[$before..$asked.Count] | Select-Object -Unique)
$told.news = @($said.ToString() -split "`n" -like '*changed*').Count
[Console]::Out.WriteLine((ConvertTo-Json -InputObject $told -Compress))
[Environment]::Exit(0)
"""


@pytest.fixture
def story(powershell: str, world: Path, calls: Path, tmp_path: Path) -> Story:
    """Tell what comes of some lines of PowerShell between two polls at rest."""
    functions = "\n".join(
        resource(f"agent/{part}.ps1").read_text(encoding="utf-8")
        for part in PARTS
        if part not in ("agent", "start")
    )
    tools = resource("agent/start.ps1").read_text(encoding="utf-8").partition("\n$ErrorActionPreference")[0]

    def told(lines: str) -> dict[str, Any]:
        script = tmp_path / "story.ps1"
        script.write_text(f"{functions}\n{tools}\n{_BEGIN}\n{lines}\n{_END}", encoding="utf-8")
        done = subprocess.run(
            [powershell, "-NoProfile", "-NonInteractive", "-File", str(script)],
            capture_output=True,
            check=False,
            timeout=WAIT_S,
            env={
                **os.environ,
                "PSModulePath": str(MODULES),
                "HVTREE_TEST_WORLD": str(world),
                "HVTREE_TEST_CALLS": str(calls),
            },
        )
        assert done.returncode == 0, done.stderr.decode()
        return dict(json.loads(done.stdout))

    return told


@pytest.fixture(autouse=True)
def quiet_host(world: Path) -> None:
    """A host with a few VMs."""
    write_world(world, *(vm(number, f"vm{number}", checkpoint(number, "one")) for number in range(4)))


def test_a_host_at_rest_is_asked_for_its_vms_and_jobs_only(story: Story) -> None:
    told = story("foreach ($poll in 1..20) { Invoke-TestPoll }")

    assert sorted(told["asked"]) == [
        "Get-CimInstance Msvm_ComputerSystem",
        "Get-CimInstance Msvm_ConcreteJob",
    ]
    assert told["news"] == 0


@pytest.mark.parametrize(
    "change",
    [
        f"$world.vms[1].state = {RUNNING}",
        "$world.vms[2].name = 'another'",
        "$world.vms[3].health = 25",
        "$world.vms[3].status = @(2, 32772)",
        "$world.vms[0].changed = [DateTime] '2026-03-04'; $world.vms[0].checkpoints = @()",
        "$world.vms = @($world.vms[0..2])",
    ],
)
def test_a_glance_leads_to_a_look_when_a_vm_has_changed(story: Story, change: str) -> None:  # fact 240
    told = story(f"Invoke-TestPoll; {change}; Invoke-TestPoll")

    assert told["news"] == 1
    assert "Get-CimInstance Msvm_VirtualSystemSettingData" in told["asked"]


def test_a_running_job_leads_to_a_look(story: Story) -> None:
    told = story(
        "$world.jobs = @([pscustomobject] @{ id = 'j'; vm = $world.vms[0].id; type = 50; percent = 3; state = 4 });"
        "Invoke-TestPoll"
    )

    assert "Get-CimInstance Msvm_VirtualSystemSettingData" in told["asked"]


def test_what_a_glance_does_not_show_is_found_by_the_next_look(story: Story) -> None:  # fact 240
    told = story(
        "$world.vms[1].checkpoints[0].name = 'renamed'; Invoke-TestPoll;"
        "$told.glance = $said.ToString(); Invoke-TestPoll -Everything"
    )

    assert (told["glance"], told["news"]) == ("", 1)


def test_a_dear_look_is_seldom_and_a_glance_takes_its_place(story: Story) -> None:
    told = story(
        "foreach ($kind in 'Look', 'Look', 'Glance', 'Glance') {"
        " $inventory.Pause = 5.0; $at = [DateTime]::UtcNow; $inventory.Spent = (Get-AgentProcessorTime) - 0.5;"
        " Set-AgentNextPoll $inventory $at $kind $true;"
        " $told[$kind] = @(($inventory.NextPoll - $at).TotalSeconds, ($inventory.NextLook - $at).TotalSeconds) }"
    )

    assert told["Look"][1] >= 400 * 0.5
    assert told["Look"][0] < told["Look"][1]
    assert told["Glance"][0] >= 150 * 0.5


def test_half_an_hour_of_polls_leaves_nothing_behind(story: Story) -> None:
    told = story(
        "$poll = 0;"
        "function Invoke-TestPolls { foreach ($one in 1..60) { $script:poll++;"
        ' $world.jobs = @([pscustomobject] @{ id = "job $poll"; vm = $world.vms[0].id; type = 50; percent = 3; state = 4 });'
        ' $world.vms[1].checkpoints[0].name = "name $poll";'
        " Invoke-TestPoll; $world.jobs = @(); Invoke-TestPoll; Invoke-TestPoll } }"
        "Invoke-TestPolls; $told.first = [GC]::GetTotalMemory($true);"
        "foreach ($turn in 1..2) { Invoke-TestPolls }; $told.last = [GC]::GetTotalMemory($true);"
        "$told.owners = $inventory.JobOwners.Count; $told.errors = $Error.Count"
    )

    assert (told["owners"], told["errors"]) == (0, 0)
    assert told["last"] - told["first"] < 3 * 2**18


def test_memory_counts_that_is_held_although_little_lives_in_it(story: Story) -> None:
    told = story("$inventory.Kept = 0; Invoke-TestPoll; $told.kept = $inventory.Kept")

    assert told["kept"] > 32 * 2**20, "it was given back, as far as .NET does, and measured anew"


def test_files_of_vms_that_are_gone_are_forgotten(story: Story, world: Path) -> None:
    write_world(world, vm(1, "web", drives=["D:\\VMs\\v1.avhdx"]), disks=(disk("v1.avhdx"),))
    told = story(
        "$files = $shared.Files;"
        'foreach ($number in 1..3000) { $path = "D:\\VMs\\old$number.vhdx"; $files.Disks[$path] = New-AgentDisk $path };'
        "$files.Disks['D:\\VMs\\v1.avhdx'] = New-AgentDisk 'D:\\VMs\\v1.avhdx' @{ ParentPath = 'D:\\VMs\\old7.vhdx' };"
        "Reset-AgentFiles $files; $told.kept = @($files.Disks.Keys | Sort-Object)"
    )

    assert told["kept"] == ["D:\\VMs\\old7.vhdx", "D:\\VMs\\v1.avhdx"]
