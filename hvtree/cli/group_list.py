"""`hvtree group list`: the groups that are kept on this computer."""

from __future__ import annotations

import argparse
import json

from hvtree.cli.exits import Exit
from hvtree.cli.group_json import group_record
from hvtree.cli.group_text import list_lines, look_of
from hvtree.cli.kept_groups import kept_groups
from hvtree.cli.options import add_json, wants_json
from hvtree.cli.output import print_result
from hvtree.domain.fleet import Fleet

_NONE = "No group is kept. Make one with: hvtree group create NAME HOST VM…"


def describe(parser: argparse.ArgumentParser, _name: str) -> None:
    """Describe the action to argparse."""
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all groups; no host is asked."""
    groups = kept_groups()
    if wants_json(arguments):
        print_result(json.dumps([group_record(each, Fleet.of({})) for each in groups.definitions]))
    elif groups.definitions:
        print_result("\n".join(list_lines(groups.definitions, groups.records, look_of(arguments))))
    else:
        print_result(_NONE)
    return Exit.AS_PLANNED
