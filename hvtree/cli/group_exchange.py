"""`hvtree group export` and `import`: definitions of groups as a file (`app.group_files`)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from hvtree.app.group_files import groups_of, groups_text, read_groups, write_groups
from hvtree.app.groups import Groups
from hvtree.cli.completing import completed_by, completed_by_files
from hvtree.cli.connection import find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.group_hosts import add_group_hosts
from hvtree.cli.group_json import group_record
from hvtree.cli.host_words import is_host
from hvtree.cli.kept_groups import kept_groups
from hvtree.cli.options import add_json, wants_json
from hvtree.cli.output import Console, print_result
from hvtree.cli.running import finished
from hvtree.cli.text import shown
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_members import SeenMember, Standing, seen_members
from hvtree.domain.group_words import place_words
from hvtree.domain.words import count_words

_STANDARD_INPUT = "-"


def _describe_export(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_argument(
        "groups", metavar="GROUP", nargs="*", help="its name or its id (default: all groups)"
    )
    completed_by(chosen, "group")
    completed_by_files(
        parser.add_argument("--to", metavar="FILE", help="write it there instead of printing it")
    )
    parser.set_defaults(run=run_export)


def _describe_import(parser: argparse.ArgumentParser) -> None:
    completed_by_files(
        parser.add_argument(
            "file", metavar="FILE", help="what `hvtree group export` has written; - for standard input"
        )
    )
    parser.add_argument(
        "--replace", action="store_true", help="let them take the place of groups with the same ids"
    )
    add_group_hosts(parser)
    add_json(parser)
    parser.set_defaults(run=run_import)


def describe(parser: argparse.ArgumentParser, name: str) -> None:
    """Describe the action of that name to argparse."""
    (_describe_export if name == "export" else _describe_import)(parser)


def run_export(arguments: argparse.Namespace) -> int:
    """Print definitions, or write them into a file."""
    groups = kept_groups()
    chosen = [groups.find(each) for each in arguments.groups] or groups.definitions
    if arguments.to is None:
        print_result(groups_text(chosen).rstrip("\n"))
    else:
        write_groups(Path(arguments.to), chosen)
        print_result(f"Written: {count_words(len(chosen), 'group')}.")
    return Exit.AS_PLANNED


def run_import(arguments: argparse.Namespace) -> int:
    """Keep all groups of a file, or none; say of which members it is not known where they are."""
    read = _read(arguments.file)
    accesses = find_access(arguments, arguments.host_words) if arguments.host_words else {}

    async def keep() -> tuple[tuple[Group, ...], Fleet]:
        async with open_hosts(accesses) as hosts:
            groups, fleet = hosts.workspace.groups, hosts.workspace.fleet
            await groups.load()
            if not arguments.replace:
                _check(read, groups)
            return await groups.save_all(read, fleet), fleet

    kept, fleet = finished(keep())
    if wants_json(arguments):
        print_result(json.dumps([group_record(each, fleet) for each in kept]))
        return Exit.AS_PLANNED
    print_result(f"Kept: {count_words(len(kept), 'group')}.")
    notes = Console(sys.stderr)
    for each in kept:
        for line in _lost(each, fleet):
            notes.say(line)
    return Exit.AS_PLANNED


def _read(name: str) -> tuple[Group, ...]:
    if name == _STANDARD_INPUT:
        return groups_of(sys.stdin.buffer, "Standard input")
    return read_groups(Path(name))


def _check(read: Sequence[Group], groups: Groups) -> None:
    """Raise `BadInput` if one of the groups is kept already, and is another one there."""
    kept = {each.id: each for each in groups.definitions}
    for each in read:
        known = kept.get(each.id, each)
        if known != each:
            raise BadInput(
                f"The group ‘{shown(known.name)}’ is kept already, and is not the same as in the file.",
                now="Give --replace to keep that of the file.",
            )


def _lost(group: Group, fleet: Fleet) -> Iterator[str]:
    """Yield of each member that was not found, and that the command line could not look for by itself, where it was."""
    for each in seen_members(group.members, fleet):
        if each.vm is None and not _can_be_looked_for(each):
            name = f"‘{shown(each.name)}’ of ‘{shown(group.name)}’"
            yield f"{name} was on {place_words(each)}: no such host is saved here. Give --host to say where to look."


def _can_be_looked_for(seen: SeenMember) -> bool:
    return seen.standing is Standing.AWAY and is_host(seen.member.vm.host_id)
