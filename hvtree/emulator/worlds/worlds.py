"""Loads worlds: one that comes with HVTree by its name, from a file, or generated ("big:2000x50")."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import msgspec

from hvtree.assets import AssetNotFoundError, resource
from hvtree.emulator.host.core import Contents
from hvtree.emulator.worlds.build import Builder
from hvtree.emulator.worlds.generated import SHAPES, generated
from hvtree.emulator.worlds.schema import World
from hvtree.emulator.worlds.values import WorldError

_GENERATED = re.compile(r"big:(\d{1,7})x(\d{1,7})(?::(\w+))?")
_MOST_THINGS = 1_000_000
"""VMs and checkpoints that a generated world may have: more would only fill the memory."""
_LARGEST = 64 << 20
"""Bytes of a file: a world of a million checkpoints is generated, not written down."""
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" - at `\$\.?(.*)`$")


def load(which: str) -> World:
    """Return a world by name, path, or "big:VMSxCHECKPOINTS[:shape]"; raise `WorldError` with a clear sentence."""
    if which.startswith("big:"):
        return _generated(which)
    path = _path(which)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise WorldError(str(path), "", "It is not text in UTF-8.") from error
        reason = getattr(error, "strerror", None) or "this is no path"
        raise WorldError(str(path), "", f"It cannot be read: {reason}.") from error
    if len(content) > _LARGEST:
        raise WorldError(str(path), "", f"It is larger than {_LARGEST >> 20} MB.")
    return parse(text, path.name)


def contents(which: str, now: datetime) -> Contents:
    """Load a world and return what its host has at the start."""
    return build(load(which), now, which)


def build(world: World, now: datetime, file: str = "world") -> Contents:
    """Return what the host of a world has at the start; raise `WorldError` if the world is impossible."""
    return Builder(world, now, file).contents()


def parse(text: str, file: str) -> World:
    """Return the world that a text describes; raise `WorldError` for what is not JSON or not of the right form."""
    plain = _plain(text, file)
    try:
        return msgspec.convert(plain, World)
    except msgspec.ValidationError as error:
        raise _translated(str(error), file, plain) from error


def _generated(which: str) -> World:
    match = _GENERATED.fullmatch(which)
    if match is None:
        raise WorldError(
            which, "", "Write “big:VMSxCHECKPOINTS”, such as “big:2000x50” or “big:1x1000:deep”."
        )
    vms, each, shape = int(match[1]), int(match[2]), match[3] or "bushy"
    if shape not in SHAPES:
        raise WorldError(which, "", f"“{shape}” is no shape; there are {', '.join(SHAPES)}.")
    if vms * (each + 1) > _MOST_THINGS:
        raise WorldError(which, "", f"No more than {_MOST_THINGS:,} VMs and checkpoints can be generated.")
    return generated(vms, each, shape)


def _plain(text: str, file: str) -> object:
    """Return the JSON value of a text; raise `WorldError` for what is not JSON, also for NaN and half characters."""
    try:
        plain = json.loads(text, parse_constant=_refuse)
        json.dumps(plain, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise WorldError(file, place, f"It is not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise WorldError(file, "", "Its brackets are nested too deeply.") from error
    except UnicodeEncodeError as error:
        raise WorldError(file, "", "A text in it holds half a character (a lone surrogate).") from error
    except ValueError as error:
        raise WorldError(file, "", f"It is not JSON: {error}.") from error
    return plain


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _path(which: str) -> Path:
    if _NAME.fullmatch(which):
        try:
            return resource(f"worlds/{which}.json")
        except AssetNotFoundError as error:
            problem = (
                f"There is no world of that name; there are {', '.join(names())}, or give the path of a file."
            )
            raise WorldError(which, "", problem) from error
    return Path(which)


def names() -> list[str]:
    """Return the names of the worlds that come with HVTree."""
    return sorted(path.stem for path in resource("worlds").glob("*.json") if path.stem != "schema")


def _translated(message: str, file: str, plain: object) -> WorldError:
    match = _PLACE.search(message)
    place = match[1] if match else ""
    problem = message[: match.start()] if match else message
    return WorldError(file, _named(place, plain), problem.rstrip(".") + ".")


def _named(place: str, plain: object) -> str:
    """Return a place in the file with the name of its VM."""
    match = re.match(r"vms\[(\d+)\]", place)
    if match is None or not isinstance(plain, dict):
        return place
    vm = plain["vms"][int(match[1])]
    name = vm.get("name") if isinstance(vm, dict) else None
    return f"{place} (VM “{name}”)" if name else place
