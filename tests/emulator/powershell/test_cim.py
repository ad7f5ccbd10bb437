"""WMI of the emulated host: formats, what is refused, jobs that are stopped."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from hvtree.assets import resource
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.powershell.cim import Cim, CimError
from hvtree.emulator.worlds.schema import HostSpec
from tests.support.virtual_host import VirtualHost, virtual_host

V2 = "root\\virtualization\\v2"


def query(cim: Cim, name: str, namespace: str = V2, **asked: Any) -> list[dict[str, Any]]:
    rows = cim.answer("query", {"namespace": namespace, "class": name, **asked}).objects
    assert rows is not None
    return list(rows)


@pytest.fixture
def served() -> tuple[VirtualHost, Cim]:
    host = virtual_host("base(p1(p2*) side)", vm={"state": "Running"})
    return host, Cim(host.host)


def test_the_host_itself_comes_before_its_vms(served: tuple[VirtualHost, Cim]) -> None:
    host, cim = served
    names = [row["Name"] for row in query(cim, "Msvm_ComputerSystem")]
    assert names == ["HOST", host.vm().id.upper()]


def test_there_are_settings_of_now_and_of_each_checkpoint_with_paths_of_their_parents(
    served: tuple[VirtualHost, Cim],
) -> None:  # fact 75
    host, cim = served
    rows = {row["ElementName"]: row for row in query(cim, "Msvm_VirtualSystemSettingData")}
    assert set(rows) == {"vm", "base", "p1", "p2", "side"}
    parent = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{host.checkpoint("p2").id.upper()}"'
    assert rows["vm"]["Parent"].endswith(parent)
    assert rows["base"]["Parent"] is None
    assert rows["vm"]["VirtualSystemType"] == "Microsoft:Hyper-V:System:Realized"
    assert rows["p1"]["VirtualSystemType"] == "Microsoft:Hyper-V:Snapshot:Realized"


def test_a_vm_in_transition_is_other_with_the_detail_beside_it(
    served: tuple[VirtualHost, Cim],
) -> None:  # fact 120
    host, cim = served
    host.host.save_vm("vm")
    (row,) = query(cim, "Msvm_ComputerSystem", filter="ElementName = 'vm'")
    assert (row["EnabledState"], row["OtherEnabledState"]) == (1, "Saving")


def test_a_job_has_a_type_a_percent_and_a_vm_and_can_be_stopped(
    served: tuple[VirtualHost, Cim],
) -> None:  # facts 76, 122
    host, cim = served
    call = host.host.export_vm_snapshot(vm_snapshot=host.checkpoint("p1").id, path="D:\\Out")
    host.clock.advance(20)
    (row,) = query(cim, "Msvm_ConcreteJob", filter="JobState = 4")
    assert (row["JobType"], row["Cancellable"]) == (62, True)
    assert 0 < row["PercentComplete"] < 100
    key = {"class": "Msvm_ConcreteJob", "key": row["InstanceID"]}
    owners = cim.answer("associated", {**key, "association": "Msvm_AffectedJobElement"}).objects
    assert [owner["ElementName"] for owner in owners or ()] == ["vm"]
    stop = {**key, "method": "RequestStateChange", "arguments": {"RequestedState": 4}}
    answer = cim.answer("invoke", stop).objects
    assert answer == [{"ReturnValue": 0}]
    assert call.is_done
    assert cim.answer("invoke", stop).objects == [{"ReturnValue": 32775}]


def test_a_summary_has_what_was_asked_for(served: tuple[VirtualHost, Cim]) -> None:  # fact 125
    host, cim = served
    asked = {"class": "Msvm_VirtualSystemManagementService", "key": "vmms", "method": "GetSummaryInformation"}
    (answer,) = cim.answer("invoke", {**asked, "arguments": {"RequestedInformation": [0, 103]}}).objects or ()
    assert answer["SummaryInformation"] == [{"Name": host.vm().id.upper(), "MemoryUsage": 2048}]


def test_only_the_wanted_properties_are_given(served: tuple[VirtualHost, Cim]) -> None:
    _, cim = served
    rows = query(cim, "Msvm_ComputerSystem", property=["name", "EnabledState"])
    assert {tuple(row) for row in rows} == {("Name", "EnabledState")}


def test_a_change_of_configuration_has_a_time_and_a_merge_is_none(served: tuple[VirtualHost, Cim]) -> None:
    host, cim = served

    def configured() -> str:
        (row,) = query(cim, "Msvm_ComputerSystem", filter="ElementName = 'vm'")
        return str(row["TimeOfLastConfigurationChange"])

    first = configured()
    host.clock.advance(60)
    assert configured() == first
    host.host.rename_vm_snapshot("vm", "side", new_name="other")
    host.do(host.host.suspend_vm("vm"))
    assert configured() == first
    host.do(host.host.checkpoint_vm("vm", "new"))
    assert configured() != first


def instance(settings_id: str, notes: str, *, name: str = "Notes") -> str:
    return (
        '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="InstanceID" TYPE="string">'
        f"<VALUE>Microsoft:{settings_id.upper()}</VALUE></PROPERTY>"
        f'<PROPERTY.ARRAY NAME="{name}" TYPE="string"><VALUE.ARRAY><VALUE>{notes}</VALUE></VALUE.ARRAY>'
        "</PROPERTY.ARRAY></INSTANCE>"
    )


def modify(cim: Cim, settings: str) -> dict[str, Any]:
    service = {"class": "Msvm_VirtualSystemManagementService", "key": "vmms"}
    asked = {**service, "method": "ModifySystemSettings", "arguments": {"SystemSettings": settings}}
    (answer,) = cim.answer("invoke", asked).objects or ()
    return dict(answer)


def test_settings_with_a_key_and_notes_change_the_notes_in_a_job(
    served: tuple[VirtualHost, Cim],
) -> None:  # facts 244, 245
    host, cim = served
    p1 = host.checkpoint("p1")
    answer = modify(cim, instance(p1.id, "a&#xD;\n&lt;b&gt;"))
    assert (answer["ReturnValue"], answer["Job"]["JobState"]) == (4096, 4)
    assert host.checkpoint("p1").notes == ""
    host.clock.advance(1)
    (job,) = query(cim, "Msvm_ConcreteJob", filter=f"InstanceID = '{answer['Job']['InstanceID']}'")
    assert job["JobState"] == 7
    assert host.checkpoint("p1") == replaced(p1, notes="a\r\n<b>")


def test_settings_may_be_changed_without_a_job() -> None:  # fact 245, switched
    host = virtual_host("base(p1*)", quirks=Quirks(settings_change_is_job=False))
    answer = modify(Cim(host.host), instance(host.checkpoint("p1").id, "done"))
    assert (answer["ReturnValue"], host.checkpoint("p1").notes) == (0, "done")


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "no xml",
        "<INSTANCE",
        "<OTHER/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><INSTANCE/>',
        instance("nobody", "x"),
    ],
)
def test_settings_that_make_no_sense_are_an_invalid_parameter(
    served: tuple[VirtualHost, Cim], settings: str
) -> None:
    assert modify(served[1], settings)["ReturnValue"] == 32773


def test_a_property_that_is_not_modelled_is_refused_rather_than_passed_over(
    served: tuple[VirtualHost, Cim],
) -> None:
    host, cim = served
    with pytest.raises(CimError):
        modify(cim, instance(host.vm().id, "x", name="BootOrder"))


def test_the_settings_of_a_busy_vm_stay(served: tuple[VirtualHost, Cim]) -> None:
    host, cim = served
    host.host.save_vm("vm")
    assert modify(cim, instance(host.checkpoint("p1").id, "x"))["ReturnValue"] == 32775


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"class": "Msvm_Nothing"}, 0x80041010),
        ({"class": "Win32_Volume"}, 0x80041010),  # it is in root\cimv2
        ({"namespace": "root\\nothing", "class": "Msvm_ComputerSystem"}, 0x8004100E),
        ({"class": "Msvm_ComputerSystem", "property": ["Nothing"]}, 0x80041017),
        ({"class": "Msvm_ComputerSystem", "filter": "Name ="}, 0x80041017),
        ({"query": "SELECT FROM"}, 0x80041017),
    ],
)
def test_what_wmi_does_not_know_is_refused_with_its_code(
    served: tuple[VirtualHost, Cim], asked: dict[str, Any], code: int
) -> None:
    with pytest.raises(CimError) as caught:
        served[1].answer("query", {"namespace": V2, **asked})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("release", "missing"),
    [
        ("2012 R2", ["UserSnapshotType", "IsAutomaticSnapshot", "AutomaticSnapshotsEnabled"]),
        ("2016", ["IsAutomaticSnapshot", "AutomaticSnapshotsEnabled"]),
        ("2022", []),
    ],
)
def test_a_release_has_the_columns_of_its_time(release: str, missing: list[str]) -> None:  # fact 95
    host = virtual_host("base*", host=HostSpec("HOST", os=f"Microsoft Windows Server {release} Standard"))
    cim, name = Cim(host.host), "Msvm_VirtualSystemSettingData"

    told = cim.answer("class", {"namespace": V2, "class": name}).objects
    assert told == [{"Missing": missing}]
    assert not set(missing) & query(cim, name)[0].keys()
    for column in missing:
        with pytest.raises(CimError) as caught:
            query(cim, name, property=["InstanceID", column])
        assert caught.value.code == 0x80041017


def test_a_caller_without_rights_is_refused_and_one_without_elevation_sees_no_vms(
    served: tuple[VirtualHost, Cim],
) -> None:  # facts 67 and 68
    host, cim = served
    host.host.faults.is_listing_empty = True
    assert [row["Name"] for row in query(cim, "Msvm_ComputerSystem")] == ["HOST"]
    host.host.faults.is_access_denied = True
    with pytest.raises(CimError) as caught:
        query(cim, "Msvm_ComputerSystem")
    assert caught.value.code == 0x80041003


def test_the_module_declares_the_properties_that_the_host_tells(served: tuple[VirtualHost, Cim]) -> None:
    host, cim = served
    host.host.export_vm("vm", path="D:\\Out")
    text = resource("emulator/CimCmdlets/classes.ps1").read_text(encoding="utf-8")
    declared = {
        name: set(re.findall(r"(\w+) = '", body))
        for name, body in re.findall(
            r"HVTree\.Cim\.(\w+)'.*?Properties = \[ordered\] @\{(.*?)\}", text, re.DOTALL
        )
    }
    for name in declared.keys() - {"CimInstance", "ClassColumns", "MethodResult", "Msvm_SummaryInformation"}:
        (row, *_) = query(cim, name, V2 if name.startswith("Msvm") else "root\\cimv2")
        assert declared[name] == set(row), name
