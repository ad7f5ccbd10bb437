"""`hvtree group`: groups of VMs: list, make and change them, and act on all their VMs at once."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping

from hvtree.cli.completing import words_to_complete
from hvtree.cli.options import CommandParser

ACTIONS: Mapping[str, tuple[str, str]] = {
    "list": ("list", "list the groups that are kept on this computer (the default)"),
    "show": ("show", "show the members and the group checkpoints of a group"),
    "create": ("edit", "keep a group of VMs, on one host or several"),
    "edit": ("edit", "change the name, method, members, order or delays of a group"),
    "delete": ("edit", "forget a group; checkpoints that were taken of it stay"),
    "export": ("exchange", "print the definitions of groups as JSON, or write them into a file"),
    "import": ("exchange", "keep the groups of such a file"),
    "checkpoint": ("act", "checkpoint all members at one instant"),
    "apply": ("act", "take all VMs back to a group checkpoint"),
    "undo": ("undo", "take all its VMs back to how they were before the last job on the group"),
    "rename-checkpoint": ("act", "give a group checkpoint another name"),
    "export-checkpoint": ("act", "copy the checkpoints of a group checkpoint as VMs into a folder"),
    "remove-checkpoint": ("act", "delete exactly the checkpoints of a group checkpoint"),
    "notes": ("act", "change the notes of the checkpoints of a group checkpoint"),
    "lock": ("act", "refuse to delete the checkpoints of a group checkpoint until they are unlocked"),
    "unlock": ("act", "let the checkpoints of a group checkpoint be deleted again"),
    "start": ("act", "start all members in their order"),
    "save": ("act", "save all members, the last one first"),
    "shut-down": ("act", "ask the guests of all members to shut down, the last one first"),
    "delete-all-checkpoints": ("act", "delete every checkpoint of all members, whoever has taken it"),
}
"""By its name, in which module `group_…` an action is, and what it is for. Only that of the chosen one is loaded."""


class _Action(CommandParser):
    """The parser of an action, which is described when it is chosen."""

    name = ""
    """What is still to be described."""

    def describe(self) -> None:
        """Describe the action, once."""
        name, self.name = self.name, ""
        if name:
            importlib.import_module(f"hvtree.cli.group_{ACTIONS[name][0]}").describe(self, name)

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Read the words of the action, described before."""
        self.describe()
        return super().parse_known_args(args, namespace)


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=_Action)
    completed = words_to_complete()
    for name, (_, purpose) in ACTIONS.items():
        action = actions.add_parser(name, help=purpose)
        action.name = name
        if name in completed:
            action.describe()  # what completes a word looks at the parsers before it lets them read any
    importlib.import_module("hvtree.cli.group_list").describe(parser, "list")
