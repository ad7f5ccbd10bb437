"""What VMs, checkpoints and the host have besides disks, and what Compare-VM says of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from winrm import Session

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.emulator.worlds.schema import AdapterSpec, DvdSpec, SwitchSpec, World
from tests.emulator.powershell.sessions import QUIET, raw
from tests.support.backends import endpoint_on, hosting
from tests.support.scripts import Said, Scripts
from tests.support.virtual_host import guid, vm_spec, world_of
from tests.support.wsman_clients import ACCOUNT

Run = Callable[[str], Said]
COMMANDS = "Microsoft.HyperV.PowerShell.Commands."
CARD = "Intel(R) Ethernet Connection I219-LM"
WORLD: World = world_of(
    vm_spec(
        "web",
        "base*",
        state="Running",
        details={"adapters": (AdapterSpec(name="Old"),)},
        adapters=(
            AdapterSpec(switch="LAN", addresses=("10.0.0.7", "fe80::7")),
            AdapterSpec(name="Back", switch="Back", mac="00155d010203"),
        ),
        dvd_drives=(DvdSpec("D:\\ISO\\tools.iso", location=1),),
    ),
    vm_spec("old", "base*", generation=1),
    vm_spec("moved", adapters=(AdapterSpec(switch="Gone"),)),
    switches=(
        SwitchSpec("LAN", "External", CARD),
        SwitchSpec("Inside", "Internal"),
        SwitchSpec("Back"),
        SwitchSpec("Gone"),
    ),
)


@pytest.fixture(scope="module")
def host() -> Iterator[HyperV]:
    with hosting(WORLD) as host:
        yield host


@pytest.fixture(scope="module")
def run(powershell: str, host: HyperV) -> Iterator[Run]:
    with RealPowerShell(host, powershell) as program:
        scripts = Scripts(powershell, program.environment())
        yield scripts.run
        scripts.close()


def test_a_vm_tells_its_adapters_services_and_dvd_drives(run: Run) -> None:  # facts 153, 156 and 158
    script = """
        $vm = Get-VM web
        $vm.NetworkAdapters | ForEach-Object { "$($_.Name) $($_.SwitchName) $($_.Connected) $($_.Status) $($_.IPAddresses)" }
        "$($vm.VMIntegrationService.Name.Count) $($vm.DVDDrives[0].Path) $($vm.DVDDrives[0].DvdMediaType)"
        $vm.NetworkAdapters[0].GetType().Name; $vm.NetworkAdapters[0].VMId -eq $vm.Id
        $old = Get-VM old
        "$($old.NetworkAdapters.Count) $($old.DVDDrives[0].ControllerType) $($old.DVDDrives[0].ControllerNumber) [$($old.DVDDrives[0].Path)]"
    """
    assert run(script).values == [
        "Network Adapter LAN True Ok 10.0.0.7 fe80::7",
        "Back Back True Ok 10.1.2.3 fe80::5d01:203",
        "6 D:\\ISO\\tools.iso ISO",
        *("VMNetworkAdapter", True),
        "1 IDE 1 []",
    ]


def test_a_checkpoint_has_the_hardware_that_it_captured(run: Run) -> None:  # fact 153
    script = """
        $base = Get-VMSnapshot web base
        $base.NetworkAdapters | ForEach-Object { "$($_.Name) [$($_.SwitchName)] $($_.VMSnapshotName) $($_.IPAddresses.Count)" }
        (Get-VMNetworkAdapter -VMSnapshot $base).Id -eq $base.NetworkAdapters.Id
        $base.NetworkAdapters.Id -like "Microsoft:$($base.Id)\\*"
        (Get-VMProcessor -VMSnapshot $base).Count; (Get-VMMemory -VMSnapshot $base).Startup / 1GB
        (Get-VMIntegrationService -VMSnapshot $base -Name VSS).VMSnapshotName
    """
    assert run(script).values == ["Old [] base 0", True, True, 2, 2, "base"]


def test_adapters_are_found_by_vm_by_name_and_on_the_host(run: Run) -> None:  # facts 153 and 158
    assert run("Get-VMNetworkAdapter -VMName web -Name Back | % MacAddress").values == ["00155D010203"]
    assert run("Get-VM old | Get-VMNetworkAdapter | % { $_.MacAddress -like '00155D*' }").values == [True]
    assert run("Get-VMNetworkAdapter web nosuch").words == []
    host = 'ForEach-Object { "$($_.GetType().Name) $($_.Name) $($_.IsManagementOs)" }'
    own = [f"VMInternalNetworkAdapter {name} True" for name in ("LAN", "Inside")]
    assert run(f"Get-VMNetworkAdapter -ManagementOS | {host}").values == own
    assert run(f"Get-VMNetworkAdapter -ManagementOS -SwitchName inside | {host}").values == own[1:]
    everywhere = run(f"Get-VMNetworkAdapter -All | {host}").values
    assert everywhere[:2] == own
    assert {"VMNetworkAdapter Network Adapter False", "VMNetworkAdapter Back False"} <= set(everywhere)


def test_the_switches_tell_their_kind_and_card(run: Run) -> None:  # fact 154
    script = 'ForEach-Object { "$($_.Name) $($_.SwitchType) $($_.AllowManagementOS) [$($_.NetAdapterInterfaceDescription)]" }'
    lan, inside, back = f"LAN External True [{CARD}]", "Inside Internal True []", "Back Private False []"
    assert run(f"Get-VMSwitch | {script}").values[:3] == [lan, inside, back]
    assert run(f"Get-VMSwitch -SwitchType External, Internal | {script}").values == [lan, inside]
    assert run(f"Get-VMSwitch b* | {script}").values == [back]
    assert run(f"(Get-VM web).NetworkAdapters[0].SwitchId | Get-VMSwitch | {script}").values == [lan]


@pytest.mark.parametrize(
    ("command", "message", "fqid"),
    [
        (
            "Get-VMSwitch nosuch",
            'Hyper-V was unable to find a virtual switch with name "nosuch".',
            "InvalidParameter,GetVMSwitch",
        ),
        (
            f"Get-VMSwitch -Id {guid('nosuch')}",
            "No Ethernet switch could be found matching the specified criteria.",
            "ObjectNotFound,GetVMSwitch",
        ),
        (
            "Get-VMNetworkAdapter -ManagementOS -SwitchName nosuch",
            'Hyper-V was unable to find a virtual switch with name "nosuch".',
            "InvalidParameter,GetVMNetworkAdapter",
        ),
        (
            "New-VM -Name new -SwitchName nosuch",
            'Hyper-V was unable to find a virtual switch with name "nosuch".',
            "InvalidParameter,NewVM",
        ),
        *(
            (
                f"Get-{name} nosuch",
                'Hyper-V was unable to find a virtual machine with name "nosuch".',
                f"InvalidParameter,Get{name}",
            )
            for name in ("VMNetworkAdapter", "VMProcessor", "VMMemory", "VMScsiController", "VMDvdDrive")
        ),
    ],
)
def test_a_name_that_nothing_has_is_the_known_error(run: Run, command: str, message: str, fqid: str) -> None:
    error = run(command).error  # fact 154
    assert (error["message"], error["fqid"]) == (message, fqid.replace(",", f",{COMMANDS}"))


def test_memory_and_processors_are_those_of_the_vm(run: Run) -> None:  # fact 157
    script = """
        $memory = Get-VMMemory web; $processor = Get-VM web | Get-VMProcessor
        "$($memory.Startup / 1GB) $($memory.DynamicMemoryEnabled) $($memory.Id.EndsWith('\\4764334D-E001-4176-82EE-5594EC9B530E'))"
        "$($processor.Count) $($processor.Maximum) $($processor.Id.EndsWith('\\B637F346-6A0E-4DEC-AF52-BD70CB80A21D\\0'))"
        Set-VM old -ProcessorCount 3 -MemoryStartupBytes 1GB
        "$((Get-VMProcessor old).Count) $((Get-VMMemory old).Startup / 1GB)"
    """
    assert run(script).values == ["2 False True", "2 100 True", "3 1"]


def test_a_controller_leads_to_its_drives(run: Run) -> None:  # fact 157
    script = """
        $controller = Get-VMScsiController web
        $controller.ControllerNumber; $controller.Drives.Count
        ($controller | Get-VMHardDiskDrive).Path -eq (Get-VM web).HardDrives[0].Path
        ($controller | Get-VMDvdDrive).Path
        @(Get-VMScsiController web 1).Count; (Get-VMScsiController old).Drives.Count
        (Get-VMScsiController -VMSnapshot (Get-VMSnapshot web base) | Get-VMHardDiskDrive).VMSnapshotName
    """
    assert run(script).values == [0, 2, True, "D:\\ISO\\tools.iso", 0, 1, "base"]


def test_services_are_known_by_their_ids_in_every_language(run: Run) -> None:  # fact 162
    script = """
        $id = "Microsoft:$((Get-VM web).Id)\\6C09BB55-D683-4DA0-8931-C9BF705F6480"
        Get-VMIntegrationService web | Where-Object Id -eq $id | ForEach-Object { "$($_.Name) $($_.Enabled)" }
        (Get-VMIntegrationService web | Where-Object Id -match '84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47').Name
    """
    assert run(script).values == ["Guest Service Interface False", "Heartbeat"]


def test_a_new_vm_has_an_adapter_on_the_switch_that_is_named(run: Run) -> None:  # fact 156
    script = """
        $vm = New-VM -Name made -Generation 1 -NoVHD -SwitchName LAN
        "$($vm.NetworkAdapters.Count) $($vm.NetworkAdapters[0].SwitchName) $($vm.DVDDrives.Count)"
    """
    assert run(script).values == ["1 LAN 1"]


def test_a_vm_and_its_adapters_as_text_tell_who_they_are(run: Run) -> None:  # fact 163
    vm = guid("web")
    script = '$vm = Get-VM web; "$vm"; "$($vm.NetworkAdapters[1])"'
    assert run(script).values == [
        f"VirtualMachine (Name = 'web') [Id = '{vm}']",
        f"VMNetworkAdapter (Name = 'Back', VMName = 'web') [VMId = '{vm}']",
    ]


def test_waiting_for_an_address_ends_when_the_guest_has_one(run: Run) -> None:  # fact 164
    assert run("Wait-VM web -For IPAddress -Timeout 0; 'there'").values == ["there"]
    assert run(
        "Restart-VM web -Force -Wait -For IPAddress -Delay 1; (Get-VM web).State.ToString()"
    ).values == ["Running"]
    run("Start-VM old")
    assert run("Wait-VM old -Timeout 0").words == []
    error = run("Wait-VM old -For IPAddress -Timeout 0").error  # it is connected to no switch
    assert (error["category"], error["target"]) == ("OperationTimeout", "old")
    run("Stop-VM old -TurnOff -Force")


def test_the_host_tells_on_which_switches_it_is(run: Run) -> None:  # fact 153
    assert run("(Get-VMHost).InternalNetworkAdapters.SwitchName").values == ["LAN", "Inside"]


# -- imports -----------------------------------------------------------------------------------------------------------


def exported(name: str) -> str:
    """Return the path of the configuration that an export of a VM has."""
    return f"D:\\Out\\{name}\\Virtual Machines\\{guid(name).upper()}.vmcx"


def test_a_report_shows_the_vm_that_an_import_would_bring(run: Run) -> None:  # facts 159 and 160
    script = f"""
        Export-VM old D:\\Out
        $report = Compare-VM -Copy -GenerateNewId -Path '{exported("old")}' -VhdDestinationPath D:\\New -VirtualMachinePath D:\\New
        "$($report.OperationType) $($report.Destination) $($report.VM.VirtualMachineType) $($null -eq $report.Incompatibilities)"
        $report.Path -eq '{exported("old")}'; $report.SnapshotPath; $report.VhdDestinationPath
        "$($report.VM.Name) $($report.VM.State) $($report.VM.Generation) $($report.VM.IsDeleted)"
        (Get-VM).Id -contains $report.VM.Id
        Set-VM -VM $report.VM -NewVMName copied
        $vm = Import-VM -CompatibilityReport $report
        "$($vm.Name) $($vm.Id -eq $report.VM.Id) $($vm.VirtualMachineType)"
        Import-VM -CompatibilityReport $report
    """
    said = run(script)
    assert said.values == [
        "ImportVirtualMachine HOST PlannedVirtualMachine True",
        *(True, "D:\\New\\Snapshots", "D:\\New"),
        "old Off 1 False",
        False,
        "copied True RealizedVirtualMachine",
    ]
    assert "was unable to find" in said.error["message"]  # it was imported already


def test_a_missing_switch_stands_in_the_way_of_an_import(
    run: Run, host: HyperV
) -> None:  # facts 159, 161 and 163
    assert run("Export-VM moved D:\\Out; Remove-VM moved -Force").words == []
    host.remove_vm_switch("Gone")
    script = f"""
        $report = Compare-VM -Path '{exported("moved")}'
        foreach ($wrong in $report.Incompatibilities) {{ "$wrong $($wrong.MessageId) $($wrong.Message)"; $wrong.Source.Name }}
        $report.Incompatibilities[0].Source.GetType().Name
        (Compare-VM -CompatibilityReport $report).Incompatibilities.Count
        Import-VM -Path '{exported("moved")}'
        Import-VM -CompatibilityReport $report
    """
    said = run(script)
    assert said.values == [
        "33012 33012 Could not find Ethernet switch 'Gone'.",
        *("Network Adapter", "VMNetworkAdapter", 1),
    ]
    assert [error["message"] for error in said.errors] == [
        "Unable to import virtual machine due to configuration errors. Please use Compare-VM to repair the virtual machine."
    ] * 2


def test_an_import_of_what_is_there_cannot_be_compared(run: Run) -> None:
    script = f"Export-VM web D:\\Out; Compare-VM -Path '{exported('web')}'; Compare-VM -Path D:\\nothing.vmcx"
    messages = [error["message"] for error in run(script).errors]
    assert "same identifier already exists" in messages[0]
    assert "cannot find the file" in messages[1]


def test_another_host_is_not_reached_for_a_comparison(run: Run) -> None:
    assert run("Compare-VM web elsewhere").error["category"] == "ObjectNotFound"


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cmdlet", "head"),
    [
        (
            "Get-VMNetworkAdapter web",
            "Name IsManagementOs VMName SwitchName MacAddress Status IPAddresses",
        ),
        ("Get-VMSwitch LAN", "Name SwitchType NetAdapterInterfaceDescription"),
        ("Get-VMMemory web", "VMName DynamicMemoryEnabled Minimum(M) Startup(M) Maximum(M)"),
        (
            "Get-VMProcessor web",
            "VMName Count CompatibilityForMigrationEnabled CompatibilityForOlderOperatingSystemsEnabled",
        ),
        ("Get-VMScsiController web", "VMName ControllerNumber Drives"),
        (
            "Get-VMDvdDrive web",
            "VMName ControllerType ControllerNumber ControllerLocation DvdMediaType Path",
        ),
    ],
)
def test_a_table_has_the_columns_of_the_real_one(host: HyperV, cmdlet: str, head: str) -> None:
    """Facts 153 and 154."""
    login = (ACCOUNT.user, ACCOUNT.password)
    with endpoint_on(host, is_real=True) as endpoint:
        session = Session(endpoint.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
        first = raw(session, QUIET + cmdlet)[0].decode().split("\r\n")[1]
        session.protocol.transport.close_session()
    assert " ".join(first.split()) == head
