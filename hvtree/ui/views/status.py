"""The status bar: how the host is reached, when it was last read, how many jobs run."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QLabel, QMainWindow

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.words import count_words
from hvtree.ui.format import host_words, phase_words, reading_words
from hvtree.ui.theme import colours
from hvtree.ui.widgets.elided import ElidedLabel, ElidedStatusBar

_MARGINS = (8, 0, 8, 0)
_AROUND = 60
"""Pixels of the bar that hold no text."""


class StatusLine(QObject):
    """Gives a window a status bar and fills it.

    At its left stands what was said last, and instead of it the tip of what is pointed at. Qt would let a tip take the
    place of what was said for good, and stay when it is no longer true. Where a bar is too narrow for all, what is said
    goes before what always stands there. A text that is longer than the bar loses its middle, a host's name before its state.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._bar = bar = ElidedStatusBar()
        window.setStatusBar(bar)
        self._said = self._tip = ""
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self.say)
        window.installEventFilter(self)
        self._mode = ElidedLabel()
        self._filter, self._reading, self._jobs = (_label() for _ in range(3))
        self._mode.setContentsMargins(*_MARGINS)
        self._filled = {self._jobs}
        """The labels that have something to say."""
        for label in self._labels():
            bar.addPermanentWidget(label)
        self._fit()

    def say(self, text: str = "", seconds: float = 0) -> None:
        """Show a text until the next one, or for some seconds."""
        self._said, self._tip = text, ""
        self._end.stop()
        if seconds:
            self._end.start(round(seconds * 1000))
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QStatusTipEvent):
            return super().eventFilter(watched, event)
        self._tip = event.tip()
        self._show()
        return True

    def show_host(self, view: HostView | None, now_utc: datetime) -> None:
        """Show the status of a host; None if there is none, or several and none of them is selected."""
        self._fill(self._mode, view is not None)
        self._fill(self._reading, view is not None and view.state is not None)
        if view is None:
            self._fit()
            return
        is_lost = view.phase in (ConnectionPhase.STALE, ConnectionPhase.FAILED) and not view.wants_password
        is_bad = is_lost or view.silent_since_utc is not None
        ending = f": {phase_words(view, now_utc)}{_more(view, now_utc)}"
        tip = view.error.sentence if view.error is not None else view.mode
        self._mode.show_text(host_words(view), ending, tip)
        self._mode.setStyleSheet(f"color: {colours(self._mode).danger}" if is_bad else "")
        self._reading.setText(reading_words(view, now_utc))
        self._fit()

    def show_filter(self, found: str) -> None:
        """Show how much the filter has found; empty if there is no filter."""
        self._filter.setText(f"Filter: {found}")
        self._fill(self._filter, bool(found))
        self._fit()

    def show_running(self, count: int) -> None:
        """Show how many jobs run."""
        self._jobs.setText(f"{count_words(count, 'job')} running" if count else "No job running")

    def texts(self) -> tuple[str, ...]:
        """Return what is shown, from the left."""
        return tuple(label.text() for label in self._labels() if label.isVisibleTo(self._bar))

    def _show(self) -> None:
        self._fit()
        self._bar.showMessage(self._tip or self._said)

    def _fill(self, label: QLabel, is_filled: bool) -> None:
        (self._filled.add if is_filled else self._filled.discard)(label)

    def _fit(self) -> None:
        """Show what there is room for beside the text at the left: without it the connection, then the reading."""
        shown = [label for label in self._labels() if label in self._filled]
        said = self._tip or self._said
        room = self._bar.width() - self._bar.fontMetrics().horizontalAdvance(said) - _AROUND
        for label in (self._mode, self._reading):
            if said and label in shown and sum(each.sizeHint().width() for each in shown) > room:
                shown.remove(label)
        for label in self._labels():
            label.setVisible(label in shown)

    def _labels(self) -> tuple[QLabel, ...]:
        return self._filter, self._mode, self._reading, self._jobs


def _more(view: HostView, now_utc: datetime) -> str:
    """Return how a connected host is reached, or when a lost one is tried again."""
    if view.is_connected:
        return f" ({view.mode})" if view.mode else ""
    if view.retry_at_utc is not None:
        seconds = max(0, round((view.retry_at_utc - now_utc).total_seconds()))
        return f", next attempt in {count_words(seconds, 'second')}"
    return ""


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setContentsMargins(*_MARGINS)
    return label
