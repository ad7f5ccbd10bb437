"""An explanation of a foreign error: what happened, why, what to do now; and how one is looked up in a table.

A table is data: it maps what identifies an error, never its words, to the explanation. The words are in the host's
language and are only shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from msgspec import Struct

from hvtree.domain.error_record import ErrorRecord


class Explanation(Struct, frozen=True):
    """What an error means, in whole sentences."""

    code: str
    """Short name of the case, such as `access-denied`: the same in every version of HVTree."""
    what: str
    why: str = ""
    now: str = ""
    keeps_words: bool = False
    """Only the host's own words say what exactly went wrong, so they are part of the sentence."""

    @property
    def sentence(self) -> str:
        """What happened, why, and what to do now, as one line of text."""
        return " ".join(part for part in (self.what, self.why, self.now) if part)


class Key(Struct, frozen=True):
    """What identifies an error record; what is left out may be anything."""

    category: str = ""
    """Name of a member of ErrorCategory."""
    identifier: str = ""
    """First part of the FullyQualifiedErrorId."""
    cmdlet: str = ""
    """Class at the end of the FullyQualifiedErrorId, without its namespace, such as `CheckpointVM`."""
    hresult: int | None = None
    """As an unsigned number of 32 bits."""


Table = Mapping[Key, Explanation]


def find(record: ErrorRecord, table: Table) -> Explanation | None:
    """Return the most specific explanation of a record, or None for an unknown one.

    A number says more than a cmdlet, a cmdlet more than an identifier, and that more than a category.
    """
    return next((table[key] for key in _keys(record) if key in table), None)


def _keys(record: ErrorRecord) -> Iterator[Key]:
    code = None if record.hresult is None else record.hresult & 0xFFFFFFFF
    cmdlet = record.fqid.partition(",")[2].rpartition(".")[2]
    for has_code, has_cmdlet, has_identifier, has_category in product((True, False), repeat=4):
        yield Key(
            category=record.category if has_category else "",
            identifier=record.identifier if has_identifier else "",
            cmdlet=cmdlet if has_cmdlet else "",
            hresult=code if has_code else None,
        )
