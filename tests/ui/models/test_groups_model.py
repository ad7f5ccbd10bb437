"""The rows of the groups: exact changes under Qt's tester, and none where nothing looks different."""

from __future__ import annotations

import random
from types import MappingProxyType

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import CheckpointNotes, SetNotes
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group, Member
from hvtree.domain.group_checkpoint import group_checkpoints
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import HostState, VmState
from hvtree.domain.passport import Passport
from hvtree.ui.models.group_keys import checkpoint_key, group_key, member_key
from hvtree.ui.models.group_rows import GroupColumn, GroupRow, rows_of_groups
from hvtree.ui.models.groups import GroupsModel
from hvtree.ui.selection import Selection
from hvtree.values import replace
from tests.support.plans import fleet
from tests.support.trees import lab, ref, vm_named

FARM = "0b7e9f1c-54d2-4f7a-9a59-0d8f2b6f7a11"
EAST = lab("east", sql="base(joint*)", web="joint*", db="base*")
SQL, WEB, DB = (VmAddress("east", vm_named(EAST, name).id) for name in ("sql", "web", "db"))
GROUP = Group(FARM, "Farm", (Member(SQL, "sql"), Member(WEB, "web")))


def marked(state: HostState, mark: GroupMark, *vms: str) -> HostState:
    line = Passport("Patch", group=mark, author="anna").line
    return SetNotes(tuple(CheckpointNotes(ref(state, name, "joint"), line) for name in vms)).on(state)


MARK = GroupMark("g1", 2, FARM, "Farm", spread_ms=38)
TAKEN = marked(EAST, MARK, "sql", "web")


def rows(known: Fleet, *groups: Group) -> tuple[GroupRow, ...]:
    return rows_of_groups(groups, group_checkpoints(known), known)


@pytest.fixture
def model(qapp: QApplication) -> GroupsModel:
    """An empty model under Qt's tester, which fails the test at the first wrong signal or answer."""
    made = GroupsModel()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def shown(model: GroupsModel) -> dict[str, list[str]]:
    """Return the names of the rows, and of those below each."""
    tops = [model.index(row, 0) for row in range(model.rowCount())]
    return {
        str(top.data()): [str(model.index(row, 0, top).data()) for row in range(model.rowCount(top))]
        for top in tops
    }


def cells(model: GroupsModel, key: str) -> list[str]:
    index = model.index_of(key)
    return [str(index.siblingAtColumn(column).data()) for column in GroupColumn]


def test_a_group_has_its_checkpoints_and_its_members_below_it(model: GroupsModel) -> None:
    model.show_groups(rows(fleet(TAKEN), GROUP))
    assert shown(model) == {"Farm": ["joint", "sql", "web"]}
    state, more = cells(model, checkpoint_key("g1"))[1:]
    assert state == "2 of 2 VMs"
    assert more.endswith(" · spread 38 ms · by anna")


def test_a_checkpoint_of_a_group_that_is_not_known_here_stands_apart_and_names_it(model: GroupsModel) -> None:
    model.show_groups(rows(fleet(TAKEN)))
    assert shown(model) == {"Group checkpoints without a group": ["joint"]}
    assert cells(model, checkpoint_key("g1"))[1] == "2 of 2 VMs of ‘Farm’"


def test_two_groups_of_one_name_are_two(model: GroupsModel) -> None:
    model.show_groups(rows(fleet(EAST), GROUP, replace(GROUP, id=FARM.replace("1", "2"))))
    assert model.rowCount() == 2


def test_a_member_whose_host_is_not_open_says_so(model: GroupsModel) -> None:
    model.show_groups(rows(fleet(lab("west")), GROUP))
    assert cells(model, member_key(SQL)) == ["sql", "Host not open", "east"]
    assert cells(model, group_key(FARM))[1] == "2 VMs · 2 on hosts that are not open"


def test_what_is_selected_with_a_row_is_what_it_stands_for(model: GroupsModel) -> None:
    model.show_groups(rows(fleet(TAKEN), GROUP))
    found = {
        key: row.selection
        for key in (group_key(FARM), checkpoint_key("g1"), member_key(SQL))
        if (row := model.row_at(model.index_of(key)))
    }
    assert found[group_key(FARM)] == Selection(vms=(SQL, WEB), group=FARM)
    assert {each.vm for each in found[checkpoint_key("g1")].checkpoints} == {SQL, WEB}
    assert found[member_key(SQL)] == Selection(vms=(SQL,))


def test_only_rows_that_look_different_are_repainted(model: GroupsModel) -> None:
    model.show_groups(rows(fleet(TAKEN), GROUP))
    changed: list[str] = []
    model.dataChanged.connect(lambda first, _last: changed.append(str(first.data())))
    busy = {**TAKEN.vms, SQL.vm_id: replace(TAKEN.vms[SQL.vm_id], memory_bytes=5, uptime_s=7)}
    model.show_groups(rows(fleet(replace(TAKEN, vms=MappingProxyType(busy))), GROUP))
    assert changed == []
    started = {**TAKEN.vms, SQL.vm_id: replace(TAKEN.vms[SQL.vm_id], state=VmState.RUNNING)}
    model.show_groups(rows(fleet(replace(TAKEN, vms=MappingProxyType(started))), GROUP))
    assert changed == ["sql"]


def test_a_row_that_is_held_stays_itself_through_every_change(model: GroupsModel) -> None:
    """Groups, members and group checkpoints come, go and change their order; 100 random pictures of them."""
    draw = random.Random(11)
    ids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(7)]
    held: dict[str, QPersistentModelIndex] = {}
    for _ in range(100):
        groups = [
            Group(
                each,
                f"G{each[7]}",
                tuple(Member(vm) for vm in draw.sample((SQL, WEB, DB), draw.randint(1, 3))),
            )
            for each in draw.sample(ids, draw.randint(0, 7))
        ]
        state = EAST
        for number, name in enumerate(draw.sample(("sql", "web"), draw.randint(0, 2))):
            state = marked(state, GroupMark(f"g{number}", 1, draw.choice(ids), "G"), name)
        model.show_groups(rows(fleet(state), *groups))
        for key, index in held.items():
            row = model.row_at(index) if index.isValid() else None
            assert row is None or row.key == key
        assert [row.key for row in _tops(model)][: len(groups)] == [group_key(each.id) for each in groups]
        held = {
            row.key: QPersistentModelIndex(model.index(place, 0)) for place, row in enumerate(_tops(model))
        }


def _tops(model: GroupsModel) -> list[GroupRow]:
    found = [model.row_at(model.index(row, 0, QModelIndex())) for row in range(model.rowCount())]
    return [row for row in found if isinstance(row, GroupRow)]
