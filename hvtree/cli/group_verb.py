"""What a verb of `hvtree group` is that acts on VMs or on a group checkpoint, and what it works with."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msgspec import Struct

from hvtree.app.groups import Groups
from hvtree.cli.text import shown
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group, Member
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.group_members import SeenMember, there_and_lost
from hvtree.domain.group_words import member_words, place_words
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation
from hvtree.operations.group_target import GroupTarget

_NAMED = 5
"""How many members are named in a sentence."""


class GroupCall(Struct, frozen=True):
    """A verb with its words: what it is about, on the last readings of the hosts that were reached."""

    arguments: argparse.Namespace
    group: Group
    groups: Groups
    fleet: Fleet

    def members(self) -> tuple[Member, ...]:
        """Return the members where they are now; raise `Refused` if one cannot be found, unless the words leave it out."""
        there, lost = there_and_lost(self.group.members, self.fleet)
        if lost and not self.arguments.without_missing:
            raise Refused(
                f"{count_words(len(lost), 'member')} of the group {quoted(self.group.name)} cannot be found.",
                why=" ".join(map(_why_lost, lost[:_NAMED])),
                now="Connect its host, or go on with the others: --without-missing.",
            )
        return there

    def vms(self) -> tuple[VmAddress, ...]:
        """Return where the members are now; raise `Refused` as `members` does."""
        return tuple(each.vm for each in self.members())

    def found(self) -> GroupCheckpoint:
        """Return the group checkpoint that is meant; raise `BadInput` unless it is one of this group."""
        return self.groups.find_checkpoint(self.fleet, self.arguments.checkpoint, self.group)

    def target(self) -> GroupTarget:
        """Return it as operations name it; raise as `found` does."""
        found = self.found()
        return GroupTarget(
            found.id, next((each for each in self.groups.records if each.id == found.id), None)
        )


def without_options(_parser: argparse.ArgumentParser) -> None:
    """Describe nothing."""


class GroupVerb(Struct, frozen=True):
    """One verb: `hvtree group NAME GROUP [CHECKPOINT]`."""

    name: str
    operation: Callable[[GroupCall], Operation]
    """Makes the operation; raises `BadInput` unless its words mean one thing, and `Refused` if a member is missing."""
    options: Callable[[argparse.ArgumentParser], None] = without_options
    is_of_checkpoint: bool = False
    """It is about one of the group's checkpoints, rather than about its members."""


def add_without_missing(parser: argparse.ArgumentParser, what: str) -> None:
    """Describe that it may go on without what is missing."""
    parser.add_argument(
        "--without-missing", action="store_true", help=f"go on without {what} (default: nothing is done then)"
    )


def _why_lost(seen: SeenMember) -> str:
    return f"‘{shown(seen.name)}’, on {place_words(seen)}: {member_words(seen)}."
