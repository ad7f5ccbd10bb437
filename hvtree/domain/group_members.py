"""Where the members of a group are now: each there, moved, gone, or on a host that is not open."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Member, place_of
from hvtree.domain.model import VirtualMachine
from hvtree.values import replace


class Standing(Enum):
    """How a member stands."""

    THERE = "there"
    MOVED = "moved"
    """On another host than it was."""
    GONE = "gone"
    """Its host does not have it any more, nor has another one."""
    AMBIGUOUS = "ambiguous"
    """Several other hosts have a VM of its id; which one is meant is not for a program to guess."""
    AWAY = "away"
    """Its host is not open, or was never read."""


class SeenMember(Struct, frozen=True):
    """A member of a group, and what is known of it now."""

    member: Member
    standing: Standing
    place: VmAddress | None
    """Where it is; None if it cannot be found."""
    vm: VirtualMachine | None
    host: str
    """The own name of the host where it is, else of the one where it was; the id of one of which no name is known."""
    was: str = ""
    """The host where it was, by the same rule, if it has moved."""

    @property
    def name(self) -> str:
        """What it is called now, else what it was called last."""
        return self.vm.name if self.vm is not None else self.member.name or self.member.vm.vm_id


def seen_members(members: Iterable[Member], fleet: Fleet) -> tuple[SeenMember, ...]:
    """Return each member with where it is now, in their order."""
    return tuple(_seen(each, fleet) for each in members)


def there_and_lost(
    members: Iterable[Member], fleet: Fleet
) -> tuple[tuple[Member, ...], tuple[SeenMember, ...]]:
    """Return the members where they are now, and those that cannot be found."""
    seen = seen_members(members, fleet)
    there = tuple(replace(each.member, vm=each.place) for each in seen if each.place is not None)
    return there, tuple(each for each in seen if each.place is None)


def _seen(member: Member, fleet: Fleet) -> SeenMember:
    place = place_of(member.vm, fleet)
    home = _home(member, fleet)
    if place is None:
        return SeenMember(member, _why_not(member.vm, fleet), None, None, home)
    host = fleet.hosts[place.host_id].host
    is_home = place == member.vm or host == home  # the same host may be known by another name here
    standing = Standing.THERE if is_home else Standing.MOVED
    return SeenMember(member, standing, place, fleet.vm(place), host, "" if is_home else home)


def _why_not(vm: VmAddress, fleet: Fleet) -> Standing:
    """Return why a VM that is nowhere cannot be found."""
    count = sum(
        vm.vm_id in state.vms and not state.vms[vm.vm_id].is_replica for state in fleet.hosts.values()
    )
    if count > 1:
        return Standing.AMBIGUOUS
    return Standing.GONE if vm.host_id in fleet.hosts else Standing.AWAY


def _home(member: Member, fleet: Fleet) -> str:
    state = fleet.hosts.get(member.vm.host_id)
    return state.host if state is not None else member.host or member.vm.host_id
