"""Texts for the screen: local times with their age, the state of a connection, and names made safe to show."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from html import escape

from PySide6.QtCore import QDate, QLocale, QTime
from PySide6.QtGui import Qt

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import VirtualMachine
from hvtree.domain.plain_text import is_plain, plain, plain_lines
from hvtree.domain.words import age_words

_LONGEST_NAME = 400
_DAY_AND_MONTH = re.compile(r"(?:d+[^dMy]+M+|M+[^dMy]+d+)\.?")
_SHORT_YEAR = re.compile(r"(?<!y)yy(?!y)")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKS = {0x2068: None, 0x2069: None}

_PHASES = {
    ConnectionPhase.CONNECTING: "Connecting…",
    ConnectionPhase.CONNECTED: "Connected",
    ConnectionPhase.STALE: "Connection lost",
    ConnectionPhase.FAILED: "Not connected",
    ConnectionPhase.CLOSED: "Not connected",
}


def shown_name(name: str) -> str:
    """Return a name that somebody typed so that its direction and control characters affect nothing else.

    Control and direction characters become the replacement character. With letters of a script that is written from
    right to left it is enclosed in U+2068 and U+2069, so that it cannot reverse the text beside it.
    A name far beyond what Hyper-V allows is cut, since laying out thousands of characters would hold up the window.
    """
    bare = bare_name(name)
    if is_plain(bare):
        return bare
    return f"\u2068{bare}\u2069" if _RIGHT_TO_LEFT.search(bare) else bare


def bare_name(name: str) -> str:
    """Return a name for use on its own, such as being read aloud: as `shown_name`, without marks around it."""
    cut = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
    return cut if is_plain(cut) else _DIRECTION.sub("\ufffd", plain(cut))


def checkpoint_name(
    vm: VirtualMachine, checkpoint: Checkpoint, now_utc: datetime, *, locale: QLocale | None = None
) -> str:
    """Return how a checkpoint of a VM is called where the VM stands beside it: a name that nobody typed short.

    "9/21 7:37 PM", "Safety 9/21 7:37 PM"; with the year if it is another than now's, and with seconds where another
    name would read the same. The time is the one in the name, on whichever clock that was read. Every other name is
    returned as `shown_name` does.
    """
    made = vm.made_names.get(checkpoint.id)
    if made is None:
        return shown_name(checkpoint.name)
    is_this_year = made.local_time.year == now_utc.astimezone().year
    when = _date_and_time(
        made.local_time,
        locale or QLocale(),
        with_seconds=made.needs_seconds,
        with_year=not is_this_year,
    )
    return f"{made.origin} {when}".lstrip()


def as_html(text: str) -> str:
    """Return a text as rich text in which nothing that somebody typed is a tag, an entity or a mark; lines stay lines."""
    return escape(plain_lines(text)).replace("\n", "<br>")


def tool_tip(text: str) -> str:
    """Return lines of plain text as Qt wraps them: as rich text, in which nothing that somebody typed is a tag."""
    return f"<qt>{as_html(text)}</qt>"


def plain_tip(text: str) -> str:
    """Return a tool tip that shows a text as it is: Qt takes what begins like HTML as HTML, pictures included."""
    return tool_tip(text) if Qt.mightBeRichText(text) else plain_lines(text)


def without_marks(text: str) -> str:
    """Return a text of the screen as it goes to the clipboard: without the marks that keep names apart."""
    return text.translate(_MARKS)


def host_words(view: HostView) -> str:
    """Return the host's own name, with the one it was opened under if that is another: "xHost16 (demo)"."""
    own = view.state.host if view.state is not None else ""
    if not own or own.casefold() in (view.name.casefold(), view.name.partition(".")[0].casefold()):
        return shown_name(view.name)
    return f"{shown_name(own)} ({shown_name(view.name)})"


def local_time(
    moment_utc: datetime,
    *,
    zone: tzinfo | None = None,
    locale: QLocale | None = None,
    with_seconds: bool = False,
) -> str:
    """Return a moment as date and time of `zone` (None: of this machine), in the user's short form, year in full."""
    return _date_and_time(moment_utc.astimezone(zone), locale or QLocale(), with_seconds=with_seconds)


