"""The agent's script in PowerShell's own parser: only commands of every supported release, and nothing that turns text into code."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hvtree.hosts import messages
from hvtree.hosts.agent_starter import agent_script
from tests.support.waiting import WAIT_S

HERE = Path(__file__).resolve().parent
FACTS = json.loads((HERE / "cmdlets.json").read_text(encoding="utf-8"))
COMMON = {
    "ErrorAction",
    "ErrorVariable",
    "WarningAction",
    "WarningVariable",
    "OutVariable",
    "Verbose",
    "Debug",
}
CODE_FROM_TEXT = {
    "Invoke-Expression",
    "iex",
    "Invoke-Command",
    "icm",
    "Start-Process",
    "Invoke-Item",
    "New-Alias",
}


def inspected(powershell: str, script: Path) -> dict[str, Any]:
    run = subprocess.run(
        [
            powershell,
            "-NoProfile",
            "-NonInteractive",
            "-File",
            str(HERE / "inspect.ps1"),
            "-Path",
            str(script),
        ],
        capture_output=True,
        check=False,
        timeout=WAIT_S,
    )
    assert run.returncode == 0, run.stderr.decode()
    return dict(json.loads(run.stdout))


@pytest.fixture(scope="module")
def syntax(powershell: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("script") / "agent.ps1"
    path.write_bytes(agent_script())
    return inspected(powershell, path)


MODULE = "Hyper-V\\"
LOOKED_FOR = {"Get-VMGroup"}
"""Cmdlets that not all releases have: the agent looks whether they are there before it calls them."""


def bare(name: str | None) -> str | None:
    """Return the name of a command without its module."""
    return name.removeprefix(MODULE) if name is not None else None


def own(syntax: dict[str, Any]) -> set[str]:
    return {function["name"] for function in syntax["functions"]}


def test_the_script_has_no_syntax_errors(syntax: dict[str, Any]) -> None:
    assert syntax["errors"] == []


def test_nothing_in_it_is_newer_than_windows_powershell_5_1(syntax: dict[str, Any]) -> None:
    assert syntax["newer"] == []


def test_every_cmdlet_exists_in_all_releases_that_we_claim(syntax: dict[str, Any]) -> None:
    known = own(syntax) | set(FACTS["cmdlets"]) | LOOKED_FOR
    unknown = {
        f"{each['line']}: {each['text']}"
        for each in syntax["commands"]
        if bare(each["name"]) not in {*known, None}
    }

    assert unknown == set()
    asked = " ".join(each["text"] for each in syntax["commands"] if each["name"] == "Get-Command")
    assert [name for name in LOOKED_FOR if f"'{name}'" not in asked] == []


def test_every_parameter_exists_in_all_releases_that_we_claim(syntax: dict[str, Any]) -> None:
    unknown = [
        f"{each['line']}: {each['name']} -{parameter}"
        for each in syntax["commands"]
        if bare(each["name"]) in FACTS["cmdlets"]
        for parameter in each["parameters"]
        if parameter not in {*FACTS["cmdlets"][bare(each["name"])]["everywhere"], *COMMON}
    ]

    assert unknown == []


def test_what_others_name_alike_is_not_called(syntax: dict[str, Any]) -> None:
    named = [each["name"] for each in syntax["commands"] if each["name"]]
    hyperv = [name for name in named if re.search(r"-(VM|VMSnapshot|VHD)$", name)]

    assert len(hyperv) > 10
    assert [name for name in hyperv if not name.startswith(MODULE)] == []


def test_no_query_may_take_a_minute(syntax: dict[str, Any]) -> None:
    queries = [
        each["text"] for each in syntax["commands"] if re.match(r"(Get|Invoke)-Cim", str(each["name"]))
    ]
    limits = [int(seconds) for text in queries for seconds in re.findall(r"-OperationTimeoutSec (\d+)", text)]

    assert len(limits) == len(queries) >= 5
    assert max(limits) < 60
    assert [
        text for text in queries if "Win32_Volume" in text and "-OperationTimeoutSec 5 " not in text
    ] == []


def test_no_parameters_hide_in_a_table(syntax: dict[str, Any]) -> None:
    assert [each["text"] for each in syntax["commands"] if each["splatted"]] == []


def test_nothing_turns_text_into_code(syntax: dict[str, Any]) -> None:
    named = {each["text"] for each in syntax["commands"] if each["name"] in CODE_FROM_TEXT}
    compiled = {
        each["text"]
        for each in syntax["commands"]
        if each["name"] == "Add-Type" and each["parameters"] != ["AssemblyName"]
    }

    assert (syntax["code"], named, compiled) == ([], set(), set())


def test_the_only_command_that_is_looked_up_is_the_function_of_a_verb(syntax: dict[str, Any]) -> None:
    assert [each["text"] for each in syntax["commands"] if each["name"] is None] == [
        "& $function $State $Request"
    ]


def test_every_verb_of_the_protocol_has_its_function(syntax: dict[str, Any]) -> None:
    described = set(
        re.findall(r"`([a-z]+(?:\.[a-z_]+)?)`", re.sub(r"(?m)^(?!\| `).*", "", messages.__doc__ or ""))
    )
    verbs = {verb for verb in described if "." in verb} | {"hello", "ping", "echo", "emit", "exit"}
    script = agent_script().decode()
    table = dict(re.findall(r"(?m)^\s+'([a-z._]+)' = '([A-Z][A-Za-z-]+)'$", script))

    assert set(table) == verbs
    assert set(table.values()) <= own(syntax)


def test_no_function_is_defined_twice(syntax: dict[str, Any]) -> None:
    names = [function["name"] for function in syntax["functions"]]

    assert len(names) == len(set(names))


def test_every_function_reaches_the_other_runspaces_by_its_name(syntax: dict[str, Any]) -> None:
    assert [name for name in own(syntax) if "-Agent" not in name and name != "Deny-Agent"] == []


def test_every_function_is_used(syntax: dict[str, Any]) -> None:
    script = agent_script().decode()
    unused = [name for name in own(syntax) if len(re.findall(rf"{name}\b", script)) < 2]

    assert unused == []


def test_functions_are_short(syntax: dict[str, Any]) -> None:
    long = {each["name"]: each["lines"] for each in syntax["functions"] if each["lines"] > 45}

    assert long == {}


@pytest.mark.parametrize(
    "text",
    [
        "$a ? 1 : 2",
        "$a ?? 1",
        "$a ??= 1",
        "${a}?.b",
        "${a}?[0]",
        "Get-Item x && Get-Item y",
        "Get-Item x || Get-Item y",
        "Get-Item x &",
        '"`u{41}"',
        "function f { clean { 1 } }",
        "0b101",
        "5us",
    ],
)
def test_the_check_finds_newer_syntax(powershell: str, tmp_path: Path, text: str) -> None:
    path = tmp_path / "newer.ps1"
    path.write_text(text, encoding="utf-8")

    assert inspected(powershell, path)["newer"] != []


@pytest.mark.parametrize(
    "text",
    [
        "[scriptblock]::Create($x)",
        "$shell.AddScript($x)",
        "[ScriptBlock] $x",
        "$ExecutionContext.InvokeCommand.InvokeScript($x)",
    ],
)
def test_the_check_finds_code_made_from_text(powershell: str, tmp_path: Path, text: str) -> None:
    path = tmp_path / "code.ps1"
    path.write_text(text, encoding="utf-8")

    assert inspected(powershell, path)["code"] != []
