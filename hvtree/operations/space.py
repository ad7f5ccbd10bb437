"""Bytes in sentences: what is written, what merges, what comes free, and whether the volumes have room for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from hvtree.domain.forecast import Forecast, KeptFile, VolumeForecast, volume_of
from hvtree.domain.model import HostState, VirtualMachine, Volume
from hvtree.domain.paths import path_key, short_file_names
from hvtree.domain.predictions import takes_memory
from hvtree.operations.consequence import Amount, Consequence, Count, Fate, File, FileChange, Size, changes

_ALL_STOP = "If it fills up, all VMs with files on it stop"


def memory_space(state: HostState, vms: Sequence[VirtualMachine]) -> Iterator[Consequence]:
    """Yield how much memory of VMs is written to which volume, and a warning for each one with less room.

    The saved states lie where the VM's settings say, which the reading does not tell: normally beside the disks.
    """
    needed: Counter[str] = Counter()
    for vm in vms:
        volume = volume_of(vm.drives[0], state.volumes) if vm.drives else None
        needed[volume.name if volume else ""] += _memory_bytes(vm)
    known = {volume.name: volume for volume in state.volumes}
    for name, size in sorted((+needed).items()):
        yield from _memory_on(known[name], size) if name else (_memory_somewhere(size),)


def _memory_on(volume: Volume, size_bytes: int) -> Iterator[Consequence]:
    about, free = {"volume": _short(volume.name)}, Size(volume.free_bytes)
    yield Consequence(
        "writes-memory",
        "Up to {size} of memory are written to disk, normally on volume {volume}, which has {free} free.",
        about,
        {"size": Size(size_bytes), "free": free},
    )
    if size_bytes > volume.free_bytes:
        wording = f"Volume {{volume}} has only {{free}} free. {_ALL_STOP}."
        yield Consequence("volume-short", wording, about, {"free": free})


def _memory_somewhere(size_bytes: int) -> Consequence:
    wording = "Up to {size} of memory are written to disk."
    return Consequence("writes-memory", wording, amounts={"size": Size(size_bytes)})


def unknown_sizes(machines: Sequence[VirtualMachine]) -> Consequence | None:
    """Return the consequence that nobody can tell yet, if the sizes of one of these VMs are not known."""
    unknown = [vm for vm in machines if not vm.has_all_sizes]
    if not unknown:
        return None
    is_pending = any(not vm.is_measured for vm in unknown)
    why = "sizes of disk files are still being read…" if is_pending else "the host has not told all sizes."
    whom = " for {unknown} of {all}" if len(machines) > 1 else ""
    amounts: dict[str, Amount] = {"unknown": Count(len(unknown), "VM"), "all": len(machines)}
    wording = f"How much is merged and how much space comes free is not known yet{whom}: {why}"
    return Consequence("sizes-unknown", wording, amounts=amounts)


def deletion_space(forecast: Forecast) -> Iterator[Consequence]:
    """Yield volume by volume what merges, what that needs, and what comes free when."""
    for volume in forecast.volumes:
        if volume.merges:
            yield _merging(volume)
            if volume.is_short:
                yield Consequence(
                    "merge-lacks-space",
                    f"That is more than volume {{volume}} has free. {_ALL_STOP}: free space first.",
                    {"volume": volume.name},
                )
    short = short_file_names(kept.file.path for kept in forecast.kept)
    for kept in forecast.kept:
        yield _staying(kept, short[path_key(kept.file.path)])
    yield _freeing(forecast)
    if forecast.merges:
        yield Consequence(
            "merges-by-itself",
            "Merging goes on in the background on the host; it does not need HVTree.",
        )


def _memory_bytes(vm: VirtualMachine) -> int:
    return (vm.memory_bytes or vm.memory_startup_bytes) if takes_memory(vm) else 0


def _merging(volume: VolumeForecast) -> Consequence:
    files = "{files} with {moved} are merged into their parent files."
    if len(volume.merges) == 1:
        files = "{files} with {moved} is merged into its parent file."
    amounts: dict[str, Amount] = {
        "files": Count(len(volume.merges), "file"),
        "moved": Size(volume.moved_bytes),
        "needed": Size(volume.needed_bytes),
    }
    room = ""
    if volume.free_bytes is not None:
        amounts["free"] = Size(volume.free_bytes)
        room = "; {free} are free"
    wording = f"On volume {{volume}} {files} Meanwhile up to {{needed}} more are needed{room}."
    files_merged = tuple(FileChange(each.child, Fate.MERGED, each.parent.path) for each in volume.merges)
    return Consequence("merges-files", wording, {"volume": volume.name}, amounts, files_merged)


def _staying(kept: KeptFile, short_name: str) -> Consequence:
    return Consequence(
        "file-stays",
        "File {file} ({size}) stays on disk as long as {dependents} depend on it.",
        {"file": File(kept.file.path, short_name)},
        {"size": Size(kept.file.size_bytes), "dependents": Count(kept.dependents, "file")},
        changes((kept.file,), Fate.STAYS),
    )


def _freeing(forecast: Forecast) -> Consequence:
    kind, wording = "frees-space", "It frees {freed_now} at once"
    least, most = forecast.freed_later_bytes
    if not forecast.freed_now_bytes and forecast.merges:
        kind, wording = "frees-by-merging", wording + ", because the data has to be merged first"
    elif not forecast.freed_now_bytes and forecast.kept:
        kind, wording = "frees-nothing-yet", wording + ", because other files still depend on what it holds"
    if forecast.merges:
        later = (
            "{freed_later_most}" if least == most else "between {freed_later_least} and {freed_later_most}"
        )
        wording += f", and {later} when the merging has ended"
    amounts = {
        "freed_now": Size(forecast.freed_now_bytes),
        "freed_later_least": Size(least),
        "freed_later_most": Size(most),
    }
    deleted = [file for volume in forecast.volumes for file in volume.deleted]
    return Consequence(kind, f"{wording}.", amounts=amounts, files=changes(deleted, Fate.DELETED))


def _short(name: str) -> str:
    return name.rstrip("\\")
