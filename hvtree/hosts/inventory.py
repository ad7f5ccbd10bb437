"""A host's inventory as domain values: records of the wire are checked and converted, changes merged into a reading.

Pure functions that may run on any thread; `hosts.codec` calls them on the thread that receives, one part (about
`PART_CHECKPOINTS` checkpoints, a few milliseconds) at a time.

What is lenient and what is not:

- A name that an enum doesn't know (a newer Windows) becomes `Other`, `Missing`, or None: whatever is least allowed.
- A parent that is not among the checkpoints counts as none, as it does in `domain.tree`.
- One VM that cannot be (two checkpoints of one id, parents in a circle, a Now that is nowhere, no readable time) stays
  in the state without its checkpoints: its state is `Other`, so that nothing can be planned on it, and its status says
  what is wrong. The other VMs are not lost.
- Ids and paths stand in several places of a record, and in each of its later readings, and most VMs have the same status and
  version: `intern` keeps one of each.
- A record without even an id, two VMs of one id, or changes to a reading that we don't have: `BadHostData` for the
  whole reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from sys import intern
from types import MappingProxyType
from typing import TypeVar

import msgspec

from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.errors import BadHostData
from hvtree.domain.model import (
    Activity,
    CheckpointType,
    DiskFile,
    HostState,
    VirtualMachine,
    VmState,
    Volume,
    checkpoint_file_bytes,
)
from hvtree.domain.names import quoted
from hvtree.domain.sizes import Measurement, Sized, own_bytes_of, remembering
from hvtree.hosts import wire
from hvtree.hosts.messages import CheckpointRecord, DiskRecord, InventoryEnd, SizesPart, VmRecord, VmSizes

_T = TypeVar("_T")

_STATES = {each.value: each for each in VmState}
_ACTIVITIES: Mapping[str | None, Activity] = {each.value: each for each in Activity}
_CHECKPOINT_TYPES = {each.value: each for each in CheckpointType}
_KINDS = {each.value: each for each in CheckpointKind}
_MARGIN = timedelta(days=2)
"""A day for the zone in which a host wrote a time, and one for that in which it is shown."""
_FIRST, _LAST = datetime.min + _MARGIN, datetime.max - _MARGIN  # noqa: DTZ901 - each time brings its zone


class _Part(msgspec.Struct):
    vms: tuple[msgspec.Raw, ...]


class _Label(msgspec.Struct):
    id: str
    name: str


def vms_of(
    part: bytes, known: Mapping[str, VirtualMachine], pause: Callable[[], None] = lambda: None
) -> tuple[VirtualMachine, ...]:
    """Return the VMs of one encoded `InventoryPart`; one that equals its namesake in `known` is that same object.

    `pause` is called before each VM: others may want to work who have more haste. Raise `BadHostData` if the part is no such thing or a VM in it has no id.
    """
    try:
        records = wire.from_json(part, _Part).vms
    except wire.UnreadableJson as error:
        raise _unreadable("a part of its inventory", error) from error
    return tuple(_known_or_new(_vm_or_broken(record), known) for record in _with_pauses(records, pause))


def vm_of(record: VmRecord) -> VirtualMachine:
    """Return the VM of a record; raise `BadHostData`, naming the VM, for one that cannot be."""
    is_measured = record.disks is not msgspec.UNSET
    files = _files_of(record.disks)
    own_bytes = checkpoint_file_bytes(files)
    vm_id = intern(record.id.lower())
    ids = _checked_ids(record)
    now_id = intern(record.parent.lower()) if record.parent else None
    if now_id is not None and now_id not in ids:
        raise _impossible(record, f"it stands on the checkpoint {now_id}, which is not among its checkpoints")
    return VirtualMachine(
        id=vm_id,
        name=record.name,
        state=_STATES.get(record.state, VmState.OTHER),
        now_id=now_id,
        checkpoints=tuple(_checkpoints_of(record, vm_id, ids, own_bytes)),
        status=intern(record.status),
        activity=_ACTIVITIES.get(record.activity),
        percent=record.percent if record.percent is not None and 0 <= record.percent <= 100 else None,
        checkpoint_type=_CHECKPOINT_TYPES.get(record.checkpoint_type, CheckpointType.UNKNOWN),
        is_replica=record.replica,
        notes=record.notes,
        generation=record.generation,
        version=intern(record.version),
        memory_bytes=record.memory,
        memory_startup_bytes=record.memory_startup,
        uptime_s=record.uptime_s,
        drives=tuple(map(intern, record.drives)),
        files=files,
        is_measured=is_measured,
    )


def sizes_of(
    part: bytes, known: Mapping[str, VirtualMachine], pause: Callable[[], None] = lambda: None
) -> tuple[Sized, ...]:
    """Return what an encoded `SizesPart` says, with the VMs in `known`; raise `BadHostData` if it is no such thing.

    `pause` is that of `vms_of`.
    """
    try:
        records = wire.from_json(part, SizesPart).vms
    except wire.UnreadableJson as error:
        raise _unreadable("sizes", error) from error
    found = map(_measurement_of, _with_pauses(records, pause))
    return tuple(Sized.of(each, known.get(each.vm_id)) for each in found)


def merged(previous: HostState | None, changed: Iterable[VirtualMachine], end: InventoryEnd) -> HostState:
    """Return the state after a reading: the VMs that were read, and for a partial one the unchanged others themselves.

    Raise `BadHostData` if the parts don't make a state.
    """
    vms: dict[str, VirtualMachine] = {}
    for vm in changed:
        if vm.id in vms:
            raise BadHostData(
                f"The host {quoted(end.host)} reported the VM {quoted(vm.name)} ({vm.id}) twice.", now=_NOW
            )
        vms[vm.id] = vm
    if not end.full:
        vms = _patched(previous, vms, end)
    volumes = tuple(Volume(each.name, each.total, each.free) for each in end.volumes)
    taken_at = utc(end.taken_at, f"the host {quoted(end.host)}")
    return HostState(end.host, taken_at, MappingProxyType(vms), volumes, _offset(end.utc_offset), end.zone)


def _measurement_of(record: VmSizes) -> Measurement:
    states = {key.lower(): size for key, size in record.states.items()}
    return Measurement(record.id.lower(), _files_of(record.disks), states)


def _offset(minutes: int | None) -> timedelta | None:
    """Return how far a clock is ahead of UTC; None for what is no time zone: they reach from -12 to +14 hours."""
    is_one = minutes is not None and -12 * 60 <= minutes <= 14 * 60
    return timedelta(minutes=minutes) if minutes is not None and is_one else None


def utc(text: str, whose: str | Callable[[], str]) -> datetime:
    """Return a time of the wire (ISO 8601 with a zone) in UTC; raise `BadHostData`, naming `whose`, for another text.

    A function is asked for the name only then: there are many times, and few that cannot be read.

    One at either end of the calendar, such as .NET's `DateTime.MinValue`, is moved by up to two days, so that it is a time
    in every zone.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad_time(text, whose, "cannot be read") from error
    if time.tzinfo is None:
        raise _bad_time(text, whose, "has no time zone")
    if time.tzinfo is UTC and _FIRST.year < time.year < _LAST.year:
        return time
    naive = min(max(time.replace(tzinfo=None), _FIRST), _LAST)
    return naive.replace(tzinfo=time.tzinfo).astimezone(UTC)


