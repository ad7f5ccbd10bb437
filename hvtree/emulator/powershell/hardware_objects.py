"""Virtual hardware and compatibility reports with the property names of the Hyper-V module (facts 153 to 160)."""

from __future__ import annotations

from hvtree.emulator.cmdlets.imports import CompatibilityReport
from hvtree.emulator.host.enums import ControllerType
from hvtree.emulator.host.hardware_views import (
    HostAdapter,
    HostSwitch,
    IntegrationService,
    Memory,
    OwnedAdapter,
    OwnedDvdDrive,
    Owner,
    Processor,
    ScsiController,
)
from hvtree.emulator.powershell.cmdlet_objects import NO_GUID, Properties

OK, NO_CONTACT = 2, 12
"""Numbers of VMNetworkAdapterOperationalStatus and VMIntegrationComponentOperationalStatus."""
OFF = 1
"""The number of OnOffState.Off."""
IMPORT = 1
"""The number of OperationType.ImportVirtualMachine."""
SWITCH_NOT_FOUND = 33012
"""The MessageId of a report's error about a switch that the host does not have (fact 159)."""
_POOL = "Primordial"
_MEMORY = "4764334D-E001-4176-82EE-5594EC9B530E"
_PROCESSOR = "B637F346-6A0E-4DEC-AF52-BD70CB80A21D\\0"
_SERVICES = {
    "Guest Service Interface": "6C09BB55-D683-4DA0-8931-C9BF705F6480",
    "Heartbeat": "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47",
    "Key-Value Pair Exchange": "2A34B1C2-FD73-4043-8A5B-DD2159BC743F",
    "Shutdown": "9F8233AC-BE49-4C79-8EE3-E7E1985B2077",
    "Time Synchronization": "2497F4DE-E9FA-4204-80E4-4B75C46419C0",
    "VSS": "5CED1297-4598-4915-A5FC-AD21BB4D02A4",
}
"""The ids of integration services, whose names are in the language of the host (fact 162)."""
_OFF_BY_ITSELF = "Guest Service Interface"
_PORT_DEFAULTS: Properties = {
    "MacAddressSpoofing": OFF,
    "DhcpGuard": OFF,
    "RouterGuard": OFF,
    "IeeePriorityTag": OFF,
    "AllowTeaming": OFF,
    "FixSpeed10G": OFF,
    "VMQWeight": 100,
    "IPsecOffloadMaxSA": 512,
}


def of_adapter(one: OwnedAdapter) -> Properties:
    """Return a network adapter of a VM or checkpoint."""
    adapter, owner = one.adapter, one.owner
    is_up = owner.is_running
    return {
        **_of(owner),
        **_PORT_DEFAULTS,
        "Name": adapter.name,
        "Id": f"{owner.settings_id}\\{adapter.id.upper()}",
        "AdapterId": adapter.id.upper(),
        "MacAddress": adapter.mac_address,
        "DynamicMacAddressEnabled": not adapter.mac,
        "DeviceNaming": OFF,
        "IsLegacy": adapter.is_legacy,
        "IsSynthetic": not adapter.is_legacy,
        "PoolName": _POOL,
        "ClusterMonitored": True,
        "Connected": one.switch is not None,
        "SwitchName": one.switch.name if one.switch else "",
        "SwitchId": one.switch.id if one.switch else None,
        "Status": [OK] if is_up else [],
        "StatusDescription": ["OK"] if is_up else [],
        "IPAddresses": list(adapter.reported) if is_up and owner.has_contact and one.switch else [],
    }


def of_host_adapter(one: HostAdapter) -> Properties:
    """Return the host's own network adapter on a switch."""
    return {
        **_PORT_DEFAULTS,
        "Name": one.switch.name,
        "Id": f"Microsoft:{one.switch.id.upper()}",
        "AdapterId": one.switch.id.upper(),
        "DeviceId": f"{{{one.switch.id.upper()}}}",
        "MacAddress": one.mac,
        "IsManagementOs": True,
        "SwitchName": one.switch.name,
        "SwitchId": one.switch.id,
        "Status": [OK],
        "StatusDescription": ["OK"],
        "VMId": NO_GUID,
        "VMSnapshotId": NO_GUID,
        "ComputerName": one.computer,
    }


