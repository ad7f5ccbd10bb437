"""Write the declarations of the stand-in for the Hyper-V module from `hyperv_facts.json`.

    python packaging/devtools/hyperv_module.py

Each cmdlet becomes a function with the parameters, sets, aliases and pipeline binding of the real one; what it does is in
the parts of the module that are written by hand. A test compares what is committed with what this gives.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devtools.hyperv_facts import CMDLETS, FACTS

MODULE = Path(__file__).resolve().parents[2] / "resources" / "emulator" / "Hyper-V"
_HEAD = "# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.\n"


def files() -> dict[Path, str]:
    """Return the text of every file that is written, by its path."""
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    declared = {
        MODULE / "declared" / f"{part}.ps1": _part(
            part, [(name, facts["cmdlets"][name]) for name in names], facts
        )
        for part, names in CMDLETS.items()
    }
    return {**declared, MODULE / "declared" / "types.ps1": _types(facts)}


def _part(part: str, cmdlets: list[tuple[str, dict[str, Any]]], facts: dict[str, Any]) -> str:
    functions = "\n".join(_function(name, cmdlet, facts) for name, cmdlet in cmdlets)
    return f"# The cmdlets of the part ‘{part}’: what they take.\n{_HEAD}\n{functions}"


def _function(name: str, cmdlet: dict[str, Any], facts: dict[str, Any]) -> str:
    parameters = ",\n".join(_parameter(each, entry, facts) for each, entry in cmdlet["parameters"].items())
    output = f"    [OutputType('{cmdlet['output']}')]\n" if "output" in cmdlet else ""
    aliases = "".join(f"Set-Alias -Name '{alias}' -Value '{name}'\n" for alias in cmdlet.get("aliases", ()))
    return (
        f"function {name} {{\n    [CmdletBinding({', '.join(_binding(cmdlet))})]\n{output}"
        f"    param(\n{parameters}\n    )\n"
        "    begin { . Use-CallerPreference }\n"
        f"    process {{ Invoke-Stage $PSCmdlet $PSBoundParameters }}\n}}\n{aliases}"
    )


def _binding(cmdlet: dict[str, Any]) -> Iterator[str]:
    if cmdlet["default"]:
        yield f"DefaultParameterSetName = '{cmdlet['default']}'"
    if "impact" in cmdlet:
        yield "SupportsShouldProcess"
        yield f"ConfirmImpact = '{cmdlet['impact']}'"
    yield "PositionalBinding = $false"


def _parameter(name: str, parameter: dict[str, Any], facts: dict[str, Any]) -> str:
    lines = [f"[Parameter({', '.join(_attribute(*each))})]" for each in parameter["sets"].items()]
    if "aliases" in parameter:
        lines.append(f"[Alias({', '.join(map(_quoted, parameter['aliases']))})]")
    lines.extend(f"[{rule}]" for rule in parameter.get("validation", ()))
    lines.append(f"[{_type_name(parameter['type'], facts)}] ${name}")
    return "\n".join(f"        {line}" for line in lines)


def _attribute(parameter_set: str, flags: str) -> Iterator[str]:
    if parameter_set != "__AllParameterSets":
        yield f"ParameterSetName = {_quoted(parameter_set)}"
    if "!" in flags:
        yield "Mandatory"
    if position := "".join(filter(str.isdigit, flags)):
        yield f"Position = {position}"
    if "v" in flags:
        yield "ValueFromPipeline"
    if "n" in flags:
        yield "ValueFromPipelineByPropertyName"


def _type_name(short: str, facts: dict[str, Any]) -> str:
    if short.endswith("[]"):
        return f"{_type_name(short[:-2], facts)}[]"
    if short.endswith("?"):
        return f"Nullable[{_type_name(short[:-1], facts)}]"
    for kind in ("types", "enums"):
        if short in facts[kind]:
            return str(facts[kind][short]["name"])
    return short


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _types(facts: dict[str, Any]) -> str:
    enums = "\n".join(
        f"    {_quoted(name)} = @{{ Name = {_quoted(entry['name'])}; Values = [ordered] @{{ {_table(entry['values'])} }} }}"
        for name, entry in facts["enums"].items()
    )
    types = "\n".join(_declared(name, entry) for name, entry in facts["types"].items())
    return (
        "# The types of the Hyper-V module: what properties they have; and its enums, with their numbers.\n"
        f"{_HEAD}\n$DeclaredEnums = [ordered] @{{\n{enums}\n}}\n\n$DeclaredTypes = [ordered] @{{\n{types}\n}}\n"
    )


def _declared(name: str, entry: dict[str, Any]) -> str:
    properties = "\n".join(
        f"            {member} = {_quoted(short)}" for member, short in entry["properties"].items()
    )
    body = f"\n{properties}\n        " if properties else ""
    return (
        f"    {_quoted(name)} = @{{\n        Name = {_quoted(entry['name'])}; Base = {_quoted(entry['base'])}\n"
        f"        Properties = [ordered] @{{{body}}}\n    }}"
    )


def _table(values: dict[str, int]) -> str:
    return "; ".join(f"{name} = {number}" for name, number in values.items())


def main() -> int:
    """Write the files."""
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
