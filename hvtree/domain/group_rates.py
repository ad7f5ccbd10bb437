"""How fast hosts saved and woke the memory of groups, as measured when group checkpoints were taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hvtree.domain.group import GroupMethod
from hvtree.domain.group_checkpoint import GroupRecord


def stop_rates(records: Iterable[GroupRecord], method: GroupMethod) -> tuple[tuple[str, int], ...]:
    """Return by host id, for the last group checkpoint of this method that tells, the bytes of memory per second of standing still.

    `records` are the oldest first. The VMs of a host stand still side by side: what counts is all their memory, and the longest time.
    """
    found: dict[str, int] = {}
    for record in records:
        if record.method is method:
            found |= dict(_rates(record))
    return tuple(found.items())


def _rates(record: GroupRecord) -> Iterator[tuple[str, int]]:
    for host_id in dict.fromkeys(each.address.host_id for each in record.parts):
        parts = [each for each in record.parts if each.address.host_id == host_id and each.stopped_ms]
        memory_bytes = sum(each.memory_bytes for each in parts)
        longest_ms = max((each.stopped_ms or 0 for each in parts), default=0)
        if memory_bytes and longest_ms:
            yield host_id, max(1, 1_000 * memory_bytes // longest_ms)