def of_switch(one: HostSwitch) -> Properties:
    """Return a virtual switch."""
    switch = one.switch
    described = [switch.description] if switch.description else []
    return {
        "Name": switch.name,
        "Id": switch.id,
        "Notes": switch.notes,
        "SwitchType": switch.type,
        "AllowManagementOS": switch.has_host,
        "NetAdapterInterfaceDescription": switch.description or None,
        "NetAdapterInterfaceDescriptions": described,
        "BandwidthReservationMode": 2,
        "SoftwareRscEnabled": True,
        "ComputerName": one.computer,
    }


def of_dvd_drive(one: OwnedDvdDrive) -> Properties:
    """Return a DVD drive."""
    drive = one.drive
    kind = ControllerType.IDE if drive.is_ide else ControllerType.SCSI
    place = f"controller number {drive.controller_number} at location {drive.controller_location}"
    return {
        **_of(one.owner),
        "DvdMediaType": 1 if drive.path else 0,
        "Path": drive.path or None,
        "ControllerType": kind,
        "ControllerNumber": drive.controller_number,
        "ControllerLocation": drive.controller_location,
        "Name": f"DVD Drive on {kind.name} {place}",
        "PoolName": _POOL,
        "Id": f"{one.owner.settings_id}\\{one.controller}\\{drive.controller_location}\\D",
    }


def of_memory(one: Memory) -> Properties:
    """Return the memory of a VM or checkpoint: sizes in bytes."""
    settings = one.owner.settings
    return {
        **_of(one.owner),
        "ResourcePoolName": _POOL,
        "Buffer": 20,
        "Priority": 50,
        "DynamicMemoryEnabled": settings.dynamic_memory,
        "Startup": settings.memory_startup,
        "Minimum": settings.memory_minimum,
        "Maximum": settings.memory_maximum,
        "Name": "Memory",
        "Id": f"{one.owner.settings_id}\\{_MEMORY}",
    }


def of_processor(one: Processor) -> Properties:
    """Return the processors of a VM or checkpoint."""
    return {
        **_of(one.owner),
        "ResourcePoolName": _POOL,
        "Count": one.owner.settings.processors,
        "Maximum": 100,
        "Reserve": 0,
        "RelativeWeight": 100,
        "OperationalStatus": [OK] if one.owner.is_running else [],
        "StatusDescription": ["OK"] if one.owner.is_running else [],
        "Name": "Processor",
        "Id": f"{one.owner.settings_id}\\{_PROCESSOR}",
    }


def of_controller(one: ScsiController) -> Properties:
    """Return a SCSI controller; the module reads its drives when they are asked for."""
    return {
        **_of(one.owner),
        "ControllerNumber": one.number,
        "Name": "SCSI Controller",
        "Id": f"{one.owner.settings_id}\\{one.id}",
    }


def of_service(one: IntegrationService) -> Properties:
    """Return an integration service: its status is the guest's, while the VM runs."""
    owner = one.owner
    is_there = owner.has_contact and (one.name != "VSS" or owner.has_vss)
    status = OK if is_there else NO_CONTACT
    return {
        **_of(owner),
        "Enabled": one.name != _OFF_BY_ITSELF,
        "Name": one.name,
        "Id": f"{owner.settings_id}\\{_SERVICES[one.name]}",
        "OperationalStatus": [status] if owner.is_running else [],
        "PrimaryOperationalStatus": status if owner.is_running else None,
        "PrimaryStatusDescription": ("OK" if is_there else "No Contact") if owner.is_running else "",
        "SecondaryStatusDescription": "",
    }


def of_report(report: CompatibilityReport, vm: Properties) -> Properties:
    """Return a compatibility report; `vm` is its VM. The source of an error comes with the name of its type."""
    wrong = [
        {
            "Message": f"Could not find Ethernet switch '{one.adapter.switch}'.",
            "MessageId": SWITCH_NOT_FOUND,
            "Source": {"type": "VMNetworkAdapter", "value": of_adapter(one)},
        }
        for one in report.lost
    ]
    return {
        "VM": vm,
        "OperationType": IMPORT,
        "Destination": report.destination,
        "Path": report.path,
        "SnapshotPath": report.snapshot_path,
        "VhdDestinationPath": report.vhd_destination_path or None,
        "VhdSourcePath": None,
        "Incompatibilities": wrong or None,
    }


def _of(owner: Owner) -> Properties:
    return {
        "VMId": owner.vm_id,
        "VMName": owner.vm_name,
        "VMSnapshotId": owner.snapshot_id or NO_GUID,
        "VMSnapshotName": owner.snapshot_name,
        "ComputerName": owner.computer,
    }
