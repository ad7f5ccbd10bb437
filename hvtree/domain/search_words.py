"""The words of the filter, such as `older:`: what each means, what may follow it, and what a misspelt one was meant to be.

`search` gives them their effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from hvtree.domain.model import VmState
from hvtree.domain.names import quoted
from hvtree.values import replace

_ALIKE = 0.65
"""How alike two words are, of 1, where one is taken for the other misspelt."""
_ENOUGH = 2
"""Letters that have to be typed before a word is suggested."""


class FilterValue(Struct, frozen=True):
    """What may follow the colon, and what it finds."""

    word: str
    means: str


class FilterWord(Struct, frozen=True):
    """A word before a colon."""

    name: str
    means: str
    values: tuple[FilterValue, ...]
    """All that may follow, or examples of it."""
    rule: str
    """What may follow, as a sentence."""
    aliases: tuple[str, ...] = ()
    """Other words that are taken for it without a remark."""
    misnomers: tuple[str, ...] = ()
    """Words that are not taken for it, though somebody who types them means it."""


class Misspelling(Struct, frozen=True):
    """A term that was not understood."""

    sentence: str
    typed: str
    """The term as it was typed."""
    better: str = ""
    """What was probably meant, as a whole term; empty if nothing is like it."""


def _ages(*words: str, means: str) -> tuple[FilterValue, ...]:
    return tuple(FilterValue(word, f"{means} {spoken}") for word, spoken in zip(words, _SPANS, strict=True))


_SPANS = ("an hour", "a day", "a week", "30 days", "6 months", "a year")
_AGES = ("1h", "1d", "1w", "30d", "6mo", "1y")
_AGE_RULE = "Write an age as 12h, 3d, 2w, 6mo or 1y."
_SIZE_RULE = "Write a size as 500MB or 10GB."

FILTER_WORDS: tuple[FilterWord, ...] = (
    FilterWord(
        "kind",
        "what sort of checkpoint it is",
        (
            FilterValue("standard", "an ordinary checkpoint, with memory or without"),
            FilterValue("memory", "it holds memory: applied, the VM goes on where it was"),
            FilterValue("disk", "it holds disks only: applied, the VM has to be started"),
            FilterValue("automatic", "Hyper-V took it when the VM was started"),
            FilterValue("safety", "HVTree took it before another one was applied"),
            FilterValue("group", "HVTree took it of several VMs together"),
            FilterValue("locked", "it is not deleted until it is unlocked"),
            FilterValue("expired", "the last day on which it was wanted is over"),
            FilterValue("recovery", "a backup left it"),
            FilterValue("planned", "of a planned failover or a migration"),
            FilterValue("replica", "of a replica, of any sort"),
            FilterValue("missing", "its files are missing"),
        ),
        "Kinds are standard, recovery, replica, planned, missing, automatic, safety, group, locked, expired, memory "
        "and disk.",
        ("type",),
        ("sort",),
    ),
    FilterWord(
        "state",
        "what state the VM is in",
        (
            FilterValue("running", "it runs"),
            FilterValue("off", "it is off"),
            FilterValue("saved", "its state is saved"),
            FilterValue("paused", "it is paused"),
            FilterValue("critical", "it has lost its storage, or its volume is full"),
        ),
        "States are running, off, saved, paused, critical and the steps between them.",
        misnomers=("status",),
    ),
    FilterWord(
        "older",
        "taken longer ago",
        _ages(*_AGES, means="longer ago than"),
        _AGE_RULE,
        misnomers=("age", "before"),
    ),
    FilterWord(
        "newer",
        "taken more recently",
        _ages(*_AGES, means="within"),
        _AGE_RULE,
        ("younger",),
        ("since", "after"),
    ),
    FilterWord(
        "larger",
        "taking more on disk",
        tuple(FilterValue(size, f"more than {size[:-2]} GB") for size in ("1GB", "10GB", "100GB")),
        _SIZE_RULE,
        misnomers=("size", "bigger", "greater"),
    ),
    FilterWord(
        "smaller",
        "taking less on disk",
        tuple(FilterValue(size, f"less than {size[:-2]} GB") for size in ("1GB", "10GB", "100GB")),
        _SIZE_RULE,
    ),
    FilterWord(
        "by", "taken by somebody, as its notes say", (), "", misnomers=("author", "user", "who", "owner")
    ),
    FilterWord(
        "ticket", "taken for a ticket, as its notes say", (), "", misnomers=("change", "case", "issue")
    ),
    FilterWord(
        "group", "of a group checkpoint: its name, or that of its group", (), "", misnomers=("groups",)
    ),
    FilterWord("host", "on hosts with this in their names", (), "", misnomers=("server", "computer", "on")),
)
ALONE: tuple[FilterValue, ...] = (
    FilterValue("expired", "the last day on which the checkpoint was wanted is over"),
    FilterValue("locked", "the checkpoint is not deleted until it is unlocked"),
    FilterValue("safety", "HVTree took the checkpoint before another one was applied"),
)
"""Words that mean something without a colon."""
_BY_NAME = {name: word for word in FILTER_WORDS for name in (word.name, *word.aliases)}
_MISNOMERS = {name: word for word in FILTER_WORDS for name in word.misnomers}


def filter_word(name: str) -> FilterWord | None:
    """Return the word of that name, or None if there is none."""
    return _BY_NAME.get(name.casefold())


def misspelt_word(typed: str, name: str, value: str) -> Misspelling | None:
    """Return what is wrong with an unknown word before a colon; None if it is like none and may be mere text."""
    word = _MISNOMERS.get(name.casefold())
    if word is None:
        close = get_close_matches(name.casefold(), [each.name for each in FILTER_WORDS], 1, _ALIKE)
        word = _BY_NAME[close[0]] if close else None
    if word is None:
        return None
    what = f"{quoted(f'{name}:')} is not a filter word. Did you mean {quoted(f'{word.name}:')}?"
    return Misspelling(what, typed, f"{_minus(typed)}{word.name}:{_spelt(value)}")


def misspelt_value(typed: str, word: FilterWord, value: str) -> Misspelling:
    """Return what is wrong with something that may not follow a word."""
    names = [each.word for each in word.values]
    close = get_close_matches(value, names, 1, _ALIKE) if not any(map(str.isdigit, value)) else []
    if not close:
        what = f"{quoted(f'{word.name}:{value}')} is not understood. {word.rule}".rstrip()
        return Misspelling(what, typed)
    better = f"{word.name}:{close[0]}"
    what = f"{quoted(f'{word.name}:{value}')} is not understood. Did you mean {quoted(better)}?"
    return Misspelling(what, typed, _minus(typed) + better)


def is_state(value: str) -> bool:
    """Return whether a VM can be in a state with this in its name, in lower case."""
    return any(value in state.value.casefold() for state in VmState)


class Suggestion(Struct, frozen=True):
    """Something that may stand where somebody is typing."""

    text: str
    """The whole text with it."""
    cursor: int
    """Where the cursor is then."""
    shown: str
    means: str


def suggestions(
    text: str, cursor: int, *, hosts: Iterable[str] = (), asked: bool = False
) -> tuple[Suggestion, ...]:
    """Return what may stand in place of the term before the cursor; all words of the filter where it is `asked` for.

    Nothing is suggested within quotes, or where what is typed is already all of the only one.
    """
    start = text.rfind(" ", 0, cursor) + 1
    if text.count('"', 0, start) % 2:
        return ()
    typed = text[start:cursor]
    minus = _minus(typed)
    name, colon, value = typed.removeprefix(minus).partition(":")
    if not (colon or len(name) >= _ENOUGH or asked) or value.startswith('"'):
        return ()
    found = _values(name, value.casefold(), hosts) if colon else _words(name.casefold())
    end = text.find(" ", cursor)
    rest = text[end:] if end >= 0 else ""
    made = (_suggestion(text[:start] + minus, each, rest) for each in found)
    return tuple(each for each in made if each.text.rstrip() != text.rstrip())


def _suggestion(before: str, found: FilterValue, rest: str) -> Suggestion:
    """Return a suggestion; after a whole term the next one may begin at once."""
    with_blank = found.word if found.word.endswith(":") else f"{found.word} "
    text = before + with_blank + (rest.lstrip(" ") if with_blank.endswith(" ") else rest)
    return Suggestion(text, len(before + with_blank), found.word, found.means)


def _words(beginning: str) -> list[FilterValue]:
    before_colons = [
        FilterValue(f"{word.name}:", word.means)
        for word in FILTER_WORDS
        if any(name.startswith(beginning) for name in (word.name, *word.aliases))
    ]
    return [*before_colons, *(each for each in ALONE if each.word.startswith(beginning))]


def _values(name: str, value: str, hosts: Iterable[str]) -> list[FilterValue]:
    word = filter_word(name)
    if word is None:
        wrong = misspelt_word(f"{name}:{value}", name, value)
        return [FilterValue(wrong.better, f"instead of {quoted(f'{name}:')}")] if wrong is not None else []
    values: Sequence[FilterValue] = word.values
    if word.name == "host":
        values = [FilterValue(_spelt(host), "") for host in dict.fromkeys(hosts)]
    fitting = [each for each in values if each.word.strip('"').casefold().startswith(value)]
    if not fitting and value:
        close = get_close_matches(value, [each.word for each in values], 1, _ALIKE)
        fitting = [each for each in values if each.word in close]
    return [replace(each, word=f"{word.name}:{each.word}") for each in fitting]


def _minus(typed: str) -> str:
    return "-" if typed.startswith("-") else ""


def _spelt(value: str) -> str:
    """Return a value as it has to be typed: in quotes if there are blanks in it."""
    return f'"{value}"' if " " in value else value
