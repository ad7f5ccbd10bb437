"""`hvtree group create`, `edit` and `delete`: the groups that are kept on this computer."""

from __future__ import annotations

import argparse
import json
import uuid

from hvtree.app.workspace import utc_now
from hvtree.cli.connection import ConnectedHosts, find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.group_hosts import add_group
from hvtree.cli.group_json import group_record
from hvtree.cli.group_members import add_method, add_order, member_meant, members_found, method_meant, ordered
from hvtree.cli.host_words import TargetWord, is_host, target_words
from hvtree.cli.kept_groups import kept_groups
from hvtree.cli.options import add_connection, add_json, add_login, wants_json
from hvtree.cli.output import print_result
from hvtree.cli.running import finished
from hvtree.cli.targets import Target, Targets
from hvtree.cli.text import shown
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group, GroupMethod, members_at
from hvtree.domain.search import parse
from hvtree.domain.vm_group import vm_group_meant, vm_ids_in
from hvtree.domain.words import count_words
from hvtree.values import replace


def _describe_create(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what to call the group")
    add_connection(parser, "HOST|HOST/VM", "; or the first VM, with its host before it")
    parser.add_argument(
        "targets",
        metavar="VM|HOST/VM",
        nargs="*",
        help="GUID, or a name that only one VM has; with its host before it if the first word has one; "
        "with --filter or --from-vmgroup: more hosts",
    )
    parser.add_argument(
        "--filter", metavar="TEXT", help="all VMs of these hosts that the window's filter would find"
    )
    parser.add_argument(
        "--from-vmgroup",
        metavar="VMGROUP",
        help="all VMs of a VM group that these hosts keep themselves (Get-VMGroup), by its name or id",
    )
    add_method(parser, "default: pause-and-save")
    add_order(parser)
    add_json(parser)
    parser.set_defaults(run=run_create, complain=parser.error)


def _describe_edit(parser: argparse.ArgumentParser) -> None:
    add_group(parser)
    parser.add_argument("--name", help="the new name")
    add_method(parser, "default: as it was")
    add_order(parser)
    parser.add_argument(
        "--add",
        metavar="HOST/VM",
        action="append",
        default=[],
        help="one more VM; may be given several times",
    )
    parser.add_argument(
        "--remove", metavar="VM", action="append", default=[], help="a member that is to be none; likewise"
    )
    add_login(parser)
    add_json(parser)
    parser.set_defaults(run=run_edit)


def _describe_delete(parser: argparse.ArgumentParser) -> None:
    add_group(parser)
    add_json(parser)
    parser.set_defaults(run=run_delete)


_ACTIONS = {"create": _describe_create, "edit": _describe_edit, "delete": _describe_delete}


def describe(parser: argparse.ArgumentParser, name: str) -> None:
    """Describe the action of that name to argparse."""
    _ACTIONS[name](parser)


def run_create(arguments: argparse.Namespace) -> int:
    """Keep a new group of the VMs that are named."""
    words = _targets(arguments)
    accesses = find_access(arguments, [each.host for each in words])

    async def create() -> tuple[Group, Fleet]:
        async with open_hosts(accesses) as hosts:
            fleet = hosts.workspace.fleet
            members = members_at(await _meant(words, arguments, hosts), fleet)
            method = method_meant(arguments, GroupMethod.PAUSE_AND_SAVE)
            group = Group(str(uuid.uuid4()), arguments.name, ordered(members, arguments), method)
            await hosts.workspace.groups.load()
            return await hosts.workspace.groups.save(group, fleet), fleet

    group, fleet = finished(create())
    _say(arguments, group, fleet, "Kept")
    return Exit.AS_PLANNED


def run_edit(arguments: argparse.Namespace) -> int:
    """Change a group; hosts are only reached for members that are added."""
    group = _changed(kept_groups().find(arguments.group), arguments)
    words = _added(arguments.add)
    accesses = find_access(arguments, [each.host for each in words]) if words else {}

    async def edit() -> tuple[Group, Fleet]:
        async with open_hosts(accesses) as hosts:
            fleet = hosts.workspace.fleet
            added = members_at(_named(words, hosts), fleet)
            members = ordered((*group.members, *added), arguments)
            await hosts.workspace.groups.load()
            return await hosts.workspace.groups.save(replace(group, members=members), fleet), fleet

    changed, fleet = finished(edit())
    _say(arguments, changed, fleet, "Changed")
    return Exit.AS_PLANNED


def run_delete(arguments: argparse.Namespace) -> int:
    """Forget a group, and nothing else."""

    async def delete() -> Group:
        async with open_hosts({}) as hosts:
            groups = hosts.workspace.groups
            await groups.load()
            group = groups.find(arguments.group)
            await groups.delete(group.id)
            return group

    group = finished(delete())
    if wants_json(arguments):
        print_result(json.dumps(group_record(group, Fleet.of({}))))
    else:
        print_result("Forgotten. Checkpoints that were taken of it stay on their hosts.")
    return Exit.AS_PLANNED


def _targets(arguments: argparse.Namespace) -> tuple[TargetWord, ...]:
    """Return the words for VMs; where these are not named, those for hosts, each with an empty word. Raise `BadInput`."""
    if arguments.filter is not None and arguments.from_vmgroup is not None:
        arguments.complain("not allowed together: --filter and --from-vmgroup")
    if arguments.filter is not None or arguments.from_vmgroup is not None:
        return tuple(TargetWord(each, "") for each in (arguments.host_word, *arguments.targets))
    words = target_words(arguments.host_word, arguments.targets)
    if not words:
        arguments.complain("the following arguments are required: VM, --filter or --from-vmgroup")
    return words


def _added(words: list[str]) -> tuple[TargetWord, ...]:
    """Return the words of `--add`; raise `BadInput` unless each begins with its host."""
    alone = next((each for each in words if is_host(each)), None)
    if alone is not None:
        raise BadInput(f"‘{shown(alone)}’ is a host.", now="Name a VM on it: HOST/VM.")
    found = [target_words(each, []) for each in words]
    for word, divided in zip(words, found, strict=True):
        if not divided:
            raise BadInput(f"‘{shown(word)}’ does not begin with a host.", now="Name the VM as HOST/VM.")
    return tuple(each for divided in found for each in divided)


async def _meant(
    words: tuple[TargetWord, ...], arguments: argparse.Namespace, hosts: ConnectedHosts
) -> tuple[VmAddress, ...]:
    """Return the VMs of a new group: those that are named, that a filter finds, or that are in a VM group of the hosts."""
    host_ids = tuple(dict.fromkeys(hosts.ids[each.host] for each in words))
    if arguments.filter is not None:
        return await _filtered(arguments.filter, hosts)
    if arguments.from_vmgroup is not None:
        found = [await _of_vm_group(arguments.from_vmgroup, host_id, hosts) for host_id in host_ids]
        return tuple(vm for vms in found for vm in vms)
    return _named(words, hosts)


def _named(words: tuple[TargetWord, ...], hosts: ConnectedHosts) -> tuple[VmAddress, ...]:
    return Targets(
        hosts.workspace.fleet.hosts, [Target(hosts.ids[each.host], each.text) for each in words]
    ).vms()


async def _filtered(text: str, hosts: ConnectedHosts) -> tuple[VmAddress, ...]:
    states = hosts.workspace.fleet.hosts
    if parse(text).needs_sizes:
        await hosts.workspace.measured(
            VmAddress(host_id, vm_id) for host_id in states for vm_id in states[host_id].vms
        )
    return members_found(text, hosts.workspace.fleet, utc_now())


async def _of_vm_group(text: str, host_id: str, hosts: ConnectedHosts) -> tuple[VmAddress, ...]:
    state = hosts.workspace.fleet.hosts[host_id]
    groups = await hosts.workspace.vm_groups(host_id)
    found = vm_ids_in(vm_group_meant(text, groups, state.host), groups)
    return tuple(VmAddress(host_id, vm_id) for vm_id in found if vm_id in state.vms)


def _changed(group: Group, arguments: argparse.Namespace) -> Group:
    """Return a group with what the options change without any host; raise `BadInput` if they change nothing at all."""
    given = (
        arguments.name,
        arguments.method,
        arguments.order,
        arguments.delay,
        arguments.add,
        arguments.remove,
    )
    if not any(each is not None and each != [] for each in given):
        raise BadInput("It is not said what is to change.", now="Look at `hvtree group edit --help`.")
    members = list(group.members)
    for text in arguments.remove:
        del members[member_meant(text, members)]
    name = group.name if arguments.name is None else arguments.name
    return Group(group.id, name, tuple(members), method_meant(arguments, group.method))


def _say(arguments: argparse.Namespace, group: Group, fleet: Fleet, verb: str) -> None:
    if wants_json(arguments):
        print_result(json.dumps(group_record(group, fleet)))
    else:
        members = count_words(len(group.members), "VM")
        print_result(f"{verb}: ‘{shown(group.name)}’, {members}. See it: hvtree group show {group.id}")
