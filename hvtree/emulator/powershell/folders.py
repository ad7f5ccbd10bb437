"""The folders of the emulated host: which exist, and which stands for one of them on the machine underneath."""

from __future__ import annotations

from ntpath import isabs, normpath, splitdrive
from pathlib import Path

from hvtree.emulator.cmdlets.reading import HostReader

_ALWAYS = frozenset(
    {"c:\\", "c:\\windows", "c:\\windows\\system32", "c:\\program files", "c:\\programdata", "c:\\users"}
    | {"c:\\users\\public"}
)


def home_of(user: str) -> str:
    """Return the profile folder of a user: `DOMAIN\\user` and `user@domain` are `user`."""
    return f"C:\\Users\\{user.rpartition(chr(92))[2].partition('@')[0] or 'Public'}"


def exists(host: HostReader, folder: str, user: str) -> bool:
    """Return whether a folder is there: a volume, a part of Windows, the user's home, or whatever holds files of VMs."""
    path = normpath(folder)
    drive, rest = splitdrive(path)
    if not isabs(path) or len(drive) != 2:
        return False
    lower = path.lower()
    if lower in _ALWAYS or lower == home_of(user).lower():
        return True
    volumes = {volume.name.lower().rstrip("\\") for volume in host.get_volume()}
    return lower.rstrip("\\") in volumes or (rest not in ("", "\\") and bool(host.get_child_item(path)))


def stand_in(root: Path, folder: str) -> Path:
    """Return the folder below `root` that stands for one of the host's, such as `C/Users/demo`; make it."""
    drive, rest = splitdrive(normpath(folder))
    path = root.joinpath(drive[:1].upper(), *rest.strip("\\").split("\\"))
    path.mkdir(parents=True, exist_ok=True)
    return path
