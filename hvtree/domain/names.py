"""Names of checkpoints: what Hyper-V takes, what it makes by itself, and how to put a name safely into a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from msgspec import Struct

from hvtree.domain.checkpoint import NAME_LIMIT
from hvtree.domain.errors import BadInput
from hvtree.domain.plain_text import REPLACEMENT, is_plain, plain

_AUTOMATIC = "Automatic Checkpoint - "
_SAFETY = "Safety Checkpoint - "
_DASH = r"\s*[-–—]\s*"
_DEFAULT = re.compile(
    rf"^(?P<kind>{_AUTOMATIC}|{_SAFETY})?(?P<base>.*?){_DASH}"
    r"\(\s*(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?"
    rf"{_DASH}(?P<before>[^\d\s]*)\s*(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})[:.](?P<second>\d{{2}})"
    r"\s*(?P<after>[^\d\s]*)\s*\)$",
    re.DOTALL,
)
_AM = ("am", "a.m.", "上午", "午前", "오전")
_PM = ("pm", "p.m.", "下午", "午後", "오후")
_LINE_BREAKS = frozenset("\n\r\u2028\u2029")
_LONGEST_DEFAULT = 400
"""Characters beyond which nothing is a default name: Hyper-V's own limit is far below, and reading takes time."""
_LONGEST_IN_SENTENCE = 400
_LONGEST_WORDS = 2_000
_STEERS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn round or end what stands beside them, unlike those that are letters of no width [Unicode, UAX 9]."""
_TURNS_ROUND = re.compile(
    "[\u061c\u200e\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Marks of direction, and the blocks of scripts that are written from right to left [Unicode, DerivedBidiClass]."""
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def check_name(name: str) -> None:
    """Raise `BadInput` for a name that Hyper-V does not take or that would harm whoever reads it.

    Blank names are refused, more than 100 characters [Microsoft, checkpoints.md; counted as .NET counts, so an emoji is
    two], line breaks and other control characters. Quotes, `$(…)`, right-to-left text and marks are allowed.
    """
    if not name.strip():
        raise BadInput("A checkpoint cannot be without a name.", now=_ANOTHER)
    bad = next(filter(_is_control, name), None)
    if bad is not None:
        what = "The name of a checkpoint must be one line of text."
        why = (
            "It holds a line break."
            if bad in _LINE_BREAKS
            else f"It holds the control character U+{ord(bad):04X}."
        )
        raise BadInput(what, why=why, now=_ANOTHER)
    length = _dotnet_length(name)
    if length > NAME_LIMIT:
        what = f"The name of a checkpoint may have {NAME_LIMIT} characters; this one has {length:,}."
        raise BadInput(what, now="Shorten it.")


_ANOTHER = "Enter another name."


class DefaultName(Struct, frozen=True):
    """A name that Hyper-V or HVTree made: a VM's name and a local time whose time zone is unknown."""

    base: str
    """What stands before the bracket: normally the VM's name at that time."""
    local_time: datetime
    """Without a time zone. Day and month may be swapped if both are below 13 and the culture cannot be told."""
    is_automatic: bool = False
    is_safety: bool = False


def default_name(base: str, local: datetime) -> str:
    """Return a name in Hyper-V Manager's pattern, `<VM> - (9/21/2014 - 7:37:31 PM)`, cut to what Hyper-V takes."""
    clock = f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"
    ending = f" - ({local.month}/{local.day}/{local.year} - {clock})"
    base = base[:NAME_LIMIT]
    while _dotnet_length(base) > NAME_LIMIT - len(ending):
        base = base[:-1]
    return base + ending


def safety_name(vm_name: str, local: datetime) -> str:
    """Return the name of a checkpoint that is taken before another one is applied."""
    return default_name(_SAFETY + vm_name, local)


def base_of(name: str) -> str:
    """Return what a default name was made of, or another name as it is: names made of it do not grow with each time."""
    found = parse_default_name(name)
    return found.base if found is not None else name


GROUP_BASE = "Group"
"""What stands in place of the VM's name in the name of checkpoints that are taken of several VMs together."""


def parse_default_name(name: str) -> DefaultName | None:
    """Read a default name in the cultures that Hyper-V hosts are seen with, or return None for any other name.

    Known: en-US `9/21/2014 - 7:37:31 PM`, en-GB and fr-FR `21/09/2014 - 19:37:31`, de-DE `21.09.2014 - 19:37:31`,
    ja-JP and zh-CN `2014/9/21 - 19:37:31`, with hyphens or dashes and any kind of blank between.
    """
    match = _DEFAULT.match(name) if len(name) <= _LONGEST_DEFAULT else None
    if match is None:
        return None
    date = _date(int(match["a"]), int(match["b"]), int(match["c"]), has_half=bool(_half(match)))
    hour = _hour(int(match["hour"]), _half(match))
    try:
        time = datetime(*date, hour, int(match["minute"]), int(match["second"]))  # noqa: DTZ001  (zone unknown)
    except ValueError:
        return None
    kind = match["kind"]
    return DefaultName(match["base"], time, is_automatic=kind == _AUTOMATIC, is_safety=kind == _SAFETY)


def comparable(name: str) -> str:
    """Return a name in the form in which Hyper-V compares it: letter case does not count (fact 1).

    Letter by letter, as .NET does when it ignores case, so that "ß" is not "ss"; beyond ASCII this is uncertain.
    """
    return "".join(upper if len(upper := each.upper()) == 1 else each for each in name)


def isolated(name: str, longest: int = _LONGEST_IN_SENTENCE) -> str:
    """Return a name so that nothing in it can harm the sentence in which it stands.

    Right-to-left text cannot turn round what is beside it; marks that would, and control characters, which a host may
    report though no checkpoint can be given them, are replaced, so that no name breaks a line, commands a terminal or
    reads backwards. A name of more than `longest` characters, far longer than Hyper-V takes, loses its middle.
    """
    if len(name) > longest:
        half = longest // 2
        name = f"{name[:half]}…{name[-half:]}"
    if is_plain(name):
        return name
    name = _STEERS.sub(REPLACEMENT, plain(name))
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}" if _TURNS_ROUND.search(name) else name


def quoted(name: str) -> str:
    """Return a name in typographic quotes, safe to stand in a sentence: ‘patch2’."""
    return f"‘{isolated(name)}’"


def in_one_line(words: str) -> str:
    """Return sentences in a host's own words, safe to stand beside ours: in one line, so that they cannot pass for ours."""
    return isolated(" ".join(words.split()), _LONGEST_WORDS)


def name_length(name: str) -> int:
    """Return how many characters a name has as Hyper-V counts them: as .NET does, so an emoji is two."""
    return _dotnet_length(name)


def _is_control(each: str) -> bool:
    return unicodedata.category(each) in ("Cc", "Zl", "Zp", "Cs")


def _dotnet_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _half(match: re.Match[str]) -> str:
    """Return "am", "pm" or nothing."""
    word = (match["before"] or match["after"] or "").casefold()
    return "am" if word in _AM else "pm" if word in _PM else ""


def _hour(hour: int, half: str) -> int:
    return hour if not half else hour % 12 + (12 if half == "pm" else 0)


def _date(a: int, b: int, c: int, *, has_half: bool) -> tuple[int, int, int]:
    """Return year, month, day: the year is the long number; AM and PM tell that the month comes before the day."""
    if a > 31:
        return a, b, c
    month_first = b > 12 or (has_half and a <= 12)
    return (c, a, b) if month_first else (c, b, a)
