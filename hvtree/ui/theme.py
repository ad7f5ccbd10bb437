"""Light and dark, and the few colours that carry a meaning. Every widget takes its colours from here."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget


@dataclass(frozen=True, slots=True)
class Colours:
    """One colour for each meaning, as `#rrggbb`. Each `…_back` is a background for text in the plain colour."""

    is_dark: bool
    text: str
    muted: str
    accent: str
    good: str
    warning: str
    danger: str
    line: str
    accent_back: str
    good_back: str
    warning_back: str
    danger_back: str


LIGHT = Colours(
    is_dark=False,
    text="#1d2430",
    muted="#5b6676",
    accent="#1f66c1",
    good="#1d7a3e",
    warning="#8f5a00",
    danger="#b3261e",
    line="#d5dae2",
    accent_back="#e6effb",
    good_back="#e4f4e9",
    warning_back="#fdf1d8",
    danger_back="#fce8e6",
)

DARK = Colours(
    is_dark=True,
    text="#e6eaf0",
    muted="#9aa6b6",
    accent="#6fabf5",
    good="#63c784",
    warning="#e8b34f",
    danger="#f28b82",
    line="#454e5b",
    accent_back="#1f3350",
    good_back="#1d3a28",
    warning_back="#42341a",
    danger_back="#4a2422",
)

_ROLES = (
    (QPalette.ColorRole.Window, "#f3f5f8", "#20252c"),
    (QPalette.ColorRole.WindowText, "#1d2430", "#e6eaf0"),
    (QPalette.ColorRole.Base, "#ffffff", "#282e37"),
    (QPalette.ColorRole.AlternateBase, "#f7f9fb", "#2d333d"),
    (QPalette.ColorRole.Text, "#1d2430", "#e6eaf0"),
    (QPalette.ColorRole.Button, "#eceff3", "#353c47"),
    (QPalette.ColorRole.ButtonText, "#1d2430", "#e6eaf0"),
    (QPalette.ColorRole.BrightText, "#ffffff", "#ffffff"),
    (QPalette.ColorRole.ToolTipBase, "#ffffff", "#363d47"),
    (QPalette.ColorRole.ToolTipText, "#1d2430", "#e6eaf0"),
    (QPalette.ColorRole.PlaceholderText, "#7b8696", "#818d9d"),
    (QPalette.ColorRole.Highlight, "#1f66c1", "#2f6fc4"),
    (QPalette.ColorRole.HighlightedText, "#ffffff", "#ffffff"),
    (QPalette.ColorRole.Link, "#1f66c1", "#6fabf5"),
    (QPalette.ColorRole.LinkVisited, "#6a4fb3", "#b39df0"),
    (QPalette.ColorRole.Accent, "#1f66c1", "#6fabf5"),
    (QPalette.ColorRole.Light, "#ffffff", "#4a5360"),
    (QPalette.ColorRole.Midlight, "#f0f2f5", "#404854"),
    (QPalette.ColorRole.Mid, "#c3cad4", "#4a5360"),
    (QPalette.ColorRole.Dark, "#a9b2be", "#14171c"),
    (QPalette.ColorRole.Shadow, "#6d7683", "#0c0e11"),
)
"""Each role of the palette with its colour in light and in dark."""

_DISABLED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


def palette(is_dark: bool) -> QPalette:
    """Return the palette of the whole program for light or dark."""
    made = QPalette()
    for role, light, dark in _ROLES:
        made.setColor(role, QColor(dark if is_dark else light))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor("#6f7a88" if is_dark else "#98a1ad"))
    made.setColor(
        QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, QColor(made.color(_DISABLED[0]))
    )
    return made


def colours(widget: QWidget) -> Colours:
    """Return the colours that fit what a widget is drawn on."""
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


class Theme(QObject):
    """Keeps the program as light or dark as the system, also when that changes."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        application.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.apply_scheme)
        self.apply_scheme(hints.colorScheme())

    def apply_scheme(self, scheme: Qt.ColorScheme) -> None:
        """Use a colour scheme; an unknown one counts as light."""
        self._application.setPalette(palette(scheme == Qt.ColorScheme.Dark))
