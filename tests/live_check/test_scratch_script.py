"""The script for scratch VMs by PowerShell's own parser: it runs on Windows PowerShell 5.1, and makes no code of text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agent.test_syntax import CODE_FROM_TEXT, inspected
from tests.live.pipe_connection import scratch_text
from tests.support.backends import skip_without_powershell


@pytest.fixture(scope="module")
def syntax(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the parser finds in the script."""
    path = tmp_path_factory.mktemp("script") / "scratch.ps1"
    path.write_bytes(scratch_text())
    return inspected(skip_without_powershell(), path)


def test_it_has_no_errors_and_nothing_newer_than_windows_powershell_5_1(syntax: dict[str, Any]) -> None:
    assert (syntax["errors"], syntax["newer"]) == ([], [])


def test_nothing_in_it_turns_text_into_code(syntax: dict[str, Any]) -> None:
    looked_up = [each["text"] for each in syntax["commands"] if each["name"] in {*CODE_FROM_TEXT, None}]
    assert (syntax["code"], looked_up) == ([], [])


def test_every_vm_that_it_changes_has_been_looked_up_by_id_and_by_name(syntax: dict[str, Any]) -> None:
    changing = ("Remove-VM", "Stop-VM", "Rename-VM", "Restore-VMSnapshot", "Remove-VMSnapshot")
    by_name = [
        each["text"]
        for each in syntax["commands"]
        if each["name"] in changing and {"Name", "VMName"} & set(each["parameters"])
    ]
    assert by_name == []
