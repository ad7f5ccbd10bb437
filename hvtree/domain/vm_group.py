"""VM groups that a host keeps itself (Get-VMGroup, since Server 2016): of VMs, or of other groups."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from hvtree.domain.errors import BadInput
from hvtree.domain.names import comparable, quoted


class VmGroup(Struct, frozen=True):
    """A VM group of a host. Ids are GUIDs in lower case; names need not be unique."""

    id: str
    name: str
    vm_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    """The groups in it."""


def vm_group_meant(text: str, groups: Sequence[VmGroup], host: str) -> VmGroup:
    """Return the group that a word means, by its id or its name; raise `BadInput` unless it means exactly one."""
    found = [each for each in groups if each.id == text.strip("{}").lower()] or [
        each for each in groups if comparable(each.name) == comparable(text)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "".join(f"\n  {each.id}" for each in found)
        raise BadInput(
            f"The host {quoted(host)} has {len(found)} VM groups {quoted(text)}.", now=f"Use an id:{listed}"
        )
    names = ", ".join(quoted(each.name) for each in groups[:20])
    raise BadInput(
        f"The host {quoted(host)} has no VM group {quoted(text)}.",
        now=f"It has {names}." if names else "It has none at all.",
    )


def vm_ids_in(group: VmGroup, groups: Sequence[VmGroup]) -> tuple[str, ...]:
    """Return the VMs of a group and of all groups in it, each once; groups that hold each other are no harm."""
    by_id = {each.id: each for each in groups}
    seen, waiting, found = {group.id}, [group], dict[str, None]()
    while waiting:
        one = waiting.pop(0)
        found |= dict.fromkeys(one.vm_ids)
        inner = [by_id[each] for each in one.group_ids if each in by_id and each not in seen]
        seen.update(each.id for each in inner)
        waiting += inner
    return tuple(found)
