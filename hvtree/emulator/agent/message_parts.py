"""Small parts of answers and requests that the agent's verbs have in common."""

from __future__ import annotations

import msgspec

from hvtree.emulator.agent.actions import BadRequest
from hvtree.hosts import wire
from hvtree.hosts.messages import Error, Request


def raw(value: object) -> msgspec.Raw:
    """Return a value as it goes into a message."""
    return msgspec.Raw(msgspec.json.encode(value))


def text_in(request: Request, name: str) -> str:
    """Return an argument that is a text; raise `BadRequest` if it is none."""
    value = request.args.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"{request.verb} needs the text {name!r}.", name)
    return value


def protocol_error(message: str, target: str = "") -> Error:
    """Return the error of a request that cannot be understood."""
    return Error(message, "InvalidData", "HVTree.Protocol", target=target)


def too_old(version: str) -> Error:
    """Return the answer to every request in a PowerShell that is too old for the agent."""
    text = f"The host has PowerShell {version}; HVTree needs Windows PowerShell 5.1 (WMF 5.1)."
    return Error(text, "NotInstalled", "OldPowerShell,HVTree")


class _IdOnly(msgspec.Struct):
    id: str


def id_in(line: bytes) -> str | None:
    """Return the id of a damaged request, if it can be read."""
    try:
        return wire.from_json(line, _IdOnly).id
    except wire.UnreadableJson:
        return None
