"""`hvtree group export` and `import`: definitions are given to others, whose members are found by ids alone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.grouped_hosts import FARM, Hosts, members
from tests.support.terminal import Terminal


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


def test_definitions_go_through_a_pipe(hvtree: Terminal, farm: str) -> None:
    text = hvtree("group", "export").out
    hvtree("group", "delete", "Farm")
    said = hvtree("group", "import", "-", piped=text.encode())
    assert (said.code, said.out) == (0, "Kept: 1 group.\n"), said.err
    assert members(hvtree("group", "list", "--json").json[0]) == FARM
    said = hvtree("group", "import", "-", piped=b"{}")
    assert (said.code, "Standard input: The file holds no groups of HVTree." in said.err) == (2, True)


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
