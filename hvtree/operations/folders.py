"""Folders on a host: what an export may be written to, by syntax alone; nothing is looked up."""

from __future__ import annotations

import re

from hvtree.domain.names import quoted
from hvtree.operations.preconditions import Reason

FOLDER_LIMIT = 160
"""Longest folder in characters: Hyper-V adds the VM's name, `Virtual Hard Disks` and file names with a GUID, and many
programs stop at 260."""

_DRIVE = re.compile(r"[A-Za-z]:\\")
_SHARE = re.compile(r"\\\\[^\\]+\\[^\\]+")
_FORBIDDEN = re.compile(r'[<>:"|?*/\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_HOW = r"Enter a folder on the host, such as D:\Exports, or a share, such as \\server\share\exports."


def folder_forbids(folder: str) -> Reason | None:
    """Return the reason if a text is no absolute Windows path (`D:\\Exports`) and no share (`\\\\server\\share\\folder`)."""
    if not folder.strip():
        return Reason("No folder is given.", _HOW)
    if len(folder) > FOLDER_LIMIT:
        why = f"The path has {len(folder):,} characters; more than {FOLDER_LIMIT} leave no room for the files in it."
        return Reason(why, "Choose a shorter one.")
    root = _DRIVE.match(folder) or _SHARE.match(folder)
    if root is None:
        return Reason(f"{quoted(_one_line(folder))} is no absolute path on the host.", _HOW)
    return _parts_forbid(folder[root.end() :] if _DRIVE.match(folder) else folder[2:])


def is_share(folder: str) -> bool:
    """Return whether a folder is on another machine."""
    return folder.startswith("\\\\")


def below(folder: str, name: str) -> str:
    """Return a folder's subfolder."""
    return folder.rstrip("\\") + "\\" + name


def _parts_forbid(rest: str) -> Reason | None:
    forbidden = _FORBIDDEN.search(rest)
    if forbidden:
        shown = forbidden[0] if forbidden[0].isprintable() else f"U+{ord(forbidden[0]):04X}"
        return Reason(f"A path on Windows cannot hold the character {shown}.", _HOW)
    for part in filter(None, rest.split("\\")):
        if part.strip(" .") == "" or part[-1] in " .":
            return Reason(f"{quoted(part)} is no name for a folder: it ends with a dot or a blank.", _HOW)
        if _RESERVED.fullmatch(part):
            return Reason(f"{quoted(part)} is the name of a device on Windows.", _HOW)
    return None


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
