"""VMs, hosts and texts for the tests of the tree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import QModelIndex

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.ui.models.columns import OPTIONAL, Column
from hvtree.values import replace
from tests.support.trees import EPOCH, ref

HOST = "xHost16"


def view_of(
    state: HostState | None = None, phase: ConnectionPhase = ConnectionPhase.CONNECTED, **fields: Any
) -> HostView:
    """Return the host of these tests in a phase, called the same by itself and by the user."""
    return HostView(HOST, HOST, phase, replace(state, host=HOST) if state is not None else None, **fields)


def checkpoint_address(
    state: HostState, vm_name: str, checkpoint_name: str, host_id: str = HOST
) -> CheckpointAddress:
    """Return where the only checkpoint of that name is, on the host of these tests."""
    found = ref(state, vm_name, checkpoint_name)
    return CheckpointAddress(host_id, found.vm_id, found.checkpoint_id)


def texts(index: QModelIndex) -> list[str]:
    """Return the texts of a row, in the columns that are shown at first."""
    return [index.siblingAtColumn(column).data() for column in Column if column not in OPTIONAL]


def plain(text: str) -> str:
    """Return a text without the marks that isolate names, its narrow blanks as blanks."""
    return text.replace("\u2068", "").replace("\u2069", "").replace("\u202f", " ")


def chain(count: int, vm_id: str = "deep") -> VirtualMachine:
    """Return a VM with checkpoints c0, c1, …, each below the one before; Now stands on the last."""
    checkpoints = tuple(
        Checkpoint(f"c{k}", vm_id, f"c{k - 1}" if k else None, f"patch {k}", EPOCH + timedelta(minutes=k))
        for k in range(count)
    )
    return VirtualMachine(vm_id, vm_id, VmState.OFF, f"c{count - 1}", checkpoints)


def fan(count: int, vm_id: str = "wide") -> VirtualMachine:
    """Return a VM with checkpoints c1, c2, … all below c0; Now stands on c7."""
    checkpoints = tuple(
        Checkpoint(f"c{k}", vm_id, "c0" if k else None, f"patch {k}", EPOCH + timedelta(minutes=k))
        for k in range(count)
    )
    return VirtualMachine(vm_id, vm_id, VmState.OFF, "c7", checkpoints)
