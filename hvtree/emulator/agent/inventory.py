"""The inventory of the emulated host for the wire: everything, or what changed after a revision, in parts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import msgspec

from hvtree.emulator.agent.records import iso, vm_record, vm_sizes
from hvtree.emulator.agent.vhd_book import Question, VhdBook
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.disks import is_unc
from hvtree.emulator.host.objects import VirtualHardDisk, VmReading
from hvtree.hosts.messages import (
    PART_CHECKPOINTS,
    DiskRecord,
    HostFacts,
    InventoryEnd,
    Rights,
    VolumeRecord,
)

MODULE_VERSION = "2.0.0.0"
"""Version of the Hyper-V module of Windows Server 2016 and later."""


class Inventory:
    """Reads one host for all agents on it. A VM is encoded again only after it changed. Thread-safe."""

    def __init__(self, hyperv: HyperV, envelope_kb: int | None = None) -> None:
        """`envelope_kb` is WinRM's MaxEnvelopeSizekb, for agents that are reached through WinRM."""
        self._host = hyperv
        self._envelope_kb = envelope_kb
        self._lock = threading.Lock()
        self.book = VhdBook(hyperv)
        self._records: dict[tuple[str, bool], tuple[bytes, int]] = {}
        """Encoded VMs with their numbers of checkpoints, without and with sizes, as of a revision."""
        self._readings: dict[str, VmReading] = {}
        """VMs whose picture was read and whose sizes were not, as of the same revision."""
        self._sizes: dict[str, tuple[bytes, int]] = {}
        """Encoded sizes of VMs with their numbers of checkpoints, as of the same revision."""
        self._revision = 0
        self._encoder = msgspec.json.Encoder()

    def facts(self) -> HostFacts:
        """Return what an import of the Hyper-V module finds."""
        facts, session, rights = self._host.facts, self._host.faults.session, self._rights()
        return HostFacts(
            host=facts.name,
            has_module=session.has_module,
            module=MODULE_VERSION if session.has_module else "",
            os=facts.os,
            culture=facts.culture,
            is_administrator=rights.administrator or rights.hyperv_administrator,
            time=iso(self._host.clock.now()),
            powershell=session.powershell,
            language=session.language,
            rights=rights,
            authentication=session.authentication,
            envelope_kb=self._envelope_kb if rights.administrator else None,
        )

    def read(self, since: int) -> tuple[tuple[str, ...], InventoryEnd]:
        """Return which VMs a reading brings, and its end; raise `CmdletError` for a caller without rights.

        A change during the reading may be in a part already; the revision at the end then brings it once more.
        A revision that the host has never had (of an earlier run) brings everything.
        """
        self._host.faults.check_rights("Get-VM")
        changes = self._host.changed_since(max(since, 0))
        is_full = since <= 0 or since > changes.revision
        if is_full:
            changes = self._host.changed_since(0)
        end = InventoryEnd(
            host=self._host.facts.name,
            taken_at=iso(self._host.clock.now()),
            revision=changes.revision,
            full=is_full,
            volumes=tuple(
                VolumeRecord(each.name, each.size, each.size_remaining) for each in self._host.get_volume()
            ),
            removed=() if is_full else changes.removed,
            utc_offset=int(self._host.facts.utc_offset.total_seconds() // 60),
        )
        return changes.changed, end

    def learn(self, vm_ids: Iterable[str], answered: Callable[[], None]) -> Question | None:
        """Look up the disk files of VMs as far as they are not known; see `VhdBook.learn`."""
        self._forget_changed()
        unread = [
            vm_id for vm_id in vm_ids if vm_id not in self._sizes and (vm_id, True) not in self._records
        ]
        with self._lock:
            disks = [disk for vm_id in unread for disk in self._disks_of(self._reading(vm_id))]
        return self.book.learn(disks, answered)

    def sizes(self, vm_id: str) -> tuple[bytes, int] | None:
        """Return the encoded `VmSizes` of a VM with its number of checkpoints; None if it is gone or hidden."""
        with self._lock:
            if self._host.faults.is_listing_empty:
                return None
            found = self._sizes.get(vm_id)
            if found is None:
                reading = self._reading(vm_id)
                if reading is None:
                    return None
                del self._readings[vm_id]
                disks = self._records_of_disks(reading)
                found = self._encoder.encode(vm_sizes(reading, disks)), len(reading.snapshots)
                if len(disks) == len(self._disks_of(reading)):
                    self._sizes[vm_id] = found
            return found

    def _rights(self) -> Rights:
        faults = self._host.faults
        is_hyperv = faults.session.is_hyperv_administrator
        is_filtered = faults.is_listing_empty
        return Rights(
            administrator=not (is_hyperv or is_filtered or faults.is_access_denied),
            hyperv_administrator=is_hyperv,
            filtered=is_filtered,
        )

    def parts(self, vm_ids: Iterable[str], *, sizes: bool) -> Iterator[msgspec.Raw]:
        """Yield the `InventoryPart`s with these VMs."""
        self._forget_changed()
        batch: list[bytes] = []
        weight = 0
        for vm_id in vm_ids:
            found = self._record(vm_id, sizes=sizes)
            if found is None:
                continue
            batch.append(found[0])
            weight += found[1] + 1
            if weight >= PART_CHECKPOINTS:
                yield part_of(batch)
                batch, weight = [], 0
        if batch:
            yield part_of(batch)

    def _forget_changed(self) -> None:
        with self._lock:
            changes = self._host.changed_since(self._revision)
            for vm_id in (*changes.changed, *changes.removed):
                self._readings.pop(vm_id, None)
                self._sizes.pop(vm_id, None)
                self._records.pop((vm_id, True), None)
                self._records.pop((vm_id, False), None)
            self._revision = changes.revision

    def _record(self, vm_id: str, *, sizes: bool) -> tuple[bytes, int] | None:
        """Return an encoded VM with its number of checkpoints; None if it is gone or hidden from the caller."""
        with self._lock:
            if self._host.faults.is_listing_empty:
                return None
            found = self._records.get((vm_id, sizes))
            if found is None:
                reading = self._reading(vm_id)
                if reading is None:
                    return None
                disks = None
                if sizes:
                    del self._readings[vm_id]
                    disks = self._records_of_disks(reading)
                record = vm_record(reading, self._host.spoken, disks)
                found = self._encoder.encode(record), len(reading.snapshots)
                if disks is None or len(disks) == len(self._disks_of(reading)):
                    self._records[vm_id, sizes] = found
            return found

    def _reading(self, vm_id: str) -> VmReading | None:
        """Return a VM as it was last read, if it has not changed since; read it else. The lock is held."""
        reading = self._readings.get(vm_id) or self._host.read_vm(vm_id)
        if reading is not None:
            self._readings[vm_id] = reading
        return reading

    def _records_of_disks(self, reading: VmReading) -> tuple[DiskRecord, ...]:
        """Return the disk files of a VM, as far as Get-VHD has told about them."""
        records = (self.book.record(disk) for disk in self._disks_of(reading))
        return tuple(record for record in records if record is not None)

    def _disks_of(self, reading: VmReading | None) -> tuple[VirtualHardDisk, ...]:
        """Return the disk files of a VM that this session may read."""
        if reading is None:
            return ()
        if self._host.faults.session.reads_shares:
            return reading.disks
        return tuple(disk for disk in reading.disks if not is_unc(disk.path))


def part_of(records: list[bytes]) -> msgspec.Raw:
    """Return a part with these encoded VMs."""
    return msgspec.Raw(b'{"vms":[' + b",".join(records) + b"]}")
