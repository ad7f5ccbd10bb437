"""What a VM takes on disk is measured apart from its picture, and later: putting sizes and VMs together.

Sizes that are not known yet are None, never 0, and the files that nobody has told about are not among the VM's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import DiskFile, VirtualMachine, checkpoint_file_bytes
from hvtree.domain.paths import path_key
from hvtree.values import replace


class Measurement(Struct, frozen=True):
    """What one VM takes on disk: its files, and by checkpoint id the bytes of configuration and saved state."""

    vm_id: str
    files: tuple[DiskFile, ...] = ()
    state_bytes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


class Sized(Struct, frozen=True):
    """A measurement, and the VM with it: put together where it came in, of the VM as it was known there."""

    found: Measurement
    before: VirtualMachine | None = None
    after: VirtualMachine | None = None

    @classmethod
    def of(cls, found: Measurement, before: VirtualMachine | None) -> Sized:
        """Put a measurement and a VM together; one that nobody knows stays None."""
        if before is None:
            return cls(found)
        after = measured(before, found)
        _ = after.space  # added up here, not on the thread of the window
        return cls(found, before, after)

    def on(self, vm: VirtualMachine, *, is_current: bool) -> VirtualMachine:
        """Return a VM with the sizes: as `measured`, and at no cost if it is still the same VM."""
        if is_current and vm is self.before and self.after is not None:
            return self.after
        return measured(vm, self.found, is_current=is_current)


def measured(vm: VirtualMachine, found: Measurement, *, is_current: bool = True) -> VirtualMachine:
    """Return a VM with the sizes that were found; a checkpoint about which they say nothing keeps what was known of it.

    Without `is_current` the VM has changed meanwhile, and counts as not measured all the same.
    """
    own_bytes = checkpoint_file_bytes(found.files)
    checkpoints = tuple(_sized(each, found.state_bytes.get(each.id), own_bytes) for each in vm.checkpoints)
    made = replace(vm, files=found.files, checkpoints=checkpoints, is_measured=is_current)
    return vm if made == vm else made


def remembering(vm: VirtualMachine, before: VirtualMachine) -> VirtualMachine:
    """Return a VM that was read without sizes, with those of an earlier reading that are still right.

    They are those of the same checkpoint on the same files, and of the files that its chains still lead to.
    """
    known = before.by_id
    checkpoints = tuple(_remembered(each, known.get(each.id)) for each in vm.checkpoints)
    return replace(vm, checkpoints=checkpoints, files=_still_used(before.files, vm), is_measured=False)


def own_bytes_of(drives: Iterable[str], own_bytes: Mapping[str, int]) -> int:
    """Return what a checkpoint's own differencing disks take, as far as it is known."""
    return sum(own_bytes.get(path_key(path), 0) for path in drives) if own_bytes else 0


def _sized(checkpoint: Checkpoint, state_bytes: int | None, own_bytes: Mapping[str, int]) -> Checkpoint:
    if state_bytes is None:
        return checkpoint
    size_bytes = state_bytes + own_bytes_of(checkpoint.drives, own_bytes)
    if (checkpoint.state_bytes, checkpoint.size_bytes) == (state_bytes, size_bytes):
        return checkpoint
    return replace(checkpoint, state_bytes=state_bytes, size_bytes=size_bytes)


def _remembered(checkpoint: Checkpoint, before: Checkpoint | None) -> Checkpoint:
    if before is None or before.state_bytes is None:
        return checkpoint
    is_same = before.drives == checkpoint.drives
    made = replace(
        checkpoint, state_bytes=before.state_bytes, size_bytes=before.size_bytes if is_same else None
    )
    return before if made == before else made


def _still_used(files: Iterable[DiskFile], vm: VirtualMachine) -> tuple[DiskFile, ...]:
    book = {path_key(file.path): file for file in files}
    used: set[str] = set()
    for drives in (vm.drives, *(each.drives for each in vm.checkpoints)):
        for drive in drives:
            key: str | None = path_key(drive)
            while key is not None and key in book and key not in used:
                used.add(key)
                parent = book[key].parent_path
                key = path_key(parent) if parent else None
    return tuple(file for key, file in book.items() if key in used)
