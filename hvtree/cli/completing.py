"""Answers a shell that completes words: commands, options and their values, saved hosts. No host is asked for anything.

A shell calls HVTree with the line so far in its environment, as the script of `hvtree completion` tells it to.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping

from hvtree.assets import resource
from hvtree.cli.text import shown
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import LOCAL, TRANSPORTS, HostProfile

Words = Mapping[str, str] | Iterable[str]
"""What a word may be; with what it means, for shells that show that."""


def is_asked_to_complete() -> bool:
    """Return whether a shell wants to know how the line goes on, and nothing is to be carried out."""
    return "_ARGCOMPLETE" in os.environ


def complete(parser_for: Callable[[list[str]], argparse.ArgumentParser]) -> None:
    """Tell the shell how its line may go on, and end the process; `parser_for` makes the parser for some words."""
    import argcomplete  # noqa: PLC0415  (only for this)
    from argcomplete.completers import ChoicesCompleter  # noqa: PLC0415
    from argcomplete.lexers import split_line  # noqa: PLC0415

    _, _, _, words, _ = split_line(os.environ.get("COMP_LINE", ""))
    argcomplete.autocomplete(
        parser_for(words), always_complete_options=False, default_completer=ChoicesCompleter({})
    )


def completed_by(action: argparse.Action, words: Callable[[], Words]) -> argparse.Action:
    """Let the value of an argument be completed by these words."""
    action.completer = lambda **_: words()  # type: ignore[attr-defined]  # where argcomplete looks for it
    return action


def completed_by_files(action: argparse.Action) -> argparse.Action:
    """Let the value of an argument be completed by the names of files here."""

    def files(prefix: str, **_: object) -> Iterable[str]:
        from argcomplete.completers import FilesCompleter  # noqa: PLC0415  (only for this)

        found: Iterable[str] = FilesCompleter()(prefix)
        return found

    action.completer = files  # type: ignore[attr-defined]  # where argcomplete looks for it
    return action


def host_words() -> Words:
    """Return the words that mean a host, without reaching for any of them."""
    from hvtree.app.demo import DEMO  # noqa: PLC0415  (`hvtree --help` has no use for it)

    return {**saved_host_words(), DEMO: "an emulated lab of VMs", LOCAL: "this computer"}


def saved_host_words() -> Mapping[str, str]:
    """Return the saved hosts whose names can be printed; none if the settings cannot be read, which the command will say."""
    from hvtree.app.settings_file import default_path, load  # noqa: PLC0415  (as above)

    try:
        profiles = load(default_path()).hosts
    except HVTreeError:
        return {}
    return {profile.name: _meaning(profile) for profile in profiles if profile.name.isprintable()}


def login_words() -> Words:
    """Return the ways to log in."""
    return [each for each in TRANSPORTS if each != LOCAL]


def world_words() -> Words:
    """Return the worlds that come with HVTree."""
    return sorted(path.stem for path in resource("worlds").glob("*.json") if path.stem != "schema")


def _meaning(profile: HostProfile) -> str:
    return "this computer" if profile.is_local else shown(profile.endpoint)
