"""No tool tip is made of what a host says as HTML: a name that looks like a tag is shown as it is written."""

from __future__ import annotations

import pytest
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import QApplication

from hvtree.ui.format import plain_tip
from hvtree.ui.widgets.wrap_label import WrapLabel

HOSTILE = (
    "<b>x</b>",
    '<img src="file:///etc/passwd">',
    "a <a href='http://x'>As planned</a>",
    "x&amp;y",
    "plain\n<b>two</b>",
)


def as_shown(tip: str) -> str:
    """What Qt shows of a tool tip."""
    if not Qt.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tool_tip_shows_a_name_letter_by_letter(application: QApplication, name: str) -> None:
    assert as_shown(plain_tip(name)) == name


def test_a_harmless_tool_tip_stays_as_it_is() -> None:
    assert plain_tip("Not now: the VM ‘web’ is off.") == "Not now: the VM ‘web’ is off."


@pytest.mark.parametrize("name", HOSTILE)
def test_a_label_that_is_cut_shows_the_rest_letter_by_letter(application: QApplication, name: str) -> None:
    label = WrapLabel(name + "y" * 2_000)
    assert as_shown(label.toolTip()) == name + "y" * 2_000
    label.deleteLater()
