"""When the details are shown: a moment after they have changed, and not each of many that follow one another quickly."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from hvtree.domain.address import CheckpointAddress
from hvtree.ui.views.details import DetailsView
from hvtree.ui.views.details_html import PATH_LINK
from hvtree.ui.views.details_values import Details, PathItem
from tests.support.narrowing import not_none


@pytest.fixture
def view(qtbot: QtBot) -> DetailsView:
    """A view that has shown something already."""
    view = DetailsView()
    qtbot.addWidget(view)
    view.show_details(of("first"))
    assert "first" in view.text()
    return view


def of(name: str) -> Details:
    path = (PathItem("above", CheckpointAddress("host", "vm", f"above {name}")), PathItem(name, None))
    return Details(name, path=path)


def page(view: DetailsView) -> QTextBrowser:
    return not_none(view.findChild(QTextBrowser))


def soon(view: DetailsView, name: str) -> None:
    view.show_soon(lambda: of(name))


def test_of_many_that_follow_one_another_the_last_is_shown(view: DetailsView, qtbot: QtBot) -> None:
    shown: list[str] = []
    page(view).textChanged.connect(lambda: shown.append(page(view).toPlainText().split()[0]))
    for name in ("second", "third", "last"):
        soon(view, name)
    qtbot.waitUntil(lambda: page(view).toPlainText().startswith("last"))
    assert set(shown) == {"last"}


def test_what_is_painted_first_is_what_was_chosen(view: DetailsView) -> None:
    soon(view, "second")
    assert page(view).toPlainText().startswith("first")


def test_a_link_leads_where_it_says_while_other_details_are_due(view: DetailsView) -> None:
    led_to: list[CheckpointAddress] = []
    view.checkpoint_wanted.connect(led_to.append)
    soon(view, "second")
    page(view).anchorClicked.emit(QUrl(f"{PATH_LINK}0"))
    assert [each.checkpoint_id for each in led_to] == ["above first"]


def test_the_same_again_leaves_the_page_as_it_is(view: DetailsView) -> None:
    shown: list[str] = []
    soon(view, "second")
    page(view).textChanged.connect(lambda: shown.append("again"))
    soon(view, "first")
    view.catch_up()
    assert not shown
