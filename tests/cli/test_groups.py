"""`hvtree group`: groups are made, shown, changed, and forgotten; without hosts from memory."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from hvtree.app.groups import Groups
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.place import default_path as memory_path
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.emulator.host.enums import GroupType
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds import worlds
from tests.support.grouped_hosts import DB, FAR_DB, FAR_WEB, FARM, WEB, Hosts, members, save_hosts
from tests.support.remote_host import USER, RemoteHost, serving
from tests.support.terminal import Terminal
from tests.support.threads import none_left


def test_without_groups_it_says_how_to_make_one(hvtree: Terminal) -> None:
    assert "hvtree group create NAME" in hvtree("group").out
    assert hvtree("group", "list", "--json").json == []


def test_a_group_is_made_over_two_hosts_and_listed(hvtree: Terminal, farm: str) -> None:
    (record,) = hvtree("group", "list", "--json").json
    assert (record["id"], record["name"], record["method"]) == (farm, "Farm", "pause-and-save")
    assert members(record) == FARM
    assert {each["standing"] for each in record["members"]} == {"away"}
    said = hvtree("group")
    assert [word in said.out for word in ("Farm", "2", "PAIR, SECOND", "Pause and save")] == [True] * 4


def test_a_group_is_shown_with_its_members_as_they_are(hvtree: Terminal, farm: str) -> None:
    said = hvtree("group", "show", "farm", "--json")
    assert said.code == 0, said.err
    assert members(said.json) == FARM
    assert [(each["standing"], each["state"]) for each in said.json["members"]] == [
        ("there", "Off"),
        ("there", "Running"),
    ]
    assert (said.json["checkpoints"], said.json["away"]) == ([], [])
    said = hvtree("group", "show", farm, "--ids")
    assert "2 VMs on 2 hosts · Pause and save" in said.out
    rows = [line.split() for line in said.out.splitlines()]
    assert ["db", "PAIR", "Off", "starts", "1st,", "then", "30", "s", DB] in rows
    assert ["web", "SECOND", "Running", "starts", "2nd", FAR_WEB] in rows
    assert "No group checkpoint of it is known here." in said.out


def test_vms_of_one_host_are_named_behind_it(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("group", "create", "Pair", "one", "web", DB, "--method", "pause-only", "--json")
    assert [each["name"] for each in said.json["members"]] == ["web", "db"]
    assert said.json["method"] == "pause-only"
    assert hosts[1].count() == 0


def test_a_group_is_made_of_what_a_filter_finds(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("group", "create", "Running", "one", "two", "--filter", "state:running", "--json")
    assert said.code == 0, said.err
    assert [each["vm"] for each in said.json["members"]] == [WEB, FAR_WEB]
    said = hvtree("group", "create", "Old", "one", "--filter", "older:15d larger:1", "--json")
    assert said.code == 0, said.err
    for text, words in (("web nothing", "finds no VM"), ("state:blue", "blue")):
        said = hvtree("group", "create", "Other", "one", "--filter", text)
        assert said.code == 2
        assert words in said.err


def test_a_group_is_made_of_a_vm_group_of_hyper_v(hvtree: Terminal, hosts: Hosts) -> None:
    for host, vm_id in zip(hosts, (WEB, FAR_DB), strict=True):
        host.hyperv.new_vm_group("Tier 1", GroupType.VMCollectionType)
        host.hyperv.add_vm_group_member("Tier 1", vm=[vm_id])
    said = hvtree("group", "create", "Tiers", "one", "two", "--from-vmgroup", "tier 1", "--json")
    assert said.code == 0, said.err
    assert [each["vm"] for each in said.json["members"]] == [WEB, FAR_DB]
    said = hvtree("group", "create", "Other", "one", "--from-vmgroup", "Tier 2")
    assert said.code == 2
    assert "has no VM group ‘Tier 2’. It has ‘Tier 1’." in said.err
    said = hvtree("group", "create", "Other", "one", "--from-vmgroup", "Tier 1", "--filter", "web")
    assert said.code == 2


def test_a_vm_group_that_holds_groups_gives_the_vms_of_all_of_them(hvtree: Terminal, hosts: Hosts) -> None:
    hyperv = hosts[0].hyperv
    web, db = (hyperv.new_vm_group(name, GroupType.VMCollectionType) for name in ("web", "db"))
    site, everything = (
        hyperv.new_vm_group(name, GroupType.ManagementCollectionType) for name in ("site", "all")
    )
    hyperv.add_vm_group_member("web", vm=WEB)
    hyperv.add_vm_group_member("db", vm=[DB, WEB])
    hyperv.add_vm_group_member("site", group=[web.instance_id, everything.instance_id])
    hyperv.add_vm_group_member("all", group=[site.instance_id, db.instance_id])
    for name, word in (("By name", "ALL"), ("By id", everything.instance_id)):
        said = hvtree("group", "create", name, "one", "--from-vmgroup", word, "--json")
        assert said.code == 0, said.err
        assert [each["vm"] for each in said.json["members"]] == [DB, WEB]
    hyperv.new_vm_group("all", GroupType.VMCollectionType)
    said = hvtree("group", "create", "Other", "one", "--from-vmgroup", "all")
    assert said.code == 2
    assert "has 2 VM groups ‘all’" in said.err
    assert everything.instance_id in said.err
    hyperv.new_vm_group("empty", GroupType.ManagementCollectionType)
    said = hvtree("group", "create", "Other", "one", "--from-vmgroup", "empty")
    assert said.code == 2
    assert "has no members" in said.err


def test_a_host_from_before_2016_says_that_it_has_no_vm_groups(hvtree: Terminal) -> None:
    old = msgspec.structs.replace(
        worlds.load("pair"), quirks=Quirks(has_vm_groups=False)
    )  # fact 249, switched
    with none_left(), serving(old) as host:
        said = hvtree.on(host, "group create Old", "--from-vmgroup", "Tier 1")
    assert said.code == 3
    assert "has no VM groups. Hyper-V has them since Windows Server 2016. Name the VMs instead." in said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("farm", "one/web"), "There is a group ‘farm’ already"),
        ((" ", "one/web"), "A group cannot be without a name"),
        (("New",), "required"),
        (("New", "one"), "required: VM, --filter or --from-vmgroup"),
        (("New", "three/web"), "There is no saved host ‘three’."),
        (("New", "one", "nobody"), "There is no VM ‘nobody’"),
        (("New", "one", "web", "--order", "web=100"), "must be 1 to 99, not 100"),
        (("New", "one", "web", "--order", "web"), "write VM=2"),
        (("New", "one", "web", "--delay", "web=soon"), "write VM=30s"),
        (("New", "one", "web", "--delay", "web=2h"), "must be 0 to 3,600 seconds"),
        (("New", "one", "web", "--order", "wep=2"), "Did you mean ‘web’?"),
        (("New", "one/web", "two/web", "--order", "web=2"), "means 2 members"),
    ],
)
def test_a_group_that_cannot_be_kept_is_code_2(
    words: tuple[str, ...], complaint: str, hvtree: Terminal, farm: str
) -> None:
    said = hvtree("group", "create", *words)
    assert said.code == 2
    assert complaint in said.err
    assert [each["id"] for each in hvtree("group", "list", "--json").json] == [farm]


def test_a_group_is_changed_without_its_hosts(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    before = [host.count() for host in hosts]
    words = ("--name", "Shop", "--method", "no-interruption", "--order", "two/web=1", "--delay", "PAIR/db=1m")
    said = hvtree("group", "edit", "Farm", *words, "--json")
    assert said.code == 0, said.err
    assert (said.json["id"], said.json["name"], said.json["method"]) == (farm, "Shop", "no-interruption")
    assert [each[4:] for each in members(said.json)] == [(1, 60), (1, 0)]
    assert [host.count() for host in hosts] == before


def test_members_are_added_and_removed(hvtree: Terminal, farm: str) -> None:
    said = hvtree("group", "edit", farm, "--remove", "db", "--add", "two/db", "--order", "db=3", "--json")
    assert said.code == 0, said.err
    assert members(said.json) == [FARM[1], ("two", "SECOND", FAR_DB, "db", 3, 0)]
    for words, complaint in (
        (("--remove", "nobody"), "no member ‘nobody’"),
        (("--add", "web"), "does not begin with a host"),
        (("--add", "one"), "‘one’ is a host"),
        (("--add", "two/web"), "has a VM twice"),
        (("--remove", "web", "--remove", "db"), "has no members"),
        ((), "not said what is to change"),
    ):
        said = hvtree("group", "edit", farm, *words)
        assert said.code == 2
        assert complaint in said.err


def test_a_group_is_forgotten_and_checkpoints_stay(hvtree: Terminal, farm: str) -> None:
    said = hvtree("group", "delete", "FARM")
    assert (said.code, "stay on their hosts" in said.out) == (0, True)
    assert hvtree("group", "list", "--json").json == []
    said = hvtree("group", "show", "Farm")
    assert said.code == 2
    assert "There is no group ‘Farm’" in said.err


def test_what_was_forgotten_is_told_to_scripts(hvtree: Terminal, farm: str) -> None:
    said = hvtree("group", "delete", "Farm", "--json")
    assert (said.code, said.json["id"], members(said.json)) == (0, farm, FARM)
    said = hvtree("group", "delete", "Farm", "--json")
    assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize("action", ["edit", "delete", "checkpoint", "start", "delete-all-checkpoints"])
def test_what_was_taken_of_selected_vms_has_no_members(action: str, hvtree: Terminal, farm: str) -> None:
    said = hvtree("group", action, "-")
    assert (said.code, "There is no group ‘-’." in said.err) == (2, True)
    assert "only selected" not in hvtree("group", action, "--help").out


def remember(farm: str, host: RemoteHost) -> None:
    """Let the memory know of a group checkpoint of two VMs, of which one has the checkpoint `side`."""
    side = next(each for each in host.hyperv.get_vm_snapshot("web").objects if each.name == "side")
    gone = CheckpointAddress("one", DB, side.id)
    record = GroupRecord(
        "6c1f0000-0000-4000-8000-000000000001",
        "side",
        datetime(2026, 11, 22, 14, 2, tzinfo=UTC),
        (
            RecordedPart(CheckpointAddress("two", FAR_WEB, side.id), "web", "SECOND", None, 4_200),
            RecordedPart(gone, "db", "PAIR", None),
        ),
        2,
        farm,
        "Farm",
        "anna",
        spread_ms=38,
    )

    async def keep() -> None:
        groups = Groups(KeptGroups(memory_path()))
        await groups.record(record)
        await groups.close()

    asyncio.run(keep())


def test_group_checkpoints_are_shown_with_what_is_not_as_it_was(
    hvtree: Terminal, farm: str, hosts: Hosts
) -> None:
    remember(farm, hosts[1])
    said = hvtree("group", "show", "Farm", "--json")
    (found,) = said.json["checkpoints"]
    assert (found["name"], found["size"], found["there"], found["spread_ms"]) == ("side", 2, 1, 38)
    assert (found["is_whole"], found["is_locked"], found["author"]) == (False, False, "anna")
    assert [(each["vm"], each["is_there"]) for each in found["parts"]] == [(DB, False), (FAR_WEB, True)]
    kinds = {(each["kind"], each["vm"]) for each in found["findings"]}
    assert {("checkpoint-gone", DB), ("not-marked", FAR_WEB)} <= kinds
    said = hvtree("group", "show", "Farm")
    assert all(words in said.out for words in ("1 of 2 VMs", "38 ms", "anna", "Not whole"))
    assert "- The checkpoint of VM ‘db’ is gone." in said.out.replace("\u2068", "").replace("\u2069", "")
    assert "side" in hvtree("group").out


def test_a_host_that_is_away_is_said_and_the_rest_is_shown(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    remember(farm, hosts[1])
    save_hosts(one="http://127.0.0.1:9/wsman", two=hosts[1].endpoint.url)
    said = hvtree("group", "show", "Farm", "--json")
    assert said.code == 0, said.err
    assert [each["standing"] for each in said.json["members"]] == ["away", "there"]
    assert len(said.json["away"]) == 1
    said = hvtree("group", "show", "Farm")
    assert "Host not open" in said.out
    assert "one" in said.err


def test_offline_a_group_is_shown_from_memory(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    remember(farm, hosts[1])
    before = [host.count() for host in hosts]
    said = hvtree("group", "show", "Farm", "--offline")
    assert said.code == 0, said.err
    assert all(words in said.out for words in ("db", "PAIR", "side", "0 of 2 VMs", "Host not open"))
    assert "No host was reached" in said.err
    assert [host.count() for host in hosts] == before
    assert members(hvtree("group", "show", "Farm", "--offline", "--json").json) == FARM


def test_hosts_that_are_not_saved_are_named(hvtree: Terminal, farm: str, hosts: Hosts) -> None:
    save_hosts(two=hosts[1].endpoint.url)
    said = hvtree("group", "show", "Farm")
    assert "The host ‘one’ is not saved on this computer. Name it with --host." in said.err
    said = hvtree("group", "show", "Farm", "--host", hosts[0].endpoint.url, "--user", USER, "--json")
    assert [each["standing"] for each in said.json["members"]] == ["there", "there"]


def test_hostile_names_stay_in_their_line(hvtree: Terminal, hosts: Hosts, tmp_path: Path) -> None:
    file = tmp_path / "groups.json"
    hvtree("group", "create", "\u202eFarm $(reboot)", "one/web")
    record = hvtree("group", "export").json
    record["groups"][0]["members"][0] |= {"vm": "a\n\x1b[2Jb", "host": "\u202ex\ny"}
    file.write_text(json.dumps(record), "utf-8")
    assert hvtree("group", "import", str(file), "--replace").code == 0
    for words in (("list",), ("show", record["groups"][0]["id"], "--offline")):
        said = hvtree("group", *words)
        assert said.code == 0
        assert not {"\x1b", "\u202e"} & set(said.out)
        assert not any(line.startswith(("y", "b")) for line in said.out.splitlines())
