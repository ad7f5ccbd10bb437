"""The doctor against a real PowerShell behind the endpoint: the question, the language modes, and agent.ps1 itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hvtree.app.doctor.stage_report import Report, StageId
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.examined_host import examine, failed, unreached
from tests.support.logins import login_to
from tests.support.powershell import NO_POWERSHELL, find_powershell
from tests.support.remote_host import PASSWORD, USER

POWERSHELL = find_powershell() or ""
pytestmark = pytest.mark.skipif(not POWERSHELL, reason=NO_POWERSHELL)


@contextmanager
def host_with_powershell() -> Iterator[WinRmLogin]:
    clock = RealClock()
    hyperv = HyperV(worlds.contents("pair", clock.now()), clock)
    config = EndpointConfig(Account(USER, PASSWORD))
    with RealPowerShell(hyperv, POWERSHELL) as powershell:
        with endpoint_for(hyperv, config, powershell=powershell) as endpoint:
            yield login_to("real", endpoint.url, USER, PASSWORD)
        clock.close()


def report() -> Report:
    with host_with_powershell() as settings:
        return examine(settings)


def test_the_agents_script_passes_every_step() -> None:
    found = report()
    assert failed(found) == []
    assert found.stage(StageId.AGENT).came_back.startswith("agent.ps1")
    assert "FullLanguage" in found.stage(StageId.POWERSHELL).came_back
    assert "2 VMs" in found.stage(StageId.VMS).came_back


@pytest.mark.skipif(Path(POWERSHELL).name != "psengine", reason="only psengine can be told its language mode")
def test_constrained_language_is_found_before_the_agent_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSENGINE_LANGUAGE_MODE", "Constrained")
    found = report()
    assert failed(found) == ["powershell"]
    assert "ConstrainedLanguage" in found.stage(StageId.POWERSHELL).came_back
    assert "agent" in unreached(found)
