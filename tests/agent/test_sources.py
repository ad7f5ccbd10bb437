"""Where the agent reads from: WMI, or the cmdlets where WMI refuses."""

from __future__ import annotations

import subprocess

import pytest

from hvtree.assets import resource
from tests.support.waiting import WAIT_S

_HOST = """
function Get-AgentCimSketches { throw 'no answer' }
function Get-AgentCmdletSketches { 'from the cmdlets' }
"""


@pytest.mark.parametrize(
    ("after_s", "told"), [(3600, "from the cmdlets"), (0, "no answer")], ids=["soon", "late"]
)
def test_only_wmi_that_refuses_soon_is_left_for_the_cmdlets_which_know_no_limit(
    powershell: str, after_s: int, told: str
) -> None:
    functions = resource("agent/reading.ps1").read_text(encoding="utf-8")
    inventory = f"@{{ Source = 'cim'; Refusal = {after_s} }}"
    call = f"try {{ Get-AgentSketches {inventory} }} catch {{ [string] $_ }}; exit 0"
    done = subprocess.run(
        [powershell, "-NoProfile", "-NonInteractive", "-Command", f"{functions}\n{_HOST}\n{call}"],
        capture_output=True,
        timeout=WAIT_S,
        check=True,
    )
    assert done.stdout.decode().strip() == told
