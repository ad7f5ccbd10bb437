"""Virtual hardware besides disks: network adapters and the switches of the host, DVD drives, controllers."""

from __future__ import annotations

import uuid
from enum import IntEnum

from msgspec import Struct

_ADAPTERS = uuid.UUID("5f0f9a36-4f8b-4a4c-8f0a-1b8d2f6c7e01")
_OUI = "00155D"
"""How dynamic MAC addresses of Hyper-V begin (fact 158)."""
DEFAULT_SWITCH = "Default Switch"
DEFAULT_SWITCH_ID = "c08cb7b8-9b3c-408e-8e30-5e16a3aeb444"
"""The switch that Windows clients bring along has the same id everywhere (fact 155)."""


class SwitchType(IntEnum):
    """VMSwitchType."""

    Private = 0
    Internal = 1
    External = 2


class Switch(Struct, frozen=True):
    """A virtual switch of the host. Its id is a GUID in lower case."""

    id: str
    name: str
    type: SwitchType = SwitchType.Private
    description: str = ""
    """The physical adapter of an external switch, as Windows describes it."""
    has_host: bool = False
    """Whether the management operating system is on it."""
    notes: str = ""


class NetworkAdapter(Struct, frozen=True):
    """A network adapter of a VM, as its settings have it."""

    id: str
    name: str = "Network Adapter"
    switch: str = ""
    """The name of its switch; empty if it is connected to none."""
    mac: str = ""
    """Twelve hexadecimal digits, if it has a fixed address."""
    is_legacy: bool = False
    addresses: tuple[str, ...] = ()
    """What its guest reports while it runs; without any, one is made up."""

    @property
    def mac_address(self) -> str:
        """Its address, fixed or dynamic."""
        return self.mac or _OUI + uuid.UUID(self.id).hex[-6:].upper()

    @property
    def reported(self) -> tuple[str, ...]:
        """The IP addresses that its guest reports while it runs and is connected."""
        if self.addresses:
            return self.addresses
        a, b, c, d = bytes.fromhex(self.mac_address)[-4:]
        return (f"10.{b}.{c}.{max(d, 1)}", f"fe80::{a:x}{b:02x}:{c:x}{d:02x}")


class DvdDrive(Struct, frozen=True):
    """A DVD drive of a VM; without a path it is empty."""

    path: str = ""
    is_ide: bool = False
    controller_number: int = 0
    controller_location: int = 0


def adapter_id(owner: str, number: int) -> str:
    """Return the GUID of the n-th adapter of a VM; always the same."""
    return str(uuid.uuid5(_ADAPTERS, f"{owner}/{number}"))


def usual_adapters(vm_id: str, switch: str = "") -> tuple[NetworkAdapter, ...]:
    """Return the adapters of a new VM: one, connected to a switch or to none."""
    return (NetworkAdapter(adapter_id(vm_id, 0), switch=switch),)


def usual_dvd_drives(generation: int) -> tuple[DvdDrive, ...]:
    """Return the DVD drives of a new VM: an empty one on the second IDE controller of generation 1 (fact 156)."""
    return (DvdDrive(is_ide=True, controller_number=1),) if generation == 1 else ()
