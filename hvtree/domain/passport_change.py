"""What is to be said anew in the passports of several checkpoints; whatever is not changed stays in each as it is."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from hvtree.domain.passport import Passport
from hvtree.values import replace

CHANGEABLE = ("reason", "ticket", "keep_until", "is_locked")
"""The fields of a passport that a user may change."""


class PassportChange(Struct, frozen=True):
    """Some fields of a passport with their new values."""

    said: Passport
    fields: frozenset[str]
    """The names of those that change, to what `said` has."""

    @classmethod
    def to(cls, **values: object) -> PassportChange:
        """Return the change to these values, by the names of their fields."""
        return cls(replace(Passport(), **values), frozenset(values))  # type: ignore[arg-type]  # by name

    @property
    def is_empty(self) -> bool:
        """Nothing changes."""
        return not self.fields

    def on(self, passport: Passport) -> Passport:
        """Return a passport with it."""
        return replace(passport, **{name: getattr(self.said, name) for name in self.fields})


def common_passport(passports: Sequence[Passport]) -> tuple[Passport, frozenset[str]]:
    """Return what all of some passports say, and the fields in which they differ; these are empty in it."""
    values = {name: {getattr(each, name) for each in passports} for name in CHANGEABLE}
    same = {name: found.pop() for name, found in values.items() if len(found) == 1}
    return PassportChange.to(**same).said, frozenset(CHANGEABLE) - same.keys()
