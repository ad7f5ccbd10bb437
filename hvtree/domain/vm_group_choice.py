"""VM groups of several hosts to choose from, and the VMs that a choice comes to.

A VM group is one host's own. One that several hosts have under the same name, such as the servers of one application, can be
chosen on all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.names import comparable
from hvtree.domain.vm_group import VmGroup, vm_ids_in

Known = Mapping[str, Sequence[VmGroup]]
"""The VM groups of each host, by the host's id."""


class VmGroupChoice(Struct, frozen=True):
    """A VM group on one host, or those of one name on several."""

    name: str
    places: tuple[tuple[str, VmGroup], ...]
    """Each with the id of its host."""
    is_alone: bool = True
    """No other VM group of the same host is called so."""


class Chosen(Struct, frozen=True):
    """What a choice comes to."""

    vms: tuple[VmAddress, ...]
    inner: int = 0
    """How many VM groups are in it, whose VMs are among these."""
    lost: int = 0
    """How many of its VMs are not on their host."""


def choices(known: Known) -> tuple[VmGroupChoice, ...]:
    """Return what there is to choose by name; what several hosts have is offered together first, then on each host."""
    by_name: dict[str, list[tuple[str, VmGroup]]] = {}
    for host_id, groups in known.items():
        for each in groups:
            by_name.setdefault(comparable(each.name), []).append((host_id, each))
    return tuple(choice for name in sorted(by_name) for choice in _of_one_name(by_name[name]))


def chosen(choice: VmGroupChoice, known: Known, fleet: Fleet) -> Chosen:
    """Return the VMs of a choice, those of the groups in it as well, by ids."""
    wanted = [
        VmAddress(host_id, vm_id)
        for host_id, group in choice.places
        for vm_id in vm_ids_in(group, known.get(host_id, ()))
    ]
    there = tuple(dict.fromkeys(each for each in wanted if fleet.find_vm(each) is not None))
    inner = sum(len(group.group_ids) for _host_id, group in choice.places)
    return Chosen(there, inner, len(dict.fromkeys(wanted)) - len(there))


def _of_one_name(places: list[tuple[str, VmGroup]]) -> Iterator[VmGroupChoice]:
    hosts = [host_id for host_id, _group in places]
    if len(places) > 1 and len(set(hosts)) == len(hosts):
        yield VmGroupChoice(places[0][1].name, tuple(places))
    for host_id, group in places:
        yield VmGroupChoice(group.name, ((host_id, group),), is_alone=hosts.count(host_id) == 1)
