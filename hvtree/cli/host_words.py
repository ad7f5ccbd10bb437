"""Which host a word of the command line means: `demo`, a saved host, `local`, an endpoint, or one with a target behind it."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from msgspec import Struct

from hvtree.app.demo import DEMO
from hvtree.app.settings_file import default_path, load
from hvtree.cli.text import shown
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import LOCAL, THIS_COMPUTER, HostProfile, checked_profile
from hvtree.values import replace

_LOGIN = ("user", "transport", "ca_file", "fingerprint", "certificate_file", "key_file")
"""What the command line may say otherwise than a saved host."""
_PATH = "/wsman/"
"""What ends an endpoint in front of a target."""


class TargetWord(Struct, frozen=True):
    """A VM or checkpoint as the command line names it, and the word for its host."""

    host: str
    text: str


def target_words(host_word: str, rest: list[str]) -> tuple[TargetWord, ...]:
    """Return all targets: either on the host that the first word names, or each on its own host, as `HOST/TARGET`.

    Raise `BadInput` if some words name their host and others don't, or the only word begins with no host that is saved.
    """
    if not rest and _lacks_its_host(host_word):
        raise _no_host(host_word.partition("/")[0])
    if is_host(host_word) or _divided(host_word) is None:
        return tuple(TargetWord(host_word, text) for text in rest)
    found = []
    for word in (host_word, *rest):
        divided = _divided(word)
        if divided is None:
            raise BadInput(
                f"‘{shown(word)}’ does not begin with a host.",
                now="Name one host and then what is on it, or begin every word with its host: HOST/VM.",
            )
        found.append(divided)
    return tuple(found)


def is_host(word: str) -> bool:
    """Return whether a word means a host by itself."""
    return (_PATH not in word) if "://" in word else word in {DEMO, LOCAL} or _saved(word) is not None


def profile_meant(arguments: argparse.Namespace, word: str) -> HostProfile | None:
    """Return the host that a word means, with what the options say; None for the demo. Raise `BadInput` for no host."""
    if word == DEMO:
        return None
    known = _from_url(word) if "://" in word else _saved(word)
    if known is None and word == LOCAL:
        return checked_profile(HostProfile(THIS_COMPUTER, "", "", LOCAL))
    if known is None:
        raise _no_host(word)
    given = {name: value for name in _LOGIN if (value := getattr(arguments, name, None))}
    return checked_profile(replace(known, **given))


def _lacks_its_host(word: str) -> bool:
    """Return whether a word looks like `HOST/TARGET`, and no such host is saved."""
    return "/" in word and "://" not in word and not is_host(word) and _divided(word) is None


def _no_host(word: str) -> BadInput:
    return BadInput(
        f"There is no saved host ‘{shown(word)}’.",
        now=f"Name a saved host (`hvtree hosts` lists them), `{DEMO}`, `{LOCAL}` for this computer, "
        "or an address like http://hv01:5985/wsman with --user.",
    )


def is_saved(profile: HostProfile) -> bool:
    """Return whether a host is saved exactly like this."""
    return profile in map(checked_profile, load(default_path()).hosts)


def _divided(word: str) -> TargetWord | None:
    """Return the parts of `HOST/TARGET`; the longest name of a host counts. None if no host is in front."""
    if "://" in word:
        address, path, text = word.partition(_PATH)
        return TargetWord(address + path.rstrip("/"), text) if text else None
    cuts = [place for place, letter in enumerate(word) if letter == "/"]
    return next(
        (TargetWord(word[:cut], word[cut + 1 :]) for cut in reversed(cuts) if is_host(word[:cut])), None
    )


def _saved(word: str) -> HostProfile | None:
    return load(default_path()).profile(word)


def _from_url(url: str) -> HostProfile:
    try:
        name = urlsplit(url).hostname or url
    except ValueError:
        name = url  # `checked_profile` will say what is wrong with it
    return HostProfile(name, url, "")
