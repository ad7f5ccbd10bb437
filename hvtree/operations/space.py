"""Bytes in sentences: what is written, what merges, what comes free, and whether the volumes have room for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hvtree.domain.disks import file_name, path_key
from hvtree.domain.forecast import Forecast, KeptFile, VolumeForecast, volume_of
from hvtree.domain.model import HostState, VirtualMachine, Volume
from hvtree.domain.predictions import takes_memory
from hvtree.domain.words import count_words, size_words


def memory_space(state: HostState, vms: Sequence[VirtualMachine]) -> Iterator[str]:
    """Tell how much memory is written to disk, and warn if the volumes of the VMs' disks have less room.

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
        yield f"Up to {size_words(total)} of memory are written to disk."
    for name, volume in volumes.items():
        if needed[name] > volume.free_bytes:
            yield (
                f"Volume {_short(name)} has only {size_words(volume.free_bytes)} free. "
                "If it fills up, all VMs with files on it stop."
            )


def forecast_sentences(forecast: Forecast) -> Iterator[str]:
    """Tell volume by volume what merges, what that needs, and what comes free when."""
    for volume in forecast.volumes:
        if volume.merges:
            yield _merging(volume)
            if volume.is_short:
                yield (
                    f"That is more than volume {volume.name} has free. "
                    "If it fills up, all VMs with files on it stop: free space first."
                )
    for kept in forecast.kept:
        yield _staying(kept)
    yield _freeing(forecast)
    if forecast.merges:
        yield "Merging goes on in the background on the host; it does not need HVTree."


def written_bytes(vm: VirtualMachine) -> int:
    """Return how much the VM has written since the checkpoint on which it stands; base disks do not count."""
    drives = {path_key(drive) for drive in vm.drives}
    return sum(file.size_bytes for file in vm.files if file.parent_path and path_key(file.path) in drives)


def _memory_bytes(vm: VirtualMachine) -> int:
    return (vm.memory_bytes or vm.memory_startup_bytes) if takes_memory(vm) else 0


def _merging(volume: VolumeForecast) -> str:
    amount = size_words(volume.moved_bytes)
    files = f"{len(volume.merges):,} files with {amount} are merged into their parent files."
    if len(volume.merges) == 1:
        files = f"1 file with {amount} is merged into its parent file."
    room = f"; {size_words(volume.free_bytes)} are free" if volume.free_bytes is not None else ""
    return (
        f"On volume {volume.name} {files} "
        f"Meanwhile up to {size_words(volume.needed_bytes)} more are needed{room}."
    )


def _staying(kept: KeptFile) -> str:
    return (
        f"File {file_name(kept.file.path)} ({size_words(kept.file.size_bytes)}) stays on disk "
        f"as long as {count_words(kept.dependents, 'file')} depend on it."
    )


def _freeing(forecast: Forecast) -> str:
    now = forecast.freed_now_bytes
    least, most = forecast.freed_later_bytes
    sentence = f"It frees {size_words(now)} at once"
    if not now:
        sentence = "It frees 0 bytes at once" + _why_nothing(forecast)
    if not forecast.merges:
        return f"{sentence}."
    later = size_words(most) if least == most else f"between {size_words(least)} and {size_words(most)}"
    return f"{sentence}, and {later} when the merging has ended."


def _why_nothing(forecast: Forecast) -> str:
    if forecast.merges:
        return ", because the data has to be merged first"
    return ", because other files still depend on what it holds" if forecast.kept else ""


def _short(name: str) -> str:
    return name.rstrip("\\")
