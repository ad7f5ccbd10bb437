"""Random operations on whatever a workspace shows."""

from __future__ import annotations

import random
from collections.abc import Callable

from hvtree.app.workspace import Workspace, utc_now
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.errors import HVTreeError
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Yes

_GROUP = 3
"""VMs."""


class RandomJobs:
    """Starts jobs on VMs that are chosen by chance, on any of the hosts that are connected."""

    def __init__(self, workspace: Workspace, chance: random.Random) -> None:
        self.refused = 0
        """Operations that could not be planned, or whose host was away."""
        self._workspace = workspace
        self._chance = chance
        self._number = 0

    def start(self) -> int | None:
        """Start a job and return its id; None if what chance has chosen cannot be done now."""
        vms = [
            VmAddress(view.id, self._chance.choice(tuple(view.state.vms)))
            for view in self._workspace.hosts
            if view.is_connected and view.state is not None
        ]
        self._chance.shuffle(vms)
        try:
            return self._workspace.submit(self._workspace.plan(self._operation(vms)), Yes())
        except (HVTreeError, IndexError):  # no host is there, or no checkpoint
            self.refused += 1
            return None

    def _operation(self, vms: list[VmAddress]) -> Operation:
        self._number += 1
        name = f"trial {self._number}"
        signed, safety = self._workspace.signer.signed(), self._workspace.signer.for_safety(utc_now())
        makes: tuple[Callable[[], Operation], ...] = (
            lambda: CreateCheckpoint((vms[0],), name, passport=signed),
            lambda: RenameCheckpoint(self._checkpoint(vms[0]), name),
            lambda: DeleteCheckpoints((self._checkpoint(vms[0]),)),
            lambda: DeleteCheckpointSubtree(self._checkpoint(vms[0])),
            lambda: ApplyCheckpoint(self._checkpoint(vms[0]), passport=safety),
            lambda: CheckpointGroup(tuple(vms[:_GROUP]), name, passport=signed),
            lambda: ExportCheckpoint(self._checkpoint(vms[0]), f"D:\\{name}"),  # over an earlier one it fails
        )
        (make,) = self._chance.choices(makes, weights=(6, 4, 3, 1, 3, 2, 1))
        return make()

    def _checkpoint(self, address: VmAddress) -> CheckpointAddress:
        checkpoints = self._workspace.fleet.vm(address).checkpoints
        return CheckpointAddress(address.host_id, address.vm_id, self._chance.choice(checkpoints).id)
