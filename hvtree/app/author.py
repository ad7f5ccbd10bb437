"""Who writes passports: whoever works at this computer."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta

from hvtree.app.memory.run import user_name
from hvtree.domain.passport import Passport


def author() -> str:
    """Return the name of the user, with that of the domain where Windows tells it: CORP\\anna. Empty if there is none."""
    name, domain = user_name(), os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{name}" if domain and name else name


def signed(passport: Passport) -> Passport | None:
    """Return what somebody has typed with their name; None if it says nothing, for then nothing is written."""
    return None if passport.is_empty else replace(passport, author=author())


def safety_passport(now_utc: datetime, keep_days: int) -> Passport:
    """Return what a safety checkpoint says, apart from what it is taken for; with 0 days it does not expire."""
    keep_until = (now_utc + timedelta(days=keep_days)).date() if keep_days else None
    return Passport(author=author(), keep_until=keep_until)
