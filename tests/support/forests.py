"""Random hosts: VMs that come, go and are renamed, with checkpoints that move, change and vanish between readings.

Ids are short ("v1", "c3"), so that two random hosts have many in common and differ in every possible way.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.checkpoint import Checkpoint, CheckpointKind
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import HostState, VirtualMachine, VmState

EPOCH = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)


@st.composite
def vms(draw: st.DrawFn, vm_id: str = "v0", most: int = 9) -> VirtualMachine:
    """Return a VM with a random forest of at most `most` of the checkpoints c0, c1, …"""
    order = draw(st.permutations([f"c{number}" for number in range(most)]))
    chosen = order[: draw(st.integers(0, most))]
    checkpoints = []
    for number, key in enumerate(chosen):
        parent = draw(st.sampled_from([None, *chosen[:number]]))
        checkpoints.append(
            Checkpoint(
                id=key,
                vm_id=vm_id,
                parent_id=parent,
                name=draw(st.sampled_from([f"patch {key}", "before update", "backup"])),
                created_utc=EPOCH + timedelta(minutes=draw(st.integers(0, 3))),
                kind=draw(st.sampled_from([CheckpointKind.STANDARD, CheckpointKind.RECOVERY])),
                size_bytes=draw(st.integers(0, 3)),
            )
        )
    return VirtualMachine(
        id=vm_id,
        name=draw(st.sampled_from([f"web {vm_id}", "db"])),
        state=draw(st.sampled_from([VmState.RUNNING, VmState.OFF])),
        now_id=draw(st.sampled_from([None, *chosen])) if chosen else None,
        checkpoints=tuple(checkpoints),
    )


@st.composite
def states(draw: st.DrawFn, most_vms: int = 4) -> HostState:
    """Return a host with at most `most_vms` of the VMs v0, v1, …"""
    ids = draw(st.lists(st.sampled_from([f"v{number}" for number in range(most_vms)]), unique=True))
    return HostState.of("xHost16", EPOCH, [draw(vms(vm_id)) for vm_id in ids])


@st.composite
def views(draw: st.DrawFn, host_id: str = "xHost16") -> HostView:
    """Return a host in any phase, with or without a reading."""
    phase = draw(st.sampled_from(ConnectionPhase))
    error = (
        ConnectionFailure("The host is gone.")
        if phase in {ConnectionPhase.STALE, ConnectionPhase.FAILED}
        else None
    )
    return HostView(host_id, host_id, phase, draw(st.none() | states()), error)
