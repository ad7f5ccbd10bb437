"""Hyper-V's own VM groups over every backend."""

from __future__ import annotations

from hvtree.emulator.host.enums import GroupType
from tests.support.agent_connection import AgentConnection
from tests.support.backends import Backend


def test_vm_groups_are_told_with_the_ids_of_their_members(
    backend: Backend, connection: AgentConnection
) -> None:
    # facts 78 and 249
    two = [backend.vm("Off")["id"] for _ in range(2)]
    farm, empty = (f"farm ‘$(x)’ {backend.name}", f"empty {backend.name}")
    for name in (farm, empty):
        backend.host.new_vm_group(name, GroupType.VMCollectionType)
    backend.host.add_vm_group_member(farm, vm=two)
    told = {each["name"]: each for each in connection.ask("host.vmgroups").ok["groups"]}
    assert sorted(told[farm]["vms"]) == sorted(two)
    assert not told[empty].get("vms")
    assert not told[farm].get("groups")
    assert told[farm]["id"] in [each.instance_id for each in backend.host.get_vm_group().objects]


def test_groups_in_groups_are_told_with_their_ids(backend: Backend, connection: AgentConnection) -> None:
    # fact 249
    vm_id = backend.vm("Off")["id"]
    kinds = (
        GroupType.VMCollectionType,
        GroupType.ManagementCollectionType,
        GroupType.ManagementCollectionType,
    )
    names = [f"{name} of {backend.name}" for name in ("farm", "site", "all")]
    farm, site, everything = map(backend.host.new_vm_group, names, kinds)
    backend.host.add_vm_group_member(farm.name, vm=vm_id)
    backend.host.add_vm_group_member(site.name, group=farm.instance_id)
    backend.host.add_vm_group_member(everything.name, group=[site.instance_id, farm.instance_id])
    told = {each["id"]: each for each in connection.ask("host.vmgroups").ok["groups"]}
    assert told[everything.instance_id].get("groups") == [site.instance_id, farm.instance_id]
    assert told[site.instance_id].get("groups") == [farm.instance_id]
    assert told[farm.instance_id].get("vms") == [vm_id]
    assert not told[everything.instance_id].get("vms")
