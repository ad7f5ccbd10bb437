"""What the details say of passports: of one checkpoint, and of those on a host that nobody wants any more."""

from __future__ import annotations

from datetime import datetime

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState
from hvtree.domain.passport import Passport
from hvtree.domain.passport_words import group_words
from hvtree.domain.words import count_words
from hvtree.operations.delete_expired import is_expired_safety
from hvtree.ui.format import local_day, local_time, shown_name
from hvtree.ui.views.details_values import Link, Notice
from hvtree.ui.widgets.banner import Tone

KEPT_HERE = "on this computer alone: the host would not take them"
DELETE_EXPIRED = "checkpoint.delete_expired"


def passport_facts(checkpoint: Checkpoint, now_utc: datetime) -> tuple[tuple[str, str], ...]:
    """Return what the passport of a checkpoint says, as facts; those that it does not say are left out."""
    kept = (("Notes are kept", KEPT_HERE),) if checkpoint.has_notes_here else ()
    passport = checkpoint.passport
    return (*(_facts(passport, now_utc) if passport is not None else ()), *kept)


def _facts(passport: Passport, now_utc: datetime) -> tuple[tuple[str, str], ...]:
    until = "" if passport.keep_until is None else local_day(passport.keep_until)
    if passport.is_expired(now_utc):
        until += " (expired)"
    when = local_time(passport.at_utc) if passport.at_utc is not None else ""
    by = ", ".join(filter(None, (shown_name(passport.author) if passport.author else "", when)))
    facts = (
        ("Reason", shown_name(passport.reason)),
        ("Taken before", f"‘{shown_name(passport.safety)}’ was applied" if passport.safety else ""),
        ("Ticket", shown_name(passport.ticket)),
        ("Keep until", until),
        ("Noted by", by),
        ("Group checkpoint", group_words(passport.group) if passport.group else ""),
        ("Also noted", shown_name(" · ".join(passport.others))),
    )
    return tuple((label, value) for label, value in facts if value)


def passport_notice(checkpoint: Checkpoint, now_utc: datetime) -> Notice | None:
    """Say that a checkpoint is locked, or that it has expired; None for any other."""
    passport = checkpoint.passport
    if passport is None:
        return None
    if passport.is_locked:
        return Notice(
            Tone.CALM,
            "This checkpoint is locked.",
            "HVTree refuses to delete it until it is unlocked; it may be applied.",
            (Link("checkpoint.unlock", "Unlock"),),
        )
    if is_expired_safety(checkpoint, now_utc):
        return Notice(
            Tone.CALM,
            "This safety checkpoint has expired.",
            "Nothing deletes it by itself.",
            (Link(DELETE_EXPIRED, "Delete expired safety checkpoints…"),),
        )
    return None


def expired_notice(state: HostState | None, now_utc: datetime) -> Notice | None:
    """Say how many safety checkpoints of a host have expired; None if none has."""
    checkpoints = state.all_checkpoints() if state is not None else ()
    count = sum(is_expired_safety(each, now_utc) for each in checkpoints)
    if not count:
        return None
    have = "has" if count == 1 else "have"
    return Notice(
        Tone.CALM,
        f"{count_words(count, 'safety checkpoint')} {have} expired.",
        "Nothing deletes them by itself.",
        (Link(DELETE_EXPIRED, "Delete expired safety checkpoints…"),),
    )
