"""Light and dark, and the few colours that carry a meaning. Every widget takes its colours from here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from hvtree.assets import resource
from hvtree.domain.errors import BadInput

Colour = Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
"""As `#rrggbb`."""
_DISABLED = ("WindowText", "Text", "ButtonText", "Highlight")
"""The roles of the palette that have a colour of their own where something is disabled."""


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One colour for each meaning. Each `…_back` is a background for text in the plain colour."""

    is_dark: bool
    text: Colour
    muted: Colour
    accent: Colour
    good: Colour
    warning: Colour
    danger: Colour
    line: Colour
    accent_back: Colour
    good_back: Colour
    warning_back: Colour
    danger_back: Colour
    on_sign: Colour
    disabled: Colour
    palette: dict[str, Colour]
    """By the names of Qt's roles."""


def read_theme(file: Path) -> Colours:
    """Return the colours in a file; raise `BadInput` if it is not a theme."""
    try:
        theme = msgspec.toml.decode(file.read_bytes(), type=Colours)
        palette(theme)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The theme ‘{file.name}’ cannot be used.", why=f"{error}.") from error
    except KeyError as error:
        why = f"Qt's palette has no role {error}."
        raise BadInput(f"The theme ‘{file.name}’ cannot be used.", why=why) from error
    return theme


def palette(theme: Colours) -> QPalette:
    """Return the palette of the whole program in some colours."""
    made = QPalette()
    for role, colour in theme.palette.items():
        made.setColor(QPalette.ColorRole[role], QColor(colour))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], QColor(theme.disabled))
    return made


LIGHT = read_theme(resource("themes/light.toml"))
DARK = read_theme(resource("themes/dark.toml"))


def colours(drawn_on: QWidget | QPalette) -> Colours:
    """Return the colours that fit what a widget is drawn on, or a palette."""
    ground = drawn_on.palette() if isinstance(drawn_on, QWidget) else drawn_on
    return DARK if ground.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


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
        self._application.setPalette(palette(DARK if scheme == Qt.ColorScheme.Dark else LIGHT))
