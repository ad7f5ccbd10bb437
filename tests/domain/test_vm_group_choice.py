"""VM groups of hosts to choose from: each on its own host, those of one name on several hosts together."""

from __future__ import annotations

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.vm_group import VmGroup
from hvtree.domain.vm_group_choice import Known, VmGroupChoice, choices, chosen
from tests.support.trees import id_of, lab

EAST, WEST = lab("east", web="", db=""), lab("west", app="")
FLEET = Fleet.of({"e": EAST, "w": WEST})
WEB, DB, APP = id_of("web"), id_of("db"), id_of("app")


def names(known: Known) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.name, tuple(host_id for host_id, _group in each.places)) for each in choices(known)]


def test_they_are_offered_by_name_and_together_first_where_several_hosts_have_one_name() -> None:
    known = {
        "e": (VmGroup("1", "shop", (WEB,)), VmGroup("2", "Base", (DB,))),
        "w": (VmGroup("3", "Shop", (APP,)),),
    }
    assert names(known) == [
        ("Base", ("e",)),
        ("shop", ("e", "w")),
        ("shop", ("e",)),
        ("Shop", ("w",)),
    ]
    together = choices(known)[1]
    assert chosen(together, known, FLEET).vms == (VmAddress("e", WEB), VmAddress("w", APP))


def test_two_of_one_name_on_one_host_are_two_choices_and_never_joined() -> None:
    known = {"e": (VmGroup("1", "Shop", (WEB,)), VmGroup("2", "shop", (DB,))), "w": (VmGroup("3", "Shop"),)}
    found = choices(known)
    assert [len(each.places) for each in found] == [1, 1, 1]
    assert [each.is_alone for each in found] == [False, False, True]


def test_vms_of_inner_groups_count_once_and_groups_that_hold_each_other_are_no_harm() -> None:
    known = {
        "e": (
            VmGroup("1", "All", (), ("2", "3")),
            VmGroup("2", "Tier 1", (WEB, DB)),
            VmGroup("3", "Tier 2", (DB,), ("1",)),
        )
    }
    found = chosen(VmGroupChoice("All", (("e", known["e"][0]),)), known, FLEET)
    assert (found.vms, found.inner) == ((VmAddress("e", WEB), VmAddress("e", DB)), 2)


def test_a_vm_that_is_not_on_the_host_is_left_out_and_counted() -> None:
    known = {"e": (VmGroup("1", "Shop", (WEB, APP)),)}
    found = chosen(choices(known)[0], known, FLEET)
    assert (found.vms, found.lost) == ((VmAddress("e", WEB),), 1)
