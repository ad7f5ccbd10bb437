"""How long the agent waits for a word of its client before it brings back what it holds, function by function."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from hvtree.assets import resource
from tests.support.waiting import WAIT_S

_STORY = """
$ErrorActionPreference = 'Stop'
$leases = New-AgentLeases
$told = @{ nothing = Get-AgentLeaseLeft $leases }
$leases.Held['a'] = @{ Goal = 'Running'; Seconds = 240.0 }
$leases.Held['b'] = @{ Goal = 'Running'; Seconds = 200.0 }
$told.held = Get-AgentLeaseLeft $leases
$leases.Heard = $leases.Watch.Elapsed.TotalSeconds - 201
$told.silent = Get-AgentLeaseLeft $leases
$inbox = [System.Collections.Concurrent.BlockingCollection[object]]::new()
$shared = @{ Leases = $leases; Inbox = $inbox; Reader = [System.IO.StringReader]::new("anything`n") }
$before = $leases.Heard
try { Read-AgentLines $shared } catch { $told.problem = [string] $_ }
$told.renewed = $leases.Heard -ge $before + 201
$told.ending = $leases.IsEnding
$told.over = Get-AgentLeaseLeft $leases
$told.wakes = $leases.Wake.WaitOne(0)
[Console]::Out.WriteLine((ConvertTo-Json -InputObject $told -Compress))
[Environment]::Exit(0)
"""


@pytest.fixture(scope="module")
def told(powershell: str) -> dict[str, Any]:
    """What the functions say."""
    leases = resource("agent/leases.ps1").read_text(encoding="utf-8")
    start = resource("agent/start.ps1").read_text(encoding="utf-8").partition("\n$ErrorActionPreference")[0]
    done = subprocess.run(
        [powershell, "-NoProfile", "-NonInteractive", "-Command", f"{leases}\n{start}\n{_STORY}"],
        capture_output=True,
        timeout=WAIT_S,
        check=True,
    )
    return dict(json.loads(done.stdout))


def test_while_nothing_is_held_it_waits_for_ever(told: dict[str, Any]) -> None:
    assert told["nothing"] == -1


def test_the_shortest_lease_counts(told: dict[str, Any]) -> None:
    assert 0 < told["held"] <= 200_000


def test_after_a_silence_it_is_time(told: dict[str, Any]) -> None:
    assert told["silent"] == 0


def test_any_line_renews_a_lease(told: dict[str, Any]) -> None:
    assert (told["renewed"], told.get("problem")) == (True, None)


def test_at_the_end_of_the_input_it_is_time_at_once(told: dict[str, Any]) -> None:
    assert (told["ending"], told["over"], told["wakes"]) == (True, 0, True)