def _bad_time(text: str, whose: str | Callable[[], str], problem: str) -> BadHostData:
    name = whose if isinstance(whose, str) else whose()
    return BadHostData(f"The time {quoted(text[:40])} of {name} {problem}.", now=_NOW)


_NOW = "Refresh the host; if it stays so, please report it with the details."


def _with_pauses(records: Iterable[_T], pause: Callable[[], None]) -> Iterator[_T]:
    for record in records:
        pause()
        yield record


def _known_or_new(vm: VirtualMachine, known: Mapping[str, VirtualMachine]) -> VirtualMachine:
    before = known.get(vm.id)
    if before is not None and not vm.is_measured:
        vm = remembering(vm, before)
    if before is not None and before == vm:
        return before
    _ = vm.space, vm.has_only_plain  # added up here, not on the thread of the window
    return vm


def _vm_or_broken(encoded: msgspec.Raw) -> VirtualMachine:
    try:
        return vm_of(wire.from_json(bytes(encoded), VmRecord))
    except wire.UnreadableJson as error:
        return _broken(encoded, f"Its record cannot be read: {str(error).rstrip('.')}.")
    except BadHostData as error:
        return _broken(encoded, error.what)


def _broken(encoded: msgspec.Raw, why: str) -> VirtualMachine:
    try:
        label = wire.from_json(bytes(encoded), _Label)
    except wire.UnreadableJson as error:
        raise _unreadable("a VM of its inventory", error) from error
    return VirtualMachine(label.id.lower(), label.name, VmState.OTHER, status=why)


