"""What the path of a file on a Windows host says."""

from __future__ import annotations


def path_key(path: str) -> str:
    """Return a path in the form in which two of them compare: Hyper-V changes the letter case at will."""
    return path.replace("/", "\\").casefold()


def file_name(path: str) -> str:
    """Return the last part of a Windows path."""
    return path.replace("/", "\\").rpartition("\\")[2]


def is_checkpoint_file(path: str) -> bool:
    """Return whether a file was made by a checkpoint, judged by its extension."""
    return path.casefold().endswith((".avhd", ".avhdx"))
