"""Disk files in the details: a long name loses its middle, and is there in full in its tip, in Copy and when read aloud."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QTextBrowser, QToolTip
from pytestqt.qtbot import QtBot

from hvtree.domain.model import DiskFile
from hvtree.ui.views.details import DetailsView
from hvtree.ui.views.details_disks import vm_chains
from hvtree.ui.views.details_values import Details
from hvtree.values import replace
from tests.support import trees
from tests.support.narrowing import not_none

GUID = "CAE53CCD-D2BE-51B4-9FC2-630F79F41ABA"
SHORT = "acceptance-17_CAE5…1ABA.avhdx"
FULL = f"acceptance-17_{GUID}.avhdx"


@pytest.fixture(params=["D:\\Disks of ours\\", "D:\\<b>Disks</b> & more\\"])
def folder(request: pytest.FixtureRequest) -> str:
    """Where the files are."""
    return str(request.param)


@pytest.fixture
def view(qtbot: QtBot, folder: str) -> DetailsView:
    """The details of a VM with a base disk and a file with a long name, in a wide window."""
    base, long = f"{folder}acceptance-17.vhdx", folder + FULL
    files = (DiskFile(base, None, trees.GB, trees.GB), DiskFile(long, base, trees.GB, trees.GB))
    machine = replace(trees.vm("", "acceptance-17"), files=files, drives=(long,))
    view = DetailsView()
    qtbot.addWidget(view)
    view.resize(600, 600)
    view.show()
    view.show_details(Details("acceptance-17", chains=vm_chains(machine)))
    return view


@pytest.fixture
def page(view: DetailsView) -> QTextBrowser:
    """The page in these details."""
    return not_none(view.findChild(QTextBrowser))


def selected(page: QTextBrowser, text: str) -> str:
    """Select a part of the page, and return what Copy puts on the clipboard."""
    page.setTextCursor(page.document().find(text))
    page.copy()
    return QGuiApplication.clipboard().text()


def tip_at(page: QTextBrowser, text: str) -> str:
    """Point at the middle of a text, and return the tool tip."""
    found = page.document().find(text)
    found.setPosition((found.position() + found.anchor()) // 2, QTextCursor.MoveMode.MoveAnchor)
    place = page.cursorRect(found).center()
    asked = QHelpEvent(QEvent.Type.ToolTip, place, page.viewport().mapToGlobal(place))
    QApplication.sendEvent(page.viewport(), asked)
    return QToolTip.text()


def test_a_long_name_is_short_on_the_page(page: QTextBrowser) -> None:
    assert SHORT in page.toPlainText()
    assert GUID not in page.toPlainText()


def test_a_file_tells_its_whole_path_when_pointed_at(page: QTextBrowser, folder: str) -> None:
    tip = tip_at(page, SHORT)
    page.document().setHtml(tip)
    assert page.toPlainText() == folder + FULL


def test_copy_gives_the_whole_path_of_a_file_that_is_selected(page: QTextBrowser, folder: str) -> None:
    assert selected(page, SHORT) == folder + FULL
    assert selected(page, "acceptance-17.vhdx") == f"{folder}acceptance-17.vhdx"


def test_copy_gives_the_whole_path_where_the_gap_is_selected(page: QTextBrowser, folder: str) -> None:
    assert selected(page, "CAE5…1ABA") == folder + FULL


def test_copy_gives_a_part_of_a_name_as_it_is(page: QTextBrowser) -> None:
    assert selected(page, "1ABA.avhdx") == "1ABA.avhdx"


def test_copying_the_page_gives_the_whole_paths_among_the_rest(page: QTextBrowser, folder: str) -> None:
    page.selectAll()
    page.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line for line in lines if "acceptance-17" in line] == [
        "acceptance-17",
        f"{folder}acceptance-17.vhdx",
        folder + FULL,
    ]
    assert "read-write: Now" in lines


def test_a_screen_reader_is_told_a_short_name_in_full(page: QTextBrowser) -> None:
    told = not_none(QAccessible.queryAccessibleInterface(page))
    assert told.text(QAccessible.Text.Description) == f"Disk files in full: {FULL}"
