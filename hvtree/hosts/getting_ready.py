"""Lets a host load what it needs to work on some VMs, so that the next request about them begins at once.

In a PowerShell that is new to it the first pause of a group begins up to a second late, and on each host differently: its
runspaces load the Hyper-V module, and .NET translates what is used for the first time. Asked again and again the host becomes quicker
at every turn [measured with 20 VMs on three hosts that share two processors: 912 ms between the first pause and the last after one turn,
39 to 64 ms after ten].
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from hvtree.hosts.rpc import Rpc

MOST_TURNS = 12
QUICKER = 0.9
"""A turn that takes less than this share of the quickest before shows that more of them help."""
ENOUGH = 3
"""So many turns in a row that were not quicker are enough."""
_NO_LEASE = {"id": "ready", "seconds": 45, "running": (), "paused": ()}
"""One that holds nothing: what stops VMs comes with one, and looking at it is to be quick, too."""


async def make_ready(rpc: Rpc, vm_ids: Collection[str]) -> None:
    """Ask the host until it does not become quicker any more; raise `HVTreeError`s only."""
    now = asyncio.get_running_loop().time
    quickest_s, in_vain = float("inf"), 0
    for _turn in range(MOST_TURNS):
        began_s = now()
        await rpc.ask("vm.ready", {"ids": [*vm_ids], "lease": _NO_LEASE}, f"get ready for {len(vm_ids)} VMs")
        taken_s = now() - began_s
        in_vain = 0 if taken_s < QUICKER * quickest_s else in_vain + 1
        quickest_s = min(quickest_s, taken_s)
        if in_vain == ENOUGH:
            return
