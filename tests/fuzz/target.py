"""What is fuzzed: a part of HVTree that reads what somebody else wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NAMES = (
    *("wire", "messages", "requests", "notes", "clixml"),
    *("soap", "answers", "http"),
    *("world", "settings", "groups", "journal", "journal-file"),
)
"""What can be fuzzed; `targets` has it by these names."""


@dataclass(frozen=True)
class Target:
    """A reader, with sound samples of what it reads.

    `read` swallows the errors that the reader promises for what it cannot read; whatever else it raises is a finding.
    """

    about: str
    read: Callable[[bytes], None]
    samples: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()
    """What the format is made of, to be put in anywhere."""
