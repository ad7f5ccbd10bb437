"""Answers of the cmdlet service as lines of JSON: objects by the names of their types, errors and warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.cmdlets.imports import CompatibilityReport
from hvtree.emulator.host import hardware_views as views
from hvtree.emulator.host.errors import CmdletError, bad_argument
from hvtree.emulator.host.invocation import Invocation
from hvtree.emulator.host.languages import is_english
from hvtree.emulator.host.objects import (
    CmdletOutput,
    HardDiskDrive,
    VirtualHardDisk,
    VirtualMachine,
    VMGroup,
    VMHost,
    VMSnapshot,
)
from hvtree.emulator.powershell import cmdlet_objects as objects
from hvtree.emulator.powershell import hardware_objects

_SENTENCES = frozenset(
    {
        *("Status", "StatusDescriptions", "PrimaryStatusDescription", "SecondaryStatusDescription"),
        "StatusDescription",
        *("Caption", "Description", "ErrorDescription"),
    }
)
"""Properties whose texts are in the language of the host."""


_HARDWARE: dict[type, tuple[str, Callable[[Any], objects.Properties]]] = {
    views.OwnedAdapter: ("VMNetworkAdapter", hardware_objects.of_adapter),
    views.HostAdapter: ("VMInternalNetworkAdapter", hardware_objects.of_host_adapter),
    views.HostSwitch: ("VMSwitch", hardware_objects.of_switch),
    views.OwnedDvdDrive: ("DvdDrive", hardware_objects.of_dvd_drive),
    views.Memory: ("VMMemory", hardware_objects.of_memory),
    views.Processor: ("VMProcessor", hardware_objects.of_processor),
    views.ScsiController: ("VMScsiController", hardware_objects.of_controller),
    views.IntegrationService: ("VMIntegrationComponent", hardware_objects.of_service),
}


class ReplyError(msgspec.Struct, frozen=True):
    """One error record."""

    message: str
    category: str
    fqid: str
    hresult: int | None = None
    target: str = ""


class CmdletReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of an answer; the last one has `end`."""

    type: str = ""
    objects: Sequence[Any] | None = None
    errors: tuple[ReplyError, ...] = ()
    warnings: tuple[str, ...] = ()
    percent: int | None = None
    activity: str = ""
    end: bool = False


class AnswerWriter:
    """Writes what the cmdlets of one host returned. Thread-safe."""

    def __init__(self, host: HyperV) -> None:
        self._host = host
        self._tellers: dict[type, tuple[str, Callable[[Any], objects.Properties]]] = {
            VirtualMachine: ("VirtualMachine", self._vm),
            VMSnapshot: ("VMSnapshot", objects.of_snapshot),
            HardDiskDrive: ("HardDiskDrive", objects.of_drive),
            VirtualHardDisk: ("VirtualHardDisk", objects.of_disk),
            VMHost: ("VMHost", objects.of_host),
            VMGroup: ("VMGroup", self._group),
            CompatibilityReport: ("VMCompatibilityReport", self._report),
            **{kind: (name, self._in_words(tell)) for kind, (name, tell) in _HARDWARE.items()},
        }

    def read(self, output: CmdletOutput[Any], cmdlet: str) -> CmdletReply:
        """Return the answer of a reading cmdlet; `cmdlet` is the one that asked."""
        found, wrong = self._narrowed(list(output.objects), list(output.errors), cmdlet)
        for error in wrong:
            error.cmdlet = cmdlet or error.cmdlet
        return self._told(found, wrong)

    def done(self, work: Invocation) -> CmdletReply:
        """Return the answer of a changing cmdlet."""
        values = [value for value in work.objects if type(value) in self._tellers]
        return self._told(values, list(work.errors), tuple(map(self._host.spoken, work.warnings)))

    def refused(self, error: CmdletError) -> CmdletReply:
        """Return the answer for a cmdlet that was refused as a whole."""
        return CmdletReply(errors=(self._error(error),), end=True)

    def _told(
        self, found: list[Any], wrong: list[CmdletError], warnings: tuple[str, ...] = ()
    ) -> CmdletReply:
        errors = tuple(self._error(error) for error in wrong)
        if not found:
            return CmdletReply(errors=errors, warnings=warnings, end=True)
        if isinstance(found[0], bool):
            return CmdletReply("bool", found, errors, warnings, end=True)
        name, tell = self._tellers[type(found[0])]
        return CmdletReply(name, [tell(one) for one in found], errors, warnings, end=True)

    def _narrowed(
        self, found: list[Any], wrong: list[CmdletError], cmdlet: str
    ) -> tuple[list[Any], list[CmdletError]]:
        """Two cmdlets treat names differently: one that no checkpoint has, or that several have (facts 16 and 19)."""
        if cmdlet == "Remove-VMSnapshot":
            wrong = [error for error in wrong if error.identifier != "ObjectNotFound"]
        if cmdlet == "Restore-VMSnapshot" and len(found) > 1:
            if self._host.quirks.ambiguous_restore == "takes first":
                return found[:1], wrong
            name = found[0].name
            message = f"More than one checkpoint of '{found[0].vm_name}' is named \"{name}\"."
            return [], [*wrong, bad_argument(message, name)]
        return found, wrong

    def _vm(self, vm: VirtualMachine) -> objects.Properties:
        groups = {group.name: group for group in self._host.get_vm_group().objects} if vm.groups else {}
        return self._spoken(objects.of_vm(vm, self._host.guest_of(vm.id), groups))

    def _group(self, group: VMGroup) -> objects.Properties:
        return objects.of_group(group, self._member, self._host.get_vm_group().objects)

    def _member(self, vm_id: str) -> objects.Properties | None:
        found = self._host.get_vm(id=vm_id).objects
        return self._vm(found[0]) if found else None

    def _report(self, report: CompatibilityReport) -> objects.Properties:
        return hardware_objects.of_report(report, self._vm(report.vm))

    def _in_words(self, tell: Callable[[Any], objects.Properties]) -> Callable[[Any], objects.Properties]:
        return lambda one: self._spoken(tell(one))

    def _spoken(self, properties: objects.Properties) -> objects.Properties:
        """Return an object with its texts in the host's language."""
        return in_words(properties, self._host)

    def _error(self, error: CmdletError) -> ReplyError:
        message = self._host.spoken(error.message)
        return ReplyError(
            message, error.category, error.fully_qualified_error_id, error.hresult, error.target
        )


def in_words(properties: objects.Properties, host: HyperV) -> objects.Properties:
    """Return an object of the cmdlets or of WMI with its sentences in the host's language."""
    if is_english(host.facts.ui_language):
        return properties
    said = {name: _said(properties[name], host) for name in _SENTENCES & properties.keys()}
    return {**properties, **said}


def _said(value: Any, host: HyperV) -> Any:
    """Return a value with its texts in the host's language; a status may also be a number."""
    if isinstance(value, list):
        return [_said(each, host) for each in value]
    return host.spoken(value) if isinstance(value, str) else value
