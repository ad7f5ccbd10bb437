"""Carries out a command with a log, and turns the error that ended it into a sentence and an exit code."""

from __future__ import annotations

import argparse
import logging
import platform
import sys
import traceback
from collections.abc import Sequence
from itertools import zip_longest

from hvtree import __version__
from hvtree.app.log_file import log_kept
from hvtree.cli.colour import paint_for
from hvtree.cli.exits import Exit, exit_for
from hvtree.cli.options import COLOUR_WISHES
from hvtree.cli.output import Console
from hvtree.cli.streams import discard
from hvtree.cli.text import harmless, set_apart
from hvtree.cli.wrapping import wrapped
from hvtree.domain.errors import HVTreeError

_log = logging.getLogger(__name__)


def carry_out(arguments: argparse.Namespace) -> int:
    """Run the command with a log and return its exit code; errors are left to the caller."""
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


def complain(error: BaseException, words: Sequence[str]) -> int:
    """Say on standard error what ended the command with these words, and return the exit code for it."""
    match error:
        case HVTreeError():
            return _say(error.sentence, exit_for(error), details=error.details, words=words)
        case KeyboardInterrupt():
            return _say("Interrupted.", Exit.INTERRUPTED, words=words)
        case BrokenPipeError():
            discard(sys.stdout)
            return Exit.FAILED  # whoever read the output has gone, and needs no words
    what = (
        f"HVTree made a mistake of its own ({type(error).__name__}). Run it again with --debug to see more."
    )
    trace = "".join(traceback.format_exception(error))
    return _say(what, Exit.FAILED, details=trace, words=words)


def _say(sentence: str, code: Exit, *, details: str = "", words: Sequence[str]) -> int:
    errors = Console(sys.stderr, paint_for(sys.stderr, _colour_wish_in(words)))
    first, *rest = harmless(sentence).split("\n")  # a table may follow
    errors.say_painted("\n".join([wrapped(f"{errors.paint.bad('hvtree:')} {first}", errors.fit), *rest]))
    if details and "--debug" in words:
        errors.say(set_apart(details))
    return code


def _colour_wish_in(words: Sequence[str]) -> str:
    """Return what `--color` says in words that may be all wrong."""
    wish = "auto"
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        option, sign, value = word.partition("=")
        if option == "--color":
            wish = value if sign else following
    return wish if wish in COLOUR_WISHES else "auto"
