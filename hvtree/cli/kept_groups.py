"""The groups that are kept on this computer, for what needs no host."""

from __future__ import annotations

import asyncio

from hvtree.app.groups import Groups
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.place import default_path
from hvtree.domain.group import Group

NO_GROUP = "-"
"""The word for what was taken of VMs that were only selected."""


def group_meant(text: str, groups: Groups) -> Group:
    """Return the group that a word means; `-` is one without members, to which belongs what was taken of no group.

    Raise `BadInput` unless it means one.
    """
    is_none = text == NO_GROUP and all(each.name != NO_GROUP for each in groups.definitions)
    return Group("", "VMs that were selected") if is_none else groups.find(text)


def kept_groups() -> Groups:
    """Return the groups as they are kept now; they are read, and the file is closed."""

    async def loaded() -> Groups:
        groups = Groups(KeptGroups(default_path()))
        await groups.load()
        await groups.close()
        return groups

    return asyncio.run(loaded())
