"""All verbs, and how `plan` and `do` take them from the command line."""

from __future__ import annotations

import argparse

from hvtree.cli.options import add_connection, add_json, add_login
from hvtree.cli.targets import Targets
from hvtree.cli.verbs.apply import APPLY
from hvtree.cli.verbs.checkpoint import CREATE
from hvtree.cli.verbs.delete import DELETE
from hvtree.cli.verbs.delete_subtree import DELETE_SUBTREE
from hvtree.cli.verbs.export import EXPORT
from hvtree.cli.verbs.rename import RENAME
from hvtree.cli.verbs.revert import REVERT
from hvtree.cli.verbs.verb import Verb
from hvtree.operations.base import Operation

VERBS = (CREATE, RENAME, APPLY, REVERT, EXPORT, DELETE, DELETE_SUBTREE)
"""In the order of the help."""


def add_verbs(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Describe all verbs to argparse; return the parser of each."""
    add_login(parser)
    add_json(parser)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    return [_add_verb(verbs.add_parser(verb.name, help=verb.purpose), verb) for verb in VERBS]


def operation_meant(arguments: argparse.Namespace, targets: Targets) -> Operation:
    """Return the operation that the arguments mean; raise `BadInput` for a target that is none or several."""
    verb: Verb = arguments.verb
    return verb.operation(arguments, targets)


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> argparse.ArgumentParser:
    add_connection(parser)
    add_json(parser)
    verb.describe(parser)
    parser.set_defaults(verb=verb)
    return parser
