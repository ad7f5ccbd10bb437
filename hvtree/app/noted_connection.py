"""A connection to a host that may refuse notes: what it will not take is kept here, and shown as if it had it.

It is marked as kept here (`has_notes_here`), so that everybody is told. What others write on the host meanwhile is not hidden:
then only the passport is ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from hvtree.app.memory.kept_notes import KeptNote, KeptNotes
from hvtree.app.ports import Connection
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.error_record import ErrorRecord
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.passport import passport_of, with_passport
from hvtree.jobs.journal import JournalFailure
from hvtree.values import replace

if TYPE_CHECKING:
    from hvtree.domain.edits import Edit, SetNotes, SetVmNotes
    from hvtree.domain.lease import Lease
    from hvtree.domain.receipt import Progress, Receipt
    from hvtree.domain.vm_group import VmGroup

_log = logging.getLogger(__name__)
_PASSING = frozenset({"ObjectNotFound", "OperationStopped", "InvalidOperation", "InvalidData"})
"""Categories of errors that say nothing about whether a host takes notes: gone, cancelled, busy, misunderstood."""
KEPT = "The host would not take the notes; HVTree keeps them on this computer alone."


class NotedConnection:
    """Passes everything on, and keeps what the host refuses to note. It is a `ports.Connection`."""

    def __init__(self, connection: Connection, memory: KeptNotes) -> None:
        self._connection = connection
        self._memory = memory
        self._kept: dict[str, KeptNote] = {}
        self._shown: dict[str, tuple[VirtualMachine, VirtualMachine]] = {}
        """By id, a VM as the host tells it and as it is shown: the same comes out for the same."""
        self._last: HostState | None = None
        self._on_part: Callable[[HostState], None] | None = None
        self._has_remembered = False
        self._early: HostState | None = None
        """What has come of the first reading before it was known what is kept here."""

    @property
    def on_lost(self) -> Callable[[HVTreeError], None] | None:
        """As that of the connection."""
        return self._connection.on_lost

    @on_lost.setter
    def on_lost(self, listener: Callable[[HVTreeError], None] | None) -> None:
        self._connection.on_lost = listener

    @property
    def on_silent(self) -> Callable[[float | None], None] | None:
        """As that of the connection."""
        return self._connection.on_silent

    @on_silent.setter
    def on_silent(self, listener: Callable[[float | None], None] | None) -> None:
        self._connection.on_silent = listener

    @property
    def on_part(self) -> Callable[[HostState], None] | None:
        """As that of the connection, with the notes that are kept here."""
        return self._on_part

    @on_part.setter
    def on_part(self, listener: Callable[[HostState], None] | None) -> None:
        self._on_part = listener
        self._connection.on_part = None if listener is None else self._tell_part

    @property
    def mode(self) -> str:
        """As that of the connection."""
        return self._connection.mode

    async def connect(self, *, and_read: bool = False) -> None:
        """Connect, and meanwhile read what is kept."""
        remembering = asyncio.get_running_loop().create_task(self._remember())
        try:
            await self._connection.connect(and_read=and_read)
        finally:
            await remembering

    async def watch(self, on_change: Callable[[], None], on_same: Callable[[], None] | None = None) -> None:
        """As that of the connection."""
        await self._connection.watch(on_change, on_same)

    async def read(self) -> HostState:
        """Return the host as it is now, with the notes that are kept here."""
        self._last = await self._connection.read()
        self._shown = {vm_id: pair for vm_id, pair in self._shown.items() if vm_id in self._last.vms}
        return self._noted(self._last)

    async def measure(
        self, vm_ids: Iterable[str], tell: Callable[[HostState], None] | None = None
    ) -> HostState:
        """As that of the connection, with the notes that are kept here."""
        told = None if tell is None else (lambda state: tell(self._noted(state)))
        return self._noted(await self._connection.measure(vm_ids, told))

    async def vm_groups(self) -> tuple[VmGroup, ...]:
        """As that of the connection."""
        return await self._connection.vm_groups()

    @property
    def lease_left_s(self) -> int:
        """As that of the connection."""
        return self._connection.lease_left_s

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        """As that of the connection."""
        await self._connection.make_ready(vm_ids)

    async def end_lease(self, lease_id: str) -> None:
        """As that of the connection."""
        await self._connection.end_lease(lease_id)

    async def perform(
        self, edit: Edit, report: Callable[[Progress], None], lease: Lease | None = None
    ) -> Receipt:
        """Carry out an edit; notes that the host refuses are kept here, and the receipt warns of that."""
        from hvtree.domain.edits import SetNotes, SetVmNotes  # noqa: PLC0415  (a reading needs no edits)

        receipt = await self._connection.perform(edit, report, lease)
        if not isinstance(edit, SetNotes | SetVmNotes):
            return receipt
        refused = {each.target_id: each.error for each in receipt.failures if _is_refusal(each.error)}
        await self._forget([each.target_id for each in receipt.outcomes if each.is_ok])
        return await self._keep(_texts(edit), refused, receipt) if refused else receipt

    def renew(self) -> None:
        """As that of the connection."""
        self._connection.renew()

    async def close(self) -> None:
        """Close the connection, and let go of the memory."""
        await self._connection.close()
        await self._memory.close()

    async def _remember(self) -> None:
        """Read what is kept; without it the host is shown as it is."""
        try:
            self._kept = dict(await self._memory.all())
        except JournalFailure as error:
            _log.warning("the notes that are kept here cannot be read: %r", error.sentence)
        self._has_remembered, early, self._early = True, self._early, None
        if early is not None:
            self._tell_part(early)

    def _tell_part(self, state: HostState) -> None:
        if not self._has_remembered:
            self._early = state
        elif self._on_part is not None:
            self._on_part(self._noted(state))

    async def _forget(self, taken: Iterable[str]) -> None:
        """Keep nothing any more for those whose notes the host has taken."""
        gone = [each for each in taken if each in self._kept]
        if not gone:
            return
        self._kept = {key: note for key, note in self._kept.items() if key not in gone}
        self._shown.clear()
        try:
            await self._memory.forget(gone)
        except JournalFailure as error:
            _log.warning("notes that the host has now are still kept here: %r", error.sentence)

    async def _keep(
        self, texts: Mapping[str, str], refused: Mapping[str, ErrorRecord | None], receipt: Receipt
    ) -> Receipt:
        before = _notes_on(self._last, refused)
        kept = {each: KeptNote(texts[each], before.get(each, "")) for each in refused}
        try:
            await self._memory.keep(kept)
        except JournalFailure:
            return receipt  # then it has failed: neither of the two would take them
        self._kept.update(kept)
        self._shown.clear()
        outcomes = (
            replace(each, error=None) if each.target_id in refused else each for each in receipt.outcomes
        )
        reasons = dict.fromkeys(error.message for error in refused.values() if error is not None)
        warnings = (*receipt.warnings, KEPT, *(f"It said: {reason}" for reason in reasons))
        return replace(receipt, outcomes=tuple(outcomes), warnings=warnings)

    def _noted(self, state: HostState) -> HostState:
        """Return a reading with the notes that are kept here; without any of them the reading itself."""
        if not self._kept:
            return state
        changed = [noted for vm in state.vms.values() if (noted := self._noted_vm(vm)) is not vm]
        return state.with_vms(*changed) if changed else state

    def _noted_vm(self, vm: VirtualMachine) -> VirtualMachine:
        known = self._shown.get(vm.id)
        if known is None or known[0] is not vm:
            known = self._shown[vm.id] = (vm, self._made(vm))
        return known[1]

    def _made(self, vm: VirtualMachine) -> VirtualMachine:
        noted = vm
        if any(each.id in self._kept for each in vm.checkpoints):
            noted = replace(noted, checkpoints=tuple(map(self._noted_checkpoint, vm.checkpoints)))
        if vm.id in self._kept:
            note = self._kept[vm.id]
            text = note.notes if vm.notes == note.before else vm.notes
            noted = replace(noted, notes=text, has_notes_here=text == note.notes)
        return noted

    def _noted_checkpoint(self, checkpoint: Checkpoint) -> Checkpoint:
        note = self._kept.get(checkpoint.id)
        if note is None:
            return checkpoint
        if checkpoint.notes == note.before:
            return replace(checkpoint, notes=note.notes, has_notes_here=True)
        passport = passport_of(note.notes)
        if passport is None or passport_of(checkpoint.notes) is not None:
            return checkpoint  # others have written another one since
        return replace(checkpoint, notes=with_passport(checkpoint.notes, passport), has_notes_here=True)


def _texts(edit: SetNotes | SetVmNotes) -> dict[str, str]:
    """Return the notes by the ids of what they belong to."""
    from hvtree.domain.edits import SetVmNotes  # noqa: PLC0415  (as above)

    if isinstance(edit, SetVmNotes):
        return dict.fromkeys(edit.vm_ids, edit.notes)
    return {each.ref.checkpoint_id: each.text for each in edit.written}


def _is_refusal(error: ErrorRecord | None) -> bool:
    return error is not None and error.category not in _PASSING


def _notes_on(state: HostState | None, ids: Iterable[str]) -> dict[str, str]:
    """Return the notes that a host had at its last reading."""
    wanted = set(ids)
    if state is None:
        return {}
    found = {vm.id: vm.notes for vm in state.vms.values() if vm.id in wanted}
    return found | {each.id: each.notes for each in state.all_checkpoints() if each.id in wanted}
