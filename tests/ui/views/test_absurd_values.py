"""Times at the ends of the calendar, huge sizes and thousands of volumes are drawn like any others."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QTextDocument

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.theme import colours
from hvtree.ui.views.details_describe import describe
from hvtree.ui.views.details_html import page
from hvtree.ui.views.tree_view import TreeView
from tests.support.absurd import TIMES, ZONES, absurd_host
from tests.support.trees import READ_AT
from tests.ui.models.vms import HOST, view_of
from tests.ui.views.tree_rows import canvas

_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


@pytest.fixture(params=ZONES)
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        yield  # Windows has one zone, the machine's
        return
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def cells(model: TreeModel, parent: QModelIndex) -> Iterator[str]:
    """Yield every text of every cell."""
    for row in range(model.rowCount(parent)):
        for column in Column:
            index = model.index(row, column, parent)
            yield from (str(index.data(role)) for role in _ROLES)
        yield from cells(model, model.index(row, 0, parent))


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("moment", TIMES)
@pytest.mark.parametrize(
    "filtered", ["", "older:1d", "newer:1d", "larger:1GB", "smaller:1GB", "older:99999999y"]
)
def test_the_tree_is_drawn_and_filtered(view: TreeView, model: TreeModel, moment: str, filtered: str) -> None:
    model.set_host(view_of(absurd_host(moment)))
    view.expandAll()
    model.filter.set(filtered)
    model.busy.finish()
    assert not canvas(view).grab().isNull()
    assert "None" not in " ".join(cells(model, QModelIndex()))


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("moment", TIMES)
def test_the_details_say_it(view: TreeView, moment: str) -> None:
    state = absurd_host(moment)
    (vm,) = state.vms.values()
    addresses = tuple(CheckpointAddress(HOST, vm.id, each.id) for each in vm.checkpoints)
    for selection in (
        Selection(hosts=(HOST,)),
        Selection(vms=(VmAddress(HOST, vm.id),)),
        Selection(nows=(VmAddress(HOST, vm.id),)),
        Selection(checkpoints=addresses[:1]),
        Selection(checkpoints=addresses),
    ):
        document = QTextDocument()
        document.setHtml(page(describe(selection, (view_of(state),), READ_AT), colours(view)))
        assert document.toPlainText()


def test_of_thousands_of_volumes_the_details_name_some(view: TreeView) -> None:
    details = describe(Selection(hosts=(HOST,)), (view_of(absurd_host(TIMES[2])),), READ_AT)
    assert details.facts[-1] == ("Volumes", "1,972 more")
    assert sum(label.startswith("Volume ") for label, _ in details.facts) == 30
    assert details.notice is not None
    assert details.notice.text.count("C:\\") == 9
    assert "and 1,991 more are full." in details.notice.text
