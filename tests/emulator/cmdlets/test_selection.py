"""Names with wildcards, as PowerShell reads them (each line was asked of a real PowerShell 7.6)."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.selection import has_wildcard, matches
from hvtree.emulator.host.errors import CmdletError


@pytest.mark.parametrize(
    ("name", "pattern", "is_meant"),
    [
        ("WEB", "web", True),
        ("web1", "web", False),
        ("web1", "WEB*", True),
        ("a\nb", "a*b", True),
        ("web1", "web?", True),
        ("b", "[a-c]", True),
        ("-", "[a-]", True),
        ("-", "[-a]", True),
        ("a", "[]a]", True),
        ("a]", "[]a]", False),
        ("a!", "a[!x]", True),
        ("ab", "a[!x]", False),
        ("a^", "a[^x]", True),
        ("a-b", "a-b", True),
        ("[x]", "`[x`]", True),
        ("x", "[x]", True),
        ("[", "[[]", True),
        ("a*", "a`*", True),
        ("ab", "a`*", False),
        ("a`", "a`", True),
        ("b", "[a`-c]", False),
        ("web (old) [2]", "web (old) `[2`]", True),
        ("Prüfung-東京 🧪", "prüfung-??*🧪", True),
    ],
)
def test_a_name_is_meant_or_not(name: str, pattern: str, is_meant: bool) -> None:
    assert matches(name, pattern) is is_meant


@pytest.mark.parametrize("pattern", ["web[", "[]", "[c-a]"])
def test_a_set_that_makes_no_sense_is_an_error(pattern: str) -> None:
    with pytest.raises(CmdletError) as caught:
        matches("web", pattern)
    assert caught.value.identifier == "InvalidParameter"


def test_a_backtick_makes_a_wildcard_an_ordinary_character() -> None:
    assert [has_wildcard(text) for text in ("a*", "a?", "[a]", "a`*", "`[a`]", "a")] == [True] * 3 + [
        False
    ] * 3
