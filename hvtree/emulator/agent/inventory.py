"""The inventory of the emulated host for the wire: everything, or what changed after a revision, in parts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import msgspec

from hvtree.emulator.agent.records import iso, vm_record
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.disks import is_unc
from hvtree.emulator.host.objects import VmReading
from hvtree.hosts.messages import PART_CHECKPOINTS, HostFacts, InventoryEnd, Rights, VmRecord, VolumeRecord

MODULE_VERSION = "2.0.0.0"
"""Version of the Hyper-V module of Windows Server 2016 and later."""


class Inventory:
    """Reads one host for all agents on it. A VM is encoded again only after it changed. Thread-safe."""

    def __init__(self, hyperv: HyperV, envelope_kb: int | None = None) -> None:
        """`envelope_kb` is WinRM's MaxEnvelopeSizekb, for agents that are reached through WinRM."""
        self._host = hyperv
        self._envelope_kb = envelope_kb
        self._lock = threading.Lock()
        self._records: dict[str, tuple[bytes, int]] = {}
        """Encoded VMs with their numbers of checkpoints, as of a revision."""
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

    def read(self, since: int) -> tuple[Iterator[msgspec.Raw], InventoryEnd]:
        """Return the `InventoryPart`s and the end of a reading; raise `CmdletError` for a caller without rights.

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
        return self._parts(changes.changed), end

    def _rights(self) -> Rights:
        faults = self._host.faults
        is_hyperv = faults.session.is_hyperv_administrator
        is_filtered = faults.is_listing_empty
        return Rights(
            administrator=not (is_hyperv or is_filtered or faults.is_access_denied),
            hyperv_administrator=is_hyperv,
            filtered=is_filtered,
        )

    def _parts(self, vm_ids: Iterable[str]) -> Iterator[msgspec.Raw]:
        self._forget_changed()
        batch: list[bytes] = []
        weight = 0
        for vm_id in vm_ids:
            found = self._record(vm_id)
            if found is None:
                continue
            batch.append(found[0])
            weight += found[1] + 1
            if weight >= PART_CHECKPOINTS:
                yield _part(batch)
                batch, weight = [], 0
        if batch:
            yield _part(batch)

    def _forget_changed(self) -> None:
        with self._lock:
            changes = self._host.changed_since(self._revision)
            for vm_id in (*changes.changed, *changes.removed):
                self._records.pop(vm_id, None)
            self._revision = changes.revision

    def _record(self, vm_id: str) -> tuple[bytes, int] | None:
        """Return an encoded VM with its number of checkpoints; None if it is gone or hidden from the caller."""
        with self._lock:
            if self._host.faults.is_listing_empty:
                return None
            if vm_id not in self._records:
                reading = self._host.read_vm(vm_id)
                if reading is None:
                    return None
                self._records[vm_id] = (
                    self._encoder.encode(self._record_of(reading)),
                    len(reading.snapshots),
                )
            return self._records[vm_id]

    def _record_of(self, reading: VmReading) -> VmRecord:
        """Return a VM as this session sees it: without the disk files that it may not read."""
        record = vm_record(reading, self._host.spoken)
        if self._host.faults.session.reads_shares:
            return record
        seen = tuple(disk for disk in record.disks if not is_unc(disk.path))
        return msgspec.structs.replace(record, disks=seen)


def _part(records: list[bytes]) -> msgspec.Raw:
    return msgspec.Raw(b'{"vms":[' + b",".join(records) + b"]}")
