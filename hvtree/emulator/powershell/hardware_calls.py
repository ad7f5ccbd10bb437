"""Calls of the cmdlets that read virtual hardware, and of those that import VMs and compare them with the host."""

from __future__ import annotations

from collections.abc import Mapping

from hvtree.emulator.cmdlets.hardware import Owners
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.cmdlets.imports import Import
from hvtree.emulator.host import errors
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.hardware import SwitchType
from hvtree.emulator.host.objects import CmdletOutput
from hvtree.emulator.powershell.cmdlet_call import Answer, CmdletCall, Parameters, cmdlet_call, listed

_OWNERS = "VMName VM VMSnapshot"


def owners_of(given: Parameters) -> Owners:
    """Return whose hardware is meant; a controller means its VM or checkpoint."""
    controllers = listed(given.get("VMDriveController"))
    vms = [one["VM"] for one in controllers if not one.get("VMSnapshot")]
    snapshots = [one["VMSnapshot"] for one in controllers if one.get("VMSnapshot")]
    return Owners(
        given.get("VMName"), given.get("VM") or vms or None, given.get("VMSnapshot") or snapshots or None
    )


def _adapters(host: HyperV, given: Parameters) -> Answer:
    name = given.get("Name")
    if given.get("ManagementOS"):
        return host.hardware(lambda read: read.host_adapters(name, given.get("SwitchName")))
    owners = Owners(vm=[vm.id for vm in host.get_vm()]) if given.get("All") else owners_of(given)
    return host.hardware(lambda read: read.adapters(owners, name, is_legacy=given.get("IsLegacy")))


def _switches(host: HyperV, given: Parameters) -> Answer:
    if given.get("ResourcePoolName") not in (None, ["Primordial"]):
        return CmdletOutput(())
    types = [SwitchType(one) for one in listed(given.get("SwitchType"))]
    return host.hardware(lambda read: read.switches(given.get("Name"), listed(given.get("Id")), types))


def _controllers(host: HyperV, given: Parameters) -> Answer:
    number = given.get("ControllerNumber")
    output = host.hardware(lambda read: read.scsi_controllers(owners_of(given)))
    chosen = (one for one in output.objects if number in (None, one.number))
    return CmdletOutput(tuple(chosen), output.errors)


def _dvd_drives(host: HyperV, given: Parameters) -> Answer:
    output = host.hardware(lambda read: read.dvd_drives(owners_of(given)))
    chosen = (
        one
        for one in output.objects
        if on_controller(given, "IDE" if one.drive.is_ide else "SCSI", one.drive.controller_number)
        and given.get("ControllerLocation") in (None, one.drive.controller_location)
    )
    return CmdletOutput(tuple(chosen), output.errors)


def on_controller(given: Parameters, kind: str, number: int) -> bool:
    """Return whether a drive on a controller is meant by -VMDriveController and -ControllerNumber."""
    controllers = listed(given.get("VMDriveController"))
    is_meant = not controllers or any((one["Type"], one["Number"]) == (kind, number) for one in controllers)
    return is_meant and given.get("ControllerNumber") in (None, number)


def _services(host: HyperV, given: Parameters) -> Answer:
    return host.hardware(lambda read: read.services(owners_of(given), given.get("Name")))


def _import(given: Parameters) -> Import:
    return Import(
        path=given["Path"],
        copy=bool(given.get("Copy")),
        generate_new_id=bool(given.get("GenerateNewId")),
        vhd_destination_path=given.get("VhdDestinationPath"),
        virtual_machine_path=given.get("VirtualMachinePath"),
        snapshot_file_path=given.get("SnapshotFilePath"),
    )


def _import_vm(host: HyperV, given: Parameters) -> Answer:
    report = given.get("CompatibilityReport")
    return host.import_vm(_import(given)) if report is None else host.import_planned_vm(report)


def _compare_vm(host: HyperV, given: Parameters) -> Answer:
    destination = given.get("DestinationHost")
    if destination is not None:
        if destination.partition(".")[0].casefold() != host.name.casefold():
            raise errors.object_gone(destination, destination)
        raise CmdletError(
            "The emulated host does not model Compare-VM -DestinationHost.",
            identifier="NotImplemented",
            category="NotImplemented",
        )
    report = given.get("CompatibilityReport")
    return CmdletOutput(
        (host.compare_vm(_import(given)) if report is None else host.compare_planned_vm(report),)
    )


_IMPORT = "Path Register Copy GenerateNewId VhdDestinationPath VirtualMachinePath SnapshotFilePath CompatibilityReport"
HARDWARE_CALLS: Mapping[str, CmdletCall] = {
    "Get-VMNetworkAdapter": cmdlet_call(_adapters, f"{_OWNERS} All ManagementOS SwitchName IsLegacy"),
    "Get-VMSwitch": cmdlet_call(_switches, "Id SwitchType ResourcePoolName"),
    "Get-VMProcessor": cmdlet_call(
        lambda host, given: host.hardware(lambda read: read.processors(owners_of(given))), _OWNERS
    ),
    "Get-VMMemory": cmdlet_call(
        lambda host, given: host.hardware(lambda read: read.memory(owners_of(given))), _OWNERS
    ),
    "Get-VMScsiController": cmdlet_call(_controllers, f"{_OWNERS} ControllerNumber"),
    "Get-VMDvdDrive": cmdlet_call(
        _dvd_drives, f"{_OWNERS} VMDriveController ControllerNumber ControllerLocation"
    ),
    "Get-VMIntegrationService": cmdlet_call(_services, _OWNERS),
    "Import-VM": cmdlet_call(_import_vm, _IMPORT),
    "Compare-VM": cmdlet_call(
        _compare_vm, f"{_IMPORT} DestinationHost VM IncludeStorage DestinationStoragePath"
    ),
}
