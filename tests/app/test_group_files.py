"""Definitions of groups as a file: every group reads back, and what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvtree.app.group_files import LARGEST, groups_from, groups_text, read_groups, write_groups
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.group import LAST_ORDER, LONGEST_DELAY_S, Group, GroupMethod, Member, checked_group
from hvtree.domain.names import comparable
from hvtree.values import replace
from tests.support.kept_groups import FARM, SHOP


def test_a_file_says_what_the_readme_says_it_says() -> None:
    assert json.loads(groups_text([FARM])) == {
        "format": "hvtree-groups",
        "version": 1,
        "groups": [
            {
                "id": FARM.id,
                "name": "SharePoint farm",
                "method": "pause-only",
                "members": [
                    {
                        "host_id": each.vm.host_id,
                        "vm_id": each.vm.vm_id,
                        "host": each.host,
                        "vm": each.name,
                        "start_order": each.start_order,
                        "delay_s": each.delay_s,
                    }
                    for each in FARM.members
                ],
            }
        ],
    }


IDS = st.uuids().map(str)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MEMBERS = st.builds(
    Member,
    st.builds(VmAddress, TEXT, IDS),
    TEXT,
    st.integers(1, LAST_ORDER),
    st.integers(0, LONGEST_DELAY_S),
    TEXT,
)
NAMES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30).filter(
    str.strip
)
GROUPS = st.builds(
    Group,
    IDS,
    NAMES,
    st.lists(MEMBERS, min_size=1, max_size=5, unique_by=lambda each: each.vm).map(tuple),
    st.sampled_from(GroupMethod),
)


@given(
    groups=st.lists(GROUPS, max_size=3, unique_by=(lambda each: each.id, lambda each: comparable(each.name)))
)
def test_every_group_reads_back(groups: list[Group]) -> None:
    assert groups_from(groups_text(map(checked_group, groups)).encode()) == tuple(groups)


def test_what_is_missing_has_the_defaults_and_unknown_keys_are_passed_over() -> None:
    vm_id = FARM.members[0].vm.vm_id
    record = {"name": "x", "members": [{"vm_id": "{" + vm_id.upper() + "}", "colour": 1}], "later": {}}
    text = json.dumps(
        {"format": "hvtree-groups", "version": 1, "more": [], "groups": [record, record | {"name": "y"}]}
    )
    one, two = groups_from(b"\xef\xbb\xbf" + text.encode())
    assert one == Group(one.id, "x", (Member(VmAddress("", vm_id)),))
    assert one.id != two.id


def changed(**changes: Any) -> bytes:
    """Return a file whose first group has other values."""
    record = json.loads(groups_text([FARM, SHOP]))
    record["groups"][0] |= changes
    return json.dumps(record).encode()


def with_member(**changes: Any) -> bytes:
    member = json.loads(groups_text([FARM]))["groups"][0]["members"][0]
    return changed(members=[member | changes])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "The file is not JSON."),
        (b"\xff\xfe{\x00", "The file is not JSON."),
        (b"[" * 100_000, "The file is not JSON."),
        (b"{}", "The file holds no groups of HVTree."),
        (b"[]", "The file holds no groups of HVTree."),
        (b" " * (LARGEST + 1), "The file is larger than 1 MB: it holds no groups."),
        (b'{"format": "hvtree-groups", "version": 2, "groups": []}', "The file is of version 2"),
        (b'{"format": "hvtree-groups", "version": 1}', "missing required field `groups`"),
        (changed(members=[]), "The group ‘SharePoint farm’ has no members."),
        (changed(members=None), "Expected `array`, got `null` - at `$.groups[0].members`."),
        (changed(name=""), "A group cannot be without a name."),
        (changed(name=SHOP.name.upper()), "The group ‘Shop’ is in the file twice"),
        (changed(id=SHOP.id), "The group ‘Shop’ is in the file twice"),
        (changed(id="first"), "The id of the group ‘SharePoint farm’ in the file is no GUID: ‘first’."),
        (changed(method="by magic"), "Invalid enum value 'by magic' - at `$.groups[0].method`."),
        (with_member(vm_id=""), "The id of the VM ‘sql’ in the file is no GUID: ‘’."),
        (with_member(delay_s=1e9), "at `$.groups[0].members[0].delay_s`."),
        (with_member(delay_s=10**30), "The delay after ‘sql’ must be 0 to 3,600 seconds"),
        (with_member(start_order=100), "The start order of ‘sql’ must be 1 to 99, not 100."),
        (with_member(vm="a\nb", start_order=0), "The start order of ‘a"),
    ],
)
def test_what_is_wrong_is_said(content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        groups_from(content)
    assert said in caught.value.sentence


def test_a_file_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "groups.json"
    write_groups(path, [FARM, replace(SHOP, name="Läden ‘☃’")])
    assert [each.name for each in read_groups(path)] == ["SharePoint farm", "Läden ‘☃’"]


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    for use in (read_groups, lambda path: write_groups(path, [FARM])):
        with pytest.raises(BadInput, match=str(tmp_path)):
            use(tmp_path)
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(BadInput, match=r"x\.json’: The file holds no groups of HVTree"):
        read_groups(tmp_path / "x.json")
