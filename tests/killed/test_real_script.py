"""The same with the agent's own script in a real PowerShell: over WinRM, and in a process beside HVTree."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.killed.course import course
from tests.support.backends import skip_without_powershell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


@pytest.mark.parametrize("is_local", [False, True], ids=["over WinRM", "on this computer"])
def test_a_group_whose_program_is_killed_is_brought_back(tmp_path: Path, is_local: bool) -> None:
    powershell = skip_without_powershell()
    with course("group", tmp_path, powershell=powershell, is_local=is_local) as it:
        it.until(lambda states: "Saving" in states.values())
        it.kill()
        it.assert_facts()
