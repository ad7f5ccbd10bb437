"""The cmdlets by their other names: -VMCheckpoint does what -VMSnapshot does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from tests.support.scripts import Said

Run = Callable[[str], Said]
Take = Callable[..., str]
VERBS = ("Get", "Restore", "Remove", "Rename", "Export")


def tree_of(host: HyperV, vm: str) -> dict[str, str]:
    return {one.name: one.parent_snapshot_name for one in host.get_vm_snapshot(vm).objects}


@pytest.mark.parametrize("noun", ["VMSnapshot", "VMCheckpoint"])
def test_both_names_of_each_cmdlet_do_the_same(
    run: Run, take: Take, host: HyperV, noun: str
) -> None:  # fact 23
    vm = take("Off")
    script = f"""
        Rename-{noun} -VMName {vm} -Name side -NewName other
        Restore-{noun} -VMName {vm} -Name other -Confirm:$false
        Export-{noun} -VMName {vm} -Name other -Path D:\\{noun}
        Remove-{noun} -VMName {vm} -Name p1 -IncludeAllChildSnapshots
        Get-{noun} -VMName {vm} | ForEach-Object Name
    """
    assert run(script).values == ["base", "other"]
    assert tree_of(host, vm) == {"base": "", "other": "base"}
    assert host.get_vm(vm).one().parent_snapshot_name == "other"
    assert host.get_child_item(f"D:\\{noun}\\{vm}")


@pytest.mark.parametrize("verb", VERBS)
def test_an_error_names_the_cmdlet_and_not_the_alias(run: Run, verb: str) -> None:  # fact 23
    more = {
        "Restore": "-Name x -Confirm:$false",
        "Rename": "-Name x -NewName y",
        "Export": "-Name x -Path D:\\",
    }
    errors = [
        run(f"{verb}-{noun} -VMName nosuch {more.get(verb, '')}").error
        for noun in ("VMSnapshot", "VMCheckpoint")
    ]
    assert errors[0] == errors[1]
    assert errors[0]["fqid"].endswith(f".{verb}VMSnapshot")


def test_the_aliases_are_aliases(run: Run) -> None:  # fact 23
    aliases = " ".join(f"{verb}-VMCheckpoint," for verb in VERBS).rstrip(",")
    script = f'Get-Command {aliases} | ForEach-Object {{ "$($_.CommandType) $($_.Definition)" }}'
    assert run(script).values == [f"Alias {verb}-VMSnapshot" for verb in VERBS]
