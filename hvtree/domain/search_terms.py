"""Conditions of the filter: what each word before a colon tests, and the words that stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from msgspec import Struct

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.made_names import Origin
from hvtree.domain.model import VirtualMachine
from hvtree.domain.passport import Passport
from hvtree.domain.search_words import is_state

_AGE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:(m|min|minute)|(h|hr|hour)|(d|day)|(w|week)|(mo|month)|(y|yr|year))?s?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmgtp]?)i?b?", re.IGNORECASE)
_SECONDS = (60, 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400)
"""Of each unit of an age, in the order in which they are looked for."""
_DAYS = 2
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_REPLICAS = frozenset(
    {CheckpointKind.REPLICA, CheckpointKind.APP_CONSISTENT_REPLICA, CheckpointKind.SYNCED_REPLICA}
)


class Topic(Enum):
    """What a term is about."""

    ANY = "any"
    VM = "vm"
    CHECKPOINT = "checkpoint"
    SIZE = "size"


class Candidate(NamedTuple):
    """What a term is tested on: a VM, its Now, or one of its checkpoints.

    `text` is its names and notes, folded; `context` those of what it belongs to.
    """

    vm: VirtualMachine
    checkpoint: Checkpoint | None
    text: str
    now_utc: datetime
    context: str = ""
    is_now: bool = False
    around: str = ""
    """The names of the host, folded."""


Test = Callable[[Candidate], bool | None]
"""Whether a condition holds; None if that is not known yet: then its contrary does not hold either."""


class Term(Struct, frozen=True):
    """One condition of a query."""

    topic: Topic
    holds: Test
    is_negated: bool = False
    is_about_age: bool = False
    """What it finds changes by itself as time passes."""
    needs_sizes: bool = False


def says(word: str) -> Test:
    """Return the test whether a word is in the names and notes of something, or in those of what it belongs to."""
    return lambda candidate: word in candidate.text or word in candidate.context


def _read_kind(value: str) -> Term | None:
    """Read the beginning of a kind; where several begin so, one of them is enough."""
    wanted = value.replace("-", "").replace(" ", "")
    if not wanted:
        return None
    tests = (
        [_KINDS[wanted]] if wanted in _KINDS else [_KINDS[each] for each in _KINDS if each.startswith(wanted)]
    )
    is_about_age = _is_expired in tests
    return (
        Term(Topic.CHECKPOINT, lambda it: any(test(it) for test in tests), is_about_age=is_about_age)
        if tests
        else None
    )


def _read_state(value: str) -> Term | None:
    if not value or not is_state(value):
        return None
    return Term(Topic.VM, lambda candidate: value in candidate.vm.state.value.casefold())


def _read_host(value: str) -> Term | None:
    return Term(Topic.VM, lambda candidate: value in candidate.around) if value else None


def _read_older(value: str) -> Term | None:
    return _by_age(value, lambda its_age, age: its_age > age)


def _read_newer(value: str) -> Term | None:
    return _by_age(value, lambda its_age, age: its_age < age)


def _by_age(value: str, fits: Callable[[timedelta, timedelta], bool]) -> Term | None:
    age = _age(value)
    if age is None:
        return None
    return Term(
        Topic.CHECKPOINT,
        lambda it: it.checkpoint is not None and fits(it.now_utc - it.checkpoint.created_utc, age),
        is_about_age=True,
    )


def _read_larger(value: str) -> Term | None:
    size = _size(value)
    return None if size is None else Term(Topic.SIZE, lambda it: _is_larger(it, size), needs_sizes=True)


def _is_larger(candidate: Candidate, size: float) -> bool | None:
    """Return whether something is larger than a size; what is known of it may tell already."""
    if candidate.checkpoint is not None:
        known, is_complete = candidate.checkpoint.size_bytes, candidate.checkpoint.size_bytes is not None
    elif candidate.is_now:
        known, is_complete = candidate.vm.space.written_bytes, candidate.vm.space.is_written_complete
    else:
        known, is_complete = candidate.vm.space.total_bytes, candidate.vm.space.is_complete
    return (known is not None and known > size) or (False if is_complete else None)


def _read_smaller(value: str) -> Term | None:
    size = _size(value)
    if size is None:
        return None
    test = _of_checkpoint(lambda each: None if each.size_bytes is None else each.size_bytes < size)
    return Term(Topic.CHECKPOINT, test, needs_sizes=True)


def _of_checkpoint(test: Callable[[Checkpoint], bool | None]) -> Test:
    return lambda candidate: candidate.checkpoint is not None and test(candidate.checkpoint)


def _age(value: str) -> timedelta | None:
    """Read "3d", "2 weeks", "90min"; a bare number is days."""
    match = _AGE.fullmatch(value)
    if match is None:
        return None
    unit = next((number for number, found in enumerate(match.groups()[1:]) if found), _DAYS)
    seconds = float(match[1].replace(",", ".")) * _SECONDS[unit]
    return timedelta(seconds=seconds) if seconds < timedelta.max.total_seconds() / 2 else None


def _size(value: str) -> float | None:
    """Read "10GB", "512 mb", "1.5t"; a bare number is bytes."""
    match = _SIZE.fullmatch(value)
    return (
        None if match is None else float(match[1].replace(",", ".")) * 1024.0 ** _POWERS[match[2].casefold()]
    )


def _is(kind: CheckpointKind) -> Test:
    return _of_checkpoint(lambda each: each.kind is kind)


def _came(origin: Origin) -> Test:
    return lambda it: it.checkpoint is not None and it.vm.origin_of(it.checkpoint) is origin


def _is_for_safety(it: Candidate) -> bool:
    """Return whether a checkpoint was taken for safety: its passport says so, or its name."""
    if it.checkpoint is None:
        return False
    passport = it.checkpoint.passport
    return (passport is not None and passport.is_safety) or it.vm.origin_of(it.checkpoint) is Origin.SAFETY


def _is_expired(it: Candidate) -> bool:
    passport = it.checkpoint.passport if it.checkpoint is not None else None
    return passport is not None and passport.is_expired(it.now_utc)


def read_alone(value: str) -> Term | None:
    """Return the condition of a word that means something by itself; it is looked for in texts as well."""
    test = _ALONE.get(value)
    if test is None:
        return None
    in_text = says(value)
    return Term(Topic.ANY, lambda it: test(it) or in_text(it), is_about_age=value == "expired")


def _read_by(value: str) -> Term | None:
    return _by_passport(lambda passport: value in passport.author.casefold()) if value else None


def _read_group(value: str) -> Term | None:
    """Read a part of the name of a group or of a group checkpoint, or the beginning of its id."""
    return Term(Topic.CHECKPOINT, lambda it: _is_of_group(it, value)) if value else None


def _is_of_group(it: Candidate, value: str) -> bool:
    mark = it.vm.group_marks.get(it.checkpoint.id) if it.checkpoint is not None else None
    if mark is None or it.checkpoint is None:
        return False
    names = (mark.group_name, it.checkpoint.name)
    return any(value in name.casefold() for name in names) or mark.id.casefold().startswith(value)


def _read_ticket(value: str) -> Term | None:
    return _by_passport(lambda passport: value in passport.ticket.casefold()) if value else None


def _by_passport(fits: Callable[[Passport], bool]) -> Term:
    def holds(it: Candidate) -> bool:
        passport = it.checkpoint.passport if it.checkpoint is not None else None
        return passport is not None and fits(passport)

    return Term(Topic.CHECKPOINT, holds)


_IS_LOCKED = _of_checkpoint(lambda each: each.is_locked)
_IS_AUTOMATIC = _of_checkpoint(lambda each: each.is_automatic)
_HOLDS_DISKS = _of_checkpoint(lambda each: not each.has_memory and each.kind is CheckpointKind.STANDARD)
_KINDS: dict[str, Test] = {
    **{kind.value.casefold(): _is(kind) for kind in CheckpointKind},
    "replica": _of_checkpoint(lambda each: each.kind in _REPLICAS),
    "backup": _is(CheckpointKind.RECOVERY),
    "automatic": _IS_AUTOMATIC,
    "auto": _IS_AUTOMATIC,
    "safety": _is_for_safety,
    "locked": _IS_LOCKED,
    "expired": _is_expired,
    "group": _came(Origin.GROUP),
    "memory": _of_checkpoint(lambda each: each.has_memory),
    "disks": _HOLDS_DISKS,
    "disk": _HOLDS_DISKS,
}
READERS: dict[str, Callable[[str], Term | None]] = {
    "kind": _read_kind,
    "state": _read_state,
    "older": _read_older,
    "newer": _read_newer,
    "larger": _read_larger,
    "smaller": _read_smaller,
    "host": _read_host,
    "by": _read_by,
    "group": _read_group,
    "ticket": _read_ticket,
}
_ALONE = {"expired": _is_expired, "locked": _IS_LOCKED, "safety": _is_for_safety}
