"""The table of facts that code and tests cite, as `hvtree/emulator/FACTS.md` has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import hvtree.emulator

TABLE = Path(hvtree.emulator.__path__[0]) / "FACTS.md"


@dataclass(frozen=True)
class Fact:
    """One row."""

    text: str
    source: str
    sure: str
    here: str

    @property
    def is_uncertain(self) -> bool:
        """Whether sources disagree or are silent about it, wholly or in part."""
        return "uncertain" in self.sure

    @property
    def has_no_test(self) -> bool:
        """Whether the table says why no test is about it."""
        return self.here.startswith("no test: ")

    @property
    def switches(self) -> frozenset[str]:
        """What shows its other side: names of quirks, or of settings of the endpoint."""
        return frozenset() if self.has_no_test else frozenset(re.findall(r"`(\w+)`", self.here))


def _read(text: str) -> dict[int, Fact]:
    facts: dict[int, Fact] = {}
    for line in text.splitlines():
        number, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if number.isdecimal():
            assert int(number) not in facts, f"fact {number} is there twice"
            facts[int(number)] = Fact(*cells)
    return facts


FACTS: Mapping[int, Fact] = MappingProxyType(_read(TABLE.read_text(encoding="utf-8")))
