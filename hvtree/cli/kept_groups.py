"""The groups that are kept on this computer, for what needs no host."""

from __future__ import annotations

import asyncio

from hvtree.app.groups import Groups
from hvtree.app.memory.groups import KeptGroups
from hvtree.app.memory.place import default_path


def kept_groups() -> Groups:
    """Return the groups as they are kept now; they are read, and the file is closed."""

    async def loaded() -> Groups:
        groups = Groups(KeptGroups(default_path()))
        await groups.load()
        await groups.close()
        return groups

    return asyncio.run(loaded())
