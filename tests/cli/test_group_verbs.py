"""`hvtree group checkpoint`, `apply` and the others: a plan for all members, consent, a verdict; by ids, in order, all or none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.faults import Fault
from tests.support.grouped_hosts import DB, FAR_WEB, Hosts, save_hosts
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Said, Terminal


def names(host: RemoteHost, vm: str) -> list[str]:
    return [each.name for each in host.hyperv.get_vm_snapshot(vm).objects]


def states(hosts: Hosts) -> list[str]:
    return [host.hyperv.get_vm(id=vm).one().state.name for host, vm in zip(hosts, (DB, FAR_WEB), strict=True)]


def taken(hvtree: Terminal, name: str = "both") -> Any:
    """Take a group checkpoint; return it as `show` tells it."""
    said = hvtree("group", "checkpoint", "Farm", "--name", name, "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    return hvtree("group", "show", "Farm", "--json").json["checkpoints"][0]


def test_a_group_is_checkpointed_and_everybody_sees_to_what_it_belongs(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    found = taken(hvtree, "before patch")
    assert (found["name"], found["size"], found["there"], found["is_whole"]) == ("before patch", 2, 2, True)
    assert found["of_group"] == {"id": farm, "name": "Farm"}
    assert [(each["host"], each["vm"]) for each in found["parts"]] == [("PAIR", DB), ("SECOND", FAR_WEB)]
    assert found["findings"] == []
    assert states(hosts) == ["Off", "Running"]
    offline = hvtree("group", "show", "Farm", "--offline", "--json").json["checkpoints"]
    assert [(each["id"], each["there"]) for each in offline] == [(found["id"], 0)]


def test_a_plan_is_shown_and_nothing_is_done(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    said = hvtree("group", "checkpoint", "Farm", "--plan", "--json")
    assert said.code == 0, said.err
    assert said.json["hosts"] == ["PAIR", "SECOND"]
    assert [(each["action"], each["host"]) for each in said.json["steps"]][:2] == [
        ("pause", "SECOND"),
        ("save", "SECOND"),
    ]
    said = hvtree("group", "checkpoint", "Farm", "--plan", "--method", "no-interruption")
    assert said.code == 0, said.err
    assert "Pause" not in said.out
    assert [len(names(host, "*")) for host in hosts] == [len(names(hosts[0], "*"))] * 2
    assert hvtree("group", "show", "Farm", "--json").json["checkpoints"] == []


def test_the_second_plan_says_how_long_it_takes_by_the_first(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    kinds = [
        {
            each["kind"]
            for each in hvtree("group", "checkpoint", "Farm", "--plan", "--json").json["consequences"]
        }
        for _ in (taken(hvtree), None)
    ]
    assert [{"stops-for", "stop-unknown"} & each for each in kinds] == [{"stops-for"}] * 2


def test_undoing_says_at_once_how_much_is_merged(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    taken(hvtree)
    said = hvtree("group", "undo", "Farm", "--yes")
    assert said.code == 0, said.err
    assert "not known yet" not in said.out
    assert "The host has changed" not in said.out + said.err


def test_a_safety_checkpoint_of_a_safety_checkpoint_names_what_the_first_was_taken_for(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    taken(hvtree)
    hvtree("group", "apply", "Farm", "both", "--yes")
    assert hvtree("group", "undo", "Farm", "--yes").code == 0
    safe = [each for each in names(hosts[0], "db") if each != "both"]
    assert len(safe) == 2
    assert {re.sub(r" - \(.*", "", each) for each in safe} == {"Safety Checkpoint - both"}


def test_without_consent_nothing_is_done(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    said = hvtree("group", "checkpoint", "Farm", typed="n\n")
    assert (said.code, "declined" in said.out) == (3, True)
    assert hvtree("group", "checkpoint", "Farm").code == 2
    said = hvtree("group", "checkpoint", "Farm", "--json")
    assert (said.code, said.json["verdict"], said.json["plan"]) == (2, "refused", None)


def test_a_group_is_taken_back_and_that_is_undone(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    taken(hvtree)
    for host, vm in zip(hosts, ("db", "web"), strict=True):
        assert (
            hvtree(
                "do", "checkpoint", f"{'one' if host is hosts[0] else 'two'}/{vm}", "--name", "later", "--yes"
            ).code
            == 0
        )
    said = hvtree("group", "apply", "Farm", "both", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    now = [
        host.hyperv.get_vm(id=vm).one().parent_snapshot_name
        for host, vm in zip(hosts, (DB, FAR_WEB), strict=True)
    ]
    assert now == ["both", "both"]
    assert states(hosts) == ["Off", "Running"]
    said = hvtree("group", "undo", "Farm", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    now = [
        host.hyperv.get_vm(id=vm).one().parent_snapshot_name
        for host, vm in zip(hosts, (DB, FAR_WEB), strict=True)
    ]
    assert "both" not in now


def test_what_was_done_with_groups_is_in_the_history(hvtree: Terminal, farm: str) -> None:
    taken(hvtree)
    assert hvtree("group", "rename-checkpoint", "Farm", "both", "--name", "Wave", "--yes").code == 0
    assert hvtree("group", "remove-checkpoint", "Farm", "Wave", "--yes").code == 0
    found = [each["operation"] for each in hvtree("history", "--json").json]
    assert found == ["delete-group", "rename-group", "checkpoint-group"]
    (renamed,) = hvtree("history", "--operation", "rename-group", "--json").json
    assert sorted(each["name"] for each in renamed["vms"]) == ["db", "web"]
    said = hvtree("group", "undo", "Farm", "--yes")
    assert (said.code, "merged or thrown away" in said.err) == (3, True)


def test_taking_a_group_checkpoint_is_undone_as_one(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    taken(hvtree)
    assert hvtree("do", "checkpoint", "one/web", "--name", "of another", "--yes").code == 0
    said = hvtree("group", "undo", "Farm", "--yes")
    assert said.code == 0, said.err
    assert ["both" in names(host, vm) for host, vm in zip(hosts, ("db", "web"), strict=True)] == [
        False,
        False,
    ]
    assert "of another" in names(hosts[0], "web")
    said = hvtree("group", "undo", "Farm", "--yes")
    assert (said.code, "nothing to undo" in said.err) == (3, True)


def test_exactly_the_checkpoints_of_a_group_checkpoint_are_deleted(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    for host, vm in (("one", "db"), ("one", "web"), ("two", "web")):
        assert hvtree("do", "checkpoint", f"{host}/{vm}", "--name", "both", "--yes").code == 0
    found = taken(hvtree)
    said = hvtree("group", "remove-checkpoint", "Farm", "both", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    assert [names(host, vm).count("both") for host, vm in zip(hosts, ("db", "web"), strict=True)] == [1, 1]
    assert found["id"] not in [
        each["id"] for each in hvtree("group", "show", "Farm", "--json").json["checkpoints"]
    ]


def test_a_group_checkpoint_is_renamed_noted_and_locked_as_one(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    taken(hvtree)
    assert hvtree("group", "rename-checkpoint", "Farm", "both", "--name", "Wave 1", "--yes").code == 0
    assert hvtree("group", "notes", "Farm", "wave 1", "--ticket", "CHG-7", "--yes").code == 0
    assert hvtree("group", "lock", "Farm", "Wave 1", "--yes").code == 0
    (found,) = hvtree("group", "show", "Farm", "--json").json["checkpoints"]
    assert (found["name"], found["is_locked"], found["is_whole"], found["size"]) == ("Wave 1", True, True, 2)
    said = hvtree("group", "remove-checkpoint", "Farm", "Wave 1", "--yes")
    assert (said.code, "locked" in said.err) == (3, True)
    assert hvtree("group", "unlock", "Farm", "Wave 1", "--yes").code == 0
    assert hvtree("group", "remove-checkpoint", "Farm", "Wave 1", "--yes").code == 0
    assert all("Wave 1" not in names(host, "*") for host in hosts)


def test_a_group_checkpoint_is_exported(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    taken(hvtree)
    said = hvtree("group", "export-checkpoint", "Farm", "both", "--to", "D:\\Group", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    assert all(host.hyperv.get_child_item("D:\\Group") for host in hosts)


def test_members_are_saved_started_and_shut_down_in_their_order(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    assert hvtree("group", "save", "Farm", "--yes").code == 0
    assert states(hosts) == ["Off", "Saved"]
    said = hvtree("group", "start", "Farm", "--plan", "--json")
    assert [(each["action"], each["host"]) for each in said.json["steps"]] == [
        ("start", "PAIR"),
        ("start", "SECOND"),
    ]
    hvtree("group", "edit", "Farm", "--delay", "db=0")
    assert hvtree("group", "start", "Farm", "--yes").code == 0
    assert states(hosts) == ["Running", "Running"]
    said = hvtree("group", "shut-down", "Farm", "--plan", "--json")
    assert [(each["action"], each["host"]) for each in said.json["steps"]] == [
        ("shut_down", "SECOND"),
        ("shut_down", "PAIR"),
    ]
    assert hvtree("group", "shut-down", "Farm", "--yes").code == 0
    assert states(hosts) == ["Off", "Off"]
    said = hvtree("group", "shut-down", "Farm", "--yes")
    assert (said.code, "nothing to shut down in this group" in said.err) == (3, True)


def test_a_checkpoint_that_hyper_v_takes_at_the_start_is_told_and_is_not_the_groups(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:  # fact 13
    hosts[0].hyperv.set_vm(vm=[DB], change=VmChange(automatic_checkpoints_enabled=True))
    assert hvtree("group", "edit", "Farm", "--delay", "db=0s").code == 0
    said = hvtree("group", "start", "Farm", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    assert "Hyper-V took an automatic checkpoint of VM ‘db’ when it was started." in said.json["message"]
    found = taken(hvtree)
    assert (found["size"], [each["is_there"] for each in found["parts"]]) == (2, [True, True])
    said = hvtree("group", "apply", "Farm", "both", "--no-safety", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    said = hvtree("group", "remove-checkpoint", "Farm", "both", "--yes")
    assert said.code == 0, said.err
    (left,) = names(hosts[0], "db")
    assert left.startswith("Automatic Checkpoint - db - (")


def test_a_host_that_is_away_refuses_the_whole_unless_it_is_left_out(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    save_hosts(one="http://127.0.0.1:9/wsman", two=hosts[1].endpoint.url)
    said = hvtree("group", "checkpoint", "Farm", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (3, "refused")
    assert (
        "1 member of the group ‘Farm’ cannot be found. ‘db’, on PAIR: Host not open." in said.json["message"]
    )
    assert "The host ‘one’ cannot be reached." in said.err
    said = hvtree("group", "checkpoint", "Farm", "--name", "web alone", "--without-missing", "--yes")
    assert said.code == 0, said.err
    assert "web alone" in names(hosts[1], "web")


def test_a_part_that_is_gone_refuses_applying_and_says_whose(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    taken(hvtree)
    assert hvtree("do", "delete", "one/db/both", "--yes").code == 0
    said = hvtree("group", "apply", "Farm", "both", "--yes")
    assert said.code == 3
    assert "The checkpoint of VM ‘db’ is gone." in said.err.replace("\u2068", "").replace("\u2069", "")
    said = hvtree("group", "apply", "Farm", "both", "--without-missing", "--no-safety", "--yes")
    assert said.code == 0, said.err


def test_one_member_that_fails_leaves_no_checkpoint_behind(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    hosts[1].hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", error="OperationFailed"))
    said = hvtree("group", "checkpoint", "Farm", "--name", "both", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (1, "failed"), said.err
    assert ["both" in names(host, "*") for host in hosts] == [False, False]
    assert states(hosts) == ["Off", "Running"]


def test_what_was_taken_of_selected_vms_is_the_group_called_minus(hvtree: Terminal, hosts: Hosts) -> None:
    words = ("one/db", "two/web", "--group", "--name", "both", "--yes")
    assert hvtree("do", "checkpoint", *words).code == 0
    (found,) = hvtree("group", "show", "-", "--json").json["checkpoints"]
    assert (found["of_group"], found["size"], found["there"]) == (None, 2, 2)
    assert "2 of 2 VMs" in hvtree("group", "show", "-").out
    assert hvtree("group", "rename-checkpoint", "-", "both", "--name", "joint", "--yes").code == 0
    said = hvtree("group", "undo", "-", "--yes")
    assert (said.code, names(hosts[0], "db")) == (0, ["both"]), said.err
    said = hvtree("group", "remove-checkpoint", "-", "both", "--yes")
    assert said.code == 0, said.err
    assert ["both" in names(host, "*") for host in hosts] == [False, False]


def complaint(said: Said) -> str:
    assert said.code == 2
    return said.err


@pytest.mark.parametrize("verb", ["apply", "remove-checkpoint", "lock"])
def test_a_checkpoint_that_the_group_has_not_is_code_2(verb: str, hvtree: Terminal, farm: str) -> None:
    said = hvtree("group", verb, "Farm", "nothing", "--plan")
    assert "There is no group checkpoint ‘nothing’. Look with `hvtree group show`." in complaint(said)
    assert "There is no group ‘Fram’" in complaint(hvtree("group", verb, "Fram", "nothing"))
    said = hvtree("group", verb, "Fram", "nothing", "--plan")
    assert "There is no group ‘Fram’. Did you mean ‘Farm’?" in complaint(said)
