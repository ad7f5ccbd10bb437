"""A group checkpoint: checkpoints of several VMs that were taken together, as the hosts and the memory know it.

Two witnesses say what belongs to it: the passports in the checkpoints' notes, which everybody sees, and the record that this
computer has kept. Both count by ids, never by names; where they disagree, the findings say so.

Of several checkpoints of one VM with the same mark the oldest is meant: a VM that went back may have the notes of that time, and
its next checkpoints have them from it (facts 82 and 243).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import GroupMethod, place_of
from hvtree.domain.group_mark import GroupMark
from hvtree.values import replace


class RecordedPart(Struct, frozen=True):
    """A checkpoint of a group checkpoint, as it was when it had been taken."""

    address: CheckpointAddress
    vm_name: str
    host: str
    """The host's own name."""
    parent_id: str | None
    """The checkpoint that it was below; of automatic ones, which go by themselves, the parent counts."""
    stopped_ms: int | None = None
    """For how long its VM stood still; None if it did not, or that was not measured."""
    memory_bytes: int = 0
    """Memory that was in use then: what had to be written meanwhile; 0 if the VM did not run."""


class GroupRecord(Struct, frozen=True):
    """What this computer has kept of a group checkpoint that was taken here."""

    id: str
    name: str
    at_utc: datetime
    parts: tuple[RecordedPart, ...]
    size: int
    """How many VMs were to take part."""
    group_id: str = ""
    group_name: str = ""
    author: str = ""
    method: GroupMethod = GroupMethod.PAUSE_AND_SAVE
    spread_ms: int | None = None
    """Between the first pause and the last, on the host's clock; of several hosts the most that it can have been."""


class FindingKind(Enum):
    """What is not as it was when a group checkpoint was taken."""

    CHECKPOINT_GONE = "the checkpoint is gone"
    VM_GONE = "the VM is gone"
    HOST_AWAY = "the host is away"
    MEMBER_UNKNOWN = "a member that nobody here knows"
    """More VMs took part than can be found."""
    MOVED = "the VM is on another host"
    VM_RENAMED = "the VM has another name"
    RENAMED = "the checkpoint has another name"
    REPARENTED = "the checkpoint has another parent"
    NOT_MARKED = "only this computer's memory says that it belongs"
    NOT_RECORDED = "only its own notes say that it belongs"

    @property
    def is_missing(self) -> bool:
        """Something is not there, so that the group checkpoint is not whole."""
        return self in _MISSING


_NEVER = datetime.min.replace(tzinfo=UTC)
_MISSING = frozenset(
    {
        FindingKind.CHECKPOINT_GONE,
        FindingKind.VM_GONE,
        FindingKind.HOST_AWAY,
        FindingKind.MEMBER_UNKNOWN,
    }
)


class Finding(Struct, frozen=True):
    """Something that is not as it was, about one VM or about all (then without names)."""

    kind: FindingKind
    vm_id: str = ""
    vm_name: str = ""
    """What it is called now, or was if it is gone."""
    was: str = ""
    """What it was before: a host, a name."""
    now: str = ""
    count: int = 0
    """How many, where they are not known one by one."""


class Part(Struct, frozen=True):
    """One checkpoint of a group checkpoint."""

    address: CheckpointAddress
    """Where it is; where it was, if it is not there."""
    vm_name: str
    host: str
    """The host's own name; the host's id while nothing is known of it."""
    checkpoint: Checkpoint | None
    """None if it is not there."""
    stopped_ms: int | None


class GroupCheckpoint(Struct, frozen=True):
    """A group checkpoint as it can be seen now."""

    id: str
    name: str
    at_utc: datetime
    parts: tuple[Part, ...]
    """Those that are there and those that are known to be missing, by host and VM."""
    size: int
    """How many VMs took part."""
    group_id: str
    group_name: str
    author: str
    spread_ms: int | None
    findings: tuple[Finding, ...]

    @property
    def there(self) -> tuple[Part, ...]:
        """The parts that are there."""
        return tuple(each for each in self.parts if each.checkpoint is not None)

    @property
    def addresses(self) -> tuple[CheckpointAddress, ...]:
        """Its checkpoints that are there."""
        return tuple(each.address for each in self.there)

    def on(self, host_ids: Collection[str]) -> GroupCheckpoint:
        """Return what of it is on some hosts, with the findings about that."""
        parts = tuple(each for each in self.parts if each.address.host_id in host_ids)
        vm_ids = {"", *(each.address.vm_id for each in parts)}
        return replace(
            self, parts=parts, findings=tuple(each for each in self.findings if each.vm_id in vm_ids)
        )

    @property
    def is_whole(self) -> bool:
        """All its checkpoints are there."""
        return not any(each.kind.is_missing for each in self.findings)

    @property
    def is_locked(self) -> bool:
        """One of its checkpoints is locked."""
        return any(each.checkpoint is not None and each.checkpoint.is_locked for each in self.parts)


