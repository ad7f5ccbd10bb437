"""Groups and group checkpoints in words, the same in the terminal and on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from hvtree.domain.group import GroupMethod, Member
from hvtree.domain.group_checkpoint import Finding, FindingKind, GroupCheckpoint
from hvtree.domain.group_members import SeenMember, Standing
from hvtree.domain.names import isolated, quoted
from hvtree.domain.state_words import status_words
from hvtree.domain.words import count_words, ms_words

METHOD_NAMES: Mapping[GroupMethod, str] = MappingProxyType(
    {
        GroupMethod.PAUSE_AND_SAVE: "Pause and save",
        GroupMethod.PAUSE_ONLY: "Pause only",
        GroupMethod.NO_INTERRUPTION: "No interruption",
    }
)
METHOD_SENTENCES: Mapping[GroupMethod, str] = MappingProxyType(
    {
        GroupMethod.PAUSE_AND_SAVE: "All are paused at the same moment and saved; each checkpoint holds that moment, memory and all.",
        GroupMethod.PAUSE_ONLY: "All are paused at the same moment and checkpointed as they stand still: shorter, "
        "and the checkpoints hold that moment as well.",
        GroupMethod.NO_INTERRUPTION: "Nothing is paused. Each VM is checkpointed by itself, so this is not one instant.",
    }
)


def finding_words(finding: Finding) -> str:
    """Return what is not as it was, in a sentence."""
    return _FINDINGS[finding.kind](finding)


def count_of_vms(found: GroupCheckpoint) -> str:
    """Return how many of its checkpoints are there: "5 of 5 VMs"."""
    return f"{len(found.there):,} of {count_words(found.size, 'VM')}"


def summary_words(found: GroupCheckpoint, when: str = "") -> str:
    """Return a group checkpoint in one line without its name: "22 Nov 14:02 · 5 of 5 VMs · spread 38 ms · by anna"."""
    return " · ".join(part for part in (when, count_of_vms(found), taken_words(found)) if part)


def taken_words(found: GroupCheckpoint, when: str = "") -> str:
    """Return how a group checkpoint was taken: "22 Nov 14:02 · spread 38 ms · by anna"."""
    spread = f"spread {ms_words(found.spread_ms)}" if found.spread_ms is not None else ""
    author = f"by {isolated(found.author)}" if found.author else ""
    return " · ".join(part for part in (when, spread, author) if part)


def health_words(found: GroupCheckpoint) -> str:
    """Return how a group checkpoint is, in a few words."""
    if not found.is_whole:
        return "Not whole"
    return "Whole, with changes" if found.findings else "Whole"


def stopped_words(stopped_ms: int | None) -> str:
    """Return for how long a VM stood still; empty if it did not, or that was not measured."""
    return f"stopped {ms_words(stopped_ms)}" if stopped_ms is not None else ""


def start_words(member: Member, *, is_ordered: bool = True) -> str:
    """Return when a member starts and how long the next ones wait: "2nd, then 30 s".

    Where all start together (not `is_ordered`) only a delay is told.
    """
    wait = f"then {_delay_words(member.delay_s)}" if member.delay_s else ""
    place = _ordinal(member.start_order) if is_ordered else ""
    return ", ".join(part for part in (place, wait) if part)


def order_words(member: Member, *, is_ordered: bool = True) -> str:
    """Return the same as a part of a sentence: "starts 2nd, then 30 s"."""
    words = start_words(member, is_ordered=is_ordered)
    return f"starts {words}" if words and is_ordered else words


def _delay_words(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return " ".join(
        part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part
    )


def is_ordered(members: Iterable[Member]) -> bool:
    """Return whether some of the members start after others."""
    return len({each.start_order for each in members}) > 1


def member_words(seen: SeenMember) -> str:
    """Return how a member stands: its state while it can be found, else why it cannot."""
    if seen.vm is not None:
        return status_words(seen.vm)
    return _LOST[seen.standing]


def place_words(seen: SeenMember) -> str:
    """Return where a member is, and where it was if it has moved: "HV2 (was on HV1)"."""
    if seen.standing is Standing.MOVED:
        return f"{isolated(seen.host)} (was on {isolated(seen.was)})"
    return isolated(seen.host)


def members_words(seen: Iterable[SeenMember]) -> str:
    """Return how many members there are, on how many hosts, and how many cannot be found."""
    return " · ".join(_counts(tuple(seen)))


def _counts(seen: tuple[SeenMember, ...]) -> Iterator[str]:
    hosts = sorted({each.host for each in seen if each.vm is not None})
    where = f" on {isolated(hosts[0])}" if len(hosts) == 1 else f" on {len(hosts):,} hosts" if hosts else ""
    yield f"{count_words(len(seen), 'VM')}{where}"
    for standing, words in _COUNTED.items():
        if count := sum(each.standing is standing for each in seen):
            yield f"{count:,} {words}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_LOST: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.GONE: "Gone",
        Standing.AMBIGUOUS: "On several hosts",
        Standing.AWAY: "Host not open",
    }
)

_COUNTED: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.GONE: "gone",
        Standing.AMBIGUOUS: "on several hosts",
        Standing.AWAY: "on hosts that are not open",
        Standing.MOVED: "moved",
    }
)


def _of(finding: Finding) -> str:
    return f"VM {quoted(finding.vm_name)}" if finding.vm_name else "a VM"


def _unknown(finding: Finding) -> str:
    their = "where its checkpoint is" if finding.count == 1 else "where their checkpoints are"
    return f"{count_words(finding.count, 'more VM')} took part; which, and {their}, is not known here."


_FINDINGS: Mapping[FindingKind, Callable[[Finding], str]] = MappingProxyType(
    {
        FindingKind.CHECKPOINT_GONE: lambda it: f"The checkpoint of {_of(it)} is gone.",
        FindingKind.VM_GONE: lambda it: (
            f"VM {quoted(it.vm_name or it.vm_id)} is gone from {isolated(it.was)}."
            if it.was
            else f"{_of(it)} is gone."
        ),
        FindingKind.HOST_AWAY: lambda it: (
            f"The host {quoted(it.was)} of VM {quoted(it.vm_name or it.vm_id)} is not open."
        ),
        FindingKind.MEMBER_UNKNOWN: _unknown,
        FindingKind.MOVED: lambda it: (
            f"VM {quoted(it.vm_name)} has moved from {isolated(it.was)} to {isolated(it.now)}."
        ),
        FindingKind.VM_RENAMED: lambda it: f"VM {quoted(it.now)} was called {quoted(it.was)}.",
        FindingKind.RENAMED: lambda it: (
            f"The checkpoint of {_of(it)} is called {quoted(it.now)} now, not {quoted(it.was)}."
        ),
        FindingKind.REPARENTED: lambda it: f"The checkpoint of {_of(it)} has another parent than it had.",
        FindingKind.NOT_MARKED: lambda it: (
            f"The notes of the checkpoint of {_of(it)} do not say that it belongs; this computer's memory does."
        ),
        FindingKind.NOT_RECORDED: lambda it: (
            f"The notes of the checkpoint of {_of(it)} say that it belongs; this computer's memory does not."
        ),
    }
)
