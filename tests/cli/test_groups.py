"""`hvtree group`: groups are made, shown, changed, given to others and forgotten; without hosts from memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hvtree.app.groups import Groups
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.place import default_path as memory_path
from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.assets import resource
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.host_profile import HostProfile
from tests.support.remote_host import PASSWORD, USER, RemoteHost, serving
from tests.support.terminal import Terminal
from tests.support.threads import none_left

Hosts = tuple[RemoteHost, RemoteHost]
WEB, DB = (f"a0000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
FAR_WEB, FAR_DB = (f"d0000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.fixture
def hosts(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hosts]:
    """Two hosts that are saved as `one` and `two`, both with VMs `web` and `db`; PAIR and SECOND by their own names."""
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    second = tmp_path / "second.json"
    pair = resource("worlds/pair.json").read_text("utf-8")
    for here, there in (("PAIR", "SECOND"), ("a0000000-", "d0000000-"), ("c0000000-", "e0000000-")):
        pair = pair.replace(f'"{here}', f'"{there}')
    second.write_text(pair, "utf-8")
    with none_left(), serving("pair") as one, serving(str(second)) as two:
        save_hosts(one=one.endpoint.url, two=two.endpoint.url)
        yield one, two


def save_hosts(**urls: str) -> None:
    save(default_path(), Settings(tuple(HostProfile(name, url, USER) for name, url in urls.items())))


@pytest.fixture
def farm(hvtree: Terminal, hosts: Hosts) -> str:
    """The id of a group over both hosts."""
    said = hvtree(
        "group", "create", "Farm", "one/db", "two/web", "--order", "web=2", "--delay", "db=30s", "--json"
    )
    assert said.code == 0, said.err
    return str(said.json["id"])


def members(record: Any) -> list[tuple[Any, ...]]:
    keys = ("host_id", "host", "vm", "name", "start_order", "delay_s")
    return [tuple(each[key] for key in keys) for each in record["members"]]


FARM = [("one", "PAIR", DB, "db", 1, 30), ("two", "SECOND", FAR_WEB, "web", 2, 0)]


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


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("farm", "one/web"), "There is a group ‘farm’ already"),
        ((" ", "one/web"), "A group cannot be without a name"),
        (("New",), "required"),
        (("New", "one"), "required: VM, or --filter"),
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
    assert [each["standing"] for each in said.json["members"]] == ["moved", "there"]


def test_definitions_are_exported_and_imported(hvtree: Terminal, farm: str, tmp_path: Path) -> None:
    hvtree("group", "create", "Other", "one/web")
    whole = hvtree("group", "export")
    assert [each["name"] for each in whole.json["groups"]] == ["Farm", "Other"]
    file = tmp_path / "groups.json"
    assert hvtree("group", "export", "Farm", "--to", str(file)).code == 0
    assert json.loads(file.read_text("utf-8")) == whole.json | {"groups": whole.json["groups"][:1]}
    hvtree("group", "delete", "Farm")
    said = hvtree("group", "import", str(file), "--json")
    assert said.code == 0, said.err
    assert [each["id"] for each in said.json] == [farm]
    assert hvtree("group", "export").json == whole.json
    assert hvtree("group", "import", str(file)).code == 0


def test_a_group_that_is_kept_already_is_only_replaced_if_that_is_wanted(
    hvtree: Terminal, farm: str, tmp_path: Path
) -> None:
    file = tmp_path / "groups.json"
    hvtree("group", "export", "--to", str(file))
    hvtree("group", "edit", "Farm", "--name", "Mine")
    said = hvtree("group", "import", str(file))
    assert (said.code, "Give --replace" in said.err) == (2, True)
    assert hvtree("group", "list", "--json").json[0]["name"] == "Mine"
    assert hvtree("group", "import", str(file), "--replace").code == 0
    assert hvtree("group", "list", "--json").json[0]["name"] == "Farm"


def test_imported_members_are_found_by_their_ids_and_never_by_their_names(
    hvtree: Terminal, farm: str, hosts: Hosts, tmp_path: Path
) -> None:
    file = tmp_path / "groups.json"
    record = hvtree("group", "export").json
    db, web = record["groups"][0]["members"]
    db |= {"host_id": "elsewhere", "vm": "renamed"}
    web |= {"vm_id": "00000000-0000-4000-8000-00000000dead", "host_id": "gone"}
    file.write_text(json.dumps(record), "utf-8")
    said = hvtree("group", "import", str(file), "--replace")
    assert said.code == 0, said.err
    assert "‘renamed’ of ‘Farm’ was on PAIR: no such host is saved here." in said.err
    said = hvtree("group", "import", str(file), "--replace", "--host", "one", "--host", "two")
    assert "renamed" not in said.err
    assert "‘web’ of ‘Farm’ was on SECOND" in said.err
    (kept,) = hvtree("group", "list", "--json").json
    assert members(kept) == [FARM[0], ("gone", "SECOND", web["vm_id"], "web", 2, 0)]


def test_a_file_that_holds_no_groups_is_code_2(hvtree: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "groups.json"
    file.write_text("{}")
    for path, words in ((file, "holds no groups"), (tmp_path / "absent", "cannot be read")):
        said = hvtree("group", "import", str(path))
        assert (said.code, words in said.err) == (2, True)


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