def group_checkpoints(
    fleet: Fleet, records: Iterable[GroupRecord] = (), *, former: SeenBefore | None = None
) -> Mapping[str, GroupCheckpoint]:
    """Return every group checkpoint that passports or records tell of, the newest first, by its id.

    A record of which no checkpoint is left on hosts that can be seen is over and left out; one whose hosts are away is not.
    With what was seen `former`ly of the same records only that is looked at anew of which a VM has changed.
    """
    recorded = {each.id: each for each in records}
    changed = _changed_vms(former.fleet, fleet) if former is not None else None
    if former is None or changed is None:
        marked = _marked(fleet, None)
        found = _all_seen((*recorded, *marked), marked, recorded, fleet)
    else:
        touched = set(_touched(changed, former.fleet, fleet, recorded.values()))
        marked = _marked(fleet, touched)
        rest = {key: each for key, each in former.found.items() if key not in touched}
        found = {**rest, **_all_seen(touched, marked, recorded, fleet)}
    return {each.id: each for each in sorted(found.values(), key=lambda each: each.at_utc, reverse=True)}


class SeenBefore(Struct, frozen=True):
    """What was seen before, and of which fleet."""

    fleet: Fleet
    found: Mapping[str, GroupCheckpoint]


def _changed_vms(before: Fleet, after: Fleet) -> set[str] | None:
    """Return the ids of the VMs that are no longer the same; None if the hosts are not."""
    names = [{key: state.host for key, state in fleet.hosts.items()} for fleet in (before, after)]
    if names[0] != names[1]:
        return None
    changed: set[str] = set()
    for host_id, state in after.hosts.items():
        old, new = before.hosts[host_id].vms, state.vms
        if old is not new:
            changed.update(key for key, vm in new.items() if old.get(key) is not vm)
            changed.update(old.keys() - new.keys())
    return changed


def _touched(vm_ids: set[str], before: Fleet, after: Fleet, records: Iterable[GroupRecord]) -> Iterator[str]:
    """Yield the ids of the group checkpoints that some VMs are or were part of."""
    for fleet in (before, after):
        for state in fleet.hosts.values():
            for vm_id in vm_ids & state.vms.keys():
                yield from (mark.id for mark in state.vms[vm_id].group_marks.values())
    yield from (each.id for each in records if any(part.address.vm_id in vm_ids for part in each.parts))


def _all_seen(
    ids: Iterable[str],
    marked: Mapping[str, Mapping[CheckpointAddress, GroupMark]],
    recorded: Mapping[str, GroupRecord],
    fleet: Fleet,
) -> dict[str, GroupCheckpoint]:
    found = (_Seen(key, marked.get(key, {}), recorded.get(key), fleet).value() for key in dict.fromkeys(ids))
    return {each.id: each for each in found if each is not None}


def _marked(fleet: Fleet, wanted: set[str] | None) -> dict[str, dict[CheckpointAddress, GroupMark]]:
    """Return where the marks of group checkpoints are: of those that are `wanted`, or of all."""
    marked: dict[str, dict[CheckpointAddress, GroupMark]] = {}
    if wanted is not None and not wanted:
        return marked
    for host_id, state in fleet.hosts.items():
        for vm in state.vms.values():
            for checkpoint_id, mark in vm.group_marks.items():
                if wanted is None or mark.id in wanted:
                    address = CheckpointAddress(host_id, vm.id, checkpoint_id)
                    marked.setdefault(mark.id, {})[address] = mark
    return marked


