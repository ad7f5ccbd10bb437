"""The settings file: JSON in the user's configuration folder, written in one piece or not at all.

What a newer version has written stays in it. That is why records are taken apart by hand: msgspec passes over the keys
that it does not know, and its structs cannot keep them.
"""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec.structs import FieldInfo, fields

from hvtree.app.glance import settings_path
from hvtree.app.settings import Settings
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.lease import check_lease
from hvtree.hosts.mode_memory import SlowerMode
from hvtree.values import replace

LARGEST = 16 << 20
"""Bytes of a file that is read or written: a hundred hosts take some 30 KB."""
_TOO_DEEP = "Its brackets are nested too deeply."
_KEYS = {"open_hosts": "open"}
"""The attributes that the file knows by another key."""

Change = Callable[[Settings], Settings]
_T = TypeVar("_T", HostProfile, Settings)


def default_path() -> Path:
    """Return the place of the settings file: the configuration folder of the operating system."""
    return settings_path()


def load(path: Path) -> Settings:
    """Return the settings in a file, the defaults if there is none. Raise `BadInput` for a file that cannot be used."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise BadInput(f"The settings in ‘{path}’ cannot be read.", why=_reason(error)) from error
    if len(content) > LARGEST:
        raise _damaged(path, f"The file is larger than {LARGEST >> 20} MB")
    try:
        return _from_record(msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8), type=dict[str, Any]))
    except RecursionError as error:
        raise _damaged(path, _TOO_DEEP) from error
    except ValueError as error:  # msgspec's, and UnicodeDecodeError, which is none of them
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        raise _damaged(path, "It is not text in UTF-8" if is_wide else str(error)) from error


def _damaged(path: Path, why: str) -> BadInput:
    return BadInput(
        f"The settings in ‘{path}’ are damaged.",
        why=f"{why.rstrip('.')}.",
        now="Correct the file, or move it away to begin with empty settings.",
    )


def save(path: Path, settings: Settings) -> None:
    """Write the settings so that a crash leaves the old file or the new one. Raise `BadInput` if it cannot be.

    A file that is there and cannot be used is kept beside the new one, with `.bad` at the end of its name.
    """
    try:
        content = (
            msgspec.json.format(msgspec.json.encode(_to_record(settings), enc_hook=dict), indent=2) + b"\n"
        )
    except RecursionError as error:
        raise BadInput(f"The settings cannot be written to ‘{path}’.", why=_TOO_DEEP) from error
    if len(content) > LARGEST:
        raise BadInput(
            f"The settings cannot be written to ‘{path}’.", why=f"They take more than {LARGEST >> 20} MB."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_damaged(path)
        _write_in_one_piece(path, content)
    except OSError as error:
        raise BadInput(f"The settings cannot be written to ‘{path}’.", why=_reason(error)) from error


class Store:
    """The settings file at one place, read again before each change, so that two windows don't undo each other's."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Settings:
        """Return the settings; raise `BadInput` for a file that cannot be used."""
        return load(self._path)

    def change(self, change: Change) -> None:
        """Change the settings because the user wants it; raise `BadInput` if they cannot be written.

        A file that cannot be used is put aside, whole, and new settings begin.
        """
        try:
            settings = load(self._path)
        except BadInput:
            settings = Settings()
        self._write(settings, change(settings))

    def note(self, change: Change) -> None:
        """Change what is remembered without the user's asking; raise `BadInput`, and change nothing, if the file is damaged."""
        settings = load(self._path)
        self._write(settings, change(settings))

    def _write(self, before: Settings, after: Settings) -> None:
        if after != before:
            save(self._path, after)


def _keep_damaged(path: Path) -> None:
    try:
        load(path)
    except BadInput:
        names = (f"{path.name}.bad{number or ''}" for number in count())
        path.replace(next(kept for name in names if not (kept := path.with_name(name)).exists()))


def _write_in_one_piece(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _from_record(record: Mapping[str, Any]) -> Settings:
    hosts = msgspec.convert(record.get("hosts", []), list[dict[str, Any]])
    settings = _known(_with_modes({**record, "hosts": []}), Settings)
    check_lease(settings.bring_back_after_s)
    return replace(settings, hosts=tuple(_known(host, HostProfile) for host in hosts))


def _known(record: Mapping[str, Any], kind: type[_T]) -> _T:
    """Return what a record says, with `extra` holding what this version does not know."""
    known = {_KEYS.get(each.name, each.name): each.name for each in fields(kind) if each.name != "extra"}
    values = {name: record[key] for key, name in known.items() if key in record}
    extra = {key: value for key, value in record.items() if key not in known}
    return replace(msgspec.convert(values, kind), extra=MappingProxyType(extra))


def _with_modes(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with the modes that can be used.

    Up to 0.1.0 the file had them as `roads`, each with a `rung`, and `since` was a day. A mode is only found out again if it
    is lost, so one that cannot be read does not make the file a damaged one.
    """
    former, modes = record.pop("roads", {}), record.pop("modes", {})
    found: dict[str, SlowerMode] = {}
    for entries, key in ((former, "rung"), (modes, "mode")):
        for endpoint, entry in entries.items() if isinstance(entries, dict) else ():
            with suppress(msgspec.ValidationError, TypeError, AttributeError):
                since = str(entry.get("since"))
                since = since if "T" in since else f"{since}T00:00:00Z"
                slower = {**entry, "mode": entry.get(key), "since": since}
                found[endpoint] = msgspec.convert(slower, SlowerMode)
    return {**record, "modes": found}


def _to_record(value: HostProfile | Settings) -> dict[str, Any]:
    """Return what the file says of a value: what is not at its default, and whatever `extra` has kept."""
    values = {each.name: getattr(value, each.name) for each in fields(value) if each.name != "extra"}
    if isinstance(value, Settings):
        values["hosts"] = [_to_record(host) for host in value.hosts]
    usual = {each.name: _usual(each) for each in fields(value)}
    record = {_KEYS.get(name, name): each for name, each in values.items() if each != usual[name]}
    return {**record, **value.extra}


def _usual(field: FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}."
