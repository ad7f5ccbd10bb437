"""The entry point: reads the command line and runs the command; the last place where errors are caught.

It is imported for every command line: what only some of them need is imported when it is known that they do.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Sequence

from hvtree import __version__
from hvtree.cli import window
from hvtree.cli.completing import complete, is_asked_to_complete
from hvtree.cli.options import CommandParser
from hvtree.cli.streams import prepare_streams

COMMANDS = {
    "show": "show the VMs and checkpoint trees of a host",
    "watch": "say what happens on a host until Ctrl+C",
    "plan": "say what an action would do, and do nothing",
    "do": "carry out an action: plan, ask, do, check",
    "history": "list what has been done, and show each job in full",
    "undo": "undo a job by a plan that leads back",
    "recover": "see to jobs that were not finished because HVTree was killed",
    "group": "groups of VMs: checkpoint them at one instant, and bring all of them back together",
    "doctor": "find out what is wrong with the way to a host, and what to do",
    "hosts": "list, add and forget saved hosts",
    "completion": "print what lets a shell complete the words of hvtree",
    "emulate": "run an emulated Hyper-V host for trying things out",
}
"""Each command's module here and what it is for."""


GARBAGE = (150_000, 20, 20)
"""When Python looks for garbage: not before there are more objects than a short command ever has. By its own thresholds it does that
hundreds of times while modules are loaded, which throw none away: a sixth of the time of `hvtree show` [measured]."""


def run() -> int:
    """Run the command line in a process of its own, which ends with it; return the exit code."""
    gc.set_threshold(*GARBAGE)
    code = main()
    gc.freeze()  # all that is left goes with the process: looking through it takes as long as loading it
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; raises nothing."""
    prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    if is_asked_to_complete():
        complete(_parser)
    try:
        return _carry_out(_parse(words))
    except SystemExit as end:  # argparse has said what is wrong, or printed the help
        return end.code if isinstance(end.code, int) else 2
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (one of the three ends where everything is caught)
        from hvtree.cli.carrying_out import complain  # noqa: PLC0415  (the help has no use for it, nor below)

        return complain(error, words)


def _carry_out(arguments: argparse.Namespace) -> int:
    if arguments.run is window.run:
        window.begin(arguments)  # before the log is loaded: it is painted first
    from hvtree.cli.carrying_out import carry_out  # noqa: PLC0415

    return carry_out(arguments)


def _parse(words: list[str]) -> argparse.Namespace:
    """Read the words; targets may also follow options, which argparse alone would not allow."""
    parser = _parser(words)
    arguments, rest = parser.parse_known_args(words)
    if rest and hasattr(arguments, "targets") and not any(word.startswith("-") for word in rest):
        arguments.targets += rest
    elif len(rest) == 1 and getattr(arguments, "target", "") is None and not rest[0].startswith("-"):
        arguments.target = rest[0]
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return arguments


def _parser(words: list[str]) -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="hvtree", description="See the checkpoint trees of Hyper-V hosts, and act on them."
    )
    parser.add_argument("--version", action="version", version=f"HVTree {__version__}")
    window.describe(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    chosen = next((word for word in words if word in COMMANDS), None)
    first = words[0] if words else ""
    for name in (
        (first,) if first == chosen else COMMANDS
    ):  # a line that begins with its command names no other
        command = commands.add_parser(name, help=COMMANDS[name])
        if name == chosen:
            importlib.import_module(f"hvtree.cli.{name}").describe(command)
    return parser
