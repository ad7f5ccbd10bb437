"""Finding VMs and checkpoints by words: `kind:recovery older:3d larger:10GB state:running "web server" patch`.

All terms must hold. A plain word is looked for in the names and notes of the checkpoint and of its VM, and in the
host's name, without regard to letter case; `kind:`, `older:`, `newer:` and `smaller:` are about checkpoints, `state:`
about VMs; `larger:` is about checkpoints and about what a VM has written since (its Now), or, where none of these is
so large by itself, about all of them together; a minus in front negates a term. "snapshot" and "checkpoint" are what everything
here is, so they restrict nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.made_names import Origin
from hvtree.domain.model import VirtualMachine

_TERM = re.compile(r'(-?)(?:([a-z]+):("[^"]*"?|\S*)|("[^"]*"?|\S+))', re.IGNORECASE)
_AGE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(min|mo|[mhdwy])?[a-z]*", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmgtp]?)i?b?", re.IGNORECASE)
_SECONDS = {"min": 60, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 30 * 86400, "y": 365 * 86400}
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a term is tested on: a VM, its Now, or one of its checkpoints. `text` is the names and notes, folded."""

    vm: VirtualMachine
    checkpoint: Checkpoint | None
    text: str
    now_utc: datetime
    is_now: bool = False


Test = Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a query."""

    topic: Topic
    holds: Test
    is_negated: bool = False
    is_about_age: bool = False
    """What it finds changes by itself as time passes."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. An empty one finds everything. `problems` says in sentences what was not understood."""

    terms: tuple[Term, ...] = ()
    problems: tuple[str, ...] = ()

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
    def is_about_size(self) -> bool:
        """A term is about what grows as well: a Now may be found, and a VM for all that it takes."""
        return any(term.topic is Topic.SIZE and not term.is_negated for term in self.terms)

    def finds_vm(self, vm: VirtualMachine, now_utc: datetime, *, around: str = "") -> bool:
        """Return whether the VM itself is meant; never so if a term is about checkpoints. `around` is the host's name."""
        if any(_is_of_checkpoints(term) for term in self.terms):
            return False
        return self._holds(Candidate(vm, None, _text_of(vm, around), now_utc))

    def finds_now(self, vm: VirtualMachine, now_utc: datetime, *, around: str = "") -> bool:
        """Return whether what the VM has written since its last checkpoint is meant; only a size can mean it."""
        if not self.is_about_size or any(_is_of_checkpoints(term) for term in self.terms):
            return False
        return self._holds(Candidate(vm, None, _text_of(vm, around), now_utc, is_now=True))

    def found(
        self,
        vm: VirtualMachine,
        now_utc: datetime,
        *,
        around: str = "",
        shown_as: Callable[[Checkpoint], str] = lambda _checkpoint: "",
    ) -> frozenset[str]:
        """Return the ids of the checkpoints of a VM that are meant.

        `shown_as` returns what else a checkpoint is called where it is looked for.
        """
        context = f"{around}\n{vm.name}\n".casefold()
        return frozenset(
            each.id
            for each in vm.checkpoints
            if self._holds(
                Candidate(
                    vm, each, f"{context}{each.name}\n{shown_as(each)}\n{each.notes}".casefold(), now_utc
                )
            )
        )

    def _holds(self, candidate: Candidate) -> bool:
        return all(term.holds(candidate) is not term.is_negated for term in self.terms)


def parse(text: str) -> Query:
    """Read what somebody typed; a term that makes no sense is left out and becomes a problem."""
    terms: list[Term] = []
    problems: list[str] = []
    for minus, key, keyed, plain in _TERM.findall(text):
        value = (keyed or plain).strip('"').casefold()
        reader = _READERS.get(key.casefold())
        if reader is None:
            value = f"{key}:{value}".casefold() if key else value
            if value and value not in _HARMLESS:
                terms.append(Term(Topic.ANY, _says(value), bool(minus)))
        elif (term := reader(value)) is not None:
            terms.append(replace(term, is_negated=bool(minus)))
        elif value:
            problems.append(f"“{key}:{value}” is not understood. {_EXAMPLES[key.casefold()]}")
    return Query(tuple(terms), tuple(problems))


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
    return lambda candidate: word in candidate.text


