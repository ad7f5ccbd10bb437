"""Bytes in sentences: what is written, what merges, what comes free, and whether the volumes have room for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hvtree.domain.disks import file_name, path_key
from hvtree.domain.forecast import Forecast, KeptFile, VolumeForecast, volume_of
from hvtree.domain.model import HostState, VirtualMachine, Volume
from hvtree.domain.predictions import takes_memory
from hvtree.domain.words import count_words, size_words
from hvtree.operations.base import Consequence

_ALL_STOP = "If it fills up, all VMs with files on it stop"


@dataclass(frozen=True, slots=True)
class WritesMemory(Consequence):
    """Memory of VMs is written to disk."""

    size_bytes: int = field(compare=False)

    @property
    def sentence(self) -> str:
        return f"Up to {size_words(self.size_bytes)} of memory are written to disk."


@dataclass(frozen=True, slots=True)
class VolumeShort(Consequence):
    """A volume has less room than the memory that is written to it."""

    volume: str
    free_bytes: int = field(compare=False)

    @property
    def sentence(self) -> str:
        return f"Volume {self.volume} has only {size_words(self.free_bytes)} free. {_ALL_STOP}."


@dataclass(frozen=True, slots=True)
class MergesFiles(Consequence):
    """Disk files on a volume are merged into their parent files."""

    volume: str
    count: int = field(compare=False)
    moved_bytes: int = field(compare=False)
    needed_bytes: int = field(compare=False)
    free_bytes: int | None = field(compare=False)

    @property
    def sentence(self) -> str:
        amount = size_words(self.moved_bytes)
        files = f"{self.count:,} files with {amount} are merged into their parent files."
        if self.count == 1:
            files = f"1 file with {amount} is merged into its parent file."
        room = f"; {size_words(self.free_bytes)} are free" if self.free_bytes is not None else ""
        return f"On volume {self.volume} {files} Meanwhile up to {size_words(self.needed_bytes)} more are needed{room}."


@dataclass(frozen=True, slots=True)
class MergeLacksSpace(Consequence):
    """A volume may fill up while files on it are merged."""

    volume: str

    @property
    def sentence(self) -> str:
        return f"That is more than volume {self.volume} has free. {_ALL_STOP}: free space first."


@dataclass(frozen=True, slots=True)
class FileStays(Consequence):
    """A file of a deleted checkpoint stays on disk, since others depend on it."""

    path: str
    size_bytes: int = field(compare=False)
    dependents: int = field(compare=False)

    @property
    def sentence(self) -> str:
        return (
            f"File {file_name(self.path)} ({size_words(self.size_bytes)}) stays on disk "
            f"as long as {count_words(self.dependents, 'file')} depend on it."
        )


class Obstacle(StrEnum):
    """Why deleting frees nothing at once."""

    NONE = ""
    MERGING = "the data has to be merged first"
    DEPENDENTS = "other files still depend on what it holds"


@dataclass(frozen=True, slots=True)
class FreesSpace(Consequence):
    """What deleting frees, at once and by merging."""

    has_merges: bool
    obstacle: Obstacle
    now_bytes: int = field(compare=False)
    later_bytes: tuple[int, int] = field(compare=False)
    """At least and at most."""

    @property
    def sentence(self) -> str:
        sentence = f"It frees {size_words(self.now_bytes)} at once"
        if self.obstacle:
            sentence += f", because {self.obstacle}"
        if not self.has_merges:
            return f"{sentence}."
        least, most = self.later_bytes
        later = size_words(most) if least == most else f"between {size_words(least)} and {size_words(most)}"
        return f"{sentence}, and {later} when the merging has ended."


@dataclass(frozen=True, slots=True)
class MergesByItself(Consequence):
    """Merging goes on without HVTree."""

    @property
    def sentence(self) -> str:
        return "Merging goes on in the background on the host; it does not need HVTree."


def memory_space(state: HostState, vms: Sequence[VirtualMachine]) -> Iterator[Consequence]:
    """Yield how much memory of VMs is written to disk, and a warning for each volume with less room.

    The saved states lie where the VM's settings say, which the reading does not tell: normally beside the disks.
    """
    needed: dict[str, int] = {}
    volumes: dict[str, Volume] = {}
    for vm in vms:
        volume = volume_of(vm.drives[0], state.volumes) if vm.drives else None
        name = volume.name if volume else ""
        needed[name] = needed.get(name, 0) + _memory_bytes(vm)
        if volume:
            volumes[name] = volume
    total = sum(needed.values())
    if total:
        yield WritesMemory(total)
    for name, volume in volumes.items():
        if needed[name] > volume.free_bytes:
            yield VolumeShort(_short(name), volume.free_bytes)


def deletion_space(forecast: Forecast) -> Iterator[Consequence]:
    """Yield volume by volume what merges, what that needs, and what comes free when."""
    for volume in forecast.volumes:
        if volume.merges:
            yield _merging(volume)
            if volume.is_short:
                yield MergeLacksSpace(volume.name)
    for kept in forecast.kept:
        yield _staying(kept)
    yield _freeing(forecast)
    if forecast.merges:
        yield MergesByItself()


def written_bytes(vm: VirtualMachine) -> int:
    """Return how much the VM has written since the checkpoint on which it stands; base disks do not count."""
    drives = {path_key(drive) for drive in vm.drives}
    return sum(file.size_bytes for file in vm.files if file.parent_path and path_key(file.path) in drives)


def _memory_bytes(vm: VirtualMachine) -> int:
    return (vm.memory_bytes or vm.memory_startup_bytes) if takes_memory(vm) else 0


def _merging(volume: VolumeForecast) -> Consequence:
    return MergesFiles(
        volume.name, len(volume.merges), volume.moved_bytes, volume.needed_bytes, volume.free_bytes
    )


def _staying(kept: KeptFile) -> Consequence:
    return FileStays(kept.file.path, kept.file.size_bytes, kept.dependents)


def _freeing(forecast: Forecast) -> Consequence:
    obstacle = Obstacle.NONE
    if not forecast.freed_now_bytes and forecast.merges:
        obstacle = Obstacle.MERGING
    elif not forecast.freed_now_bytes and forecast.kept:
        obstacle = Obstacle.DEPENDENTS
    return FreesSpace(bool(forecast.merges), obstacle, forecast.freed_now_bytes, forecast.freed_later_bytes)


def _short(name: str) -> str:
    return name.rstrip("\\")
