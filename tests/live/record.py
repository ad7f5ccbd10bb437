"""The file that can be sent back: what passed, what was found; without secrets, and without names that are not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
HIDDEN = "‹hidden›"
_TEXT_LIMIT = 2_000


class Record:
    """Collects outcomes and facts; `write` makes the file."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self._tests: list[dict[str, Any]] = []
        self._hidden: set[str] = set()
        self._secrets: set[str] = set()

    def hide(self, texts: Iterable[str]) -> None:
        """Keep these names out of the file, wherever they come up as words and in whatever letter case."""
        self._hidden.update(text for text in texts if text.strip())

    def hide_secret(self, text: str) -> None:
        """Keep a text out of the file, also as a part of words."""
        self._secrets.update({text} - {""})

    def fact(self, name: str, value: Any) -> None:
        """Note something that was found on the host."""
        self.facts[name] = value

    def outcome(self, test: str, outcome: str, seconds: float, problem: str = "") -> None:
        """Note how a test ended."""
        entry: dict[str, Any] = {"test": test, "outcome": outcome, "seconds": round(seconds, 2)}
        self._tests.append({**entry, "problem": problem[:_TEXT_LIMIT]} if problem else entry)

    def write(self, path: Path) -> None:
        """Write the file."""
        counts: dict[str, int] = {}
        for test in self._tests:
            counts[test["outcome"]] = counts.get(test["outcome"], 0) + 1
        whole = {"format": FORMAT, "counts": counts, "facts": self.facts, "tests": self._tests}
        text = json.dumps(self._cleaned(whole), indent=1, ensure_ascii=False, default=str)
        path.write_text(text + "\n", encoding="utf-8")

    def _cleaned(self, whole: Any) -> Any:
        names, secrets = _any_of(self._hidden), _any_of(self._secrets)
        patterns = [rf"(?<!\w)(?:{names})(?!\w)"] * bool(names) + [secrets] * bool(secrets)
        return cleaned(whole, re.compile("|".join(patterns), re.IGNORECASE)) if patterns else whole


def _any_of(texts: set[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


def cleaned(value: Any, hidden: re.Pattern[str]) -> Any:
    """Return a JSON value with what is hidden taken out of all its texts and keys that have come from a host."""
    if isinstance(value, str):
        return hidden.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {cleaned(str(name), hidden): cleaned(each, hidden) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each, hidden) for each in value]
    return value
