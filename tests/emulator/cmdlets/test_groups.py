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
