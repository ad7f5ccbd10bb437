"""Random VMs and hosts for hypothesis: any forest of a few checkpoints, with Now anywhere in it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine, VmState
from tests.support.trees import EPOCH, READ_AT


@st.composite
def machines(draw: st.DrawFn, vm_id: str) -> VirtualMachine:
    """Any forest over some of ten checkpoints, in any order of creation."""
    chosen = draw(st.lists(st.integers(0, 9), unique=True, max_size=10))
    parents: dict[int, int | None] = {}
    for place, number in enumerate(chosen):
        parents[number] = draw(st.sampled_from([None, *chosen[:place]]))
    checkpoints = tuple(
        Checkpoint(
            id=f"{number}",
            vm_id=vm_id,
            parent_id=None if parent is None else f"{parent}",
            name=draw(st.sampled_from(["x", "y"])),
            created_utc=EPOCH + timedelta(minutes=draw(st.integers(0, 2))),
        )
        for number, parent in parents.items()
    )
    now = draw(st.sampled_from([None, *(each.id for each in checkpoints)]))
    return VirtualMachine(vm_id, f"vm {vm_id}", draw(st.sampled_from(VmState)), now, checkpoints)


@st.composite
def hosts(draw: st.DrawFn) -> HostState:
    """A host with up to four such VMs."""
    ids = draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True))
    return HostState.of("host", READ_AT, [draw(machines(each)) for each in ids])
