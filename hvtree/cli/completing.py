"""Answers a shell that completes words: commands, options and their values, saved hosts.

A shell calls HVTree with the line so far in its environment, as the script of `hvtree completion` tells it to. Every command
line describes its options with this module, so that what only a completion needs is imported when a shell asks for one.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable


def is_asked_to_complete() -> bool:
    """Return whether a shell wants to know how the line goes on, and nothing is to be carried out."""
    return "_ARGCOMPLETE" in os.environ


def words_to_complete() -> list[str]:
    """Return the words of the line that a shell wants to be completed, roughly; none if it does not."""
    return os.environ.get("COMP_LINE", "").split() if is_asked_to_complete() else []


def complete(parser_for: Callable[[list[str]], argparse.ArgumentParser]) -> None:
    """Tell the shell how its line may go on, and end the process; `parser_for` makes the parser for some words."""
    import argcomplete  # noqa: PLC0415  (as above, and so below)
    from argcomplete.completers import ChoicesCompleter  # noqa: PLC0415
    from argcomplete.lexers import split_line  # noqa: PLC0415

    _, _, _, words, _ = split_line(os.environ.get("COMP_LINE", ""))
    argcomplete.autocomplete(
        parser_for(words), always_complete_options=False, default_completer=ChoicesCompleter({})
    )


def completed_by(action: argparse.Action, kind: str) -> argparse.Action:
    """Let the value of an argument be completed by words of a kind in `known_words.WORDS`."""

    def words(**_: object) -> object:
        from hvtree.cli.known_words import WORDS  # noqa: PLC0415

        return WORDS[kind]()

    action.completer = words  # type: ignore[attr-defined]  # where argcomplete looks for it
    return action


def completed_by_group_checkpoints(action: argparse.Action) -> None:
    """Let the value of an argument be completed by the group checkpoints of the group that stands before it."""

    def words(parsed_args: argparse.Namespace, **_: object) -> object:
        from hvtree.cli.known_words import group_checkpoint_words  # noqa: PLC0415

        return group_checkpoint_words(parsed_args.group)

    action.completer = words  # type: ignore[attr-defined]  # where argcomplete looks for it


def completed_by_files(action: argparse.Action) -> argparse.Action:
    """Let the value of an argument be completed by the names of files here."""

    def files(prefix: str, **_: object) -> Iterable[str]:
        from argcomplete.completers import FilesCompleter  # noqa: PLC0415

        found: Iterable[str] = FilesCompleter()(prefix)
        return found

    action.completer = files  # type: ignore[attr-defined]  # where argcomplete looks for it
    return action
