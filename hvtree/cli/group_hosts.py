"""The hosts of a group: which of them the command line can name, and a connection to each that is there."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from hvtree.cli.completing import completed_by
from hvtree.cli.connection import Access, ConnectedHosts, Tell, find_access, open_hosts
from hvtree.cli.host_words import is_host
from hvtree.cli.options import add_login
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupRecord
from hvtree.domain.host_profile import LOCAL, THIS_COMPUTER
from hvtree.domain.names import quoted


def add_group(parser: argparse.ArgumentParser, *, or_none: bool = False) -> None:
    """Describe how a group is named; with `or_none` what was taken of no group may be meant as well."""
    purpose = "its name or its id"
    if or_none:
        purpose += "; - for what was taken of VMs that were only selected"
    completed_by(parser.add_argument("group", metavar="GROUP", help=purpose), "group")


def add_group_hosts(parser: argparse.ArgumentParser) -> None:
    """Describe on which hosts to look."""
    option = parser.add_argument(
        "--host",
        dest="host_words",
        metavar="HOST",
        action="append",
        default=[],
        help="look on this host as well; may be given several times (default: the hosts of its members)",
    )
    completed_by(option, "host")
    add_login(parser)


def group_access(
    arguments: argparse.Namespace, group: Group, records: Iterable[GroupRecord], tell: Tell
) -> Mapping[str, Access]:
    """Return how to log in to the hosts of a group and of what was taken of it, and to those that the options name.

    `tell` hears of each that nobody can name or log in to; of those that the options name that is raised. May ask for passwords.
    """
    accesses = find_access(arguments, arguments.host_words) if arguments.host_words else {}
    for host_id in _host_ids(group, records):
        word = LOCAL if host_id == THIS_COMPUTER else host_id
        if word in accesses:
            continue
        try:
            if not is_host(word):
                raise BadInput(
                    f"The host {quoted(host_id)} is not saved on this computer.", now="Name it with --host."
                )
            accesses |= find_access(arguments, (word,))
        except HVTreeError as error:
            tell(error)
    return accesses


@asynccontextmanager
async def open_group_hosts(accesses: Mapping[str, Access], tell: Tell) -> AsyncIterator[ConnectedHosts]:
    """Connect those hosts that can be reached, and load the groups."""
    async with open_hosts(accesses, tell) as hosts:
        await hosts.workspace.groups.load()
        yield hosts


def _host_ids(group: Group, records: Iterable[GroupRecord]) -> Iterable[str]:
    parts = (part for record in records if record.group_id == group.id for part in record.parts)
    ids = (*(each.vm.host_id for each in group.members), *(each.address.host_id for each in parts))
    return dict.fromkeys(each for each in ids if each)
