"""A named group: VMs that belong together, on any hosts, the order in which they start, and how they are checkpointed.

VMs are known by their ids. What a VM was called and where it was last serve people, and tell apart copies of one id.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.names import check_name
from hvtree.values import replace

MOST_MEMBERS = 500
LAST_ORDER = 99
LONGEST_DELAY_S = 3_600


class GroupMethod(StrEnum):
    """How the VMs of a group are brought to one instant."""

    PAUSE_AND_SAVE = "pause-and-save"
    """All are paused, then saved; each checkpoint is taken of a saved VM."""
    PAUSE_ONLY = "pause-only"
    """All are paused, and checkpointed as they stand still."""
    NO_INTERRUPTION = "no-interruption"
    """Each is checkpointed by itself, as it runs: not one instant."""


class Member(Struct, frozen=True):
    """A VM of a group."""

    vm: VmAddress
    """Where it was last."""
    name: str = ""
    """What it was called last; for people."""
    start_order: int = 1
    """1 to 99: those of the same number start together, after those of lower ones."""
    delay_s: int = 0
    """How long those of higher numbers wait after it has been started; 0 to 3,600."""
    host: str = ""
    """The own name of the host where it was last; for people."""


class Group(Struct, frozen=True):
    """A named group of VMs."""

    id: str
    """A GUID in lower case."""
    name: str
    members: tuple[Member, ...] = ()
    method: GroupMethod = GroupMethod.PAUSE_AND_SAVE


def members_at(places: Iterable[VmAddress], fleet: Fleet) -> tuple[Member, ...]:
    """Return the VMs at these places as members that all start together; raise `KeyError` for one that is not there."""
    return tuple(Member(each, fleet.vm(each).name, host=fleet.hosts[each.host_id].host) for each in places)


def checked_group(group: Group) -> Group:
    """Return a group that can be kept; raise `BadInput` with what is wrong with it."""
    try:
        check_name(group.name)
    except BadInput as problem:
        what = problem.what.replace("A checkpoint", "A group").replace("a checkpoint", "a group")
        raise BadInput(what, why=problem.why, now=problem.now) from None
    if not group.members:
        raise BadInput(f"The group ‘{group.name}’ has no members.", now="Choose one or more VMs.")
    if len(group.members) > MOST_MEMBERS:
        raise BadInput(
            f"The group ‘{group.name}’ has {len(group.members):,} members; {MOST_MEMBERS} are the most."
        )
    if len({each.vm for each in group.members}) < len(group.members):
        raise BadInput(f"The group ‘{group.name}’ has a VM twice.", now="Name each VM once.")
    for each in group.members:
        if not 1 <= each.start_order <= LAST_ORDER:
            raise BadInput(
                f"The start order of ‘{each.name}’ must be 1 to {LAST_ORDER}, not {each.start_order}."
            )
        if not 0 <= each.delay_s <= LONGEST_DELAY_S:
            raise BadInput(
                f"The delay after ‘{each.name}’ must be 0 to {LONGEST_DELAY_S:,} seconds, not {each.delay_s:,}."
            )
    return group


def place_of(vm: VmAddress, fleet: Fleet) -> VmAddress | None:
    """Return where a VM is: there if it still is, else on the one other host that has it.

    None if it is on no host that was read, or on several others: a replica has the id of its primary, and it is not for a
    program to guess which of them is meant.
    """
    if fleet.find_vm(vm) is not None:
        return vm
    places = [VmAddress(host_id, vm.vm_id) for host_id, state in fleet.hosts.items() if vm.vm_id in state.vms]
    primaries = [each for each in places if not fleet.vm(each).is_replica]
    return primaries[0] if len(primaries) == 1 else None


def refreshed(group: Group, fleet: Fleet) -> Group:
    """Return a group with the present names and places of its members; those that cannot be found stay as they are."""
    known = {each.vm for each in group.members}
    return replace(group, members=tuple(_refreshed(each, fleet, known) for each in group.members))


def _refreshed(member: Member, fleet: Fleet, known: set[VmAddress]) -> Member:
    place = place_of(member.vm, fleet)
    if place is None or (place != member.vm and place in known):  # that is the place of another member
        return member
    known.add(place)
    return replace(member, vm=place, name=fleet.vm(place).name, host=fleet.hosts[place.host_id].host)


class StartStage(Struct, frozen=True):
    """VMs that start at the same time."""

    vms: tuple[VmAddress, ...]
    wait_s: int
    """How long they wait after the stage before."""


def start_stages(members: Iterable[Member]) -> tuple[StartStage, ...]:
    """Return the VMs in the order in which they start; a stage waits as long as the longest delay of the one before."""
    by_order: dict[int, list[Member]] = {}
    for each in members:
        by_order.setdefault(each.start_order, []).append(each)
    stages: list[StartStage] = []
    wait_s = 0
    for order in sorted(by_order):
        stages.append(StartStage(tuple(each.vm for each in by_order[order]), wait_s))
        wait_s = max(each.delay_s for each in by_order[order])
    return tuple(stages)
