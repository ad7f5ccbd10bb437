"""Where the members of a group are: there, moved, gone, in two places, or on a host that is not open."""

from __future__ import annotations

from types import MappingProxyType

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Member
from hvtree.domain.group_members import SeenMember, Standing, seen_members
from hvtree.domain.group_words import member_words, members_words, order_words, place_words
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.values import replace
from tests.support.plans import fleet
from tests.support.trees import lab, vm_named

EAST = lab("east", sql="base*")
WEST = lab("west", web="base*")
SQL = vm_named(EAST, "sql")
MEMBER = Member(VmAddress("east", SQL.id), "sql")


def with_vm(state: HostState, vm: VirtualMachine) -> HostState:
    return replace(state, vms=MappingProxyType({**state.vms, vm.id: vm}))


def without_vm(state: HostState, vm: VirtualMachine) -> HostState:
    return replace(
        state, vms=MappingProxyType({key: each for key, each in state.vms.items() if key != vm.id})
    )


def seen(known: Fleet) -> SeenMember:
    (found,) = seen_members([MEMBER], known)
    return found


def test_a_member_that_is_there_shows_its_state() -> None:
    found = seen(fleet(EAST, WEST))
    assert (found.standing, found.host, member_words(found)) == (Standing.THERE, "east", "Off")


def test_a_member_that_has_moved_says_from_where() -> None:
    found = seen(fleet(without_vm(EAST, SQL), with_vm(WEST, SQL)))
    assert (found.standing, found.place) == (Standing.MOVED, VmAddress("west", SQL.id))
    assert place_words(found) == "west (was on east)"


def test_a_member_whose_host_has_another_entry_here_has_not_moved() -> None:
    known = replace(MEMBER, host="east")
    (found,) = seen_members([known], Fleet.of({"10.0.0.1": EAST, "west": WEST}))
    assert (found.standing, found.place) == (Standing.THERE, VmAddress("10.0.0.1", SQL.id))
    assert place_words(found) == "east"


def test_a_member_that_is_nowhere_is_gone() -> None:
    found = seen(fleet(without_vm(EAST, SQL), WEST))
    assert (found.standing, found.name, member_words(found)) == (Standing.GONE, "sql", "Gone")


def test_a_member_whose_host_is_not_open_is_away_and_not_gone() -> None:
    found = seen(fleet(WEST))
    assert (found.standing, found.host, member_words(found)) == (Standing.AWAY, "east", "Host not open")


def test_a_member_that_two_other_hosts_have_is_neither() -> None:
    north = replace(WEST, host="north")
    found = seen(fleet(without_vm(EAST, SQL), with_vm(WEST, SQL), with_vm(north, SQL)))
    assert (found.standing, found.place) == (Standing.AMBIGUOUS, None)


def test_a_group_counts_its_hosts_and_who_is_missing() -> None:
    web = Member(VmAddress("west", vm_named(WEST, "web").id), "web")
    assert members_words(seen_members([MEMBER, web], fleet(EAST, WEST))) == "2 VMs on 2 hosts"
    assert (
        members_words(seen_members([MEMBER, web], fleet(WEST)))
        == "2 VMs on west · 1 on hosts that are not open"
    )


def test_the_order_of_starting_is_told_where_there_is_one() -> None:
    assert order_words(replace(MEMBER, start_order=2, delay_s=30)) == "starts 2nd, then 30 s"
    assert order_words(replace(MEMBER, delay_s=60), is_ordered=False) == "then 1 min"
    assert order_words(MEMBER, is_ordered=False) == ""
    assert [order_words(replace(MEMBER, start_order=n)).split()[-1] for n in (1, 3, 11, 22)] == [
        "1st",
        "3rd",
        "11th",
        "22nd",
    ]
