"""What the path of a file on a Windows host says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEPT_OF_GUID = 4
"""Characters at each end of a GUID that stay: two files of a VM then look alike once in millions of times."""
_LONGEST_STEM = 24
"""Characters before a GUID that stand in full; with it and the extension this makes a line of the details."""


def path_key(path: str) -> str:
    """Return a path in the form in which two of them compare: Hyper-V changes the letter case at will."""
    return path.replace("/", "\\").casefold()


def file_name(path: str) -> str:
    """Return the last part of a Windows path."""
    return path.replace("/", "\\").rpartition("\\")[2]


def is_checkpoint_file(path: str) -> bool:
    """Return whether a file was made by a checkpoint, judged by its extension."""
    return path.casefold().endswith((".avhd", ".avhdx"))


def short_file_names(paths: Iterable[str]) -> dict[str, str]:
    """Return names of files short enough for a line, by the `path_key` of each path: `web_CAE5…1ABA.avhdx`.

    The GUID that Hyper-V puts into the names of checkpoints' files loses its middle, and so does what is long before it;
    the extension is kept. No two files look alike: where shorter names would, they are longer, up to the whole path.
    """
    whole = {path_key(path): path for path in paths}
    names = {key: _FORMS[0](path) for key, path in whole.items()}
    form = dict.fromkeys(whole, 0)
    while alike := [key for key in _alike(names) if form[key] + 1 < len(_FORMS)]:
        for key in alike:
            form[key] += 1
            names[key] = _FORMS[form[key]](whole[key])
    return names


def _alike(names: Mapping[str, str]) -> list[str]:
    """Return the keys of files that look like another one."""
    looks = Counter(map(str.casefold, names.values()))
    if len(looks) == len(names):  # as nearly always
        return []
    return [key for key, name in names.items() if looks[name.casefold()] > 1]


def _with_short_guid(name: str) -> str:
    return _GUID.sub(lambda guid: f"{guid[0][:_KEPT_OF_GUID]}…{guid[0][-_KEPT_OF_GUID:]}", name)


def _short(name: str) -> str:
    """Return a name without the middle of its GUID and of what stands before; else without that of its stem."""
    guid = _GUID.search(name)
    end = guid.start() if guid else max(name.rfind("."), 0)
    stem = name[:end]
    if len(stem) > _LONGEST_STEM:
        half = _LONGEST_STEM // 2
        stem = f"{stem[:half]}…{stem[1 - half :]}"
    return stem + _with_short_guid(name[end:])


_FORMS: tuple[Callable[[str], str], ...] = (
    lambda path: _short(file_name(path)),
    lambda path: _with_short_guid(file_name(path)),
    file_name,
    lambda path: path,
)
"""What a file may be called, the shortest form first."""
