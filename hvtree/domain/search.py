"""Finding VMs and checkpoints by words: `kind:recovery older:3d larger:10GB state:running "web server" patch`.

All terms must hold. A plain word is looked for in the names and notes of the checkpoint and of its VM, and in the
host's name, without regard to letter case; `kind:`, `older:`, `newer:` and `smaller:` are about checkpoints, `state:`
about VMs; `larger:` is about checkpoints and about what a VM has written since (its Now), or, where none of these is
so large by itself, about all of them together; `host:` is about the host; a minus in front negates a term. "snapshot" and
"checkpoint" are what everything here is, so they restrict nothing. What each word means to a reader is in `search_words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import repeat
from typing import NamedTuple

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.made_names import Origin
from hvtree.domain.model import VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.search_words import (
    Misspelling,
    filter_word,
    is_state,
    misspelt_value,
    misspelt_word,
)

_TERM = re.compile(r'(-?)(?:([a-z]+):("[^"]*"?|\S*)|("[^"]*"?|\S+))', re.IGNORECASE)
_AGE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:(m|min|minute)|(h|hr|hour)|(d|day)|(w|week)|(mo|month)|(y|yr|year))?s?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmgtp]?)i?b?", re.IGNORECASE)
_SECONDS = (60, 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400)
"""Of each unit of an age, in the order in which they are looked for."""
_DAYS = 2
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_HARMLESS = frozenset({"checkpoint", "checkpoints", "snapshot", "snapshots"})
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


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a query."""

    topic: Topic
    holds: Test
    is_negated: bool = False
    is_about_age: bool = False
    """What it finds changes by itself as time passes."""
    needs_sizes: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. An empty one finds everything. `problems` is what was not understood."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Misspelling, ...] = ()
    remarks: tuple[str, ...] = ()
    """What may explain that nothing is found, in sentences."""

    @property
    def is_empty(self) -> bool:
        """Nothing is looked for, so everything is found."""
        return not self.terms

    @property
    def has_negation(self) -> bool:
        """A term is negated, so what holds for a VM need not hold for its checkpoints."""
        return any(term.is_negated for term in self.terms)

    @property
    def is_about_age(self) -> bool:
        """A term is about age, so what is found now need not be found later."""
        return any(term.is_about_age for term in self.terms)

    @property
    def needs_sizes(self) -> bool:
        return any(term.needs_sizes for term in self.terms)

    @property
    def is_about_size(self) -> bool:
        """A term is about what grows as well: a Now may be found, and a VM for all that it takes."""
        return any(term.topic is Topic.SIZE and not term.is_negated for term in self.terms)

    @property
    def looks_into_texts(self) -> bool:
        """A term is a word, to be looked for in names and notes."""
        return any(term.topic is Topic.ANY for term in self.terms)

    def finds_vm(self, vm: VirtualMachine, now_utc: datetime, *, around: str = "") -> bool:
        """Return whether the VM itself is meant; never so if a term is about checkpoints. `around` is the host's name."""
        if any(_is_of_checkpoints(term) for term in self.terms):
            return False
        return self._holds(Candidate(vm, None, _text_of(vm, around), now_utc, around=around.casefold()))

    def finds_now(self, vm: VirtualMachine, now_utc: datetime, *, around: str = "") -> bool:
        """Return whether what the VM has written since its last checkpoint is meant; only a size can mean it."""
        if not self.is_about_size or any(_is_of_checkpoints(term) for term in self.terms):
            return False
        return self._holds(
            Candidate(vm, None, _text_of(vm, around), now_utc, is_now=True, around=around.casefold())
        )

    def found(
        self,
        vm: VirtualMachine,
        now_utc: datetime,
        *,
        around: str = "",
        texts: Iterable[str] | None = None,
    ) -> frozenset[str]:
        """Return the ids of the checkpoints of a VM that are meant.

        `texts` is what `folded_texts` has returned for the VM; whoever looks for many things keeps it.
        """
        place = around.casefold()
        context = f"{place}\n{vm.name}".casefold()
        if not self.looks_into_texts:
            texts = repeat("", len(vm.checkpoints))
        elif texts is None:
            texts = folded_texts(vm)
        return frozenset(
            each.id
            for each, text in zip(vm.checkpoints, texts, strict=True)
            if self._holds(Candidate(vm, each, text, now_utc, context, around=place))
        )

    def _holds(self, candidate: Candidate) -> bool:
        return all(term.holds(candidate) is (not term.is_negated) for term in self.terms)


