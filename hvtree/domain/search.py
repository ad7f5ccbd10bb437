"""Finding VMs and checkpoints by words: `kind:recovery older:3d larger:10GB state:running "web server" patch`.

All terms must hold. A plain word is looked for in the names and notes of the checkpoint and of its VM, and in the
host's name, without regard to letter case; `kind:`, `older:`, `newer:` and `smaller:` are about checkpoints, `state:`
about VMs; `by:` and `ticket:` are about what HVTree keeps in the notes of checkpoints; `larger:` is about checkpoints and
about what a VM has written since (its Now), or, where none of these is so large by itself, about all of them together;
`host:` is about the host; a minus in front negates a term. `locked`, `expired` and `safety` find such checkpoints, as well
as texts with these words. "snapshot" and "checkpoint" are what everything here is, so they restrict nothing. What each
word means to a reader is in `search_words`, what it tests in `search_terms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import repeat

from msgspec import Struct

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.search_terms import READERS, Candidate, Term, Topic, read_alone, says
from hvtree.domain.search_words import Misspelling, filter_word, misspelt_value, misspelt_word
from hvtree.values import replace

_TERM = re.compile(r'(-?)(?:([a-z]+):("[^"]*"?|\S*)|("[^"]*"?|\S+))', re.IGNORECASE)
_HARMLESS = frozenset({"checkpoint", "checkpoints", "snapshot", "snapshots"})


class Query(Struct, frozen=True):
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
            if (term := READERS[word.name](value)) is not None:
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
                term = read_alone(value) if typed == plain else None
                terms.append(replace(term or Term(Topic.ANY, says(value)), is_negated=bool(minus)))
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
