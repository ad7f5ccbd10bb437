"""`hvtree group`: groups of VMs: list, make and change them, and act on all their VMs at once."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping

ACTIONS: Mapping[str, tuple[str, str]] = {
    "list": ("show", "list the groups that are kept on this computer (the default)"),
    "show": ("show", "show the members and the group checkpoints of a group"),
    "create": ("edit", "keep a group of VMs, on one host or several"),
    "edit": ("edit", "change the name, method, members, order or delays of a group"),
    "delete": ("edit", "forget a group; checkpoints that were taken of it stay"),
    "undo": ("undo", "take all its VMs back to how they were before the last job on the group"),
    "export": ("exchange", "print the definitions of groups as JSON, or write them into a file"),
    "import": ("exchange", "keep the groups of such a file"),
}
"""By its name, in which module `group_…` an action is, and what it is for."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    for name, (module, purpose) in ACTIONS.items():
        described = importlib.import_module(f"hvtree.cli.group_{module}")
        getattr(described, f"describe_{name}")(actions.add_parser(name, help=purpose))
    acting = importlib.import_module("hvtree.cli.group_act")
    for verb in importlib.import_module("hvtree.cli.group_verbs").GROUP_VERBS:
        acting.describe_verb(actions.add_parser(verb.name, help=verb.purpose), verb)
    importlib.import_module("hvtree.cli.group_show").describe_list(parser)
