"""What `hvtree group apply` and the others say before anything is stopped: who is missing, and what is not as it was."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.settings import VmChange
from tests.support.grouped_hosts import DB, FAR_WEB, Hosts, save_hosts
from tests.support.terminal import Terminal


def taken(hvtree: Terminal) -> None:
    """Take a group checkpoint called `both`."""
    said = hvtree("group", "checkpoint", "Farm", "--name", "both", "--yes")
    assert said.code == 0, said.err


def web_runs(hosts: Hosts) -> bool:
    return hosts[1].hyperv.get_vm(id=FAR_WEB).one().state.name == "Running"


def plain(text: str) -> str:
    """Return a text without the marks that isolate names, in one line."""
    return " ".join(text.replace("\u2068", "").replace("\u2069", "").split())


def test_before_a_group_goes_back_all_that_is_not_as_it_was_is_told(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    hvtree("do", "checkpoint", "one/db", "--name", "before", "--yes")
    taken(hvtree)
    hosts[1].hyperv.set_vm(vm=[FAR_WEB], change=VmChange(new_vm_name="web-01"))
    hvtree("do", "rename", "two/web-01/both", "--name", "mine", "--yes")
    hvtree("do", "delete", "one/db/before", "--yes")
    hvtree("group", "edit", "Farm", "--add", "two/db")
    said = hvtree("group", "apply", "Farm", "both", "--plan", "--json")
    assert said.code == 0, said.err
    kinds = [each["kind"] for each in said.json["consequences"]]
    assert kinds[:4] == ["group-reparented", "group-vm-renamed", "group-renamed", "members-added"]
    told = plain(hvtree("group", "apply", "Farm", "both", "--plan").out)
    for words in (
        "The checkpoint of VM ‘db’ has another parent than it had.",
        "VM ‘web-01’ was called ‘web’.",
        "The checkpoint of VM ‘web-01’ is called ‘mine’ now, not ‘both’.",
        "VM ‘db’ is in the group now and did not take part then: it stays as it is.",
    ):
        assert words in told
    assert web_runs(hosts)


def test_a_vm_that_is_gone_keeps_the_others_where_they_are(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    taken(hvtree)
    hosts[0].hyperv.remove_vm(vm=[DB])
    said = hvtree("group", "apply", "Farm", "both", "--yes")
    assert (said.code, "VM ‘db’ is gone from PAIR." in plain(said.err)) == (3, True)
    said = hvtree("group", "apply", "Farm", "both", "--without-missing", "--yes")
    assert said.code == 0, said.err
    assert web_runs(hosts)


def test_a_group_goes_back_where_its_vms_are_now(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    """The same host under another name is no move."""
    taken(hvtree)
    save_hosts(uno=hosts[0].endpoint.url, two=hosts[1].endpoint.url)
    said = hvtree("group", "apply", "Farm", "both", "--host", "uno", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err


@pytest.mark.parametrize("verb", ["remove-checkpoint", "rename-checkpoint"])
def test_parts_on_a_host_that_is_away_are_left_and_named(
    verb: str, hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    taken(hvtree)
    save_hosts(one="http://127.0.0.1:9/wsman", two=hosts[1].endpoint.url)
    name = ("--name", "other") if verb == "rename-checkpoint" else ()
    said = hvtree("group", verb, "Farm", "both", *name, "--plan")
    assert said.code == 0, said.err
    assert "The host ‘PAIR’ of VM ‘db’ is not open. VM ‘db’ stays as it is." in plain(said.out)
