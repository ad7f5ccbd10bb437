"""VM groups."""

from __future__ import annotations

import pytest

from hvtree.emulator.host.enums import GroupType
from hvtree.emulator.host.errors import CmdletError
from tests.support.virtual_host import guid, virtual_host, vm_spec


def test_a_group_holds_vms_and_goes_only_when_it_is_empty() -> None:  # fact 78
    host = virtual_host(vm_spec("a"), vm_spec("b")).host
    host.new_vm_group("farm", GroupType.VMCollectionType)
    host.add_vm_group_member("farm", vm=[guid("a"), guid("b")])
    assert host.get_vm_group("farm").one().vm_members == (guid("a"), guid("b"))
    assert host.get_vm("a").one().groups == ("farm",)
    with pytest.raises(CmdletError, match="not empty"):
        host.remove_vm_group("farm")
    host.remove_vm_group_member("farm", vm=[guid("a"), guid("b")])
    host.remove_vm_group("farm")
    assert len(host.get_vm_group()) == 0


def test_a_group_of_groups_holds_groups_of_either_kind_and_no_vms() -> None:  # facts 78 and 249
    host = virtual_host(vm_spec("a")).host
    farm = host.new_vm_group("farm", GroupType.VMCollectionType)
    site, everything = (
        host.new_vm_group(name, GroupType.ManagementCollectionType) for name in ("site", "all")
    )
    host.add_vm_group_member("farm", vm=guid("a"))
    host.add_vm_group_member("site", group=[farm.instance_id])
    host.add_vm_group_member("all", group=[site.instance_id, farm.instance_id])
    host.add_vm_group_member("all", group=site.instance_id)
    assert host.get_vm_group("all").one().vm_group_members == (site.instance_id, farm.instance_id)
    assert host.get_vm("a").one().groups == ("farm",)
    for name in ("all", "site"):
        with pytest.raises(CmdletError, match="not empty"):
            host.remove_vm_group(name)
    host.remove_vm_group_member("all", group=[site.instance_id, farm.instance_id])
    host.remove_vm_group("all")
    with pytest.raises(CmdletError, match="holds VMs, not groups"):
        host.add_vm_group_member("farm", group=[site.instance_id])
    with pytest.raises(CmdletError, match="unable to find a group"):
        host.add_vm_group_member("site", group=[everything.instance_id])


def test_a_group_that_is_removed_is_in_no_other_any_more() -> None:
    host = virtual_host("*").host
    inner = host.new_vm_group("inner", GroupType.VMCollectionType)
    host.new_vm_group("outer", GroupType.ManagementCollectionType)
    host.add_vm_group_member("outer", group=inner.instance_id)
    host.remove_vm_group("inner")
    assert host.get_vm_group("outer").one().vm_group_members == ()


def test_an_unknown_group_or_member_is_an_error() -> None:
    host = virtual_host(vm_spec("a")).host
    host.new_vm_group("groups", GroupType.ManagementCollectionType)
    host.new_vm_group("vms", GroupType.VMCollectionType)
    assert len(host.get_vm_group(["no", "v*"]).errors) == 1
    for name, vm in (("no", guid("a")), ("groups", guid("a")), ("vms", guid("z"))):
        with pytest.raises(CmdletError):
            host.add_vm_group_member(name, vm=vm)
    with pytest.raises(CmdletError):
        host.new_vm_group(" ", GroupType.VMCollectionType)
