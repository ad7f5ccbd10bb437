"""A named group: what can be kept, where its members are, and in which order they start."""

from __future__ import annotations

import pytest

from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import (
    Group,
    Member,
    StartStage,
    checked_group,
    place_of,
    refreshed,
    start_stages,
)
from hvtree.domain.group_members import there_and_lost
from hvtree.values import replace
from tests.support.plans import fleet
from tests.support.trees import id_of, lab, vm

FARM = Group(
    "0b7e0000-0000-4000-8000-000000000001",
    "SharePoint farm",
    (Member(VmAddress("east", id_of("sql")), "sql"), Member(VmAddress("west", id_of("web")), "web")),
)
SQL, WEB = (each.vm for each in FARM.members)


def test_a_group_that_can_be_kept_stays_as_it_is() -> None:
    assert checked_group(FARM) == FARM


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (replace(FARM, name=" "), "A group cannot be without a name."),
        (replace(FARM, name="a\nb"), "The name of a group must be one line of text."),
        (replace(FARM, members=()), "The group ‘SharePoint farm’ has no members."),
        (replace(FARM, members=FARM.members * 2), "The group ‘SharePoint farm’ has a VM twice."),
        (
            replace(FARM, members=(Member(SQL, "sql", start_order=0),)),
            "The start order of ‘sql’ must be 1 to 99, not 0.",
        ),
        (
            replace(FARM, members=(Member(SQL, "sql", delay_s=3_601),)),
            "The delay after ‘sql’ must be 0 to 3,600 seconds, not 3,601.",
        ),
    ],
)
def test_what_cannot_be_kept_is_said(group: Group, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_group(group)
    assert refused.value.what == said


def places(present: Fleet) -> list[VmAddress]:
    """Return where the members of the farm are that can be found."""
    there, _lost = there_and_lost(FARM.members, present)
    return [each.vm for each in there]


def test_a_member_is_found_where_it_has_moved() -> None:
    moved = fleet(lab("east", app="a*"), lab("west", web="a*", sql="a*"))
    assert places(moved) == [VmAddress("west", SQL.vm_id), WEB]


def test_a_member_that_is_nowhere_is_left_out() -> None:
    assert places(fleet(lab("west", web="a*"))) == [WEB]


def test_of_a_primary_and_its_replica_the_primary_is_meant() -> None:
    away = VmAddress("gone", SQL.vm_id)
    replica = lab("north", sql=vm("a*", "sql", is_replica=True))
    assert place_of(away, fleet(replica, lab("south", sql="a*"))) == VmAddress("south", SQL.vm_id)


def test_nobody_guesses_which_of_two_is_meant() -> None:
    away = VmAddress("gone", SQL.vm_id)
    assert place_of(away, fleet(lab("north", sql="a*"), lab("south", sql="a*"))) is None


def test_stages_start_by_their_numbers_and_wait_for_the_longest_delay_before() -> None:
    app = VmAddress("west", id_of("app"))
    members = (Member(WEB, "web", 9), Member(SQL, "sql", 2, 30), Member(app, "app", 2, 10))
    assert start_stages(members) == (StartStage((SQL, app), 0), StartStage((WEB,), 30))


def test_without_numbers_all_start_at_once() -> None:
    assert start_stages(FARM.members) == (StartStage((SQL, WEB), 0),)


def test_members_are_refreshed_where_they_can_be_found() -> None:
    east = lab("HV-EAST", sql="c1*")
    known = Fleet.of({"east": east, "far": lab("HV-FAR", web="c2*")})
    sql, web = refreshed(FARM, known).members
    assert (sql.vm, sql.name, sql.host) == (SQL, "sql", "HV-EAST")
    assert (web.vm, web.host) == (VmAddress("far", WEB.vm_id), "HV-FAR")
    assert refreshed(FARM, Fleet.of({})) == FARM


def test_a_member_is_never_refreshed_to_the_place_of_another() -> None:
    copies = replace(FARM, members=(Member(WEB, "web"), Member(VmAddress("far", WEB.vm_id), "web")))
    here = refreshed(copies, Fleet.of({"far": lab("HV-FAR", web="c2*")}))
    assert [each.vm for each in here.members] == [each.vm for each in copies.members]
