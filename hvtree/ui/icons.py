"""Icons from `resources/icons`, in the colours of light or dark: drawn once as SVG, tinted when they are rendered.

In the files `currentColor` stands for the text's colour, and the colours of the light theme for their meanings (good,
warning, …); both are replaced by the colours in use. An icon follows neither a later change of the theme nor a window that
goes to a screen of another resolution: whoever shows one must ask again (a custom icon engine would follow, but PySide6 6.11
crashes on those).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from hvtree.assets import resource
from hvtree.ui import theme
from hvtree.ui.theme import LIGHT, Colours

SIZES = (16, 18)
"""Sizes in which icons are rendered, in device-independent pixels: those of menus and fields, and of the tool bar."""
APP_SIZES = (16, 24, 32, 48, 64, 128, 256)
_MEANINGS = ("good", "warning", "danger", "accent", "muted")
_TINTS = re.compile("|".join(("currentColor", *(re.escape(getattr(LIGHT, each)) for each in _MEANINGS))))


def icon(name: str, colours: Colours | None = None, *, sizes: Sequence[int] = SIZES) -> QIcon:
    """Return an icon by the name of its file, for the screens that there are; pale where disabled.

    `sizes` are those in which it will be shown. Raises AssetNotFoundError if there is no such file.
    """
    inks = colours or theme.colours(QGuiApplication.palette())
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}
    made = QIcon()
    for mode, single, opacity in (
        (QIcon.Mode.Normal, None, 1.0),
        (QIcon.Mode.Disabled, inks.muted, 0.45),
    ):
        drawing = _drawing(tinted(name, inks, single))
        for size, ratio in product(sizes, ratios):
            made.addPixmap(_drawn(drawing, size, ratio, opacity), mode)
    return made


def app_icon() -> QIcon:
    """Return the icon of the program, in its own colours."""
    drawing = _drawing(_source("hvtree"))
    made = QIcon()
    for size in APP_SIZES:
        made.addPixmap(_drawn(drawing, size, 1.0))
    return made


def app_picture(size: int, ratio: float) -> QPixmap:
    """Return the icon of the program in one size, in device-independent pixels."""
    return rendered(_source("hvtree"), size, ratio)


def tinted(name: str, colours: Colours, single: str | None = None) -> str:
    """Return the SVG text of an icon in these colours, or all in a `single` one (`#rrggbb`)."""
    exchange = {"currentColor": single or colours.text}
    for meaning in _MEANINGS:
        exchange[getattr(LIGHT, meaning)] = single or getattr(colours, meaning)
    return _TINTS.sub(lambda found: exchange[found[0]], _source(name))


def rendered(svg: str, size: int, ratio: float) -> QPixmap:
    """Return an SVG text as a square picture of `size` device-independent pixels."""
    return _drawn(_drawing(svg), size, ratio)


def _drawing(svg: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.encode()))


def _drawn(drawing: QSvgRenderer, size: int, ratio: float, opacity: float = 1.0) -> QPixmap:
    pixels = round(size * ratio)
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    drawing.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


class Pictures:
    """Rendered icons for painting in views, kept by name, size, resolution and colours."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, float, bool, str | None], QPixmap] = {}

    def picture(
        self, name: str, size: int, ratio: float, colours: Colours, *, single: str | None = None
    ) -> QPixmap:
        """Return one picture; `single` paints all of it in one colour, as on the background of a selected row."""
        key = (name, size, ratio, colours.is_dark, single)
        if key not in self._known:
            self._known[key] = rendered(tinted(name, colours, single), size, ratio)
        return self._known[key]


def _source(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