def local_day(day: date, *, locale: QLocale | None = None) -> str:
    """Return a day in the user's short form, year in full."""
    return (locale or QLocale()).toString(QDate(day.year, day.month, day.day), day_format(locale))


def day_format(locale: QLocale | None = None) -> str:
    """Return Qt's format of such a day."""
    date_format, _ = _date_and_time_format(locale or QLocale())
    return date_format


def local_clock(
    moment_utc: datetime,
    *,
    zone: tzinfo | None = None,
    locale: QLocale | None = None,
    with_seconds: bool = True,
) -> str:
    """Return a moment as the time of day of `zone` (None: of this machine), in the user's short form."""
    return _clock(moment_utc.astimezone(zone), locale or QLocale(), with_seconds=with_seconds)


def reading_words(view: HostView, now_utc: datetime) -> str:
    """Return when a host was last read: "Read 21:44:07, live", or how long ago if it is no longer being read."""
    if view.read_utc is None:
        return ""
    words = _moment_words(view.read_utc, now_utc)
    return (
        f"Read {words}, live"
        if view.is_connected and view.silent_since_utc is None
        else f"Last read {words} ({age_words(view.read_utc, now_utc)})"
    )


def _moment_words(moment_utc: datetime, now_utc: datetime) -> str:
    """Return a moment to the second, without the date if that is today's."""
    is_today = moment_utc.astimezone().date() == now_utc.astimezone().date()
    return local_clock(moment_utc) if is_today else local_time(moment_utc, with_seconds=True)


def local_time_and_age(
    moment_utc: datetime, now_utc: datetime, *, zone: tzinfo | None = None, locale: QLocale | None = None
) -> str:
    """Return a moment with how long ago it was: "9/21/2014 7:37 PM · 3 days ago"."""
    return f"{local_time(moment_utc, zone=zone, locale=locale)} · {age_words(moment_utc, now_utc)}"


def elapsed(seconds: float) -> str:
    """Return a span as minutes and seconds, with hours if there are any: "0:07", "1:02:03". Never negative."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def phase_words(view: HostView, now_utc: datetime | None = None) -> str:
    """Return the state of the connection to a host; with `now_utc`, of a silent one since when it has not answered."""
    if view.silent_since_utc is not None:
        since = f" since {_moment_words(view.silent_since_utc, now_utc)}" if now_utc is not None else ""
        return f"Not answering{since}"
    if view.is_being_read:
        return "Reading…"
    return "Password wanted" if view.wants_password else _PHASES[view.phase]


def _date_and_time_format(tongue: QLocale) -> tuple[str, str]:
    """Return the short forms of a language with the year in full; ISO where the machine has no language set."""
    if tongue.language() == QLocale.Language.C:
        return "yyyy-MM-dd", "HH:mm"
    short = QLocale.FormatType.ShortFormat
    return _SHORT_YEAR.sub("yyyy", tongue.dateFormat(short)), tongue.timeFormat(short)


def _without_year(date_format: str) -> str:
    """Return a short date without its year: "M/d", "dd.MM."; unchanged if day and month do not stand side by side."""
    found = _DAY_AND_MONTH.search(date_format)
    return found[0] if found else date_format


def _date_and_time(
    local: datetime, tongue: QLocale, *, with_seconds: bool = False, with_year: bool = True
) -> str:
    date_format, _ = _date_and_time_format(tongue)
    if not with_year:
        date_format = _without_year(date_format)
    date = tongue.toString(QDate(local.year, local.month, local.day), date_format)
    return f"{date} {_clock(local, tongue, with_seconds=with_seconds)}".replace("\u202f", " ")


def _clock(local: datetime, tongue: QLocale, *, with_seconds: bool) -> str:
    _, time_format = _date_and_time_format(tongue)
    if with_seconds and "s" not in time_format:
        time_format = time_format.replace("mm", "mm:ss")
    time = tongue.toString(QTime(local.hour, local.minute, local.second), time_format)
    return time.replace("\u202f", " ")
