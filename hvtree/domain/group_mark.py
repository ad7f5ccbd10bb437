"""What a checkpoint's passport says about the group checkpoint that it belongs to: parts of the passport's line.

    … · group 6c1f… · 5 VMs · of group 0b7e… SharePoint farm · spread 38 ms · stopped 4213 ms · …

The first part makes the mark; without it the others mean nothing and are not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

_SIZE = re.compile(r"(\d{1,6}) VMs?", re.IGNORECASE)
_GROUP = re.compile(r"of group ([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?: (.+))?", re.IGNORECASE)
_SPREAD = re.compile(r"spread (\d{1,9}) ms", re.IGNORECASE)
_STOPPED = re.compile(r"stopped (\d{1,9}) ms", re.IGNORECASE)


class GroupMark(Struct, frozen=True):
    """A checkpoint's part in a group checkpoint. Ids are GUIDs in lower case."""

    id: str
    """The id of the group checkpoint, the same for all its parts."""
    size: int = 0
    """How many VMs it was taken of; 0 if that is not said."""
    group_id: str = ""
    """The id of the named group that it was taken of; empty if the VMs were only selected."""
    group_name: str = ""
    """What that group was called then."""
    spread_ms: int | None = None
    """Between the first pause and the last, on the host's clock; of several hosts the most that it can have been. None if it was not
    measured."""
    stopped_ms: int | None = None
    """For how long this VM stood still; None if it did not, or that was not measured."""

    def further_parts(self) -> Iterator[str]:
        """Yield what follows `group <id>` in the line; names are not escaped yet."""
        if self.size:
            yield f"{self.size} {'VM' if self.size == 1 else 'VMs'}"
        if self.group_id:
            yield f"of group {self.group_id} {self.group_name}".rstrip()
        if self.spread_ms is not None:
            yield f"spread {self.spread_ms} ms"
        if self.stopped_ms is not None:
            yield f"stopped {self.stopped_ms} ms"


def group_values(part: str) -> Mapping[str, object]:
    """Return what a further part of the line says, by the fields of `GroupMark`; nothing for one that is not understood."""
    if found := _SIZE.fullmatch(part):
        return {"size": int(found[1])} if int(found[1]) else {}
    if found := _GROUP.fullmatch(part):
        return {"group_id": found[1].lower(), "group_name": found[2] or ""}
    if found := _SPREAD.fullmatch(part):
        return {"spread_ms": int(found[1])}
    if found := _STOPPED.fullmatch(part):
        return {"stopped_ms": int(found[1])}
    return {}