def _read_kind(value: str) -> Term | None:
    if value in _ORIGINS:
        origin = _ORIGINS[value]
        return Term(
            Topic.CHECKPOINT,
            lambda it: it.checkpoint is not None and it.vm.origin_of(it.checkpoint) is origin,
        )
    test = _KINDS.get(value.replace("-", "").replace(" ", ""))
    return None if test is None else Term(Topic.CHECKPOINT, _of_checkpoint(test))


def _read_state(value: str) -> Term | None:
    return Term(Topic.VM, lambda candidate: value in candidate.vm.state.value.casefold()) if value else None


def _read_older(value: str) -> Term | None:
    age = _age(value)
    if age is None:
        return None
    return Term(
        Topic.CHECKPOINT,
        lambda it: it.checkpoint is not None and it.now_utc - it.checkpoint.created_utc > age,
        is_about_age=True,
    )


def _read_newer(value: str) -> Term | None:
    age = _age(value)
    if age is None:
        return None
    return Term(
        Topic.CHECKPOINT,
        lambda it: it.checkpoint is not None and it.now_utc - it.checkpoint.created_utc < age,
        is_about_age=True,
    )


def _read_larger(value: str) -> Term | None:
    size = _size(value)
    return None if size is None else Term(Topic.SIZE, lambda it: _bytes_of(it) > size)


def _bytes_of(candidate: Candidate) -> int:
    if candidate.checkpoint is not None:
        return candidate.checkpoint.size_bytes
    space = candidate.vm.space
    return space.written_bytes if candidate.is_now else space.total_bytes


def _read_smaller(value: str) -> Term | None:
    size = _size(value)
    return (
        None if size is None else Term(Topic.CHECKPOINT, _of_checkpoint(lambda each: each.size_bytes < size))
    )


def _of_checkpoint(test: Callable[[Checkpoint], bool]) -> Test:
    return lambda candidate: candidate.checkpoint is not None and test(candidate.checkpoint)


def _age(value: str) -> timedelta | None:
    """Read "3d", "2 weeks", "90min"; a bare number is days."""
    match = _AGE.fullmatch(value)
    if match is None:
        return None
    unit = (match[2] or "d").casefold()
    seconds = float(match[1].replace(",", ".")) * _SECONDS[unit]
    return timedelta(seconds=seconds) if seconds < timedelta.max.total_seconds() / 2 else None


def _size(value: str) -> float | None:
    """Read "10GB", "512 mb", "1.5t"; a bare number is bytes."""
    match = _SIZE.fullmatch(value)
    return (
        None if match is None else float(match[1].replace(",", ".")) * 1024.0 ** _POWERS[match[2].casefold()]
    )


def _is(kind: CheckpointKind) -> Callable[[Checkpoint], bool]:
    return lambda each: each.kind is kind


_KINDS: dict[str, Callable[[Checkpoint], bool]] = {
    **{kind.value.casefold(): _is(kind) for kind in CheckpointKind},
    "replica": lambda each: each.kind in _REPLICAS,
    "backup": _is(CheckpointKind.RECOVERY),
    "automatic": lambda each: each.is_automatic,
    "auto": lambda each: each.is_automatic,
    "memory": lambda each: each.has_memory,
    "disks": lambda each: not each.has_memory and each.kind is CheckpointKind.STANDARD,
    "disk": lambda each: not each.has_memory and each.kind is CheckpointKind.STANDARD,
}
_ORIGINS = {"safety": Origin.SAFETY, "group": Origin.GROUP}
_READERS: dict[str, Callable[[str], Term | None]] = {
    "kind": _read_kind,
    "type": _read_kind,
    "state": _read_state,
    "older": _read_older,
    "newer": _read_newer,
    "younger": _read_newer,
    "larger": _read_larger,
    "smaller": _read_smaller,
}
_KIND_EXAMPLE = (
    "Kinds are standard, recovery, replica, planned, missing, automatic, safety, group, memory and disk."
)
_AGE_EXAMPLE = "Write an age as 12h, 3d, 2w, 6mo or 1y."
_SIZE_EXAMPLE = "Write a size as 500MB or 10GB."
_EXAMPLES = {
    "kind": _KIND_EXAMPLE,
    "type": _KIND_EXAMPLE,
    "state": "",
    "older": _AGE_EXAMPLE,
    "newer": _AGE_EXAMPLE,
    "younger": _AGE_EXAMPLE,
    "larger": _SIZE_EXAMPLE,
    "smaller": _SIZE_EXAMPLE,
}
