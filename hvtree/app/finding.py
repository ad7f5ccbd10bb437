"""Looks for VMs on a thread of its own: among so many that a window would stand still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hvtree.domain.fleet import Fleet
from hvtree.domain.found_vms import FoundVms, found_vms
from hvtree.domain.search import Query
from hvtree.hosts.worker_threads import off_loop


async def find_vms(query: Query, fleet: Fleet, now_utc: datetime, around: Callable[[str], str]) -> FoundVms:
    """Return the VMs that a query finds, as `found_vms` does."""
    return await off_loop(lambda: found_vms(query, fleet, now_utc, around))
