"""The module's declarations, as PowerShell sees them, are those of the real module."""

from __future__ import annotations

import json
from collections.abc import Callable

from devtools.hyperv_facts import CMDLETS, FACTS
from tests.support.scripts import Said

Run = Callable[[str], Said]
FACTS_JSON = json.loads(FACTS.read_text(encoding="utf-8"))
COMMON = frozenset(
    [
        "WhatIf",
        "Confirm",
        "Verbose",
        "Debug",
        "ErrorAction",
        "WarningAction",
        "InformationAction",
        "ProgressAction",
        "ErrorVariable",
        "WarningVariable",
        "InformationVariable",
        "OutVariable",
        "OutBuffer",
        "PipelineVariable",
    ]
)
NAMES = [name for part in CMDLETS.values() for name in part]


def test_the_module_exports_the_cmdlets_and_their_other_names(run: Run) -> None:
    exported = run("(Get-Module Hyper-V).ExportedCommands.Keys").values
    aliases = [alias for cmdlet in FACTS_JSON["cmdlets"].values() for alias in cmdlet.get("aliases", ())]
    assert sorted(exported) == sorted([*NAMES, *aliases])


def test_every_cmdlet_has_the_parameter_sets_of_the_real_one(run: Run) -> None:
    script = """
        foreach ($name in (Get-Module Hyper-V).ExportedFunctions.Keys) {
            foreach ($set in (Get-Command $name).ParameterSets) {
                foreach ($one in $set.Parameters) {
                    if ($one.Attributes.TypeId.Name -contains 'ParameterAttribute') {
                        "$name/$($set.Name)/$($one.Name)/$(if ($one.IsMandatory) { '!' })$(
                            if ($one.Position -ge 0) { $one.Position })$(
                            if ($one.ValueFromPipeline) { 'v' })$(
                            if ($one.ValueFromPipelineByPropertyName) { 'n' })"
                    }
                }
            }
        }
    """
    told = {line for line in run(script).values if line.split("/")[2] not in COMMON}
    expected = {
        f"{name}/{parameter_set}/{parameter}/{flags}"
        for name, cmdlet in FACTS_JSON["cmdlets"].items()
        for parameter, entry in cmdlet["parameters"].items()
        for parameter_set, flags in entry["sets"].items()
    }
    assert told == expected


def test_restoring_is_the_one_thing_that_asks_by_default(run: Run) -> None:
    script = """
        foreach ($command in (Get-Module Hyper-V).ExportedFunctions.Values) {
            $binding = $command.ScriptBlock.Attributes | Where-Object { $_ -is [System.Management.Automation.CmdletBindingAttribute] }
            if ("$($binding.ConfirmImpact)" -eq 'High') { $command.Name }
        }
    """
    assert run(script).values == ["Restore-VMSnapshot"]


def test_every_enum_has_its_numbers(run: Run) -> None:  # facts 94, 127
    names = {entry["name"]: entry["values"] for entry in FACTS_JSON["enums"].values()}
    script = "; ".join(
        f'"{name} $([Enum]::GetNames([{name}]) | ForEach-Object {{ "$_=$([int] [{name}]::$_)" }})"'
        for name in names
    )
    expected = {name: {f"{key}={value}" for key, value in values.items()} for name, values in names.items()}
    told = (line.split() for line in run(script).values)
    assert {words[0]: set(words[1:]) for words in told} == expected
