"""Names of checkpoints that nobody typed: who made them and the time they carry, so that they can be shown short.

`<VM> - (<date> - <time>)` tells its reader three things, two of which stand in the tree already. A name counts as made
only if its form leaves no doubt: the VM's own name before the bracket, or letter for letter what HVTree writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.names import GROUP_BASE, DefaultName, default_name, parse_default_name, safety_name
from hvtree.values import replace


class Origin(StrEnum):
    """Why a checkpoint was taken, as far as its name tells; the value is the word that stands for it."""

    DEFAULT = ""
    """Somebody took it and gave it no name."""
    AUTOMATIC = "Automatic"
    """Hyper-V took it when the VM was started."""
    SAFETY = "Safety"
    """HVTree took it before it applied another one."""
    GROUP = "Group"
    """HVTree took it together with those of other VMs."""

    @property
    def words(self) -> str:
        """What it says about a checkpoint, in a few words; empty if nothing that its kind does not say."""
        return _WORDS.get(self, "")


_WORDS = {
    Origin.SAFETY: "Safety checkpoint, taken before another one was applied",
    Origin.GROUP: "Group checkpoint, taken of several VMs together",
}


class MadeName(Struct, frozen=True):
    """What a name says that nobody typed."""

    origin: Origin
    local_time: datetime
    """The time in the name, without a time zone: that of the clock that it was read from."""
    needs_seconds: bool = False
    """Another name of the VM says the same but for the seconds."""


def made_names(vm_name: str, checkpoints: Iterable[Checkpoint]) -> Mapping[str, MadeName]:
    """Return what the names say that nobody typed, by checkpoint id; other checkpoints are left out."""
    found = {each.id: made for each in checkpoints if (made := _made_name(vm_name, each)) is not None}
    minutes = Counter(map(_to_the_minute, found.values()))
    return {
        key: replace(made, needs_seconds=minutes[_to_the_minute(made)] > 1) for key, made in found.items()
    }


def _to_the_minute(made: MadeName) -> tuple[Origin, datetime]:
    return made.origin, made.local_time.replace(second=0)


def _made_name(vm_name: str, checkpoint: Checkpoint) -> MadeName | None:
    parsed = parse_default_name(checkpoint.name)
    origin = None if parsed is None else _origin(vm_name, checkpoint, parsed)
    if parsed is None or origin is None:
        return None
    return MadeName(origin, _nearest(parsed.local_time, checkpoint.created_utc))


def _origin(vm_name: str, checkpoint: Checkpoint, parsed: DefaultName) -> Origin | None:
    """Return who made a name, or None if somebody may have typed it. A VM may well be called "Group"."""
    name, time = checkpoint.name, parsed.local_time
    if name == default_name(vm_name, time):
        return Origin.DEFAULT
    if parsed.base == vm_name and not parsed.is_safety:
        return Origin.AUTOMATIC if parsed.is_automatic else Origin.DEFAULT
    if name == default_name(GROUP_BASE, time):
        return Origin.GROUP
    if parsed.is_safety and name == safety_name(parsed.base, time):
        return Origin.SAFETY  # the VM may have had another name then
    is_translated = checkpoint.is_automatic and parsed.base.endswith(f" - {vm_name}")
    return Origin.AUTOMATIC if is_translated else None


def _nearest(local: datetime, created_utc: datetime) -> datetime:
    """Return the time in a name with day and month as they fit the time of creation; a name does not tell them apart."""
    if local.day > 12 or local.day == local.month:
        return local
    swapped = local.replace(day=local.month, month=local.day)
    created = created_utc.astimezone(UTC).replace(tzinfo=None)
    return min(local, swapped, key=lambda each: abs(each - created))
