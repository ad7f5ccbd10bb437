"""Fixtures for the tests of the tree model."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.tree_model import TreeModel
from tests.support.trees import READ_AT


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    """Numbers and dates as in the USA, whatever the machine speaks."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def model(qapp: QApplication) -> TreeModel:
    """An empty tree model under Qt's tester, which fails the test at the first wrong signal or answer."""
    made = TreeModel(CurrentFilter(), clock=lambda: READ_AT, slice_s=float("inf"))
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(made, mode, made).setUseFetchMore(False)
    return made
