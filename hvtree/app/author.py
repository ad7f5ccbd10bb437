"""Who writes passports: whoever works at this computer."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct, field

from hvtree.app.settings import SAFETY_DAYS
from hvtree.app.user_name import user_name
from hvtree.domain.passport import Passport
from hvtree.values import replace

_NOTHING = Passport()


def user() -> str:
    """Return the name of the user, with that of the domain where Windows tells it: CORP\\anna. Empty if there is none."""
    name, domain = user_name(), os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{name}" if domain and name else name


class Signer(Struct, frozen=True):
    """Signs what is written into the notes of checkpoints."""

    user: str = field(default_factory=user)
    keep_safety_days: Callable[[], int] = lambda: SAFETY_DAYS
    """After how many days a safety checkpoint counts as expired; 0 for never."""
    signs: Callable[[], bool] = lambda: True
    """Whether the name of the user is written at all."""

    @property
    def author(self) -> str:
        """The name that is written; empty for none."""
        return self.user if self.signs() else ""

    def signed(self, passport: Passport = _NOTHING) -> Passport | None:
        """Return what somebody has typed, with their name; None if nothing is typed and the name is not to be written."""
        return replace(passport, author=self.author) if self.signs() or not passport.is_empty else None

    def for_safety(self, now_utc: datetime) -> Passport:
        """Return what a safety checkpoint says, apart from what it is taken for."""
        days = self.keep_safety_days()
        keep_until = (now_utc + timedelta(days=days)).date() if days else None
        return Passport(author=self.author, keep_until=keep_until)
