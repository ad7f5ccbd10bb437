"""Who writes passports: whoever works at this computer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hvtree.app.memory.run import user_name
from hvtree.app.settings import SAFETY_DAYS
from hvtree.domain.passport import Passport


def author() -> str:
    """Return the name of the user, with that of the domain where Windows tells it: CORP\\anna. Empty if there is none."""
    name, domain = user_name(), os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{name}" if domain and name else name


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs what is written into the notes of checkpoints."""

    author: str = field(default_factory=author)
    keep_safety_days: Callable[[], int] = lambda: SAFETY_DAYS
    """After how many days a safety checkpoint counts as expired; 0 for never."""

    def signed(self, passport: Passport) -> Passport | None:
        """Return what somebody has typed with their name; None if it says nothing, for then nothing is written."""
        return None if passport.is_empty else replace(passport, author=self.author)

    def for_safety(self, now_utc: datetime) -> Passport:
        """Return what a safety checkpoint says, apart from what it is taken for."""
        days = self.keep_safety_days()
        keep_until = (now_utc + timedelta(days=days)).date() if days else None
        return Passport(author=self.author, keep_until=keep_until)
