"""What deleting checkpoints does to the disk files: which merge into which, how many bytes move, and what it frees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from hvtree.domain.disks import Merge, Settled, settle
from hvtree.domain.model import DiskFile, HostState, VirtualMachine, Volume
from hvtree.domain.paths import path_key


class VolumeForecast(Struct, frozen=True):
    """What happens on one volume."""

    name: str
    free_bytes: int | None
    """None if the host did not report this volume."""
    merges: tuple[Merge, ...] = ()
    deleted: tuple[DiskFile, ...] = ()
    """Files that go at once, since nothing depends on them."""

    @property
    def moved_bytes(self) -> int:
        """Bytes that are copied from child files into their parents."""
        return sum(merge.moved_bytes for merge in self.merges)

    @property
    def needed_bytes(self) -> int:
        """Free space needed at worst while it merges; merges into one file follow each other.

        Both files of a merge exist in full until the child is gone [Microsoft, merge checkpoints that have multiple
        differencing disks].
        """
        worst: dict[str, int] = {}
        for merge in self.merges:
            key = path_key(merge.parent.path)
            worst[key] = max(worst.get(key, 0), merge.growth_bytes)
        return sum(worst.values())

    @property
    def freed_now_bytes(self) -> int:
        """Bytes of the files that go at once."""
        return sum(file.size_bytes for file in self.deleted)

    @property
    def freed_later_bytes(self) -> tuple[int, int]:
        """Bytes that are free when all merges have ended, at least and at most.

        It depends on how many blocks are in both files of a merge.
        """
        return self.moved_bytes - sum(merge.growth_bytes for merge in self.merges), self.moved_bytes

    @property
    def is_short(self) -> bool:
        """The volume may fill up while it merges."""
        return self.free_bytes is not None and self.needed_bytes > self.free_bytes


class KeptFile(Struct, frozen=True):
    """A file of a deleted checkpoint that frees nothing yet: it stays while two or more files depend on it."""

    file: DiskFile
    dependents: int


class Forecast(Struct, frozen=True):
    """What deleting some checkpoints does, volume by volume."""

    volumes: tuple[VolumeForecast, ...]
    kept: tuple[KeptFile, ...]
    state_bytes: int
    """Configurations and saved states, which go at once."""

    @property
    def freed_now_bytes(self) -> int:
        """Bytes that are free as soon as the checkpoints are gone."""
        return self.state_bytes + sum(each.freed_now_bytes for each in self.volumes)

    @property
    def freed_later_bytes(self) -> tuple[int, int]:
        """Bytes that come free by merging, at least and at most."""
        pairs = [each.freed_later_bytes for each in self.volumes]
        return sum(least for least, _ in pairs), sum(most for _, most in pairs)

    @property
    def merges(self) -> tuple[Merge, ...]:
        """All merges, volume by volume."""
        return tuple(merge for each in self.volumes for merge in each.merges)


def forecast_deletion(state: HostState, doomed: Mapping[str, Collection[str]]) -> Forecast:
    """Return what deleting checkpoints does; `doomed` has the ids of checkpoints by the id of their VM.

    What has not been measured counts as nothing; see `VirtualMachine.has_all_sizes`.
    """
    merges: list[Merge] = []
    deleted: list[DiskFile] = []
    kept: list[KeptFile] = []
    state_bytes = 0
    for vm_id, checkpoint_ids in doomed.items():
        vm, gone = state.vms[vm_id], frozenset(checkpoint_ids)
        settled = _settled_without(vm, gone)
        merges += settled.merges
        deleted += settled.deleted
        kept += _kept(vm, gone, settled)
        state_bytes += sum(vm.by_id[each].state_bytes or 0 for each in gone)
    return Forecast(_by_volume(state.volumes, merges, deleted), tuple(kept), state_bytes)


def volume_of(path: str, volumes: Iterable[Volume]) -> Volume | None:
    """Return the volume that holds a file: the one with the longest name that the path begins with."""
    key = path_key(path)
    fitting = (each for each in volumes if _is_below(key, path_key(each.name).rstrip("\\")))
    return max(fitting, key=lambda each: len(each.name), default=None)


def _is_below(key: str, root: str) -> bool:
    return key == root or key.startswith(root + "\\")


def _settled_without(vm: VirtualMachine, gone: frozenset[str]) -> Settled:
    owned = [drive for each in vm.checkpoints if each.id not in gone for drive in each.drives]
    return settle(vm.files, (*owned, *vm.drives))


def _kept(vm: VirtualMachine, gone: frozenset[str], settled: Settled) -> list[KeptFile]:
    """Return those files that belonged to a doomed checkpoint and still stay."""
    owned = {path_key(drive) for each in vm.checkpoints if each.id in gone for drive in each.drives}
    dependents = Counter(path_key(file.parent_path) for file in settled.files if file.parent_path)
    return [
        KeptFile(file, dependents[path_key(file.path)])
        for file in settled.kept
        if path_key(file.path) in owned
    ]


def _by_volume(
    volumes: Iterable[Volume], merges: Iterable[Merge], deleted: Iterable[DiskFile]
) -> tuple[VolumeForecast, ...]:
    known = tuple(volumes)
    merging: dict[str, list[Merge]] = {}
    going: dict[str, list[DiskFile]] = {}
    free: dict[str, int | None] = {}

    def name_of(path: str) -> str:
        volume = volume_of(path, known)
        name = volume.name.rstrip("\\") if volume else _root_of(path)
        free[name] = volume.free_bytes if volume else None
        return name

    for merge in merges:
        merging.setdefault(name_of(merge.parent.path), []).append(merge)
    for file in deleted:
        going.setdefault(name_of(file.path), []).append(file)
    return tuple(
        VolumeForecast(name, free[name], tuple(merging.get(name, ())), tuple(going.get(name, ())))
        for name in free
    )


def _root_of(path: str) -> str:
    """Return the drive or the share of a path on a volume that the host did not report."""
    parts = path.replace("/", "\\").split("\\")
    return "\\".join(parts[:4]) if path.startswith(("\\\\", "//")) else parts[0]
