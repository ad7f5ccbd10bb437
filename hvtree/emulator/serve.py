"""An emulated host put together: a WinRM endpoint, and behind it programs with HVTree's agent."""

from __future__ import annotations

from dataclasses import replace

from hvtree.emulator.hyperv import HyperV
from hvtree.emulator.mischief import Mischief
from hvtree.emulator.powershell import PowerShell
from hvtree.emulator.process import Program
from hvtree.emulator.programs import Programs
from hvtree.emulator.wsman import Endpoint, EndpointConfig


def endpoint_for(
    hyperv: HyperV,
    config: EndpointConfig,
    mischief: Mischief | None = None,
    powershell: Program | None = None,
) -> Endpoint:
    """Give an endpoint, not yet started, through which clients reach a host. Raise `OSError` for a taken port.

    `powershell` runs scripts in the place of the one that knows HVTree's own only.
    """
    mischief = mischief or Mischief()
    powershell = powershell or PowerShell(hyperv, config.envelope_kb, mischief)
    programs = Programs(hyperv.facts.name, {"powershell": powershell, "pwsh": powershell})
    return Endpoint(replace(config, now=hyperv.clock.now), programs, mischief)
