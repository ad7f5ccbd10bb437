"""Get-VM, Get-VMSnapshot and the others that only read: targets, results, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from tests.support.scripts import Said

Run = Callable[[str], Said]
COMMANDS = "Microsoft.HyperV.PowerShell.Commands."


def test_get_vm_lists_every_vm_in_the_order_of_the_host(run: Run, host: HyperV) -> None:
    names = [vm.name for vm in host.get_vm().objects]
    assert run("Get-VM | ForEach-Object Name").values == names


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("vm01", ["vm01"]),
        ("-Name VM01, vm03", ["vm01", "vm03"]),
        ("-VMName vm0[1-3]", ["vm01", "vm02", "vm03"]),
        ("vm?1 | Select-Object -First 2", ["vm01", "vm11"]),
        ("nothing*", []),
        ("-ComputerName localhost -Name vm01", ["vm01"]),
        ("-ComputerName HOST, . -Name vm01", ["vm01"]),
    ],
)
def test_get_vm_takes_names_and_wildcards(run: Run, arguments: str, names: list[str]) -> None:
    assert [value["Name"] for value in run(f"Get-VM {arguments} | Select-Object Name").values] == names


def test_names_come_through_the_pipeline(run: Run) -> None:
    assert run("'vm02', 'vm01' | Get-VM | ForEach-Object Name").values == ["vm02", "vm01"]


def test_a_name_that_nobody_has_is_an_error_record_beside_the_others(run: Run) -> None:
    said = run("Get-VM vm01, nosuch, vm02 | ForEach-Object Name")
    assert said.values == ["vm01", "vm02"]
    assert said.error == {
        "message": 'Hyper-V was unable to find a virtual machine with name "nosuch".',
        "fqid": f"InvalidParameter,{COMMANDS}GetVM",
        "category": "InvalidArgument",
        "reason": "VirtualizationException",
        "target": "nosuch",
        "hresult": said.error["hresult"],
    }


def test_an_error_ends_the_script_if_the_caller_wants_it(run: Run) -> None:
    assert run("Get-VM nosuch -ErrorAction Stop; 'goes on'").thrown is not None
    assert run("$ErrorActionPreference = 'Stop'; Get-VM nosuch; 'goes on'").thrown is not None
    assert run("Get-VM nosuch -ErrorAction SilentlyContinue; 'goes on'").words == [{"value": "goes on"}]


def test_another_computer_is_not_reached(run: Run) -> None:
    assert run("Get-VM -ComputerName elsewhere").error["category"] == "ObjectNotFound"


def test_objects_have_the_types_and_enums_of_the_module(run: Run) -> None:
    script = """
        $vm = Get-VM vm00
        $vm.GetType().FullName; $vm.State.GetType().FullName; [int] $vm.State; "$($vm.State)"
        $vm.State -eq 'Off'; $vm.State -eq [Microsoft.HyperV.PowerShell.VMState]::Off
        $vm.Id.GetType().Name; $vm.CreationTime.Kind.ToString(); $vm.Uptime.GetType().Name
    """
    assert run(script).values == [
        *("Microsoft.HyperV.PowerShell.VirtualMachine", "Microsoft.HyperV.PowerShell.VMState", 3, "Off"),
        *(True, True, "Guid", "Local", "TimeSpan"),
    ]


def test_alias_properties_are_there(run: Run) -> None:
    found = run(
        "(Get-VM vm00).PSObject.Properties | Where-Object MemberType -eq AliasProperty | Select-Object Name"
    )
    assert [one["Name"] for one in found.values] == [
        *("ParentCheckpointId", "ParentCheckpointName", "VMName", "VMId", "CheckpointFileLocation"),
    ]
    script = (
        "$vm = Get-VM vm00; $vm.VMName; $vm.VMId -eq $vm.Id; $vm.ParentCheckpointId -eq $vm.ParentSnapshotId"
    )
    assert run(script).values == ["vm00", True, True]


def test_enums_are_numbers_in_json(run: Run) -> None:
    assert run("Get-VM vm00 | Select-Object State, CheckpointType").values == [
        {"State": 3, "CheckpointType": 5}
    ]


def test_checkpoints_are_listed_with_their_parents(run: Run) -> None:
    said = run(
        "Get-VMSnapshot -VMName vm00 | Select-Object VMName, Name, ParentSnapshotName, ParentCheckpointName"
    )
    assert {(one["Name"], one["ParentSnapshotName"]) for one in said.values} == {
        ("base", ""),
        ("p1", "base"),
        ("p2", "p1"),
        ("side", "base"),
    }


def test_get_vmcheckpoint_is_the_same_cmdlet(run: Run) -> None:
    assert run("Get-VMCheckpoint vm00 base | ForEach-Object Name").values == ["base"]
    assert run("(Get-Command Get-VMCheckpoint).Definition").values == ["Get-VMSnapshot"]


def test_a_checkpoint_that_is_not_there_is_object_not_found(run: Run) -> None:
    error = run("Get-VMSnapshot -VMName vm00 -Name nosuch").error
    assert error["message"] == "Unable to find a snapshot matching the given criteria."
    assert (error["fqid"], error["category"]) == (f"ObjectNotFound,{COMMANDS}GetVMSnapshot", "ObjectNotFound")


def test_a_checkpoint_is_found_by_its_id(run: Run) -> None:
    script = (
        "$one = Get-VMSnapshot vm00 p1; (Get-VMSnapshot -Id $one.Id).Name; ($one.Id | Get-VMSnapshot).Name"
    )
    assert run(script).values == ["p1", "p1"]


def test_parents_and_children_are_one_step_away(run: Run) -> None:
    script = """
        $one = Get-VMSnapshot vm00 p1
        "parent $((Get-VMSnapshot -ParentOf $one).Name)"
        "parent $((Get-VMSnapshot -ParentOf (Get-VM vm00)).Name)"
        "child $((Get-VMSnapshot -ChildOf (Get-VMSnapshot vm00 base)).Name | Sort-Object)"
    """
    assert run(script).values == ["parent base", "parent p2", "child p1 side"]


def test_vms_of_the_pipeline_bind_to_vm(run: Run) -> None:
    assert run("Get-VM vm0[01] | Get-VMSnapshot -Name base | ForEach-Object VMName").values == [
        "vm00",
        "vm01",
    ]


def test_snapshot_types_are_filtered(run: Run) -> None:
    assert run("@(Get-VMSnapshot vm00 -SnapshotType Standard).Count").values == [4]
    assert run("@(Get-VMSnapshot vm00 -SnapshotType Recovery).Count").values == [0]


def test_a_string_is_no_vm(run: Run) -> None:
    said = run("Get-VMSnapshot -VM 'vm00'")
    assert "VirtualMachine" in (said.thrown or said.error)["message"]


def test_disks_are_found_through_drives_and_their_parents(run: Run) -> None:
    script = """
        $drive = Get-VMHardDiskDrive vm00
        $disk = Get-VHD -Path $drive.Path
        "$($drive.ControllerType) $($disk.VhdType) $($disk.VhdFormat)"
        (Get-VHD $disk.ParentPath).Path -eq (Get-VMHardDiskDrive -VMSnapshot (Get-VMSnapshot vm00 p2)).Path
        (Get-VM vm00 | Select-Object VMId | Get-VHD).Path -eq $disk.Path
    """
    assert run(script).values == ["SCSI Differencing VHDX", True, True]


def test_a_disk_whose_chain_is_whole_passes_its_test(run: Run) -> None:  # fact 148
    assert run("Test-VHD (Get-VMHardDiskDrive vm00).Path").values == [True]
    assert run("Get-VMHardDiskDrive vm00, vm01 | Test-VHD").values == [True, True]
    assert run("if (Test-VHD -Path (Get-VMHardDiskDrive vm00).Path) { 'usable' }").values == ["usable"]


def test_a_disk_that_is_not_there_fails_its_test_with_an_error(run: Run) -> None:
    said = run("Test-VHD (Get-VMHardDiskDrive vm00).Path, D:\\nothing.vhdx")
    assert said.values == [True]
    assert said.error["category"] == "ObjectNotFound"


def test_a_disk_is_found_however_its_path_is_written(run: Run) -> None:  # fact 151
    script = """
        $path = (Get-VMHardDiskDrive vm00).Path
        (Get-VHD $path.Replace('\\', '/')).Path -eq $path
        (Get-VHD $path.Replace('\\', '\\\\')).Path -eq $path
    """
    assert run(script).values == [True, True]


def test_the_host_tells_its_name_and_size(run: Run) -> None:
    script = '$h = Get-VMHost; "$($h.Name) $($h.LogicalProcessorCount) $($h.MemoryCapacity / 1GB)"'
    assert run(script).values == ["HOST 16 256"]


def test_integration_services_tell_whether_the_guest_answers(run: Run) -> None:
    script = 'Get-VMIntegrationService vm01 -Name VSS | ForEach-Object { "$($_.Enabled) $($_.PrimaryStatusDescription)" }'
    assert run(script).values == ["True OK"]


def test_vms_of_a_caller_without_elevation_are_hidden_not_refused(run: Run, host: HyperV) -> None:
    host.faults.is_listing_empty = True
    try:
        assert run("Get-VM").words == []
    finally:
        host.faults.clear()


def test_a_caller_without_rights_is_refused(run: Run, host: HyperV) -> None:
    host.faults.is_access_denied = True
    try:
        error = run("Get-VM").error
        assert (error["category"], error["fqid"]) == ("PermissionDenied", f"AccessDenied,{COMMANDS}GetVM")
        stop = run("Stop-VM vm00").error
        assert stop["fqid"] == f"AccessDenied,{COMMANDS}StopVM"
    finally:
        host.faults.clear()
