"""`hvtree group undo GROUP`: take all VMs of a group back to how they were before the last job on the group."""

from __future__ import annotations

import argparse
import asyncio

from hvtree.app.memory.entries import Entry, EntryInFull
from hvtree.app.memory.place import default_path
from hvtree.app.memory.reader import HistoryReader
from hvtree.app.undoing import last_to_undo
from hvtree.cli.group_hosts import add_group
from hvtree.cli.kept_groups import kept_groups
from hvtree.cli.options import add_json, add_login, add_yes
from hvtree.cli.undo import undo
from hvtree.domain.group import Group


def describe(parser: argparse.ArgumentParser, _name: str) -> None:
    """Describe the action to argparse."""
    add_group(parser)
    add_yes(parser)
    add_json(parser)
    add_login(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Undo the last job on the group that is not undone yet, and print the verdict."""
    return undo(arguments, asyncio.run(_job(kept_groups().find(arguments.group))))


async def _job(group: Group) -> EntryInFull:
    ids = {each.vm.vm_id for each in group.members}

    def is_of_group(entry: Entry) -> bool:
        return entry.operation.endswith("-group") and not ids.isdisjoint(each.vm_id for each in entry.vms)

    history = HistoryReader(default_path())
    try:
        return await last_to_undo(history, is_meant=is_of_group)
    finally:
        await history.close()
