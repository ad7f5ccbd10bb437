"""The settings file: JSON in the user's configuration folder, written in one piece or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import platformdirs

from hvtree.app.settings import HostProfile, Settings
from hvtree.domain.errors import BadInput

FILE_NAME = "settings.json"


class _ProfileRecord(msgspec.Struct, omit_defaults=True):
    name: str
    endpoint: str
    user: str = ""
    transport: str = "ntlm"
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    fingerprint: str | None = None
    in_keyring: bool = False


def default_path() -> Path:
    """Return the place of the settings file: the configuration folder that the operating system intends."""
    return Path(platformdirs.user_config_dir("HVTree", appauthor=False)) / FILE_NAME


def load(path: Path) -> Settings:
    """Read the settings; a missing file gives the defaults. Raise `BadInput` for a file that cannot be used."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise BadInput(f"The settings in ‘{path}’ cannot be read.", why=_reason(error)) from error
    try:
        return _from_record(msgspec.json.decode(content, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"The settings in ‘{path}’ are damaged.",
            why=f"{error}.",
            now="Correct the file, or move it away to begin with empty settings.",
        ) from error


def save(path: Path, settings: Settings) -> None:
    """Write the settings so that a crash leaves the old file or the new one. Raise `BadInput` if it cannot be.

    A file that is there and cannot be used is kept beside the new one, with `.bad` at the end of its name.
    """
    content = msgspec.json.format(msgspec.json.encode(_to_record(settings)), indent=2) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_damaged(path)
        _write_in_one_piece(path, content)
    except OSError as error:
        raise BadInput(f"The settings cannot be written to ‘{path}’.", why=_reason(error)) from error


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


def _from_record(record: dict[str, Any]) -> Settings:
    hosts = msgspec.convert(record.get("hosts", []), list[dict[str, Any]])
    window = msgspec.convert(record.get("window", {}), dict[str, Any])
    open_hosts = msgspec.convert(record.get("open", []), list[str])
    roads = msgspec.convert(record.get("roads", {}), dict[str, Any])
    extra = {key: value for key, value in record.items() if key not in {"hosts", "window", "open", "roads"}}
    return Settings(
        tuple(map(_profile, hosts)),
        window=MappingProxyType(window),
        open_hosts=tuple(open_hosts),
        roads=MappingProxyType(roads),
        extra=MappingProxyType(extra),
    )


def _profile(record: Mapping[str, Any]) -> HostProfile:
    known = msgspec.structs.asdict(msgspec.convert(record, _ProfileRecord))
    extra = {key: value for key, value in record.items() if key not in known}
    return HostProfile(**known, extra=MappingProxyType(extra))


def _to_record(settings: Settings) -> dict[str, Any]:
    record = dict(settings.extra)
    record["hosts"] = [_profile_record(profile) for profile in settings.hosts]
    if settings.open_hosts:
        record["open"] = list(settings.open_hosts)
    if settings.window:
        record["window"] = dict(settings.window)
    if settings.roads:
        record["roads"] = dict(settings.roads)
    return record


def _profile_record(profile: HostProfile) -> dict[str, Any]:
    known = _ProfileRecord(**{name: getattr(profile, name) for name in _ProfileRecord.__struct_fields__})
    return {**msgspec.to_builtins(known), **profile.extra}


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}."
