"""Light and dark, and the few colours that carry a meaning. Every widget takes its colours from here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from hvtree.assets import resource
from hvtree.domain.errors import BadInput

_COLOUR = re.compile("#[0-9a-f]{6}")
STYLE = ("-style", "Fusion")
"""Arguments of QApplication. (To set a style afterwards returns it, and so makes a Python class with 450 constants: 7 ms.)"""
_DISABLED = ("WindowText", "Text", "ButtonText", "Highlight")
"""The roles of the palette that have a colour of their own where something is disabled."""


class Colours(NamedTuple):
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
    on_sign: str
    """On a disc, a triangle or a square in one of these colours."""
    disabled: str
    """Of what cannot be used now."""
    palette: dict[str, str]
    """By the names of Qt's roles."""


def read_theme(file: Path) -> Colours:
    """Return the colours in a file; raise `BadInput` if it is not a theme."""
    try:
        theme = _checked(json.loads(file.read_text(encoding="utf-8")))
        palette(theme)
    except ValueError as error:  # of the text or of the encoding, too
        raise BadInput(f"The theme ‘{file.name}’ cannot be used.", why=f"{error}.") from error
    except KeyError as error:
        why = f"Qt's palette has no role {error}."
        raise BadInput(f"The theme ‘{file.name}’ cannot be used.", why=why) from error
    return theme


def _checked(found: dict[str, Any]) -> Colours:
    """Return what a file says as colours; raise `ValueError` where it says too little, too much, or no colour.

    By hand: msgspec, which does this everywhere else, takes as long to import as a tenth of the time to the first paint. And JSON,
    as the glance at the settings is: `tomllib` would take another 7 ms [measured 2026-11-26].
    """
    if not hasattr(found, "keys"):
        raise ValueError("It is not a JSON object")
    wanted = set(Colours._fields)
    if wanted != found.keys():
        raise ValueError(f"It lacks or does not know: {', '.join(sorted(wanted ^ found.keys()))}")
    colours = {key: value for key, value in found.items() if key not in ("is_dark", "palette")}
    if found["is_dark"] not in (True, False) or not hasattr(found["palette"], "items"):
        raise ValueError("`is_dark` is true or false, and `palette` is a table")
    for key, value in {**colours, **found["palette"]}.items():
        if not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            raise ValueError(f"{key} is no colour such as #1d2430: {value!r}")
    return Colours(**found)


def palette(theme: Colours) -> QPalette:
    """Return the palette of the whole program in some colours."""
    made = QPalette()
    for role, colour in theme.palette.items():
        made.setColor(QPalette.ColorRole[role], QColor(colour))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], QColor(theme.disabled))
    return made


LIGHT = read_theme(resource("themes/light.json"))
DARK = read_theme(resource("themes/dark.json"))


def colours(drawn_on: QWidget | QPalette) -> Colours:
    """Return the colours that fit what a widget is drawn on, or a palette."""
    ground = drawn_on.palette() if isinstance(drawn_on, QWidget) else drawn_on
    return DARK if ground.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


class Theme(QObject):
    """Keeps the program as light or dark as the system, also when that changes."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.apply_scheme)
        self.apply_scheme(hints.colorScheme())

    def apply_scheme(self, scheme: Qt.ColorScheme) -> None:
        """Use a colour scheme; an unknown one counts as light."""
        self._application.setPalette(palette(DARK if scheme == Qt.ColorScheme.Dark else LIGHT))
