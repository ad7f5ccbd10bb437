"""The live suite itself: it passes on an emulated host that runs a real PowerShell, and leaves the VMs there alone."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.app.credentials import NO_SECRET
from hvtree.domain.host_profile import LOCAL, HostProfile
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.cmdlets.lifecycle import NewVm
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.emulator.winrm.wsman import Endpoint
from tests.live.backend import LiveBackend, Steward
from tests.live.guard import Guard
from tests.live.pipe_connection import Ways
from tests.support.backends import endpoint_on, hosting, names, powershell_path, skip_without_powershell
from tests.support.waiting import WAIT_S
from tests.support.wsman_clients import ACCOUNT

ROOT = Path(__file__).resolve().parents[2]
SUITE = "tests/live"
FOREIGN = "hvtree-live-notes"
"""A VM of somebody else that is nearly named like one of the suite's."""
SPEED = 200.0
"""How fast the host's clock goes."""
LEFT = "hvtree-live-0123abcd-1"
FEW = 4
"""So many tests of a file are run at once."""


def parts() -> Iterator[pytest.ParameterSet]:
    """Give the tests of the suite, half a file at a time where it has more than a few: nobody waits for all of them at once."""
    for path in sorted((ROOT / SUITE).glob("test_*.py")):
        tests = [f"{path.relative_to(ROOT)}::{name}" for name in names_in(path)]
        half = len(tests) if len(tests) <= FEW else len(tests) // 2
        if path.stem != "test_sweep":
            for number, part in enumerate(filter(None, (tests[:half], tests[half:])), 1):
                yield pytest.param(part, id=f"{path.stem}-{number}")


def names_in(path: Path) -> list[str]:
    """Return the names of the tests of a file, those that it has from others, too."""
    names = list[str]()
    for each in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(each, ast.ImportFrom):
            names += [alias.name for alias in each.names]
        elif isinstance(each, ast.FunctionDef):
            names.append(each.name)
    return [name for name in names if name.startswith("test_")]


def vms_of(host: HyperV) -> list[str]:
    """Return all that can be seen of the VMs and checkpoints of a host that ought to stay as it is."""
    vms = [f"{vm.id} {vm.name} {vm.state} {vm.hard_drives} {vm.notes}" for vm in host.get_vm().objects]
    return sorted(vms + [f"{one.id} {one.name} {one.vm_id}" for one in host.get_vm_snapshot("*").objects])


def live(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the suite."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-m",
        "live",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    return subprocess.run(
        [*command, *words],
        cwd=ROOT,
        env=kept | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * WAIT_S,  # it has limits of its own
        check=False,
    )


def live_on(endpoint: Endpoint, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the suite on a host."""
    host = ["--host", endpoint.url, "--user", ACCOUNT.user]
    return live(*host, *words, HVTREE_PASSWORD=ACCOUNT.password)


@pytest.fixture(scope="module")
def host() -> Iterator[HyperV]:
    """An emulated host with VMs of others."""
    skip_without_powershell()
    with hosting("pair", speed=SPEED) as host:
        host.new_vm(NewVm(FOREIGN))
        yield host


@pytest.fixture(scope="module")
def endpoint(host: HyperV) -> Iterator[Endpoint]:
    """The way to it, as `hvtree emulate --powershell` serves it."""
    with endpoint_on(host, is_real=True) as endpoint:
        yield endpoint


@pytest.mark.parametrize("part", list(parts()))
def test_the_live_suite_passes_and_leaves_everything_else_alone(
    host: HyperV, endpoint: Endpoint, tmp_path: Path, part: list[str]
) -> None:
    path, before = tmp_path / "result.json", vms_of(host)
    ended = live_on(endpoint, *part, "--result", str(path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert FOREIGN in " ".join(before)
    assert vms_of(host) == before
    text = path.read_text(encoding="utf-8")
    assert set(json.loads(text)["counts"]) == {"passed"}
    assert ACCOUNT.password not in text
    words = set(re.findall(r"[\w-]+", text.lower()))
    assert [vm.name for vm in host.get_vm().objects if {vm.name.lower(), vm.id} & words] == []


def test_the_suite_says_that_the_sweep_is_not_part_of_it(endpoint: Endpoint) -> None:
    collected = live_on(endpoint, SUITE, "--collect-only", "-q").stdout
    assert "1 deselected" in collected
    assert "test_sweep" not in collected


def test_scratch_vms_are_made_on_this_computer_too(host: HyperV, monkeypatch: pytest.MonkeyPatch) -> None:
    before = vms_of(host)
    with RealPowerShell(host, powershell_path()) as powershell:
        for name, value in powershell.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HVTREE_PWSH", powershell_path())
        ways = Ways(HostProfile("this computer", "", "", LOCAL), NO_SECRET, Guard())
        steward = Steward(ways)
        backend = LiveBackend(ways, steward)
        vm = backend.vm("Saved")
        assert (names(vm), backend.state(vm["id"])) == (["base", "p1", "p2", "side"], "Saved")
        backend.close()
        assert steward.close() == []
    assert vms_of(host) == before


def test_sweeping_shows_what_is_left_and_removes_it_and_nothing_else(
    host: HyperV, endpoint: Endpoint
) -> None:
    before = vms_of(host)
    host.new_vm(NewVm(LEFT))
    left = host.get_vm(LEFT).one()
    swept = live_on(endpoint, SUITE, "--sweep", "--yes", "-s")
    assert (swept.returncode, vms_of(host)) == (0, before), swept.stdout
    assert left.id in swept.stdout
    assert FOREIGN not in swept.stdout
    assert "test_actions" not in swept.stdout
