"""Distil what the stand-in for the Hyper-V module needs from the reference of its cmdlets, into `hyperv_facts.json`.

    python packaging/devtools/hyperv_facts.py PATH/TO/cmdlets.json

The reference lists cmdlets with their parameter sets, types with their properties, and enums with their numbers;
`hyperv_supplement.json` has in the same form what it lacks. Only facts are kept. `hyperv_module.py` writes the module from them.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

FACTS = Path(__file__).with_name("hyperv_facts.json")
SUPPLEMENT = Path(__file__).with_name("hyperv_supplement.json")
CMDLETS = {
    "reading": ("Get-VM", "Get-VMHost", "Get-VMSnapshot", "Get-VMHardDiskDrive", "Get-VMIntegrationService"),
    "hardware": (
        *("Get-VMNetworkAdapter", "Get-VMSwitch", "Get-VMProcessor", "Get-VMMemory", "Get-VMScsiController"),
        "Get-VMDvdDrive",
    ),
    "power": (
        *("Start-VM", "Stop-VM", "Save-VM", "Suspend-VM", "Resume-VM", "Restart-VM", "Wait-VM"),
        "Remove-VMSavedState",
    ),
    "checkpoints": (
        *("Checkpoint-VM", "Restore-VMSnapshot", "Remove-VMSnapshot", "Rename-VMSnapshot"),
        "Export-VMSnapshot",
    ),
    "machines": ("Export-VM", "Import-VM", "Compare-VM", "New-VM", "Remove-VM", "Rename-VM", "Set-VM"),
    "groups": (
        *("Get-VMGroup", "New-VMGroup", "Remove-VMGroup", "Rename-VMGroup"),
        *("Add-VMGroupMember", "Remove-VMGroupMember"),
    ),
    "disks": ("Get-VHD", "Test-VHD", "Resize-VHD"),
}
"""The cmdlets of the stand-in, by the part of the module that they are in."""
TYPES = (
    *("VirtualMachineBase", "VirtualMachine", "VMSnapshot", "Drive", "HardDiskDrive", "VMHost", "VMGroup"),
    *("VMIntegrationComponent", "VirtualHardDisk", "VMCompatibilityReport", "VMCompatibilityError"),
    *("DvdDrive", "VMDriveController", "VMScsiController", "VMMemory", "VMProcessor"),
    *("VMNetworkAdapterBase", "VMNetworkAdapter", "VMInternalNetworkAdapter", "VMSwitch"),
)
"""The types of what the cmdlets return, each after its base."""
_BASES = {
    "VirtualMachine": "VirtualMachineBase",
    "VMSnapshot": "VirtualMachineBase",
    "HardDiskDrive": "Drive",
    "DvdDrive": "Drive",
    "VMScsiController": "VMDriveController",
    "VMNetworkAdapter": "VMNetworkAdapterBase",
    "VMInternalNetworkAdapter": "VMNetworkAdapterBase",
}
_IMPLIED = ("WhatIf", "Confirm")
_HYPERV = "Microsoft.HyperV.PowerShell."
_PLAIN = {
    "system.string": "string", "system.int32": "int", "system.int64": "long", "system.uint32": "uint",
    "system.uint64": "ulong", "system.boolean": "bool", "boolean": "bool", "system.guid": "guid",
    "system.datetime": "datetime", "system.timespan": "timespan", "system.version": "version",
    "int16": "short", "int32": "int", "int64": "long", "uint16": "ushort", "uint32": "uint", "uint64": "ulong",
    "string": "string", "guid": "guid", "hashtable": "hashtable", "pscredential": "pscredential", "switchparameter": "switch", "psobject": "psobject", "guestisolationtype": "string",
    "microsoft.management.infrastructure.cimsession": "CimSession",
    "system.management.automation.credentialattribute()": "pscredential", "system.object": "object",
}  # fmt: skip


def distilled(reference: dict[str, Any]) -> dict[str, Any]:
    """Return the facts about the cmdlets of the stand-in, and about every type and enum that they need."""
    names = [name for part in CMDLETS.values() for name in part]
    cmdlets = {name: _cmdlet(reference["cmdlets"][name]) for name in names}
    types = {name: _type(name, reference["types"]) for name in TYPES}
    used = {each["type"] for cmdlet in cmdlets.values() for each in cmdlet["parameters"].values()}
    used |= {each for made in types.values() for each in made["properties"].values()}
    bare = {each.rstrip("?").removesuffix("[]") for each in used}
    enums = {
        name: {"name": _enum_name(name), "values": entry["values"]}
        for name, entry in reference["enums"].items()
        if name in bare
    }
    return {"cmdlets": cmdlets, "types": _known_only(types, enums), "enums": enums}


def _cmdlet(entry: dict[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    sets = entry["parameterSets"]
    for parameter_set, members in sets.items():
        for each in members:
            if each["name"] in _IMPLIED:
                continue
            known = parameters.setdefault(each["name"], {"type": _short(each["type"])})
            if each["aliases"]:
                known["aliases"] = each["aliases"]
            if "validation" in each:
                known["validation"] = [re.sub(r"^\[|\]$", "", rule) for rule in each["validation"]]
            known.setdefault("sets", {})[parameter_set] = _flags(each)
    made = {"default": entry["defaultParameterSet"], "parameters": parameters}
    if entry["supportsShouldProcess"]:
        made["impact"] = entry["confirmImpact"]
    if entry["outputType"]:
        made["output"] = entry["outputType"][0]
    if entry.get("commandAliases"):
        made["aliases"] = entry["commandAliases"]
    return made


def _flags(parameter: dict[str, Any]) -> str:
    """Say how a parameter is in a set: `!` mandatory, its position, `v` by value, `n` by property name."""
    position = "" if parameter["position"] is None else str(parameter["position"])
    pipeline = "".join({"ByValue": "v", "ByPropertyName": "n"}[each] for each in parameter["pipeline"])
    return f"{'!' if parameter['mandatory'] else ''}{position}{pipeline}"


def _type(name: str, types: dict[str, Any]) -> dict[str, Any]:
    base = _BASES.get(name, "")
    inherited = {each["name"] for each in types[base]["properties"]} if base else set()
    properties = {
        each["name"]: _short(each["type"])
        for each in types[name]["properties"]
        if each["name"] not in inherited
    }
    return {"name": types[name]["fullName"], "base": base, "properties": properties}


def _short(name: str) -> str:
    """Return a type as one short word: `guid?` for one that may be null, `string[]` for many."""
    if match := re.fullmatch(r"System\.Nullable[\[<](.+)[\]>]", name):
        return f"{_short(match[1])}?"
    if match := re.fullmatch(r"System\.Collections\.Generic\.\w+<(.+)>", name):
        return f"{_short(match[1])}[]"
    if name.endswith("[]"):
        return f"{_short(name[:-2])}[]"
    if name.lower() in _PLAIN:
        return _PLAIN[name.lower()]
    nested = "RestartVM." if name.endswith("+WaitVMTypes") else ""  # another enum has that name, too
    return (
        nested
        + name.rsplit("+", maxsplit=1)[-1]
        .rsplit(".PowerShell.", maxsplit=1)[-1]
        .rsplit(".Management.", maxsplit=1)[-1]
    )


def _known_only(types: dict[str, Any], enums: dict[str, Any]) -> dict[str, Any]:
    """Let properties of types that nobody has facts about be plain objects."""
    known = {*types, *enums, *_PLAIN.values()}
    for made in types.values():
        for name, short in made["properties"].items():
            bare = short.rstrip("?").removesuffix("[]")
            made["properties"][name] = short if bare in known and bare != "CimSession" else "object"
    return types


def _enum_name(name: str) -> str:
    if name.startswith("Vhd"):
        return f"Microsoft.Vhd.PowerShell.{name}"
    return _HYPERV + name.replace("RestartVM.", "Commands.RestartVM").replace(
        "RestartType", "Commands.RestartType"
    )


def main(arguments: list[str]) -> int:
    """Write the facts from the reference that is named."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    reference, supplement = (
        json.loads(path.read_text(encoding="utf-8")) for path in (Path(arguments[0]), SUPPLEMENT)
    )
    facts = distilled({section: reference[section] | supplement[section] for section in supplement})
    FACTS.write_text(_compact(facts), encoding="utf-8", newline="\n")
    return 0


def _compact(facts: dict[str, Any]) -> str:
    """One line for each cmdlet's parameter, type and enum, so that a change can be read."""
    lines = ["{"]
    for section, entries in facts.items():
        lines.append(f'"{section}": {{')
        lines.append(",\n".join(f'  "{name}": {json.dumps(entry)}' for name, entry in entries.items()))
        lines.append("}," if section != "enums" else "}")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
