"""The entry point: reads the command line, runs the command, and turns errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import importlib
import logging
import platform
import sys
import traceback
from collections.abc import Sequence
from itertools import zip_longest

from hvtree import __version__
from hvtree.app.log_file import log_kept
from hvtree.cli.colour import WISHES, paint_for
from hvtree.cli.completing import complete, is_asked_to_complete
from hvtree.cli.exits import Exit, exit_for
from hvtree.cli.options import CommandParser
from hvtree.cli.output import Console, discard, prepare_streams
from hvtree.cli.text import harmless, set_apart
from hvtree.cli.wrapping import wrapped
from hvtree.domain.errors import HVTreeError

COMMANDS = {
    "show": "show the VMs and checkpoint trees of a host",
    "watch": "say what happens on a host until Ctrl+C",
    "plan": "say what an action would do, and do nothing",
    "do": "carry out an action: plan, ask, do, check",
    "doctor": "find out what is wrong with the way to a host, and what to do",
    "hosts": "list, add and forget saved hosts",
    "completion": "print what lets a shell complete the words of hvtree",
    "emulate": "run an emulated Hyper-V host for trying things out",
}
"""Each command's module here and what it is for."""
_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; the last place where errors are caught."""
    prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    if is_asked_to_complete():
        complete(_parser)
    try:
        return _carry_out(_parse(words))
    except SystemExit as end:  # argparse has said what is wrong, or printed the help
        return end.code if isinstance(end.code, int) else Exit.USAGE
    except HVTreeError as error:
        return _complain(error.sentence, exit_for(error), details=error.details, words=words)
    except KeyboardInterrupt:
        return _complain("Interrupted.", Exit.INTERRUPTED, words=words)
    except BrokenPipeError:
        discard(sys.stdout)
        return Exit.FAILED  # whoever read the output has gone, and needs no words
    except Exception as error:  # noqa: BLE001  (one of the three ends where everything is caught)
        what = f"HVTree made a mistake of its own ({type(error).__name__}). Run it again with --debug to see more."
        return _complain(what, Exit.FAILED, details=traceback.format_exc(), words=words)


def _carry_out(arguments: argparse.Namespace) -> int:
    """Run the command with a log, and leave errors to the caller."""
    with log_kept(getattr(arguments, "log_level", "info")) as problem:
        if problem:
            Console(sys.stderr).say(f"hvtree: {problem}")
        _log.info("HVTree %s, Python %s on %s", __version__, platform.python_version(), sys.platform)
        try:
            code = int(arguments.run(arguments))
        except HVTreeError as error:
            _log.info("ended: %r", error.sentence)
            raise
        except (BrokenPipeError, KeyboardInterrupt) as error:
            _log.info("ended by %r", error)
            raise
        except Exception:
            _log.exception("ended by a mistake of HVTree's own")
            raise
        _log.info("ended with exit code %d", code)
        return code


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
    # Only what is needed is imported: the window for no command, else the command's own module.
    parser = CommandParser(
        prog="hvtree", description="See the checkpoint trees of Hyper-V hosts, and act on them."
    )
    parser.add_argument("--version", action="version", version=f"HVTree {__version__}")
    importlib.import_module("hvtree.cli.window").describe(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    chosen = next((word for word in words if word in COMMANDS), None)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if name == chosen:
            importlib.import_module(f"hvtree.cli.{name}").describe(command)
    return parser


def _colour_wish_in(words: Sequence[str]) -> str:
    """Return what `--color` says in words that may be all wrong."""
    wish = "auto"
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        option, sign, value = word.partition("=")
        if option == "--color":
            wish = value if sign else following
    return wish if wish in WISHES else "auto"


def _complain(sentence: str, code: Exit, *, details: str = "", words: Sequence[str] = ()) -> int:
    errors = Console(sys.stderr, paint_for(sys.stderr, _colour_wish_in(words)))
    first, *rest = harmless(sentence).split("\n")  # a table may follow
    errors.say_painted("\n".join([wrapped(f"{errors.paint.bad('hvtree:')} {first}", errors.fit), *rest]))
    if details and "--debug" in words:
        errors.say(set_apart(details))
    return code
