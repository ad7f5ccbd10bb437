"""What is selected: as addresses, so that it outlives every refresh; and the selection that a window's views share.

No view owns it. A view shows the current selection, and sets it when the user selects something there.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from hvtree.domain.address import CheckpointAddress, VmAddress


class Kind(Enum):
    """What sort of things are selected."""

    NOTHING = "nothing"
    HOST = "host"
    VM = "vm"
    """VMs, by their own rows or by their Now."""
    CHECKPOINT = "checkpoint"
    MIXED = "mixed"
    """VMs and checkpoints."""
    GROUP = "group"
    """A named group, with its members."""
    GROUP_CHECKPOINT = "group checkpoint"
    """A group checkpoint, with the checkpoints that belong to it."""


class Selection(Struct, frozen=True, dict=True):
    """What is selected of any number of hosts, by kind, each in the order of the rows."""

    hosts: tuple[str, ...] = ()
    """Hosts whose own row is selected."""
    vms: tuple[VmAddress, ...] = ()
    """VMs whose own row is selected."""
    nows: tuple[VmAddress, ...] = ()
    """VMs whose Now is selected."""
    checkpoints: tuple[CheckpointAddress, ...] = ()
    group: str = ""
    """The id of a named group that is selected; `vms` are then its members, as far as they can be found."""
    group_checkpoint: str = ""
    """The id of a group checkpoint that is selected; `checkpoints` are then its own, as far as they are there."""

    @cached_property
    def targets(self) -> tuple[VmAddress, ...]:
        """The VMs that an intention on VMs is about: by their own row, their Now, or one of their checkpoints."""
        owners = dict.fromkeys((each.host_id, each.vm_id) for each in self.checkpoints)  # many have the same
        found = (*self.vms, *self.nows, *(VmAddress(host_id, vm_id) for host_id, vm_id in owners))
        return tuple(dict.fromkeys(found))

    @cached_property
    def host_ids(self) -> tuple[str, ...]:
        """All hosts that something is selected of."""
        return tuple(dict.fromkeys((*self.hosts, *(vm.host_id for vm in self.targets))))

    @property
    def only_host(self) -> str | None:
        """The host that all of it belongs to; None if nothing is selected, or something of several hosts."""
        return self.host_ids[0] if len(self.host_ids) == 1 else None

    @property
    def is_empty(self) -> bool:
        """Nothing is selected."""
        return not (self.hosts or self.vms or self.nows or self.checkpoints or self.is_of_groups)

    @property
    def is_of_groups(self) -> bool:
        """A group or a group checkpoint is selected, where groups are shown."""
        return bool(self.group or self.group_checkpoint)

    @property
    def has_only_checkpoints(self) -> bool:
        """Checkpoints are selected, and nothing else."""
        return bool(self.checkpoints) and not (self.hosts or self.vms or self.nows)

    @property
    def only_checkpoint(self) -> CheckpointAddress | None:
        """The one checkpoint that is selected; None if it is not exactly one, or something else as well."""
        return self.checkpoints[0] if len(self.checkpoints) == 1 and self.has_only_checkpoints else None

    @property
    def kind(self) -> Kind:
        """What sort of things are selected."""
        if self.is_empty:
            return Kind.NOTHING
        if self.is_of_groups:
            return Kind.GROUP if self.group else Kind.GROUP_CHECKPOINT
        if self.has_only_checkpoints:
            return Kind.CHECKPOINT
        if self.checkpoints:
            return Kind.MIXED
        return Kind.VM if self.targets else Kind.HOST


class CurrentSelection(QObject):
    """The selection that all views of a window share."""

    changed = Signal(object)
    """The new `Selection`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = Selection()

    @property
    def value(self) -> Selection:
        """What is selected now."""
        return self._value

    def set(self, value: Selection) -> None:
        """Select something else; the same again changes nothing."""
        if value != self._value:
            self._value = value
            self.changed.emit(value)