class _Seen(Struct, frozen=True):
    """What the two witnesses say of one group checkpoint."""

    id: str
    marks: Mapping[CheckpointAddress, GroupMark]
    record: GroupRecord | None
    fleet: Fleet

    def value(self) -> GroupCheckpoint | None:
        places = self._places()
        parts = [self._part(address, recorded) for address, recorded in places.items()]
        there = [each.checkpoint for each in parts if each.checkpoint is not None]
        if not there and not any(each.address.host_id not in self.fleet.hosts for each in parts):
            return None
        mark = next(iter(self.marks.values()), None) or GroupMark(self.id)
        record = self.record
        first = min(there, key=lambda each: each.created_utc, default=None)
        passport = first.passport if first is not None else None
        name = first.name if first is not None else record.name if record else ""
        at_utc = first.created_utc if first else record.at_utc if record else _NEVER  # by a host's own clock
        size = max(record.size if record else 0, mark.size, len(parts))
        return GroupCheckpoint(
            id=self.id,
            name=record.name if record and any(each.name == record.name for each in there) else name,
            at_utc=at_utc,
            parts=tuple(sorted(parts, key=lambda each: (each.host, each.vm_name.casefold()))),
            size=size,
            group_id=mark.group_id or (record.group_id if record else ""),
            group_name=mark.group_name or (record.group_name if record else ""),
            author=(passport.author if passport else "") or (record.author if record else ""),
            spread_ms=mark.spread_ms if mark.spread_ms is not None else record.spread_ms if record else None,
            findings=tuple(self._findings(places, size)),
        )

    def _places(self) -> dict[CheckpointAddress, RecordedPart | None]:
        """Return where each part is, or was, with what the record says of it; one for each VM."""
        found: dict[CheckpointAddress, RecordedPart | None] = {}
        for each in self.record.parts if self.record else ():
            place = place_of(each.address.vm, self.fleet) or each.address.vm
            found[CheckpointAddress(place.host_id, place.vm_id, each.address.checkpoint_id)] = each
        known = {each.vm_id for each in found}
        for address in sorted(self.marks, key=lambda each: self.fleet.checkpoint(each).created_utc):
            if address.vm_id not in known:
                known.add(address.vm_id)
                found[address] = None
        return found

    def _part(self, address: CheckpointAddress, recorded: RecordedPart | None) -> Part:
        vm = self.fleet.find_vm(address.vm)
        state = self.fleet.hosts.get(address.host_id)
        mark = self.marks.get(address)
        stopped_ms = mark.stopped_ms if mark is not None else None
        if stopped_ms is None and recorded is not None:
            stopped_ms = recorded.stopped_ms
        host = state.host if state is not None else recorded.host if recorded else address.host_id
        name = vm.name if vm is not None else recorded.vm_name if recorded else address.vm_id
        found = vm.by_id.get(address.checkpoint_id) if vm is not None else None
        return Part(address, name, host, found, stopped_ms)

    def _findings(
        self, places: Mapping[CheckpointAddress, RecordedPart | None], size: int
    ) -> Iterator[Finding]:
        for address, recorded in places.items():
            yield from self._findings_of(address, recorded)
        if size > len(places):
            yield Finding(FindingKind.MEMBER_UNKNOWN, count=size - len(places))

    def _findings_of(self, address: CheckpointAddress, recorded: RecordedPart | None) -> Iterator[Finding]:
        vm = self.fleet.find_vm(address.vm)
        name = vm.name if vm is not None else recorded.vm_name if recorded else ""
        if vm is None:
            is_away = address.host_id not in self.fleet.hosts
            kind = FindingKind.HOST_AWAY if is_away else FindingKind.VM_GONE
            yield Finding(kind, address.vm_id, name, was=recorded.host if recorded else address.host_id)
            return
        checkpoint = vm.by_id.get(address.checkpoint_id)
        if checkpoint is None:
            yield Finding(FindingKind.CHECKPOINT_GONE, vm.id, name)
            return
        if recorded is None:
            if self.record is not None:
                yield Finding(FindingKind.NOT_RECORDED, vm.id, name)
            return
        if address not in self.marks:
            yield Finding(FindingKind.NOT_MARKED, vm.id, name)
        now = self.fleet.hosts[address.host_id].host
        if address.host_id != recorded.address.host_id and now != recorded.host:
            yield Finding(FindingKind.MOVED, vm.id, name, was=recorded.host, now=now)
        if vm.name != recorded.vm_name:
            yield Finding(FindingKind.VM_RENAMED, vm.id, name, was=recorded.vm_name, now=vm.name)
        if self.record is not None and checkpoint.name != self.record.name:
            yield Finding(FindingKind.RENAMED, vm.id, name, was=self.record.name, now=checkpoint.name)
        if recorded.parent_id not in (checkpoint.parent_id, vm.lasting(checkpoint.parent_id)):
            yield Finding(FindingKind.REPARENTED, vm.id, name)