def folded_texts(
    vm: VirtualMachine, shown_as: Callable[[Checkpoint], str] = lambda _checkpoint: ""
) -> tuple[str, ...]:
    """Return what words are looked for in, for each checkpoint of a VM: its names and notes, without regard to case.

    `shown_as` returns what else a checkpoint is called where it is looked for.
    """
    return tuple(f"{each.name}\n{shown_as(each)}\n{each.notes}".casefold() for each in vm.checkpoints)


def parse(text: str) -> Query:
    """Read what somebody typed; a term that makes no sense is left out and becomes a problem."""
    terms: list[Term] = []
    problems: list[Misspelling] = []
    remarks: list[str] = []
    for found in _TERM.finditer(text):
        minus, key, keyed, plain = (part or "" for part in found.groups())
        typed = (keyed or plain).strip('"')
        value = typed.casefold()
        word = filter_word(key)
        if word is not None:
            if (term := _READERS[word.name](value)) is not None:
                terms.append(replace(term, is_negated=bool(minus)))
            elif value:
                problems.append(misspelt_value(found[0], word, value))
        elif value and key and (wrong := misspelt_word(found[0], key, typed)) is not None:
            problems.append(wrong)
        else:
            if value and key:
                remarks.append(_no_word(key, typed))
            value = f"{key}:{value}".casefold() if key else value
            if value and value not in _HARMLESS:
                terms.append(Term(Topic.ANY, _says(value), bool(minus)))
    return Query(tuple(terms), tuple(problems), tuple(remarks))


def _no_word(key: str, value: str) -> str:
    whole = quoted(f"{key}:{value}")
    return f"{quoted(f'{key}:')} is not a filter word, so {whole} is looked for in names and notes."


def with_ancestors(vm: VirtualMachine, found: frozenset[str]) -> frozenset[str]:
    """Return the found checkpoints with everything above them; each link is walked once."""
    kept: set[str] = set()
    for start in found:
        node: str | None = start
        while node is not None and node not in kept and node in vm.by_id:
            kept.add(node)
            node = vm.by_id[node].parent_id
    return frozenset(kept)


def _text_of(vm: VirtualMachine, around: str) -> str:
    return f"{around}\n{vm.name}\n{vm.notes}".casefold()


def _is_of_checkpoints(term: Term) -> bool:
    """Return whether only a checkpoint can be meant: what is *not* large is looked for among checkpoints alone."""
    return term.topic is Topic.CHECKPOINT or (term.topic is Topic.SIZE and term.is_negated)


def _says(word: str) -> Test:
    return lambda candidate: word in candidate.text or word in candidate.context


def _read_kind(value: str) -> Term | None:
    """Read the beginning of a kind; where several begin so, one of them is enough."""
    wanted = value.replace("-", "").replace(" ", "")
    if not wanted:
        return None
    tests = (
        [_KINDS[wanted]] if wanted in _KINDS else [_KINDS[each] for each in _KINDS if each.startswith(wanted)]
    )
    return Term(Topic.CHECKPOINT, lambda it: any(test(it) for test in tests)) if tests else None


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


_IS_AUTOMATIC = _of_checkpoint(lambda each: each.is_automatic)
_HOLDS_DISKS = _of_checkpoint(lambda each: not each.has_memory and each.kind is CheckpointKind.STANDARD)
_KINDS: dict[str, Test] = {
    **{kind.value.casefold(): _is(kind) for kind in CheckpointKind},
    "replica": _of_checkpoint(lambda each: each.kind in _REPLICAS),
    "backup": _is(CheckpointKind.RECOVERY),
    "automatic": _IS_AUTOMATIC,
    "auto": _IS_AUTOMATIC,
    "safety": _came(Origin.SAFETY),
    "group": _came(Origin.GROUP),
    "memory": _of_checkpoint(lambda each: each.has_memory),
    "disks": _HOLDS_DISKS,
    "disk": _HOLDS_DISKS,
}
_READERS: dict[str, Callable[[str], Term | None]] = {
    "kind": _read_kind,
    "state": _read_state,
    "older": _read_older,
    "newer": _read_newer,
    "larger": _read_larger,
    "smaller": _read_smaller,
    "host": _read_host,
}
