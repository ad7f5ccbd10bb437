"""Injected faults: cmdlets fail, slow down or hide VMs, by cmdlet and VM, once, some times or always."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from hvtree.emulator.host import errors
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.machine import Machine
from hvtree.emulator.host.quirks import Seconds
from hvtree.emulator.host.session import PowerShellSession

ErrorName = Literal[
    "AccessDenied",
    "Busy",
    "DiskFull",
    "FileInUse",
    "GuestSilent",
    "InvalidState",
    "NotFound",
    "OperationFailed",
    "OutOfMemory",
]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that goes wrong. It applies to the calls of a cmdlet on a VM, so many `times` (None: always)."""

    cmdlet: str = "*"
    """Such as `Checkpoint-VM`; `*` stands for every cmdlet that changes something."""
    vm: str = "*"
    """Id or name of the VM; `*` stands for all."""
    error: ErrorName | None = None
    """What it fails with; None lets it succeed, only later."""
    message: str = ""
    """The message, if it is not the one that belongs to the error."""
    when: Literal["before", "after"] = "before"
    """Fail at once, or after the time that the work takes, with nothing changed."""
    delay_s: Seconds = 0.0
    """Seconds that it takes longer."""
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1


class Faults:
    """The faults that are injected now. May be changed at any time, also while the host works."""

    def __init__(self, faults: Iterable[Fault] = (), *, host: str = "") -> None:
        self.host = host
        self.is_listing_empty = False
        """Whether the caller has no elevation and sees no VMs (fact 68)."""
        self.is_access_denied = False
        """Whether every cmdlet is refused because the user has no rights (fact 67)."""
        self.vhd_delay_s = 0.0
        """Seconds that Get-VHD takes to open a file."""
        self.session = PowerShellSession()
        self._left: list[tuple[Fault, int | None]] = [(fault, fault.times) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Inject a fault."""
        self._left.append((fault, fault.times))

    def clear(self) -> None:
        """Remove all faults and switches."""
        self._left.clear()
        self.is_listing_empty = self.is_access_denied = False
        self.vhd_delay_s = 0.0
        self.session = PowerShellSession()

    @property
    def active(self) -> tuple[Fault, ...]:
        """Return the faults that still apply."""
        return tuple(fault for fault, left in self._left if left is None or left > 0)

    def take(self, cmdlet: str, machine: Machine | None) -> Fault | None:
        """Return the first fault that applies to a call, and count it as used."""
        for index, (fault, left) in enumerate(self._left):
            if (left is None or left > 0) and _applies(fault, cmdlet, machine):
                self._left[index] = (fault, None if left is None else left - 1)
                return fault
        return None

    def check_rights(self, cmdlet: str) -> None:
        """Raise the "required permission" error if the caller has no rights (fact 67)."""
        if self.is_access_denied:
            raise errors.access_denied(self.host).by(cmdlet)


def error_of(fault: Fault, machine: Machine | None, host: str) -> CmdletError | None:
    """Return the error that a fault stands for, or None if it only slows down."""
    if fault.error is None:
        return None
    error = _made(fault.error, machine, host)
    if fault.message:
        error.message = fault.message
        error.args = (fault.message,)
    return error


def _made(name: ErrorName, machine: Machine | None, host: str) -> CmdletError:
    vm_name = machine.name if machine else ""
    simple = {
        "AccessDenied": lambda: errors.access_denied(host),
        "Busy": lambda: errors.busy(vm_name),
        "GuestSilent": lambda: errors.cannot_prompt(vm_name),
        "InvalidState": lambda: errors.wrong_state(vm_name),
        "NotFound": lambda: errors.object_gone(host, machine.id if machine else ""),
    }
    if name in simple:
        return simple[name]()
    codes = {
        "DiskFull": errors.DISK_FULL,
        "OutOfMemory": errors.OUT_OF_MEMORY,
        "FileInUse": errors.FILE_IN_USE,
    }
    code = codes.get(name)
    reason = errors.with_code(code) if code else "The operation failed."
    return CmdletError(f"'{vm_name}' failed: {reason}", hresult=code, target=vm_name)


def _applies(fault: Fault, cmdlet: str, machine: Machine | None) -> bool:
    if fault.cmdlet not in {"*", cmdlet}:
        return False
    return fault.vm == "*" or (
        machine is not None and fault.vm.casefold() in {machine.id, machine.name.casefold()}
    )
