"""Rows that come under one row make Qt look at those rows, and at no others."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from pytestqt.qtbot import QtBot

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.model import HostState
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.nodes import HostNode, Node
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection
from hvtree.ui.views.tree_view import TreeView
from tests.support.narrowing import not_none
from tests.support.trees import READ_AT, lab, vm
from tests.ui.models.vms import view_of
from tests.ui.views.tree_rows import open_rows

MOST_VMS = 1_024
"""As many as run on one host at most (Microsoft's limit of Hyper-V)."""


class AskedModel(TreeModel):
    """Notes the hosts of the rows of which Qt wants to know whether there are rows under them."""

    def __init__(self, slice_s: float = float("inf")) -> None:
        super().__init__(CurrentFilter(), clock=lambda: READ_AT, slice_s=slice_s)
        self.asked: list[str] = []

    def hasChildren(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> bool:  # noqa: B008, N802
        node = self.node(parent)
        if node is not None and not isinstance(node, HostNode):
            self.asked.append(_host_of(node))
        return super().hasChildren(parent)


def _host_of(node: Node) -> str:
    while not isinstance(node, HostNode):
        node = not_none(node.parent)
    return node.view.id


def _view(host_id: str, *names: str, note: bool = False) -> HostView:
    state = None if note else HostState.of(host_id, READ_AT, [vm("a(b*)", name) for name in names])
    phase = ConnectionPhase.CONNECTING if note else ConnectionPhase.CONNECTED
    return HostView(host_id, host_id, phase, state=state)


def _shown(qtbot: QtBot, *views: HostView) -> tuple[AskedModel, TreeView]:
    model = AskedModel()
    tree = TreeView(model, CurrentSelection())
    qtbot.addWidget(tree)
    for each in views:
        model.set_host(each)
    tree.executeDelayedItemsLayout()
    model.asked.clear()
    return model, tree


def test_the_first_vms_of_a_host_make_qt_look_at_no_other_host(qtbot: QtBot, english: None) -> None:
    model, tree = _shown(qtbot, _view("old", "vm1", "vm2"), _view("new", note=True))
    model.set_host(_view("new", "vm3", "vm4", "vm5"))
    tree.executeDelayedItemsLayout()
    assert set(model.asked) == {"new"}
    assert {"vm1", "vm2", "vm3", "vm4", "vm5"} <= set(open_rows(tree))


def test_another_vm_makes_qt_look_at_no_other_host(qtbot: QtBot, english: None) -> None:
    model, tree = _shown(qtbot, _view("old", "vm1", "vm2"), _view("new", "vm3"))
    model.set_host(_view("new", "vm3", "vm4"))
    tree.executeDelayedItemsLayout()
    assert set(model.asked) == {"new"}
    assert "vm4" in open_rows(tree)


def test_a_host_that_is_closed_stays_closed_when_vms_come(qtbot: QtBot, english: None) -> None:
    model, tree = _shown(qtbot, _view("old", "vm1"), _view("new", "vm3"))
    tree.collapse(model.index_of_host("new"))
    model.set_host(_view("new", "vm3", "vm4"))
    assert not tree.isExpanded(model.index_of_host("new"))


def test_the_focus_of_a_line_of_text_goes_to_its_host(qtbot: QtBot, english: None) -> None:
    model, tree = _shown(qtbot, _view("new", note=True))
    host = model.index_of_host("new")
    tree.setCurrentIndex(model.index(0, 0, host))
    model.set_host(_view("new", "vm1", "vm2"))
    assert tree.currentIndex() == host


def test_a_first_vm_with_few_checkpoints_is_open_as_the_others_are(qtbot: QtBot, english: None) -> None:
    model, tree = _shown(qtbot, _view("new", note=True))
    model.set_host(_view("new", "vm1", "vm2"))
    opened = [tree.isExpanded(model.index_of_vm("new", vm("a*", name).id)) for name in ("vm1", "vm2")]
    assert opened == [True, True]


def test_a_filter_closes_all_rows_at_once_and_tells_of_none(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)", db="x(y*)")))
    view.expansion.open_all()
    told: list[QModelIndex] = []
    view.collapsed.connect(told.append)
    before = open_rows(view)
    model.filter.set("p2")
    assert told == []
    assert "p2" in open_rows(view)
    assert "db" not in open_rows(view)
    model.filter.set("")
    assert open_rows(view) == before


def test_as_many_vms_as_a_host_runs_make_qt_look_at_each_of_them_once(qtbot: QtBot, english: None) -> None:
    model = AskedModel(slice_s=0)
    tree = TreeView(model, CurrentSelection())
    qtbot.addWidget(tree)
    model.set_host(_view("new", note=True))
    model.busy.finish()
    model.asked.clear()
    model.set_host(_view("new", *(f"vm{number}" for number in range(MOST_VMS))))
    while not model.busy.is_idle:
        model.busy.turn()
    assert len(open_rows(tree)) == 1 + MOST_VMS
    assert len(model.asked) < 1.2 * MOST_VMS