def _checked_ids(record: VmRecord) -> frozenset[str]:
    parents = {each.id.lower(): each.parent.lower() if each.parent else None for each in record.checkpoints}
    if len(parents) != len(record.checkpoints):
        raise _impossible(record, "two of its checkpoints have the same id")
    sound: set[str] = set()
    for start in parents:
        path: set[str] = set()
        node: str | None = start
        while node is not None and node in parents and node not in sound:
            if node in path:
                raise _impossible(record, "the parents of its checkpoints form a circle")
            path.add(node)
            node = parents[node]
        sound.update(path)
    return frozenset(parents)


def _checkpoints_of(
    vm: VmRecord, vm_id: str, ids: frozenset[str], own_bytes: Mapping[str, int]
) -> Iterator[Checkpoint]:
    unsized = None if vm.disks is msgspec.UNSET else 0
    for record in vm.checkpoints:
        parent_id = intern(record.parent.lower()) if record.parent else None
        state_bytes = unsized if record.state_size is msgspec.UNSET else record.state_size
        yield Checkpoint(
            id=intern(record.id.lower()),
            vm_id=vm_id,
            parent_id=parent_id if parent_id in ids else None,
            name=record.name,
            created_utc=utc(record.created, partial(_title, record, vm)),
            kind=_KINDS.get(record.kind, CheckpointKind.MISSING),
            has_memory=record.saved,
            is_automatic=record.automatic,
            notes=record.notes,
            drives=tuple(map(intern, record.drives)),
            state_bytes=state_bytes,
            size_bytes=None if state_bytes is None else state_bytes + own_bytes_of(record.drives, own_bytes),
        )


def _title(record: CheckpointRecord, vm: VmRecord) -> str:
    return f"the checkpoint {quoted(record.name)} on VM {quoted(vm.name)}"


def _patched(
    previous: HostState | None, changed: Mapping[str, VirtualMachine], end: InventoryEnd
) -> dict[str, VirtualMachine]:
    if previous is None:
        raise BadHostData(
            f"The host {quoted(end.host)} sent changes to a reading that was never made.", now=_NOW
        )
    vms = {**previous.vms, **changed}
    for vm_id in end.removed:
        vms.pop(vm_id.lower(), None)
    return vms


def _files_of(records: tuple[DiskRecord, ...] | msgspec.UnsetType) -> tuple[DiskFile, ...]:
    if records is msgspec.UNSET:
        return ()
    same: dict[int, int] = {}
    return tuple(
        DiskFile(
            intern(each.path),
            intern(each.parent) if each.parent else None,
            each.size,
            same.setdefault(each.virtual, each.virtual),  # nearly all of a VM are of one size
        )
        for each in records
    )


def _impossible(record: VmRecord, why: str) -> BadHostData:
    return BadHostData(
        f"The host described the VM {quoted(record.name)} in a way that cannot be: {why}.", now=_NOW
    )


def _unreadable(what: str, error: Exception) -> BadHostData:
    return BadHostData(f"The host sent {what} that HVTree cannot read.", now=_NOW, details=str(error))
