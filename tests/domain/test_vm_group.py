"""VM groups that a host keeps itself: found by id or a name that only one has, with the VMs of the groups in them."""

from __future__ import annotations

import pytest

from hvtree.domain.errors import BadInput
from hvtree.domain.vm_group import VmGroup, vm_group_meant, vm_ids_in

ALL, FARM, SHOP, LOOP = (f"0b7e0000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
GROUPS = (
    VmGroup(ALL, "everything", group_ids=(FARM, LOOP, "gone")),
    VmGroup(FARM, "farm", ("a", "b")),
    VmGroup(SHOP, "Shop", ("b",)),
    VmGroup(LOOP, "shop", ("b", "c"), (ALL,)),
)


def test_a_group_of_groups_holds_the_vms_of_all_of_them_once() -> None:
    assert vm_ids_in(GROUPS[0], GROUPS) == ("a", "b", "c")
    assert vm_ids_in(GROUPS[1], GROUPS) == ("a", "b")


def test_groups_a_thousand_deep_are_followed() -> None:
    chain = tuple(VmGroup(str(n), "", (f"vm{n}",), (str(n + 1),)) for n in range(3_000))
    assert len(vm_ids_in(chain[0], chain)) == 3_000


def test_a_group_is_found_by_its_id_or_its_name() -> None:
    assert vm_group_meant("FARM", GROUPS, "hv1") == GROUPS[1]
    assert vm_group_meant(LOOP.upper(), GROUPS, "hv1") == GROUPS[3]


@pytest.mark.parametrize(
    ("text", "groups", "said"),
    [
        ("shop", GROUPS, SHOP),
        ("barn", GROUPS, "has no VM group ‘barn’. It has ‘everything’, ‘farm’"),
        ("barn", (), "has no VM group ‘barn’. It has none at all."),
    ],
)
def test_a_word_that_means_none_or_several_says_what_there_is(
    text: str, groups: tuple[VmGroup, ...], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        vm_group_meant(text, groups, "hv1")
    assert said in caught.value.sentence
