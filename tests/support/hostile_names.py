"""Names that do what no name should: act as markup, command a terminal, turn a line round, hide, or begin a line of their own."""

from __future__ import annotations

import msgspec

from hvtree.emulator.worlds.schema import VolumeSpec, World
from tests.support import trees
from tests.support.emulated import world_of

MARKUP = '<b>bold</b><img src=x><a href="file:///x">y</a>&amp;&File'
FORGED = "As planned."
ACTING = f"\u202eturned\u2066\u200b\x1b[31m\u2028\n{FORGED}\n"
EVIL = MARKUP + ACTING
"""A name that could be taken for markup, turn a line round, hide, command a terminal, or forge a line."""
TEXT = MARKUP + ACTING.replace(FORGED, "two")
"""What may have lines of its own, since it stands apart."""


def evil_world(host: str = EVIL, *names: str, notes: str = TEXT) -> World:
    """Return a host on which everything that can have a name has a hostile one."""
    world = world_of(trees.lab(host, **dict.fromkeys(names or ("web", "db"), "base(p1(p2*) p3)")))
    vms = []
    for vm in world.vms:
        drives = tuple(
            msgspec.structs.replace(each, path=f"D:\\VMs\\{vm.name}{EVIL}.vhdx") for each in vm.drives
        )
        checkpoints = tuple(
            msgspec.structs.replace(each, name=each.name + EVIL, notes=notes) for each in vm.checkpoints
        )
        changes = {"name": vm.name + EVIL, "notes": notes, "drives": drives, "checkpoints": checkpoints}
        vms.append(msgspec.structs.replace(vm, **changes))
    volumes = (VolumeSpec("D:", 40 * trees.GB), VolumeSpec(f"C:\\{EVIL}", 100 * trees.GB))
    return msgspec.structs.replace(world, vms=tuple(vms), volumes=volumes)
