"""A host whose Windows is not English: its texts differ, its ids, codes and names are the same.

Microsoft's German texts are not known here. The host writes its English texts with marked letters instead, which no search
for English words finds (hvtree/emulator/host/languages.py). PowerShell's own texts stay those of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from winrm import Session

from hvtree.emulator.worlds.schema import HostSpec
from tests.emulator.powershell.sessions import answered, session_with


@pytest.fixture(scope="module")
def german() -> Iterator[Session]:
    with session_with(HostSpec("HOST", culture="de-DE", ui_language="de-DE")) as session:
        yield session


def test_an_error_is_in_the_hosts_language_and_its_id_is_not(german: Session) -> None:  # fact 74
    script = "Get-VM nosuch -ErrorAction SilentlyContinue -ErrorVariable e; $e.Exception.Message; $e.FullyQualifiedErrorId"
    assert answered(german, script).splitlines() == [
        '[de-DE] Hýpér-V wäš üñäblé tö fïñd ä vïrtüäl mäçhïñé wïth ñämé "nosuch".',
        "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM",
    ]


def test_a_warning_is_in_the_hosts_language(german: Session) -> None:  # fact 74
    found = answered(german, "Start-VM db -WarningAction SilentlyContinue -WarningVariable w; $w.Message")
    assert found == "[de-DE] Thé vïrtüäl mäçhïñé ïš älréädý ïñ thé špéçïfïéd štäté."


def test_the_status_of_a_vm_is_in_the_hosts_language_and_its_state_is_not(german: Session) -> None:  # fact 74
    script = "$vm = Get-VM db; $vm.Status; $vm.PrimaryStatusDescription; [string] $vm.State; $vm.Name"
    normal = "[de-DE] Öpérätïñg ñörmällý"
    assert answered(german, script).splitlines() == [normal, normal, "Running", "db"]


def test_wmi_speaks_the_hosts_language_too(german: Session) -> None:  # fact 74
    script = """
        $vm = Get-CimInstance -Namespace root\\virtualization\\v2 -ClassName Msvm_ComputerSystem -Filter "ElementName = 'db'"
        $vm.Caption; $vm.StatusDescriptions; $vm.ElementName
        @(Get-CimInstance -Namespace root\\virtualization\\v2 -ClassName Msvm_ComputerSystem -Filter "Caption = 'Virtual Machine'").Count
    """
    assert answered(german, script).splitlines() == [
        "[de-DE] Vïrtüäl Mäçhïñé",
        "[de-DE] Öpérätïñg ñörmällý",
        "db",
        "0",
    ]
