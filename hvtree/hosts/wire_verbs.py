"""Edits of the domain as verbs of the wire, and the wire's results as receipts of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import (
    Apply,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Export,
    Power,
    Rename,
    SetNotes,
    SetPower,
    SetVmNotes,
)
from hvtree.domain.errors import BadHostData
from hvtree.domain.names import in_one_line
from hvtree.domain.receipt import Outcome, Receipt
from hvtree.hosts.codec import Body, decoded
from hvtree.hosts.host_failures import record_of
from hvtree.hosts.inventory import utc
from hvtree.hosts.messages import Result, Results


class Question(Struct, frozen=True):
    """What one edit asks of the agent."""

    verb: str
    ids: tuple[str, ...]
    """The VMs or checkpoints that it is about; the answer has a result for each."""
    what: str
    """The edit in words, to follow "the host was asked to"."""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def args(self) -> dict[str, Any]:
        """The arguments of the request."""
        return {"ids": self.ids, **self.more}


def question(edit: Edit) -> Question:
    """Return the one request that carries out an edit."""
    match edit:
        case SetPower(vm_ids, power):
            verb, word = _power(power)
            made = Question(verb, vm_ids, f"{word} {_count(vm_ids, 'VM')}")
        case Create(vm_ids, name):
            made = Question("vm.checkpoint", vm_ids, f"checkpoint {_count(vm_ids, 'VM')}", {"name": name})
        case Rename(ref, name):
            made = Question("checkpoint.rename", _ids((ref,)), "rename a checkpoint", {"name": name})
        case SetNotes(written):
            what = f"write the notes of {_count(written, 'checkpoint')}"
            texts = tuple(each.text for each in written)
            made = Question("checkpoint.set_notes", _ids(edit.refs), what, {"notes": texts})
        case SetVmNotes(vm_ids, notes):
            what = f"write the notes of {_count(vm_ids, 'VM')}"
            made = Question("vm.set_notes", vm_ids, what, {"notes": notes})
        case Apply(refs):
            made = Question("checkpoint.apply", _ids(refs), f"apply {_count(refs, 'checkpoint')}")
        case Export(ref, folder):
            made = Question("checkpoint.export", _ids((ref,)), "export a checkpoint", {"path": folder})
        case Delete(refs):
            made = Question("checkpoint.delete", _ids(refs), f"delete {_count(refs, 'checkpoint')}")
        case DeleteSubtree(ref, only):
            more = {"only": only} if only else {}
            made = Question("checkpoint.delete_subtree", _ids((ref,)), "delete a checkpoint subtree", more)
    return made


def receipt(asked: Question, body: Body) -> Receipt:
    """Return the receipt for an answer; raise `BadHostData` unless it has exactly one result for each id."""
    results = decoded(body, Results, f"the request to {asked.what}")
    by_id = {result.id.lower(): result for result in results.results}
    if set(by_id) != set(asked.ids) or len(by_id) != len(results.results):
        raise BadHostData(
            f"The host was asked to {asked.what}, but its answer is about others.",
            now="Refresh the host to see how things stand.",
            details=f"asked about: {', '.join(asked.ids)}\nanswered about: {', '.join(by_id)}",
        )
    return Receipt(
        tuple(_outcome(by_id[each]) for each in asked.ids), tuple(map(in_one_line, results.warnings))
    )


def _power(power: Power) -> tuple[str, str]:
    return {
        Power.START: ("vm.start", "start"),
        Power.SAVE: ("vm.save", "save"),
        Power.PAUSE: ("vm.suspend", "pause"),
        Power.RESUME: ("vm.resume", "resume"),
        Power.SHUT_DOWN: ("vm.shut_down", "shut down"),
        Power.TURN_OFF: ("vm.turn_off", "turn off"),
    }[power]


def _ids(refs: Iterable[CheckpointRef]) -> tuple[str, ...]:
    return tuple(ref.checkpoint_id for ref in refs)


def _count(things: tuple[object, ...], word: str) -> str:
    return f"a {word}" if len(things) == 1 else f"{len(things)} {word}s"


def _outcome(result: Result) -> Outcome:
    return Outcome(
        result.id.lower(),
        record_of(result.error) if result.error is not None else None,
        result.checkpoint.lower() if result.checkpoint else None,
        _time(result.began),
        _time(result.ended),
    )


def _time(text: str | None) -> datetime | None:
    """Return the time, or None: an unreadable time must not hide that something has been done."""
    try:
        return utc(text, "a result") if text else None
    except BadHostData:
        return None
