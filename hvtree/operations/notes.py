"""Write the notes of VMs and checkpoints; lock checkpoints against deletion, and unlock them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.edits import CheckpointNotes, SetNotes, SetVmNotes
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import Activity, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.passport import Passport, locked, others_notes, passport_of
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation, Plan, Risk, Step, before_and_after, side_by_side
from hvtree.operations.consequence import Consequence, Subjects, vms
from hvtree.operations.consequence import checkpoints as named
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    CheckpointAction,
    Reason,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    find_vm,
    kind_forbids,
    name_checkpoint,
    unavailable,
    unsettled,
)
from hvtree.values import replace

Found = tuple[VirtualMachine, Checkpoint]


class Written(Struct, frozen=True):
    """The notes that a VM or a checkpoint is to have: the whole text, with its passport."""

    target: VmAddress | CheckpointAddress
    notes: str
    left: str | None = None
    """The notes as they were left by what this undoes; others that are there now have been written since."""

    @property
    def vm(self) -> VmAddress:
        """The VM that it is about."""
        return self.target if isinstance(self.target, VmAddress) else self.target.vm


class EditNotes(Struct, frozen=True):
    """Write the notes of VMs and checkpoints in place of those that are there."""

    verb: ClassVar[str] = "notes"

    written: tuple[Written, ...]

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if they cannot be written now, and if all of them say so already."""
        if not self.written:
            raise Refused("Nothing is selected.", now="Select VMs or checkpoints.")
        word = _lock_word(fleet, self.written)
        steps = [step for each in self.written if (step := _step(fleet, each, word)) is not None]
        if word and steps:
            return self._turn_locks(fleet, steps, word)
        if not steps:
            whose = _title(fleet, self.written).removeprefix("Edit t")
            raise Refused(f"T{whose} say this already.", now="Write something else, or leave them.")
        consequences = tuple(_consequences(fleet, self.written))
        return _plan(self, fleet, self.written, steps, title=_title(fleet, self.written), more=consequences)

    def _turn_locks(self, fleet: Fleet, steps: Sequence[Step], word: str) -> Plan:
        """Plan what does no more than lock or unlock, such as the undo of the other, and call it so."""
        found = tuple(
            find_checkpoint(fleet, each.target)
            for each in self.written
            if isinstance(each.target, CheckpointAddress)
        )
        more = (*_about_lock(found, is_locked=word == "lock"), *_since(fleet, self.written))
        title = f"{word.capitalize()} {_named_all(found)}"
        return _plan(self, fleet, self.written, steps, title=title, more=more, button=word.capitalize())


class LockCheckpoints(Struct, frozen=True):
    """Lock checkpoints: HVTree refuses to delete them until they are unlocked."""

    verb: ClassVar[str] = "lock"

    checkpoints: tuple[CheckpointAddress, ...]
    author: str = ""
    """Who locks them, for a passport where there is none yet."""
    at_utc: datetime | None = None
    """When; None for the time of the reading."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if all of them are locked, or one cannot be."""
        return _plan_lock(self, fleet, is_locked=True)

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)


