"""`hvtree group undo GROUP`: take all VMs of a group back to how they were before the last job on the group."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from hvtree.app.group_undoing import last_of_group
from hvtree.app.memory.entries import EntryInFull
from hvtree.app.memory.place import default_path
from hvtree.app.memory.reader import HistoryReader
from hvtree.cli.group_hosts import add_group
from hvtree.cli.kept_groups import group_meant, kept_groups
from hvtree.cli.options import add_json, add_login, add_yes
from hvtree.cli.running import finished
from hvtree.cli.undo import undo
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupRecord


def describe(parser: argparse.ArgumentParser, _name: str) -> None:
    """Describe the action to argparse."""
    add_group(parser, or_none=True)
    add_yes(parser)
    add_json(parser)
    add_login(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Undo the last job on the group that is not undone yet, and print the verdict."""
    groups = kept_groups()
    return undo(arguments, finished(_job(group_meant(arguments.group, groups), groups.records)))


async def _job(group: Group, records: Iterable[GroupRecord]) -> EntryInFull:
    history = HistoryReader(default_path())
    try:
        return await last_of_group(history, group, records)
    finally:
        await history.close()
