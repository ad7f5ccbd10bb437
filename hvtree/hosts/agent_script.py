"""The agent's script: the parts in `resources/agent`, put together to the one text that travels to a host."""

from __future__ import annotations

from hvtree.assets import resource

PARTS = (
    "agent",
    "framing",
    "errors",
    "runspaces",
    "verbs",
    "work",
    "actions",
    "states",
    "queries",
    "cmdlets",
    "disks",
    "records",
    "facts",
    "reading",
    "start",
)
"""The first holds the script's parameters and the last starts it; those between are functions, in any order."""


def script() -> bytes:
    """Return the whole script in UTF-8; raise `AssetNotFoundError` if a part is missing."""
    return b"\n".join(resource(f"agent/{part}.ps1").read_bytes() for part in PARTS)
