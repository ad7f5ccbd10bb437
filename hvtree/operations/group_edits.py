"""Delete, rename and export a group checkpoint: exactly its checkpoints, never others of the same VMs."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.operations.base import Plan
from hvtree.operations.consequence import Consequence
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.folders import below
from hvtree.operations.group_target import GroupTarget, Parts, left_out, named
from hvtree.operations.preconditions import demand, name_forbids
from hvtree.operations.rename import RenameCheckpoint
from hvtree.operations.together import together
from hvtree.values import replace


class DeleteGroupCheckpoint(Struct, frozen=True):
    """Delete the checkpoints of a group checkpoint that are there."""

    verb: ClassVar[str] = "delete-group"

    target: GroupTarget

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if one of them cannot be deleted, as for a single one."""
        found, parts = self.target.parts(fleet, "The group checkpoint cannot be deleted now.")
        plan = DeleteCheckpoints(tuple(parts)).plan(fleet)
        others = sum(len(vm.checkpoints) for vm, _checkpoint in parts.values()) - len(parts)
        stay = (
            (
                Consequence(
                    "other-checkpoints-stay",
                    f"The {count_words(others, 'other checkpoint')} of these VMs {'stays' if others == 1 else 'stay'}.",
                ),
            )
            if others
            else ()
        )
        return replace(
            plan,
            operation=self,
            title=f"Delete the {named(found)}",
            button=f"Delete {count_words(len(parts), 'checkpoint')}",
            consequences=(*plan.consequences, *stay, *left_out(found)),
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        _found, parts = self.target.parts(fleet, "The group checkpoint cannot be deleted now.")
        return DeleteCheckpoints(tuple(parts)).check(fleet)


class RenameGroupCheckpoint(Struct, frozen=True):
    """Give all checkpoints of a group checkpoint another name."""

    verb: ClassVar[str] = "rename-group"

    target: GroupTarget
    name: str

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if one of them cannot be renamed, or all of them are called so."""
        what = "The group checkpoint cannot be renamed now."
        found, parts = self.target.parts(fleet, what)
        demand(what, name_forbids(self.name))
        other = [each for each, (_vm, checkpoint) in parts.items() if checkpoint.name != self.name]
        plans = [RenameCheckpoint(each, self.name).plan(fleet) for each in other or parts]
        title = f"Rename the {named(found)} to {quoted(self.name)}"
        plan = together(self, plans, fleet, title=title, button="Rename")
        return replace(plan, consequences=(*plan.consequences, *left_out(found)))


class ExportGroupCheckpoint(Struct, frozen=True):
    """Export each checkpoint of a group checkpoint into a folder on its host, below the name of its VM."""

    verb: ClassVar[str] = "export-group"

    target: GroupTarget
    folder: str

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if one of them cannot be exported."""
        found, parts = self.target.parts(fleet, "The group checkpoint cannot be exported now.")
        folders = _folders(parts, self.folder)
        plans = [ExportCheckpoint(each, folders[each.vm]).plan(fleet) for each in parts]
        plan = together(self, plans, fleet, title=f"Export the {named(found)}", button="Export")
        return replace(plan, consequences=(*plan.consequences, *left_out(found)))


def _folders(parts: Parts, folder: str) -> dict[VmAddress, str]:
    """Return the folder for each VM: VMs of one name on one host get one of their own, called by the VM's id."""
    names = Counter((address.host_id, vm.name.casefold()) for address, (vm, _checkpoint) in parts.items())
    return {
        address.vm: below(folder, vm.id) if names[address.host_id, vm.name.casefold()] > 1 else folder
        for address, (vm, _checkpoint) in parts.items()
    }
