"""An emulated host put together: a WinRM endpoint, and behind it programs with HVTree's agent."""

from __future__ import annotations

from functools import partial

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.powershell.folders import exists
from hvtree.emulator.powershell.powershell import PowerShell
from hvtree.emulator.powershell.programs import Programs
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.process import Program
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.values import replace


def endpoint_for(
    hyperv: HyperV,
    config: EndpointConfig,
    connection_faults: ConnectionFaults | None = None,
    powershell: Program | None = None,
) -> Endpoint:
    """Return an endpoint, not yet started, through which clients reach a host. Raise `OSError` for a taken port.

    `powershell` runs scripts in place of the imitation, which knows HVTree's own scripts only.
    """
    connection_faults = connection_faults or ConnectionFaults()
    powershell = powershell or PowerShell(hyperv, config.envelope_kb, connection_faults)
    others = {"powershell": powershell, "pwsh": powershell}
    programs = Programs(hyperv.facts.name, others, partial(exists, hyperv))
    return Endpoint(replace(config, now=hyperv.clock.now), programs, connection_faults)
