"""What is wrong with the filter, or that it finds nothing and why: a strip above the tree that offers a way out."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QPushButton, QWidget

from hvtree.app.host_view import HostView
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.ui.filtering import CurrentFilter, Filter, Findings
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import in_row

_LEFT_OUT = "This part of the filter is left out."
_BUTTON_LETTERS = 40


class FilterStrip(QWidget):
    """Hidden as long as the filter is understood and finds something."""

    def __init__(self, current: CurrentFilter) -> None:
        super().__init__()
        self._current = current
        self._banner = Banner()
        self.better_button = QPushButton()
        self.clear_button = QPushButton("Clear Filter")
        self.better_button.clicked.connect(lambda: current.set(current.value.better))
        self.clear_button.clicked.connect(lambda: current.set(""))
        in_row(
            self, self._banner, self.better_button, self.clear_button, margins=(6, 4, 6, 4), spacing=8
        ).setStretch(0, 1)
        self.hide()

    def text(self) -> str:
        """Return what it says; empty if it is hidden."""
        return "" if self.isHidden() else self._banner.text()

    def refresh(self, views: Iterable[HostView], *, is_searched: bool) -> None:
        """Say how it is with the filter on these hosts; `is_searched` if all of them have been searched."""
        value = self._current.value
        found = self._current.findings(view for view in views if view.state is not None)
        found_nothing = value.is_active and not found.vms
        if value.problem:
            self._banner.show_text(Tone.WARNING, value.problem, _LEFT_OUT)
        elif found_nothing and is_searched:
            self._banner.show_text(
                Tone.INFO, f"Nothing matches {quoted(value.text.strip())}.", _why(value, found)
            )
        self._offer(value.better)
        if value.problem or not found_nothing or is_searched:  # while it is searched it stays as it was
            self.setVisible(bool(value.problem) or found_nothing)

    def _offer(self, better: str) -> None:
        short = better if len(better) <= _BUTTON_LETTERS else f"{better[:_BUTTON_LETTERS]}…"
        self.better_button.setText(f"Filter by {short}".replace("&", "&&"))
        self.better_button.setVisible(bool(better))


def _why(value: Filter, found: Findings) -> str:
    """Return why nothing is found, in sentences."""
    if found.unknown:
        return f"Sizes of {count_words(found.unknown, 'VM')} are not known yet."
    if value.remarks:
        return value.remarks
    if value.has_several_terms:
        return "One and the same VM or checkpoint has to match all of it."
    return "Words are looked for in names and notes." if ":" not in value.text else ""
