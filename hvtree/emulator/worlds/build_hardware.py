"""Builds the virtual switches, network adapters and DVD drives of a world."""

from __future__ import annotations

import re
import uuid

from hvtree.emulator.host.hardware import (
    DEFAULT_SWITCH,
    DEFAULT_SWITCH_ID,
    DvdDrive,
    NetworkAdapter,
    Switch,
    SwitchType,
    adapter_id,
    usual_dvd_drives,
)
from hvtree.emulator.worlds.schema import AdapterSpec, SwitchSpec, VmSpec
from hvtree.emulator.worlds.values import BadValueError

_SWITCHES = uuid.UUID("a8c9a1a2-6f0e-4a57-9b6f-6a0c1d5b3e02")
_MAC = re.compile(r"[0-9A-Fa-f]{12}")


def switch_of(spec: SwitchSpec) -> Switch:
    """Return a switch; raise `BadValueError` for one without a name, or with a physical adapter that it cannot have."""
    if not spec.name.strip():
        raise BadValueError("The switch has no name.")
    kind = SwitchType[spec.type]
    if bool(spec.adapter) != (kind is SwitchType.External):
        raise BadValueError("An external switch has an adapter, and no other has one.")
    is_default = spec.name == DEFAULT_SWITCH
    return Switch(
        id=DEFAULT_SWITCH_ID if is_default else str(uuid.uuid5(_SWITCHES, spec.name.casefold())),
        name=spec.name,
        type=kind,
        description=spec.adapter,
        has_host=spec.management_os and kind is not SwitchType.Private,
        notes=spec.notes,
    )


def adapters_of(vm_id: str, specs: tuple[AdapterSpec, ...]) -> tuple[NetworkAdapter, ...]:
    """Return the adapters of a VM or checkpoint; raise `BadValueError` for an address that is none."""
    return tuple(_adapter(adapter_id(vm_id, number), spec) for number, spec in enumerate(specs))


def dvd_drives_of(spec: VmSpec) -> tuple[DvdDrive, ...]:
    """Return the DVD drives of a VM."""
    if spec.dvd_drives is None:
        return usual_dvd_drives(spec.generation)
    return tuple(DvdDrive(one.path, one.ide, one.controller, one.location) for one in spec.dvd_drives)


def _adapter(own_id: str, spec: AdapterSpec) -> NetworkAdapter:
    if spec.mac and not _MAC.fullmatch(spec.mac):
        raise BadValueError(f"“{spec.mac}” is not a MAC address of twelve hexadecimal digits.")
    return NetworkAdapter(own_id, spec.name, spec.switch, spec.mac.upper(), spec.legacy, spec.addresses)
