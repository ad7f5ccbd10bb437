"""The themes: every colour is in a file, and a file that cannot be used is named."""

from pathlib import Path

import pytest
from PySide6.QtGui import QPalette

from hvtree.assets import resource
from hvtree.domain.errors import BadInput
from hvtree.ui.theme import DARK, LIGHT, palette, read_theme

FILE = resource("themes/light.json")


def test_light_is_light_and_dark_is_dark() -> None:
    for theme in (LIGHT, DARK):
        ground = palette(theme).color(QPalette.ColorRole.Window)
        assert (ground.lightness() < 128) == theme.is_dark


def test_both_themes_give_a_colour_to_the_same_roles() -> None:
    assert list(LIGHT.palette) == list(DARK.palette)


def test_what_is_disabled_has_a_colour_of_its_own() -> None:
    made = palette(LIGHT)
    for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Highlight):
        assert made.color(QPalette.ColorGroup.Disabled, role).name() == LIGHT.disabled


@pytest.mark.parametrize(
    ("whole", "broken", "why"),
    [
        ('"text": "#1d2430"', '"text": "black"', "text"),
        ('"text": "#1d2430",', "", "text"),
        ('"palette":', '"colour": "#000000", "palette":', "colour"),
        ('"Window":', '"Curtain":', "no role 'Curtain'"),
        ('"palette": {', '"palette": [', "line"),
    ],
)
def test_a_theme_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, whole: str, broken: str, why: str
) -> None:
    file = tmp_path / "broken.json"
    file.write_text(FILE.read_text(encoding="utf-8").replace(whole, broken, 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_theme(file)
    assert "‘broken.json’" in caught.value.what
    assert why in caught.value.why
