"""Options for what HVTree writes into the notes of a checkpoint: its passport, and the notes beside it."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime, timedelta

from hvtree.app.author import Signer
from hvtree.app.settings_file import default_path, load
from hvtree.app.workspace import utc_now
from hvtree.domain.errors import BadInput
from hvtree.domain.passport import Passport, passport_of, with_others_notes, with_passport
from hvtree.domain.passport_change import PassportChange

_DAYS = re.compile(r"(\d{1,4})(d|w)")
_NONE = "none"


def add_passport(parser: argparse.ArgumentParser, *, is_new: bool) -> None:
    """Describe what may be said of a checkpoint; of one that is there parts may be taken away, too."""
    away = "" if is_new else ", or an empty text for none"
    parser.add_argument("--reason", metavar="TEXT", help=f"why it is taken, in one line{away}")
    parser.add_argument("--ticket", metavar="ID", help=f"the ticket that it belongs to{away}")
    parser.add_argument(
        "--keep-until",
        metavar="DATE",
        type=_day,
        help=f"the last day on which it is wanted: 2026-12-24, 30d or 4w{'' if is_new else ', or none'}",
    )
    if is_new:
        parser.add_argument("--lock", action="store_true", help="refuse to delete it until it is unlocked")


def new_passport(arguments: argparse.Namespace) -> Passport | None:
    """Return what the options say of a new checkpoint, and who takes it; None for nothing at all."""
    return signer().signed(
        Passport(
            arguments.reason or "",
            arguments.ticket or "",
            arguments.keep_until or None,
            is_locked=arguments.lock,
        )
    )


def passport_change(arguments: argparse.Namespace) -> PassportChange:
    """Return what the options change in a passport; raise `BadInput` if they change nothing, nor the notes beside it."""
    wanted = {"reason": arguments.reason, "ticket": arguments.ticket, "keep_until": arguments.keep_until}
    changes = {
        name: value or (None if name == "keep_until" else "")
        for name, value in wanted.items()
        if value is not None
    }
    if not changes and arguments.text is None:
        raise BadInput(
            "It is not said what the notes are to be.",
            now="Give --text, --reason, --ticket or --keep-until.",
        )
    return PassportChange.to(**changes)


def changed_notes(notes: str, arguments: argparse.Namespace, now_utc: datetime) -> str:
    """Return notes with what the options change; raise `BadInput` as `passport_change` does."""
    change = passport_change(arguments)
    others = notes if arguments.text is None else with_others_notes(notes, arguments.text)
    if change.is_empty:
        return others
    return with_passport(
        others, change.on(passport_of(notes) or Passport(author=signer().author, at_utc=now_utc))
    )


def signer() -> Signer:
    """Return who signs, as the settings want it; raise `BadInput` if they are damaged."""
    settings = load(default_path())
    return Signer(keep_safety_days=lambda: settings.keep_safety_days, signs=lambda: settings.sign_checkpoints)


def passport_for_safety() -> Passport:
    """Return what a safety checkpoint says; raise `BadInput` if the settings are damaged."""
    return signer().for_safety(utc_now())


def _day(text: str) -> date | bool:
    """Return the day that a text means; False for none."""
    if text.casefold() in ("", _NONE):
        return False
    match = _DAYS.fullmatch(text.casefold())
    try:
        if match is not None:
            return utc_now().astimezone(UTC).date() + timedelta(
                days=int(match[1]) * (7 if match[2] == "w" else 1)
            )
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: write 2026-12-24, 30d or 4w") from None
