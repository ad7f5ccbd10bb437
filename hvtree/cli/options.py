"""Options that several commands share. Each may stand before or after what it belongs to.

Every command line begins here: nothing is imported that `hvtree --help` has no use for.
"""

from __future__ import annotations

import argparse

from hvtree.cli.completing import completed_by, completed_by_files

TYPE_CHECKING = False  # mypy takes it for true; `typing` is a tenth of what `hvtree --help` takes
if TYPE_CHECKING:
    from typing import Any, NoReturn


_LOGIN = (
    (
        "--user",
        None,
        "user to log in as; the password comes from HVTREE_PASSWORD or a prompt, never from here",
    ),
    ("--transport", None, "ntlm (default), kerberos, credssp, …"),
    ("--ca-file", "PEM", "certificates to trust"),
    ("--fingerprint", "SHA256", "the one certificate to trust for https"),
    ("--certificate-file", "PEM", "your own, for --transport certificate"),
    ("--key-file", "PEM", "its key"),
    ("--world", None, "with `demo`: which world (default: lab)"),
)
"""How to log in: each option, what stands for its value in the help, and what it is for."""

COLOUR_WISHES = ("auto", "always", "never")
LOG_LEVELS = ("debug", "info", "warning", "error")
_LONGEST_COMPLAINT = 1_000
"""Letters of a sentence about words that are wrong."""
_WORDS = {"--transport": "login", "--world": "world"}
"""The kinds of words that complete a value (`known_words`)."""


class CommandParser(argparse.ArgumentParser):
    """A parser of one level; its own options are those that may stand on every level, commands and verbs alike."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.add_argument(
            "--debug", action="store_true", default=argparse.SUPPRESS, help="show technical details"
        )
        self.add_argument(
            "--color",
            choices=COLOUR_WISHES,
            default=argparse.SUPPRESS,
            help="colours: auto (default: on a terminal, unless NO_COLOR is set), always, never",
        )
        self.add_argument(
            "--log-level",
            type=str.lower,
            choices=LOG_LEVELS,
            default=argparse.SUPPRESS,
            help="how much goes into the log file (default: info)",
        )

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, which it may quote, and end."""
        from hvtree.cli.text import shown  # noqa: PLC0415  (only for this)

        super().error(shown(message, _LONGEST_COMPLAINT))


_HOST = "`demo`, a saved host, `local`, or the URL of a WinRM endpoint"


def add_connection(parser: argparse.ArgumentParser, metavar: str = "HOST", more: str = "") -> None:
    """Describe how a host is named and reached; `more` says what else its word may hold."""
    completed_by(parser.add_argument("host_word", metavar=metavar, help=f"{_HOST}{more}"), "host")
    add_login(parser)


def add_connections(parser: argparse.ArgumentParser) -> None:
    """Describe how several hosts are named and reached."""
    completed_by(parser.add_argument("host_words", metavar="HOST", nargs="+", help=_HOST), "host")
    add_login(parser)


def add_login(parser: argparse.ArgumentParser) -> None:
    """Describe how to log in; an option that is not given leaves no trace, so that another level may give it."""
    group = parser.add_argument_group("login")
    for option, metavar, purpose in _LOGIN:
        action = group.add_argument(option, metavar=metavar, default=argparse.SUPPRESS, help=purpose)
        if metavar == "PEM":
            completed_by_files(action)
        elif option in _WORDS:
            completed_by(action, _WORDS[option])


def add_json(parser: argparse.ArgumentParser) -> None:
    """Describe `--json`."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def add_yes(parser: argparse._ActionsContainer) -> None:
    """Describe `--yes`."""
    parser.add_argument(
        "--yes", action="store_true", default=argparse.SUPPRESS, help="take the plan without being asked"
    )


def port(text: str, least: int = 1) -> int:
    """Return the TCP port that a text means, from `least` on."""
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not least <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from {least} to 65535")
    return number


def wants_json(arguments: argparse.Namespace) -> bool:
    """Return whether `--json` was given, on whatever level."""
    return bool(getattr(arguments, "json", False))