class UnlockCheckpoints(Struct, frozen=True):
    """Unlock checkpoints, so that they can be deleted again."""

    verb: ClassVar[str] = "unlock"

    checkpoints: tuple[CheckpointAddress, ...]

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if none of them is locked."""
        return _plan_lock(self, fleet, is_locked=False)


def _plan_lock(operation: LockCheckpoints | UnlockCheckpoints, fleet: Fleet, *, is_locked: bool) -> Plan:
    word = "lock" if is_locked else "unlock"
    if not operation.checkpoints:
        raise Refused("No checkpoint is selected.", now="Select one or more checkpoints.")
    found = {each: find_checkpoint(fleet, each) for each in dict.fromkeys(operation.checkpoints)}
    open_ones = {each: pair for each, pair in found.items() if pair[1].is_locked is not is_locked}
    title = f"{word.capitalize()} {_named_all(tuple(found.values()))}"
    if not open_ones:
        is_one = len(found) == 1
        state = "locked already" if is_locked else "not locked"
        raise Refused(f"{title}: {'it is' if is_one else 'they are'} {state}.", now="There is nothing to do.")
    fresh = _fresh(operation, fleet)
    written = tuple(
        Written(each, locked(checkpoint.notes, is_locked=is_locked, fresh=fresh))
        for each, (_vm, checkpoint) in open_ones.items()
    )
    steps = [step for each in written if (step := _step(fleet, each, word)) is not None]
    at = replace(operation, at_utc=fresh.at_utc) if isinstance(operation, LockCheckpoints) else operation
    more = tuple(_about_lock(tuple(open_ones.values()), is_locked=is_locked))
    return _plan(at, fleet, written, steps, title=title, more=more, button=word.capitalize())


def _about_lock(found: Sequence[Found], *, is_locked: bool) -> Iterator[Consequence]:
    about = {"checkpoints": named(checkpoint for _vm, checkpoint in found)}
    if not is_locked:
        yield Consequence("is-unlocked", "{checkpoints} can be deleted again.", about)
        return
    yield Consequence(
        "is-locked",
        "HVTree refuses to delete {checkpoints} until somebody unlocks {checkpoints:them}.",
        about,
    )
    yield Consequence(
        "lock-is-a-note",
        "The lock is a line in the notes: Hyper-V itself and other programs do not look at it.",
    )


def _lock_word(fleet: Fleet, written: Sequence[Written]) -> str:
    """Return "lock" or "unlock" if notes do no more than that to each of some checkpoints; else nothing."""
    turns = {_turn(_notes_now(fleet, each), each.notes) for each in written}
    is_about_vms = any(isinstance(each.target, VmAddress) for each in written)
    return "" if is_about_vms or len(turns) > 1 else turns.pop()


def _turn(before: str, after: str) -> str:
    was, will = (passport_of(each) or Passport() for each in (before, after))
    said = {replace(each, is_locked=False, author="", at_utc=None) for each in (was, will)}
    if was.is_locked is will.is_locked or len(said) > 1 or others_notes(before) != others_notes(after):
        return ""
    return "lock" if will.is_locked else "unlock"


def _fresh(operation: LockCheckpoints | UnlockCheckpoints, fleet: Fleet) -> Passport:
    if isinstance(operation, UnlockCheckpoints):
        return Passport()
    at_utc = operation.at_utc or max(fleet.hosts[each.host_id].taken_at_utc for each in operation.checkpoints)
    return Passport(author=operation.author, at_utc=at_utc)


def _plan(
    operation: Operation,
    fleet: Fleet,
    written: Sequence[Written],
    steps: Sequence[Step],
    *,
    title: str,
    more: tuple[Consequence, ...],
    button: str = "Save notes",
) -> Plan:
    phases = side_by_side(steps)
    touched = tuple(dict.fromkeys(each.vm for each in written))
    before, expected = before_and_after(fleet, touched, phases)
    return Plan(
        operation=operation,
        title=title,
        button=button,
        phases=phases,
        before=before,
        expected=expected,
        vms=touched,
        risk=Risk.NONE,
        consequences=more,
        powershell=script(phases, fleet),
    )


def _step(fleet: Fleet, wanted: Written, word: str = "") -> Step | None:
    """Return the step that writes some notes; None if they are there, and `Refused` if they cannot be written now.

    Disks may be merging meanwhile: only the configuration changes, as for a name (fact 48).
    """
    if isinstance(wanted.target, VmAddress):
        return _vm_step(find_vm(fleet, wanted.target), wanted.target, wanted.notes)
    vm, checkpoint = find_checkpoint(fleet, wanted.target)
    action = CheckpointAction.NOTE
    demand(
        checkpoint_cannot(checkpoint, vm, action),
        kind_forbids(checkpoint, action),
        _waiting(vm),
        notes_forbid(wanted.notes),
    )
    if checkpoint.notes == wanted.notes:
        return None
    name = name_checkpoint(checkpoint, vm)
    title = f"{word.capitalize()} {name}" if word else f"Write the notes of {name}"
    return Step(title, wanted.target.host_id, SetNotes((CheckpointNotes(checkpoint.ref, wanted.notes),)))


def _vm_step(vm: VirtualMachine, address: VmAddress, notes: str) -> Step | None:
    what = f"The notes of VM {quoted(vm.name)} cannot be written now."
    demand(what, _waiting(vm), notes_forbid(notes))
    if vm.notes == notes:
        return None
    return Step(f"Write the notes of VM {quoted(vm.name)}", address.host_id, SetVmNotes((vm.id,), notes))


def notes_forbid(notes: str) -> Reason | None:
    """Return the reason if some notes cannot be written: WMI takes them as XML, which has no control characters."""
    bad = next((each for each in notes if _is_control(each)), None)
    if bad is None:
        return None
    return Reason(f"They hold the control character U+{ord(bad):04X}.", "Take it out.")


def _is_control(each: str) -> bool:
    return (each < " " and each not in "\t\n\r") or "\ud800" <= each <= "\udfff" or each in "\ufffe\uffff"


def _waiting(vm: VirtualMachine) -> Reason | None:
    return unsettled(vm) if vm.activity is Activity.MERGING else unavailable(vm)


def _title(fleet: Fleet, written: Sequence[Written]) -> str:
    if len(written) > 1:
        return f"Edit the notes of {_things(written)}"
    target = written[0].target
    if isinstance(target, VmAddress):
        return f"Edit the notes of VM {quoted(find_vm(fleet, target).name)}"
    vm, checkpoint = find_checkpoint(fleet, target)
    return f"Edit the notes of {name_checkpoint(checkpoint, vm)}"


def _things(written: Sequence[Written]) -> str:
    machines = sum(isinstance(each.target, VmAddress) for each in written)
    parts = (count_words(machines, "VM"), count_words(len(written) - machines, "checkpoint"))
    return " and ".join(part for part in parts if not part.startswith("0 "))


def _named_all(found: Sequence[Found]) -> str:
    if len(found) == 1:
        vm, checkpoint = found[0]
        return name_checkpoint(checkpoint, vm)
    machines = {vm.id: vm for vm, _checkpoint in found}
    return f"{count_words(len(found), 'checkpoint')} on {vms(machines.values())}"


def _consequences(fleet: Fleet, written: Sequence[Written]) -> Iterator[Consequence]:
    yield Consequence("only-notes-change", "Only the notes change.")
    yield from _since(fleet, written)
    for each in written:
        before = _notes_now(fleet, each)
        if passport_of(before) is not None and passport_of(each.notes) is None:
            yield Consequence(
                "loses-passport",
                "What HVTree knows of it goes: reason, ticket, author, keep until and lock.",
            )
        if others_notes(before) and not others_notes(each.notes):
            yield Consequence("loses-notes", "The notes that are there now are gone.")


def _since(fleet: Fleet, written: Sequence[Written]) -> Iterator[Consequence]:
    for each in written:
        if each.left is not None and _notes_now(fleet, each) != each.left:
            yield Consequence(
                "loses-newer-notes",
                "The notes of {what} have been changed since, and what was written then goes.",
                {"what": _named(fleet, each)},
            )


def _named(fleet: Fleet, wanted: Written) -> Subjects:
    if isinstance(wanted.target, VmAddress):
        return vms((find_vm(fleet, wanted.target),))
    return named((find_checkpoint(fleet, wanted.target)[1],))


def _notes_now(fleet: Fleet, wanted: Written) -> str:
    if isinstance(wanted.target, VmAddress):
        return find_vm(fleet, wanted.target).notes
    return find_checkpoint(fleet, wanted.target)[1].notes
