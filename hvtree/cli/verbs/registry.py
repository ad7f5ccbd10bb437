"""All verbs, and how `plan` and `do` take them from the command line."""

from __future__ import annotations

import argparse

from hvtree.cli.connection import OpenHosts
from hvtree.cli.host_words import target_words
from hvtree.cli.options import add_connection, add_json, add_login
from hvtree.cli.targets import Target, Targets
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


def hosts_meant(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Return the words for the hosts that the arguments are about, each once.

    Raise `BadInput` if only some targets name their host. End the program with the usage if there is no target.
    """
    words = target_words(arguments.host_word, _rest(arguments))
    if not words:
        arguments.complain(f"the following arguments are required: {arguments.verb.thing.name}")
    return tuple(dict.fromkeys(word.host for word in words))


def operation_meant(arguments: argparse.Namespace, hosts: OpenHosts) -> Operation:
    """Return the operation that the arguments mean; raise `BadInput` unless each target means exactly one thing."""
    words = target_words(arguments.host_word, _rest(arguments))
    targets = Targets(hosts.states, [Target(hosts.ids[word.host], word.text) for word in words])
    verb: Verb = arguments.verb
    return verb.operation(arguments, targets)


def _rest(arguments: argparse.Namespace) -> list[str]:
    """Return the words behind the first one."""
    verb: Verb = arguments.verb
    words: list[str | None] = arguments.targets if verb.takes_many else [arguments.target]
    return [word for word in words if word is not None]


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> argparse.ArgumentParser:
    add_connection(parser)
    parser.add_argument(
        "targets" if verb.takes_many else "target",
        metavar=verb.thing.name,
        nargs="*" if verb.takes_many else "?",
        help=f"{verb.thing.value}; may name its host itself: HOST/{verb.thing.name}",
    )
    add_json(parser)
    verb.options(parser)
    parser.set_defaults(verb=verb, complain=parser.error)
    return parser
