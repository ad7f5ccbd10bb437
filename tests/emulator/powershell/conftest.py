"""A PowerShell with the stand-in for the Hyper-V module, on a host with many VMs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from tests.support.backends import hosting, many_vms, skip_without_powershell
from tests.support.scripts import Said, Scripts

Run = Callable[[str], Said]


@pytest.fixture(scope="session", autouse=True)
def powershell() -> str:
    """A PowerShell; without one the test is reported as skipped."""
    return skip_without_powershell()


@pytest.fixture(scope="module")
def host(powershell: str) -> Iterator[HyperV]:
    """A host with many VMs: some off, some running, some saved, some paused."""
    with hosting(many_vms(90)) as host:
        yield host


@pytest.fixture(scope="module")
def run(powershell: str, host: HyperV) -> Iterator[Run]:
    """Run scripts on the host, in one PowerShell."""
    with RealPowerShell(host, powershell) as program:
        scripts = Scripts(powershell, program.environment())
        yield scripts.run
        scripts.close()


@pytest.fixture(scope="module")
def take(host: HyperV) -> Callable[..., str]:
    """Return the name of a VM in a state that no test has used."""
    unused = list(host.get_vm().objects)

    def take_one(state: str = "Off") -> str:
        vm = next(vm for vm in unused if vm.state.name == state)
        unused.remove(vm)
        return vm.name

    return take_one
