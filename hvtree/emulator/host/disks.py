"""The host's volumes, and the files on them: virtual disks with their chains, and other files that take space."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ntpath import basename, dirname, normpath, splitext

from msgspec import Struct, field

from hvtree.emulator.host.enums import VhdFormat, VhdType

MIB = 1024 * 1024
NEW_DISK_BYTES = 4 * MIB
"""What a new differencing disk takes before anything is written to it."""
FULL_BELOW = 1 * MIB
"""A volume with less free space counts as full."""

_CHILD_OF = {".vhd": ".avhd", ".avhd": ".avhd"}
_GUID_LENGTH = 36


class NoSpaceError(Exception):
    """A volume has no room for a file."""

    def __init__(self, volume: Volume) -> None:
        super().__init__(f"{volume.name} is full")
        self.volume = volume


class NoVolumeError(Exception):
    """A path leads to no volume of the host."""


class Volume(Struct, eq=False):
    """A volume, by letter ("D:") or by mount folder ("C:\\ClusterStorage\\Volume1")."""

    name: str
    total: int
    used: int = 0
    is_refs: bool = False

    @property
    def free(self) -> int:
        """Bytes that are free; never negative."""
        return max(0, self.total - self.used)

    @property
    def is_full(self) -> bool:
        """Whether nothing can be written any more."""
        return self.free < FULL_BELOW


class Drive(Struct, eq=False):
    """A place on a controller, of Now or of a checkpoint, and the disk file that it uses."""

    file: DiskFile
    controller_number: int = 0
    controller_location: int = 0
    is_ide: bool = False
    number: int = 0


class DiskFile(Struct, eq=False):
    """One virtual disk file. `holder` is the drive that uses it; without one it waits to be merged or deleted."""

    path: str
    size: int
    virtual: int
    type: VhdType = VhdType.Dynamic
    parent: DiskFile | None = None
    children: list[DiskFile] = field(default_factory=list)
    holder: Drive | None = None
    is_released: bool = False

    @property
    def format(self) -> VhdFormat:
        """The format, by the extension."""
        return VhdFormat.VHD if self.path.lower().endswith("vhd") else VhdFormat.VHDX

    @property
    def is_checkpoint_disk(self) -> bool:
        """Whether a checkpoint made it, by its extension."""
        return splitext(self.path)[1].lower() in {".avhd", ".avhdx"}

    def chain(self) -> Iterator[DiskFile]:
        """This file, its parent, and so on up to the root."""
        file: DiskFile | None = self
        while file is not None:
            yield file
            file = file.parent


class PlainFile(Struct, eq=False):
    """Any other file. `content` is what an import finds in it."""

    path: str
    size: int
    content: object = None


def child_path(path: str, guid: str) -> str:
    """Return the name of a new child: base of the root, the GUID in upper case, beside its parent (facts 8, 9)."""
    stem, ending = splitext(basename(path))
    if ending.lower() in {".avhd", ".avhdx"} and len(stem) > _GUID_LENGTH and stem[-_GUID_LENGTH - 1] == "_":
        stem = stem[: -_GUID_LENGTH - 1]
    return join(dirname(path), f"{stem}_{guid.upper()}{_CHILD_OF.get(ending.lower(), '.avhdx')}")


def join(*parts: str) -> str:
    """Join parts of a Windows path, on any system."""
    first, *rest = parts
    return "\\".join([first.rstrip("\\"), *(part.strip("\\") for part in rest)])


def normal(path: str) -> str:
    """Return a path as Windows understands it: one backslash between parts, no `.` or `..` (fact 151)."""
    return normpath(path) if path.strip() else path


def normal_or_none(path: str | None) -> str | None:
    """Return the same of a path that need not be given."""
    return None if path is None else normal(path)


class DiskStore:
    """All volumes of a host and all files on them, by path without regard to letter case."""

    def __init__(self, volumes: Iterable[Volume]) -> None:
        self.volumes = sorted(volumes, key=lambda volume: -len(volume.name))
        self._prefixes = [(volume.name.lower().rstrip("\\") + "\\", volume) for volume in self.volumes]
        self._files: dict[str, DiskFile | PlainFile] = {}
        self.on_use: Callable[[Volume], None] = lambda _: None
        """Called after each change of what a volume holds."""

    def volume_of(self, path: str) -> Volume:
        """Return the volume that a path lies on; raise `NoVolumeError` if there is none."""
        lower = path.lower().rstrip("\\") + "\\"
        for prefix, volume in self._prefixes:
            if lower.startswith(prefix):
                return volume
        raise NoVolumeError(path)

    def charge(self, path: str, size: int, *, force: bool = False) -> None:
        """Take space on the volume of a path, or give it back (negative); raise `NoSpaceError` if there is too little."""
        if is_unc(path):
            return  # a share has its own space
        volume = self.volume_of(path)
        if size > volume.free and not force:
            raise NoSpaceError(volume)
        volume.used += size
        self.on_use(volume)

    def require(self, needs: Iterable[tuple[str, int]]) -> None:
        """Raise `NoSpaceError` unless there is room for all of these paths and sizes together."""
        sums: dict[Volume, int] = {}
        for path, size in needs:
            if is_unc(path):
                continue  # a share has its own space
            volume = self.volume_of(path)
            sums[volume] = sums.get(volume, 0) + size
        for volume, size in sums.items():
            if size > volume.free:
                raise NoSpaceError(volume)

    def add(self, file: DiskFile | PlainFile, *, force: bool = False) -> None:
        """Put a file on its volume, or on a share."""
        self.charge(file.path, file.size, force=force)
        self._files[file.path.lower()] = file
        if isinstance(file, DiskFile) and file.parent is not None:
            file.parent.children.append(file)

    def remove(self, file: DiskFile | PlainFile) -> None:
        """Take a file off its volume."""
        del self._files[file.path.lower()]
        self.charge(file.path, -file.size)
        if isinstance(file, DiskFile) and file.parent is not None:
            file.parent.children.remove(file)
            file.parent = None

    def resize(self, file: DiskFile, size: int) -> None:
        """Let a file grow or shrink; raise `NoSpaceError` if it cannot."""
        self.charge(file.path, size - file.size)
        file.size = size

    def get(self, path: str) -> DiskFile | PlainFile | None:
        """Return a file by its path, or None."""
        return self._files.get(path.lower())

    def disk(self, path: str) -> DiskFile | None:
        """Return a virtual disk by its path, or None."""
        file = self.get(path)
        return file if isinstance(file, DiskFile) else None

    def under(self, folder: str) -> list[DiskFile | PlainFile]:
        """Return the files inside a folder, by path."""
        prefix = folder.lower().rstrip("\\") + "\\"
        return [file for path, file in sorted(self._files.items()) if path.startswith(prefix)]

    def __len__(self) -> int:
        return len(self._files)


def is_unc(path: str) -> bool:
    """Return whether a path leads to a share on another machine."""
    return path.startswith("\\\\")
